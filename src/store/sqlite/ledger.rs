//! The read side of a ledger.

use std::ops::Range;
use std::path::Path;

use rusqlite::Connection;

use super::records::{BatchRecord, StoredReject, StoredSegment, ViewState};
use super::{connect, proofs, read, statements, stream};
use crate::domain::{Day, DayTotals, StatementLine, Timestamp};
use crate::store::{BatchIdentity, CommitRecord, Hash, Head, StoreError, StoredDecision, StoredEvent};

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

    /// What tells the batch of a number apart.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn identity(&self, number: u32) -> Result<Option<BatchIdentity>, StoreError> {
        read::identity(&self.connection, number)
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

    /// Visits the leaf of each event behind the range's start and up to its end, with its position, in order.
    ///
    /// # Errors
    ///
    /// The first that `visit` gives; [`StoreError::Damaged`] if an event is missing; other [`StoreError`]s if the store fails
    /// or is damaged.
    pub fn visit_leaves(
        &self,
        range: Range<u64>,
        visit: impl FnMut(u64, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        stream::visit_leaves(&self.connection, range, visit)
    }

    /// Visits the leaves behind the range's start and up to its end as [`Self::visit_leaves`] does, but segment by segment:
    /// `visit` has to take all leaves that it is given.
    ///
    /// # Errors
    ///
    /// As there.
    pub(crate) fn visit_segments(
        &self,
        range: Range<u64>,
        visit: impl FnMut(&mut stream::Leaves<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        stream::visit_segments(&self.connection, range, visit)
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

    /// The event at a position.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] if there is none; other [`StoreError`]s if the store fails or is damaged.
    pub fn event(&self, position: u64) -> Result<StoredEvent, StoreError> {
        read::event_at(&self.connection, position)
    }

    /// Everything that was decided on an account up to a position, in order; nothing if there was no such account.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn statement(&self, customer_id: &[u8], to_position: u64) -> Result<Vec<StatementLine>, StoreError> {
        statements::statement(&self.connection, customer_id, to_position)
    }

    /// Visits the statement up to a position of every account that there was, in no order that means anything.
    ///
    /// # Errors
    ///
    /// The first that `visit` gives, or [`StoreError`] if the store fails or is damaged.
    pub fn statements(
        &self,
        to_position: u64,
        visit: impl FnMut(&[u8], &[StatementLine]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        statements::statements(&self.connection, to_position, visit)
    }

    /// The positions up to one, ascending, at which a transaction of a customer was decided on: once, and then as often
    /// as it was sent again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn find(&self, customer_id: &[u8], transaction_id: &[u8], to_position: u64) -> Result<Vec<u64>, StoreError> {
        statements::find(&self.connection, customer_id, transaction_id, to_position)
    }

    /// What was decided on each day of transaction time in UTC, over all accounts, ascending; days without a decision are
    /// left out.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn day_totals(&self) -> Result<Vec<(Day, DayTotals)>, StoreError> {
        statements::day_totals(&self.connection)
    }

    /// The views that are folded from the log, and how far each has been folded; what came later is folded whenever it is
    /// asked for.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn views(&self) -> Result<Vec<ViewState>, StoreError> {
        read::views(&self.connection)
    }

    /// The last position that was recorded at a time or before; 0 if nothing was.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn position_recorded_by(&self, time: Timestamp) -> Result<u64, StoreError> {
        read::position_recorded_by(&self.connection, time)
    }

    /// The proof that the event at a position is in the log of its first so many events, to be checked by
    /// [`check_inclusion`](crate::store::merkle::check_inclusion). Of the events, at most two thousand are read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] if the log never had so many events, or the event is none of them; other [`StoreError`]s
    /// if the store fails or is damaged.
    pub fn inclusion_proof(&self, position: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        proofs::inclusion(&self.connection, position, size)
    }

    /// The proof that the log of its first so many events begins with all those of an older size, to be checked by
    /// [`check_consistency`](crate::store::merkle::check_consistency).
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] if the log never had so many events, or the older size is larger; other [`StoreError`]s if
    /// the store fails or is damaged.
    pub fn consistency_proof(&self, old_size: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        proofs::consistency(&self.connection, old_size, size)
    }

    /// The root of the tree over the first so many events, as the file has them now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] if the log has fewer; other [`StoreError`]s if the store fails or is damaged.
    pub fn root_at(&self, size: u64) -> Result<Hash, StoreError> {
        proofs::root_at(&self.connection, size)
    }

    /// The canonical bytes of the event at a position, which the tree is made of.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] if there is none; other [`StoreError`]s if the store fails or is damaged.
    pub fn leaf(&self, position: u64) -> Result<Vec<u8>, StoreError> {
        proofs::leaf(&self.connection, position)
    }

    /// The commits after which the log had so many events, in order: several where commits without events followed one,
    /// none where no commit ended.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn commits_ending_at(&self, size: u64) -> Result<Vec<CommitRecord>, StoreError> {
        proofs::commits_ending_at(&self.connection, size)
    }
}
