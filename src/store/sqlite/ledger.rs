//! The read side of a ledger.

use std::path::Path;

use rusqlite::Connection;

use super::records::{BatchRecord, StoredReject, StoredSegment};
use super::{connect, read, stream};
use crate::store::{BatchIdentity, CommitRecord, Head, StoreError, StoredDecision, StoredEvent};

/// A ledger opened to be read, while a run may be writing to it.
///
/// Each question sees what was committed when it was asked; within [`Ledger::pinned`] all see the same.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
}

impl Ledger {
    /// Opens a ledger to read it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] if there is no such file or it is something else, [`StoreError::Damaged`] if it can't be
    /// read as what it claims to be, [`StoreError::Failed`] if it can't be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: connect::open_readable(&connect::resolve(path))? })
    }

    /// Lets all further questions see the same commits, until the ledger is closed.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails.
    pub fn pinned(self) -> Result<Self, StoreError> {
        self.connection.execute_batch("BEGIN").map_err(read::failed)?;
        // The first question is what settles the moment.
        read::last_commit(&self.connection)?;
        Ok(self)
    }

    /// The connection, for those who ask what nobody else does.
    pub(crate) const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The connection alone.
    pub(super) fn into_connection(self) -> Connection {
        self.connection
    }

    /// The head of the log: its size, the root of its tree and the end of its chain.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn head(&self) -> Result<Head, StoreError> {
        read::head(&self.connection)
    }

    /// Every batch, in order of its number.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn batches(&self) -> Result<Vec<BatchRecord>, StoreError> {
        let identities = read::identities(&self.connection)?.into_iter();
        identities.map(|identity| read::batch_record(&self.connection, identity)).collect()
    }

    /// What tells every batch apart, in order of its number.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn identities(&self) -> Result<Vec<BatchIdentity>, StoreError> {
        read::identities(&self.connection)
    }

    /// The batch of a name.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn batch(&self, name: &str) -> Result<Option<BatchRecord>, StoreError> {
        let identity = read::identity_of(&self.connection, name)?;
        identity.map(|identity| read::batch_record(&self.connection, identity)).transpose()
    }

    /// The commits after a number, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn commits(&self, after_number: u64, max: usize) -> Result<Vec<CommitRecord>, StoreError> {
        read::commits(&self.connection, after_number, max)
    }

    /// The commits of a batch after a number, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn batch_commits(&self, batch: u32, after_number: u64, max: usize) -> Result<Vec<CommitRecord>, StoreError> {
        read::batch_commits(&self.connection, batch, after_number, max)
    }

    /// The log's last commit.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn last_commit(&self) -> Result<Option<CommitRecord>, StoreError> {
        read::last_commit(&self.connection)
    }

    /// The commit that wrote the event at a position.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn commit_of(&self, position: u64) -> Result<Option<CommitRecord>, StoreError> {
        read::commit_of(&self.connection, position)
    }

    /// The stored events after a position, in segments that hold so many of them or a few more.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn segments(&self, after_position: u64, max_events: usize) -> Result<Vec<StoredSegment>, StoreError> {
        read::segments(&self.connection, after_position, max_events)
    }

    /// The events after a position, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn events(&self, after_position: u64, max: usize) -> Result<Vec<StoredEvent>, StoreError> {
        read::events(&self.connection, after_position, max)
    }

    /// The decisions on one account after a version, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn account_events(
        &self,
        customer_id: &[u8],
        after_version: u32,
        max: usize,
    ) -> Result<Vec<StoredDecision>, StoreError> {
        stream::account_events(&self.connection, customer_id, after_version, max)
    }

    /// The rejected lines of a batch after a line, at most so many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn rejects(&self, batch: u32, after_line: u64, max: usize) -> Result<Vec<StoredReject>, StoreError> {
        read::rejects(&self.connection, batch, after_line, max)
    }
}
