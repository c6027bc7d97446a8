//! How the actors talk: bounded queues that carry handles to batches.
//!
//! An [`Inbox`] has one reader and any number of [`Inlet`]s (fan-in); a [`FanOut`] is one queue per subscriber. Every
//! queue has room for all messages that its producers can have credits for, so sending never waits: what bounds the
//! work in flight is the pool of [`credits()`] alone.

mod credits;
mod fan_in;
mod fan_out;
#[cfg(test)]
mod fault;
mod message;

pub use credits::credits;
pub use fan_in::{Inbox, Inlet, SendError, fan_in};
pub use fan_out::FanOut;
#[cfg(test)]
pub(crate) use fault::Fault;
pub use message::{CreateTxn, Ending, Event, EventsCommitted, ProcessTxn, TxnProcessed, WriteData};
