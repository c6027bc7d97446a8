//! Faults that tests put into the actors.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};

/// Lets an actor crash on receiving a message.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// How many messages the actor receives unharmed before.
    after: u32,
    /// What the crash waits for.
    moment: Option<Arc<Mutex<Receiver<()>>>>,
}

impl Fault {
    /// A crash on the message that follows so many.
    pub(crate) const fn after(messages: u32) -> Self {
        Self { after: messages, moment: None }
    }

    /// The same, but not before something was sent.
    pub(crate) fn not_before(self, moment: Receiver<()>) -> Self {
        Self { moment: Some(Arc::new(Mutex::new(moment))), ..self }
    }

    /// Counts one message received.
    ///
    /// # Panics
    ///
    /// Once the unharmed messages are used up: that is what it is for.
    pub(crate) fn strike(&mut self) {
        if let Some(left) = self.after.checked_sub(1) {
            self.after = left;
            return;
        }
        if let Some(moment) = &self.moment {
            let _ = moment.lock().unwrap().recv();
        }
        panic!("an injected fault");
    }
}
