//! A store for tests that look at what is committed, or let it fail.

use super::{Commit, EventStore, History, NoHistory, StoreError, StoredDecision, StoredEvent};
use crate::domain::{Account, Memory};

type Hook = Box<dyn FnMut(&Commit<'_>) -> Result<(), StoreError> + Send>;
type Begin = Box<dyn Fn() -> Result<Box<dyn History>, StoreError> + Send>;

/// Keeps nothing, and calls a test for each commit.
pub(crate) struct HookedStore {
    next_position: u64,
    /// How many events of its own the store puts before each commit but the first.
    own_events: u64,
    hook: Hook,
    begin: Begin,
}

impl HookedStore {
    /// A store that calls this before it takes a commit.
    pub(crate) fn new(hook: impl FnMut(&Commit<'_>) -> Result<(), StoreError> + Send + 'static) -> Self {
        let begin: Begin = Box::new(|| Ok(Box::new(NoHistory)));
        Self { next_position: 1, own_events: 0, hook: Box::new(hook), begin }
    }

    /// The same, with so many events of its own before each commit but the first.
    pub(crate) fn with_own_events(self, own_events: u64) -> Self {
        Self { own_events, ..self }
    }

    /// The same, with what this makes as each shard's history.
    pub(crate) fn with_history(
        self,
        begin: impl Fn() -> Result<Box<dyn History>, StoreError> + Send + 'static,
    ) -> Self {
        Self { begin: Box::new(begin), ..self }
    }
}

impl EventStore for HookedStore {
    fn next_position(&self) -> u64 {
        self.next_position
    }

    fn begin(&mut self, shards: usize, _: Memory) -> Result<Vec<Box<dyn History>>, StoreError> {
        (0..shards).map(|_| (self.begin)()).collect()
    }

    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError> {
        (self.hook)(commit)?;
        self.next_position += commit.len() + self.own_events;
        Ok(())
    }

    fn account_events(&self, _: &[u8], _: u32, _: usize) -> Result<Vec<StoredDecision>, StoreError> {
        Ok(Vec::new())
    }

    fn events(&self, _: u64, _: usize) -> Result<Vec<StoredEvent>, StoreError> {
        Ok(Vec::new())
    }

    fn checkpoint(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn checkpoint_position(&self) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn snapshot(&self, _: &[u8]) -> Result<Option<Account>, StoreError> {
        Ok(None)
    }
}
