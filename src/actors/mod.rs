//! The actors: each does one thing to a batch and knows the bus, not the others.
//!
//! Every actor is a loop that waits for a message and a synchronous `handle` that deals with it. Those that may have to
//! wait for a file or a disk have threads of their own.

mod account;
mod account_view;
mod creator;
mod process_manager;
mod reader;
mod reading;
mod recorder;
mod writer;

use std::fmt;

pub use account::AccountShard;
pub use account_view::AccountView;
pub use creator::Creator;
pub use process_manager::{Outlets, ProcessManager};
pub use reader::{Reader, Start};
pub use reading::Reading;
pub use recorder::Recorder;
pub use writer::Writer;

use crate::bus::SendError;

/// Why an actor stopped before its work was done.
#[derive(Debug)]
pub enum Stop {
    /// Another actor is gone; that one's own end says why.
    Closed,
    /// The reader of the output is gone, so nobody wants the rest.
    OutputClosed,
    /// Something is broken.
    Failed(anyhow::Error),
}

impl From<SendError> for Stop {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Closed => Self::Closed,
            SendError::Full => Self::Failed(error.into()),
        }
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// The parts that actors play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Reads lines into batches.
    Reader,
    /// Makes transactions of lines.
    Creator,
    /// Decides on the transactions of its customers.
    Account,
    /// Puts decisions in order, numbers and commits them.
    Recorder,
    /// Makes rows of committed decisions.
    AccountView,
    /// Writes rows.
    Writer,
    /// Moves batches from one actor to the next.
    ProcessManager,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reader => "reader",
            Self::Creator => "creator",
            Self::Account => "account",
            Self::Recorder => "recorder",
            Self::AccountView => "account view",
            Self::Writer => "writer",
            Self::ProcessManager => "process manager",
        })
    }
}
