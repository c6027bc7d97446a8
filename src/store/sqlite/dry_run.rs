//! A ledger as a run would find it that records nothing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::past::{self, LogHistory, Past};
use super::{Ledger, read};
use crate::domain::{Account, Memory};
use crate::store::error::check_positions;
use crate::store::history::versions;
use crate::store::versions::Versions;
use crate::store::{Commit, EventStore, History, StoreError, StoredDecision, StoredEvent};

/// Lets a run decide on top of a ledger as it was at one moment, and retains nothing of it.
///
/// No lock is needed: a writer may go on meanwhile, and nothing that it does is seen.
pub struct DryRunStore {
    path: PathBuf,
    ledger: Ledger,
    history: Arc<Mutex<LogHistory>>,
    last_position: u64,
    versions: Versions,
}

/// One history for all shards, since only one connection can be sure to see one moment, with accounts that remember so
/// much.
struct SharedHistory {
    history: Arc<Mutex<LogHistory>>,
    memory: Memory,
}

impl DryRunStore {
    /// The ledger at a path, as it is now.
    ///
    /// # Errors
    ///
    /// [`StoreError`] as [`Ledger::open`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let asked = Ledger::open(path)?.pinned()?;
        let (past, _) = Past::read(asked.connection())?;
        let last_position = asked.head()?.size;
        let history = Arc::new(Mutex::new(past.history(asked.into_connection())));
        let ledger = Ledger::open(path)?;
        Ok(Self { path: path.to_owned(), ledger, history, last_position, versions: Versions::default() })
    }
}

impl EventStore for DryRunStore {
    fn next_position(&self) -> u64 {
        self.last_position + 1
    }

    fn begin(&mut self, shards: usize, memory: Memory) -> Result<Vec<Box<dyn History>>, StoreError> {
        if memory != Memory::Days {
            past::read_transactions(&mut locked(&self.history))?;
        }
        let history = || SharedHistory { history: Arc::clone(&self.history), memory };
        Ok((0..shards).map(|_| Box::new(history()) as Box<dyn History>).collect())
    }

    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError> {
        check_positions(commit, self.next_position())?;
        let history = &self.history;
        self.versions.advance(commit, |customer_ids| versions(&mut *locked(history), customer_ids))?;
        self.last_position += commit.len();
        Ok(())
    }

    fn account_events(
        &self,
        customer_id: &[u8],
        after_version: u32,
        max: usize,
    ) -> Result<Vec<StoredDecision>, StoreError> {
        self.ledger.account_events(customer_id, after_version, max)
    }

    fn events(&self, after_position: u64, max: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.ledger.events(after_position, max)
    }

    fn checkpoint(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn checkpoint_position(&self) -> Result<u64, StoreError> {
        read::checkpoint(self.ledger.connection())
    }

    fn snapshot(&self, customer_id: &[u8]) -> Result<Option<Account>, StoreError> {
        past::snapshot(&self.path, customer_id)
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl History for SharedHistory {
    fn is_empty(&self) -> bool {
        locked(&self.history).is_empty()
    }

    fn accounts(&mut self, customer_ids: &[&[u8]]) -> Result<Vec<Option<Account>>, StoreError> {
        locked(&self.history).accounts_remembering(self.memory, customer_ids)
    }

    fn seen(&mut self, pairs: &[(&[u8], &[u8])]) -> Result<Vec<bool>, StoreError> {
        locked(&self.history).seen(pairs)
    }
}

/// The history, though a shard may have crashed as it held it: none changes it.
fn locked(history: &Mutex<LogHistory>) -> MutexGuard<'_, LogHistory> {
    history.lock().unwrap_or_else(PoisonError::into_inner)
}
