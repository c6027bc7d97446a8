//! What the log holds when a run begins, ready to be asked.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::index::{EventReader, IndexKeys, Recent, Runs, SqliteHistory, Tail};
use super::records::OpenSegment;
use super::{connect, read, statements, stream};
use crate::domain::Account;
use crate::store::{History, StoreError, StoredEvent};

/// What the log holds when a run begins: the index of what lies before the checkpoint, and what came after it.
pub(super) struct Past {
    keys: IndexKeys,
    runs: Arc<Runs>,
    tail: Arc<Tail>,
}

impl Past {
    /// Reads what came after the checkpoint, for a history and for a writer to add to; what lies before it stays in the
    /// file.
    pub(super) fn read(connection: &Connection) -> Result<(Self, Recent), StoreError> {
        let (keys, runs) = (read::index_keys(connection)?, Runs::load(connection)?);
        let recent = recent(connection, keys, runs.checkpoint(), u64::MAX)?;
        let tail = Arc::new(recent.clone().into_tail()?);
        Ok((Self { keys, runs, tail }, recent))
    }

    /// A history that asks through a connection of its own.
    pub(super) fn history(&self, connection: Connection) -> LogHistory {
        let (runs, tail) = (Arc::clone(&self.runs), Arc::clone(&self.tail));
        SqliteHistory::new(connection, runs, tail, self.keys, LogReader::default())
    }
}

/// Lets a history tell of each transaction, which the index can't do where its tables are of the first version: then all
/// comes from the log.
pub(super) fn read_transactions(history: &mut LogHistory) -> Result<(), StoreError> {
    let connection = history.connection();
    if !statements::are_indexed(connection)? {
        let keys = read::index_keys(connection)?;
        let tail = recent(connection, keys, 0, u64::MAX)?.into_tail()?;
        history.answer_from(tail);
    }
    Ok(())
}

/// What came behind a position, up to another.
pub(super) fn recent(
    connection: &Connection,
    keys: IndexKeys,
    after_position: u64,
    to_position: u64,
) -> Result<Recent, StoreError> {
    let mut recent = Recent::new(keys);
    stream::decisions(connection, after_position, to_position, None, |decision| recent.add_stored(&decision))?;
    Ok(recent)
}

/// The account of a customer as it was at the checkpoint of the store at a path.
pub(super) fn snapshot(path: &Path, customer_id: &[u8]) -> Result<Option<Account>, StoreError> {
    let connection = connect::open_readable(path)?;
    let (keys, runs) = (read::index_keys(&connection)?, Runs::load(&connection)?);
    let mut history = SqliteHistory::new(connection, runs, Arc::default(), keys, LogReader::default());
    Ok(history.accounts(&[customer_id])?.pop().flatten())
}

/// The history of a log.
pub(super) type LogHistory = SqliteHistory<LogReader>;

/// Reads events where the index says that they stand, and keeps the segment that it read last.
#[derive(Debug, Default)]
pub(super) struct LogReader {
    segment: Option<OpenSegment>,
}

impl EventReader for LogReader {
    fn is_about(
        &mut self,
        connection: &Connection,
        position: u64,
        customer_id: &[u8],
        transaction_id: &[u8],
    ) -> Result<bool, StoreError> {
        let leaf = read::leaf_at(connection, &mut self.segment, position)?;
        Ok(match read::decode(position, leaf)? {
            StoredEvent::Decision(decision) => {
                decision.customer_id == customer_id && decision.transaction_id == transaction_id
            }
            StoredEvent::PolicyActivated(_) => false,
        })
    }
}
