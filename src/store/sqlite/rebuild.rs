//! Making the derived index anew, and the tables of an earlier release this one's.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::connect::{SCHEMA_VERSION, schema};
use super::index::{self, RUN_TABLES, Recent};
use super::lock::WriterLock;
use super::read::{self, failed};
use super::records::StoredSegment;
use super::{CHECKPOINT_INTERVAL, SqliteStore, checkpoint, connect, statements};
use crate::store::merkle::{Frontier, leaf_hashes};
use crate::store::{StoreError, StoredEvent};

/// How many events are read at a time.
const PAGE_LEN: usize = 65_536;

/// What an index was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// The number of events.
    pub events: u64,
    /// The number of accounts.
    pub accounts: u64,
}

impl SqliteStore {
    /// Throws the index of a ledger away, its hash key too, and makes it anew of the log, all or nothing of it; tables
    /// of an earlier release become this release's. Nobody may be writing to the ledger; who reads it goes on with the
    /// index as it was.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] if there is no such file or it is something else, [`StoreError::Damaged`] if the log is
    /// not what its last commit says, [`StoreError::Failed`] if it can't be opened or written, or another process is
    /// writing to it.
    pub fn rebuild(path: &Path) -> Result<Rebuilt, StoreError> {
        let path = connect::resolve(path);
        // To open it for writing would make a ledger where there is none.
        drop(connect::open_readable(&path)?);
        let _lock = WriterLock::acquire(&path)?;
        let mut connection = connect::open_writable(&path)?;
        make_anew(&mut connection)
    }
}

/// Makes the tables this release's, all or nothing of it; the index is made anew if an earlier release put less into it.
pub(super) fn upgrade(connection: &mut Connection) -> Result<(), StoreError> {
    if read::schema_version(connection)? == SCHEMA_VERSION {
        Ok(())
    } else if statements::are_indexed(connection)? {
        change(connection, renew_tables)
    } else {
        make_anew(connection).map(|_| ())
    }
}

/// Makes the index anew, and the tables this release's, all or nothing of it.
fn make_anew(connection: &mut Connection) -> Result<Rebuilt, StoreError> {
    change(connection, |transaction| {
        renew_tables(transaction)?;
        fold_anew(transaction)
    })
}

/// Makes the tables this release's.
fn renew_tables(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let version = read::schema_version(transaction)?;
    if version < SCHEMA_VERSION {
        let sql = format!("{}; PRAGMA user_version = {SCHEMA_VERSION}", schema(version, SCHEMA_VERSION));
        transaction.execute_batch(&sql).map_err(failed)?;
    }
    Ok(())
}

/// Changes a ledger in one transaction, which is in the file when this returns.
fn change<T>(
    connection: &mut Connection,
    change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    // What fails to be synced must not be synced again as the file is closed.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(failed)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let changed = change(&transaction)?;
    transaction.commit().map_err(failed)?;
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).map_err(failed)?;
    // All is in the file, so that closing it may remove the log beside it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(failed)?;
    Ok(changed)
}

fn fold_anew(transaction: &Transaction<'_>) -> Result<Rebuilt, StoreError> {
    let emptied: String = RUN_TABLES.iter().map(|table| format!("DELETE FROM {table};")).collect();
    let sql = "DELETE FROM checkpoints; INSERT OR REPLACE INTO meta (key, value) VALUES ('hash_key', randomblob(16));";
    transaction.execute_batch(&(emptied + sql)).map_err(failed)?;
    let mut fold = Fold::new(transaction)?;
    loop {
        let segments = read::segments(transaction, fold.frontier.size(), PAGE_LEN)?;
        if segments.is_empty() {
            break;
        }
        for segment in segments {
            fold.segment(&segment)?;
        }
    }
    fold.finish()
}

/// The log up to some position, on its way into the index.
struct Fold<'t> {
    transaction: &'t Transaction<'t>,
    recent: Recent,
    frontier: Frontier,
    accounts: u64,
}

impl<'t> Fold<'t> {
    fn new(transaction: &'t Transaction<'t>) -> Result<Self, StoreError> {
        let recent = Recent::new(read::index_keys(transaction)?);
        Ok(Self { transaction, recent, frontier: Frontier::default(), accounts: 0 })
    }

    /// Takes in the events of a segment.
    fn segment(&mut self, segment: &StoredSegment) -> Result<(), StoreError> {
        if segment.first_position != self.frontier.size() + 1 {
            return Err(damaged(&format!("the event at position {} is missing", self.frontier.size() + 1)));
        }
        self.frontier.extend(leaf_hashes(segment.events().map(|(_, leaf)| leaf)), |_, _, _| {});
        for (position, leaf) in segment.events() {
            if let StoredEvent::Decision(decision) = read::decode(position, leaf)? {
                self.accounts += u64::from(decision.event.version == 1);
                self.recent.add_stored(&decision)?;
            }
            if self.recent.len() >= CHECKPOINT_INTERVAL {
                self.flush(position)?;
            }
        }
        Ok(())
    }

    /// Writes a run of what has been taken in since the last one, up to a position.
    fn flush(&mut self, position: u64) -> Result<(), StoreError> {
        checkpoint(self.transaction, position, &mut self.recent)?;
        while index::merge_runs(self.transaction)? {}
        Ok(())
    }

    /// Writes the last run, if the log was what it must be.
    fn finish(mut self) -> Result<Rebuilt, StoreError> {
        let head = read::head(self.transaction)?;
        if (head.size, head.root) != (self.frontier.size(), self.frontier.root()) {
            return Err(damaged("its events are not those of its last commit"));
        }
        self.flush(head.size)?;
        Ok(Rebuilt { events: head.size, accounts: self.accounts })
    }
}

fn damaged(why: &str) -> StoreError {
    StoreError::Damaged(format!("the store is damaged, and its index stays as it is: {why}"))
}
