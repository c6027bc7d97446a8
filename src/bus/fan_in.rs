//! Many senders, one receiver.

use std::fmt;

use tokio::sync::mpsc;

#[cfg(test)]
use super::Fault;

/// The sending end of a bounded queue; clones share it.
#[derive(Debug)]
pub struct Inlet<T>(mpsc::Sender<T>);

impl<T> Clone for Inlet<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// The receiving end of a bounded queue.
#[derive(Debug)]
pub struct Inbox<T> {
    receiver: mpsc::Receiver<T>,
    #[cfg(test)]
    fault: Option<Fault>,
}

/// Why a message could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The receiver is gone.
    Closed,
    /// The queue is full, which means that more messages are under way than there are credits.
    Full,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the receiving actor is gone",
            Self::Full => "a queue holds more messages than there are credits",
        })
    }
}

impl std::error::Error for SendError {}

/// A queue with room for so many messages.
pub fn fan_in<T>(capacity: usize) -> (Inlet<T>, Inbox<T>) {
    let (sender, receiver) = mpsc::channel(capacity);
    let inbox = Inbox {
        receiver,
        #[cfg(test)]
        fault: None,
    };
    (Inlet(sender), inbox)
}

impl<T> Inlet<T> {
    /// Sends without waiting.
    ///
    /// # Errors
    ///
    /// [`SendError`], if the receiver is gone or the queue is too small for its credits.
    pub fn send(&self, message: T) -> Result<(), SendError> {
        self.0.try_send(message).map_err(|error| match error {
            mpsc::error::TrySendError::Closed(_) => SendError::Closed,
            mpsc::error::TrySendError::Full(_) => SendError::Full,
        })
    }
}

impl<T> Inbox<T> {
    /// Lets whoever reads the queue crash on receiving a message.
    #[cfg(test)]
    pub(crate) fn with_fault(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    /// The next message, or none once all senders are gone.
    pub async fn recv(&mut self) -> Option<T> {
        let message = self.receiver.recv().await;
        #[cfg(test)]
        self.strike();
        message
    }

    /// As [`Inbox::recv`], for actors that block a thread of their own.
    pub fn blocking_recv(&mut self) -> Option<T> {
        let message = self.receiver.blocking_recv();
        #[cfg(test)]
        self.strike();
        message
    }

    /// The next message if one is waiting.
    pub fn try_recv(&mut self) -> Option<T> {
        let message = self.receiver.try_recv().ok()?;
        #[cfg(test)]
        self.strike();
        Some(message)
    }

    /// Whether all senders are gone.
    pub fn is_closed(&self) -> bool {
        self.receiver.is_closed()
    }

    #[cfg(test)]
    fn strike(&mut self) {
        if let Some(fault) = &mut self.fault {
            fault.strike();
        }
    }
}
