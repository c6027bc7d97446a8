//! What the actors say to each other: closed sets of commands and events, each about a whole batch.
//!
//! What is said about a single transaction travels inside: its row once it is created, its reject if it could not be,
//! and its [`crate::domain::AccountEvent`] once it is decided.

use std::sync::Arc;

use crate::batch::Batch;

/// What happened, told to the process manager.
#[derive(Debug)]
pub enum Event {
    /// The reader has read the lines of a batch.
    TxnRead(Box<Batch>),
    /// The reader reads no more.
    InputEnded {
        /// Whether it has read all there is or was told to stop.
        ending: Ending,
        /// How many batches were read since the beginning.
        batches: u64,
        /// If all there is was read, the batch that completes the input, which is not counted.
        closing: Option<Box<Batch>>,
    },
    /// The creator has made transactions or rejects of a batch's lines.
    TxnCreated(Box<Batch>),
    /// The account view has made rows of a batch's committed decisions.
    AccountViewed(Box<Batch>),
    /// The writer has written a batch's rows.
    DataWritten(Box<Batch>),
}

/// The command to make transactions of a batch's lines.
#[derive(Debug)]
pub struct CreateTxn(pub Box<Batch>);

/// The command to decide on a batch's transactions, each shard on those of its customers.
#[derive(Clone, Debug)]
pub struct ProcessTxn(pub Arc<Batch>);

/// One shard has decided on its part of a batch.
#[derive(Debug)]
pub struct TxnProcessed(pub Arc<Batch>);

/// The decisions of a batch have their positions and are in the store.
#[derive(Debug)]
pub struct EventsCommitted(pub Box<Batch>);

/// What the writer is told.
#[derive(Debug)]
pub enum WriteData {
    /// Write a batch's rows.
    Batch(Box<Batch>),
    /// Everything has been written: finish.
    Finish(Ending),
}

/// How the work came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All input was read and decided.
    Complete,
    /// A line was rejected, and that was to stop the run.
    RejectedLine,
    /// The run was interrupted.
    Interrupted,
}
