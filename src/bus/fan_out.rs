//! One sender, many receivers, each with a queue of its own.

use super::{Inlet, SendError};

/// The sending ends of one queue per subscriber. Nobody's messages are ever dropped because another is slow.
#[derive(Debug)]
pub struct FanOut<T> {
    subscribers: Vec<Inlet<T>>,
    next: usize,
}

impl<T> FanOut<T> {
    /// A fan-out to these subscribers.
    pub const fn new(subscribers: Vec<Inlet<T>>) -> Self {
        Self { subscribers, next: 0 }
    }

    /// Sends a message to one subscriber, each in turn.
    ///
    /// # Errors
    ///
    /// [`SendError`], if that subscriber is gone or its queue full.
    pub fn send_in_turn(&mut self, message: T) -> Result<(), SendError> {
        self.next = (self.next + 1) % self.subscribers.len().max(1);
        self.subscribers.get(self.next).ok_or(SendError::Closed)?.send(message)
    }

    /// Sends a message to every subscriber.
    ///
    /// # Errors
    ///
    /// [`SendError`], if a subscriber is gone or its queue full.
    pub fn send_to_all(&self, message: T) -> Result<(), SendError>
    where
        T: Clone,
    {
        let Some((last, others)) = self.subscribers.split_last() else {
            return Err(SendError::Closed);
        };
        for subscriber in others {
            subscriber.send(message.clone())?;
        }
        last.send(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::fan_in;

    #[test]
    fn every_subscriber_gets_a_message_for_all_and_each_its_turn() {
        let (inlets, mut inboxes): (Vec<_>, Vec<_>) = (0..3).map(|_| fan_in(4)).unzip();
        let mut fan_out = FanOut::new(inlets);
        fan_out.send_to_all(7).unwrap();
        for message in 0..3 {
            fan_out.send_in_turn(message).unwrap();
        }
        drop(fan_out);
        for inbox in &mut inboxes {
            assert_eq!(inbox.blocking_recv(), Some(7));
            assert!(inbox.blocking_recv().is_some());
            assert_eq!(inbox.blocking_recv(), None);
        }
    }

    #[test]
    fn slow_subscriber_is_told_of_rather_than_dropped() {
        let (inlets, inboxes): (Vec<_>, Vec<_>) = (0..2).map(|_| fan_in(1)).unzip();
        let fan_out = FanOut::new(inlets);
        fan_out.send_to_all(1).unwrap();
        assert_eq!(fan_out.send_to_all(2), Err(SendError::Full));
        drop(inboxes);
        assert_eq!(fan_out.send_to_all(3), Err(SendError::Closed));
    }
}
