//! Where events are kept: one trait, whatever keeps them.

mod memory;
mod pass_through;

use std::fmt;

pub use memory::MemoryStore;
pub use pass_through::PassThroughStore;

use crate::batch::{Batch, Decision, Row};
use crate::domain::{AccountEvent, AccountSlot};

/// An append-only log of account events.
///
/// Positions number all events from 1 without gaps, in input order. Versions do the same within an account, and are
/// what appends are checked against: an event follows the one that its decision was made on, or it is not written.
pub trait EventStore: Send {
    /// Appends a batch's decisions, all or none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if an account's stream does not end where an event expects it to, or the log does not
    /// end where the commit begins; [`StoreError::Failed`] if the store itself fails. Nothing is written then.
    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError>;

    /// The events of one account after a version, at most so many, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if the store fails.
    fn account_events(
        &self,
        customer_id: &[u8],
        after_version: u32,
        max: usize,
    ) -> Result<Vec<StoredEvent>, StoreError>;

    /// The events of all accounts after a position, at most so many, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if the store fails.
    fn events(&self, after_position: u64, max: usize) -> Result<Vec<StoredEvent>, StoreError>;
}

/// The decisions of one batch, about to be appended.
#[derive(Clone, Copy, Debug)]
pub struct Commit<'a> {
    batch: &'a Batch,
}

/// One event of a [`Commit`].
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    /// Its position in the log.
    pub position: u64,
    /// The shard that decided.
    pub shard: usize,
    /// The account's place in that shard.
    pub account: AccountSlot,
    /// Whose account it is.
    pub customer_id: &'a [u8],
    /// The transaction that was decided on.
    pub transaction_id: &'a [u8],
    /// The input line of the transaction, from 1.
    pub line: u64,
    /// The decision.
    pub event: &'a AccountEvent,
}

/// One event as a store gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its position in the log.
    pub position: u64,
    /// Whose account it is.
    pub customer_id: Vec<u8>,
    /// The transaction that was decided on.
    pub transaction_id: Vec<u8>,
    /// The input line of the transaction, from 1.
    pub line: u64,
    /// The decision.
    pub event: AccountEvent,
}

/// Why a store did not do what it was asked.
#[derive(Debug)]
pub enum StoreError {
    /// A stream does not end where the writer believed it to end: another has written to it, or the writer is wrong.
    Conflict {
        /// What is out of step.
        stream: String,
        /// Where the writer believed it to end.
        expected: u64,
        /// Where it ends.
        actual: u64,
    },
    /// The store itself failed.
    Failed(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { stream, expected, actual } => {
                write!(f, "{stream} was expected to end at {expected} and ends at {actual}")
            }
            Self::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for StoreError {}

impl<'a> Commit<'a> {
    /// The decisions of a batch whose first position is known.
    pub const fn new(batch: &'a Batch) -> Self {
        Self { batch }
    }

    /// The position of the first event.
    pub const fn first_position(&self) -> u64 {
        self.batch.first_position
    }

    /// The events, in order of position.
    pub fn events(&self) -> impl Iterator<Item = NewEvent<'a>> {
        let batch = self.batch;
        let rows = batch.rows.iter().zip(&batch.decisions);
        (batch.first_position..).zip(rows).map(|(position, (row, decision))| new_event(batch, position, row, decision))
    }
}

fn new_event<'a>(batch: &'a Batch, position: u64, row: &Row, decision: &'a Decision) -> NewEvent<'a> {
    NewEvent {
        position,
        shard: batch.shard_of(row),
        account: decision.account,
        customer_id: row.customer_id.of(&batch.text),
        transaction_id: row.id.of(&batch.text),
        line: batch.line(row),
        event: &decision.event,
    }
}

/// The refusal of an event that does not follow the account's last one.
fn conflict(event: &NewEvent<'_>, actual: u32) -> StoreError {
    StoreError::Conflict {
        stream: format!("the account of customer {:?}", String::from_utf8_lossy(event.customer_id)),
        expected: u64::from(event.event.version) - 1,
        actual: u64::from(actual),
    }
}

/// Refuses a commit that does not begin where the log ends.
fn check_position(commit: &Commit<'_>, last_position: u64) -> Result<(), StoreError> {
    if commit.first_position() == last_position + 1 {
        return Ok(());
    }
    Err(StoreError::Conflict {
        stream: "the log".to_owned(),
        expected: commit.first_position().saturating_sub(1),
        actual: last_position,
    })
}
