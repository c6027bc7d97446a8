//! The durable store: an SQLite file.
//!
//! | module | what it does |
//! | --- | --- |
//! | `connect` | opens the file, makes its tables, refuses what is no ledger |
//! | `lock` | lets one writer in |
//! | `prepare`, `append` | make a commit ready, and write it |
//! | `log_end` | finds out where the log ends |
//! | `index` | tells of accounts, transactions and days without reading the log |
//! | `past`, `noted` | what the log held when a run began, and what came since the index's checkpoint |
//! | `read`, `stream`, `statements` | ask the tables |
//! | `proofs` | prove that an event is in the log, and that the log only grew |
//! | `ledger` | the read side |
//! | `dry_run` | a store for runs that record nothing |
//! | `rebuild`, `backup` | make the index anew and the tables this release's, copy the file |

mod append;
mod backup;
mod clock;
mod connect;
mod dry_run;
mod index;
mod ledger;
mod lock;
mod log_end;
mod noted;
mod past;
mod prepare;
mod proofs;
mod read;
mod rebuild;
mod records;
mod statements;
mod stream;

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

pub use append::Intake;
pub(crate) use append::{SEGMENT_LEN_MAX, STORED_LEVEL_MIN};
pub use backup::check_replaceable;
pub(crate) use connect::{SCHEMA_VERSION, schema};
pub use dry_run::DryRunStore;
pub(crate) use index::{IndexKeys, Recent, write_run};
pub use ledger::Ledger;
pub(crate) use read::{is_damage, schema_version};
pub use rebuild::Rebuilt;
pub use records::{BatchRecord, StoredReject, StoredSegment, ViewState};

use self::append::{Appended, Appending, activated};
use self::lock::WriterLock;
use self::log_end::LogEnd;
use self::noted::Noted;
use self::past::{LogHistory, Past};
use self::prepare::{Grown, Segments, grow};
use self::read::failed;
use super::error::check_positions;
use super::history::versions as known_versions;
use super::merkle::Frontier;
use super::versions::Versions;
use super::{BatchIdentity, Commit, EventStore, History, LeafWriter, StoreError, StoredDecision, StoredEvent};
use crate::console::printable_path;
use crate::domain::{Account, Memory};

/// After so many events the views get a new checkpoint: as many are read when a store is opened behind a killed run.
const CHECKPOINT_INTERVAL: u64 = 1 << 20;

/// Fewer events than this are as quickly read as looked up, and get no checkpoint at the end of a run.
const CHECKPOINT_LEN_MIN: u64 = 1 << 12;

/// The views that the index serves, in the order in which people are told of them; they are folded together.
const INDEX_VIEWS: [&str; 4] = ["accounts", "transactions", "statements", "days"];

/// The views that the index serves in a ledger whose tables are of a version.
pub(crate) fn index_views(version: u32) -> &'static [&'static str] {
    // The first version had no statements and no days.
    let (first, _) = INDEX_VIEWS.split_at(2);
    if version < 2 { first } else { &INDEX_VIEWS }
}

/// How many bytes the write-ahead log gains before it is brought into the file.
const LOG_LEN_MAX: u64 = 4 << 20;

/// About how many bytes a commit writes beside its events: the pages at the right edge of each table.
const COMMIT_LEN: u64 = 20 << 10;

/// A commit of fewer events is done sooner than a thread is woken.
const BESIDE_LEN_MIN: u64 = 1 << 10;

/// A ledger opened to be written, by one process at a time.
pub struct SqliteStore {
    /// What tells the versions of accounts that this run has not met. It comes before the connection, which is to be
    /// the last to close.
    stored: Option<LogHistory>,
    connection: Connection,
    path: PathBuf,
    intake: Option<Intake>,
    /// The batch at hand, once the store knows it.
    batch: Option<BatchIdentity>,
    end: LogEnd,
    frontier: Frontier,
    versions: Versions,
    /// The segments of the commit at hand.
    segments: Segments,
    /// What the log held when the store was opened, until a run begins.
    past: Option<Past>,
    /// What came after the checkpoint.
    noted: Noted,
    /// After so many events the views get a new checkpoint.
    checkpoint_interval: u64,
    /// Bytes appended since the write-ahead log was last brought into the file.
    log_len: u64,
    /// Nothing is written after a failure.
    failed: bool,
    _lock: WriterLock,
}

impl SqliteStore {
    /// Opens a ledger to write to it, and makes one if there is none. Tables of an earlier release become this release's,
    /// and the index is made anew if it had less in it then.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] if the file is something else, [`StoreError::Damaged`] if it is not what it must be,
    /// [`StoreError::Failed`] if it can't be opened or another process is writing to it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let path = connect::resolve(path);
        let lock = WriterLock::acquire(&path)?;
        let mut connection = connect::open_writable(&path)?;
        rebuild::upgrade(&mut connection)?;
        let end = LogEnd::read(&connection)?;
        let frontier = end.frontier(&connection)?;
        let (past, recent) = Past::read(&connection)?;
        Ok(Self {
            connection,
            path,
            intake: None,
            batch: None,
            end,
            frontier,
            versions: Versions::default(),
            segments: Segments::default(),
            stored: None,
            noted: Noted::new(recent),
            past: Some(past),
            checkpoint_interval: CHECKPOINT_INTERVAL,
            log_len: 0,
            failed: false,
            _lock: lock,
        })
    }

    /// Says which batch the next run decides on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn take_in(&mut self, intake: Intake) -> Result<(), StoreError> {
        self.batch = read::identity_of(&self.connection, &intake.name)?;
        self.intake = Some(intake);
        Ok(())
    }
}

impl SqliteStore {
    /// The same store, whose views get a new checkpoint after so many events.
    #[cfg(test)]
    pub(crate) fn with_checkpoint_interval(self, events: u64) -> Self {
        Self { checkpoint_interval: events, ..self }
    }

    /// Checks a commit, and makes ready what is written of it. A conflict leaves all as it was.
    fn prepare(&mut self, commit: &Commit<'_>) -> Result<Grown, StoreError> {
        let Self { stored, versions, segments, frontier, end, intake, batch, .. } = self;
        let Some(stored) = stored else {
            return Err(StoreError::Failed("the store was not told that a run begins".to_owned()));
        };
        let Some(intake) = intake else {
            return Err(StoreError::Failed("the store was not told which batch it is given".to_owned()));
        };
        let activated = activated(intake, end, batch.as_ref());
        let policy = activated.as_deref();
        let first_position = end.head.size + 1;
        let (made, grown) = beside(
            commit,
            || segments.make(first_position, policy, commit),
            || {
                versions.advance(commit, |customer_ids| known_versions(stored, customer_ids))?;
                grow(frontier, policy, commit)
            },
        );
        let grown = grown?;
        made?;
        Ok(grown)
    }

    /// Writes a commit, and a checkpoint of the views if one is due, in one transaction.
    fn write(&mut self, commit: &Commit<'_>, grown: &Grown) -> Result<(), StoreError> {
        let Self { connection, noted, segments, end, intake, batch, checkpoint_interval, .. } = self;
        let Some(intake) = intake else {
            return Err(StoreError::Failed("the store was not told which batch it is given".to_owned()));
        };
        let mut write = |recent: Option<&mut Recent>| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
            let appending = Appending { transaction: &transaction, intake, end };
            let appended = appending.write(commit, batch.as_ref(), segments, grown)?;
            if let Some(recent) = recent {
                checkpoint(&transaction, appended.end.head.size, recent)?;
            }
            transaction.commit().map_err(failed)?;
            Ok::<Appended, StoreError>(appended)
        };
        let appended = if noted.len() + commit.len() >= *checkpoint_interval {
            noted.add_all(commit)?;
            write(Some(noted.for_checkpoint()))
        } else {
            let (appended, noted) = beside(commit, || write(None), || noted.add_all(commit));
            noted.and(appended)
        };
        let appended = appended?;
        self.log_len += self.segments.len() as u64 + COMMIT_LEN;
        self.end = appended.end;
        self.batch = Some(appended.batch);
        if self.log_len >= LOG_LEN_MAX {
            self.fold_log()?;
        }
        Ok(())
    }

    /// Stops all writing after a failure: what has failed to be synced must not be synced again, not even as the file is
    /// closed.
    fn fail(&mut self, error: StoreError) -> StoreError {
        self.failed = true;
        // The connection may be beyond even this; then there is nothing that it could write either.
        let _ = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        match error {
            StoreError::Failed(why) => StoreError::Failed(format!("{}: {why}", printable_path(&self.path))),
            other => other,
        }
    }

    /// Brings the write-ahead log into the file as far as readers let it.
    fn fold_log(&mut self) -> Result<(), StoreError> {
        self.log_len = 0;
        self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).map_err(failed)
    }
}

/// Does two things for a commit, at once if it is large enough that a thread is worth waking.
fn beside<A: Send, B: Send>(
    commit: &Commit<'_>,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    if commit.len() >= BESIDE_LEN_MIN { rayon::join(one, other) } else { (one(), other()) }
}

/// Folds what came after the last checkpoint into a run of the index, up to a position.
fn checkpoint(transaction: &Transaction<'_>, position: u64, recent: &mut Recent) -> Result<(), StoreError> {
    let first = read::checkpoint(transaction)? + 1;
    if position >= first {
        index::write_run(transaction, first, position, recent)?;
    }
    for view in INDEX_VIEWS {
        let sql = "INSERT INTO checkpoints (view, position) VALUES (?1, ?2) \
                   ON CONFLICT (view) DO UPDATE SET position = excluded.position";
        transaction.execute(sql, params![view, position]).map_err(failed)?;
    }
    Ok(())
}

impl EventStore for SqliteStore {
    fn next_position(&self) -> u64 {
        let in_force = self.end.policy.as_ref().map(|policy| &policy.text);
        let policy_first = self.intake.as_ref().is_some_and(|intake| in_force != Some(&intake.policy));
        self.end.head.size + 1 + u64::from(policy_first)
    }

    fn begin(&mut self, shards: usize, memory: Memory) -> Result<Vec<Box<dyn History>>, StoreError> {
        self.versions = Versions::default();
        self.noted.begin();
        let past = match self.past.take() {
            Some(past) => past,
            None => Past::read(&self.connection)?.0,
        };
        let history = || {
            let connection = connect::open_readable(&self.path)?;
            // Only the writer knows whether the write-ahead log may still be brought into the file.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(failed)?;
            Ok::<_, StoreError>(past.history(connection))
        };
        self.stored = Some(history()?);
        (0..shards).map(|_| Ok(Box::new(history()?.remembering(memory)) as Box<dyn History>)).collect()
    }

    fn leaf_writer(&self) -> Option<LeafWriter> {
        Some(LeafWriter::new(self.batch.as_ref().map_or(self.end.batches + 1, |batch| batch.number)))
    }

    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::Failed("the store failed before, and nothing is written after that".to_owned()));
        }
        check_positions(commit, self.next_position())?;
        let appended = match self.prepare(commit) {
            Ok(grown) => self.write(commit, &grown),
            Err(conflict @ StoreError::Conflict { .. }) => return Err(conflict),
            Err(error) => Err(error),
        };
        appended.map_err(|error| self.fail(error))
    }

    fn account_events(
        &self,
        customer_id: &[u8],
        after_version: u32,
        max: usize,
    ) -> Result<Vec<StoredDecision>, StoreError> {
        stream::account_events(&self.connection, customer_id, after_version, max)
    }

    fn events(&self, after_position: u64, max: usize) -> Result<Vec<StoredEvent>, StoreError> {
        read::events(&self.connection, after_position, max)
    }

    fn checkpoint(&mut self) -> Result<(), StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        checkpoint(&transaction, self.end.head.size, self.noted.for_checkpoint())?;
        while index::merge_runs(&transaction)? {}
        transaction.commit().map_err(failed)
    }

    fn checkpoint_position(&self) -> Result<u64, StoreError> {
        read::checkpoint(&self.connection)
    }

    fn snapshot(&self, customer_id: &[u8]) -> Result<Option<Account>, StoreError> {
        past::snapshot(&self.path, customer_id)
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        if self.failed {
            return Ok(());
        }
        let checkpoint = if self.noted.len() >= CHECKPOINT_LEN_MIN { self.checkpoint() } else { Ok(()) };
        checkpoint.and_then(|()| self.fold_log()).map_err(|error| self.fail(error))
    }
}
