//! Where events are kept: one trait, whatever keeps them.

mod chain;
pub mod codec;
mod edge;
mod error;
mod event;
mod folded;
mod head;
mod history;
#[cfg(test)]
mod hooked;
mod leaf_writer;
mod memory;
pub mod merkle;
mod origins;
mod pass_through;
mod sqlite;
mod versions;

pub use chain::{BatchIdentity, CommitRecord, NO_CHAIN, chain_hash, record_bytes};
pub use edge::{Edge, EdgeStore};
pub use error::StoreError;
pub use event::{Commit, MarkedLimit, NewEvent, StoredDecision, StoredEvent, StoredPolicy};
pub use folded::FoldedHistory;
pub use head::{Head, HeadError};
pub use history::{History, NoHistory};
#[cfg(test)]
pub(crate) use hooked::HookedStore;
pub use leaf_writer::{LeafAppender, LeafWriter};
pub use memory::MemoryStore;
pub use merkle::Hash;
pub use origins::Origins;
pub use pass_through::PassThroughStore;
pub use sqlite::{
    BatchRecord, DryRunStore, Intake, Ledger, Rebuilt, SqliteStore, StoredReject, StoredSegment, ViewState,
    check_replaceable,
};
pub(crate) use sqlite::{
    IndexKeys, Recent, SCHEMA_VERSION, SEGMENT_LEN_MAX, STORED_LEVEL_MIN, index_views, is_damage, schema,
    schema_version, write_run,
};

use crate::domain::{Account, Memory};

/// An append-only log of events.
///
/// Positions number all events from 1 without gaps, in input order. Versions do the same within an account, and are
/// what appends are checked against: an event follows the one that its decision was made on, or it is not written.
///
/// A store that retains nothing has nothing to give back, and that is what the provided methods say.
pub trait EventStore: Send {
    /// The position that the next decision takes.
    fn next_position(&self) -> u64;

    /// Begins a run of so many shards: what the log holds now, for each of them to ask, with accounts that remember as
    /// much as the run's policy needs.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    fn begin(&mut self, shards: usize, memory: Memory) -> Result<Vec<Box<dyn History>>, StoreError>;

    /// What makes the leaves of a run's decisions, if the store keeps leaves; each batch that is appended has them then.
    fn leaf_writer(&self) -> Option<LeafWriter> {
        None
    }

    /// Appends decisions and how far their input has been read, all or none; they are durable when this returns.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if an account's stream does not end where an event expects it to, or the log does not
    /// end where the commit begins; [`StoreError::Failed`] if the store itself fails. Nothing is written then, and
    /// after a failure nothing more must be.
    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError>;

    /// The decisions on one account after a version, at most so many, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    fn account_events(
        &self,
        _customer_id: &[u8],
        _after_version: u32,
        _max: usize,
    ) -> Result<Vec<StoredDecision>, StoreError> {
        Ok(Vec::new())
    }

    /// The events of all accounts after a position, at most so many, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    fn events(&self, _after_position: u64, _max: usize) -> Result<Vec<StoredEvent>, StoreError> {
        Ok(Vec::new())
    }

    /// Saves snapshots of the accounts as the log leaves them now: the views' new checkpoint.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    fn checkpoint(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Up to which position the snapshots have folded the log; 0 if there are none.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    fn checkpoint_position(&self) -> Result<u64, StoreError> {
        Ok(0)
    }

    /// The account of a customer as it was at the checkpoint; none if it had no events then.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    fn snapshot(&self, _customer_id: &[u8]) -> Result<Option<Account>, StoreError> {
        Ok(None)
    }

    /// Ends a run that went well, so that the next one finds the store quick to open.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails.
    fn finish(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}
