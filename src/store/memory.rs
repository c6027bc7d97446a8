//! A store that retains everything, for as long as the process lives.

use std::collections::{HashMap, HashSet};

use super::error::check_positions;
use super::versions::Versions;
use super::{Commit, EventStore, History, MarkedLimit, StoreError, StoredDecision, StoredEvent};
use crate::domain::{Account, Memory};

/// The number of the one batch that it can have.
const BATCH: u32 = 1;

/// Keeps every event in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    decisions: Vec<StoredDecision>,
    /// By customer, the places of its events, in order.
    streams: HashMap<Vec<u8>, Vec<usize>>,
    versions: Versions,
    snapshots: HashMap<Vec<u8>, Account>,
    checkpoint: u64,
}

/// What a [`MemoryStore`] held at some moment.
#[derive(Clone, Debug)]
struct MemoryHistory {
    accounts: HashMap<Vec<u8>, Account>,
    seen: HashSet<(Vec<u8>, Vec<u8>)>,
}

impl MemoryStore {
    fn accounts(&self, memory: Memory) -> HashMap<Vec<u8>, Account> {
        let mut accounts = HashMap::<_, Account>::new();
        for decision in &self.decisions {
            accounts.entry(decision.customer_id.clone()).or_insert_with(|| Account::new(memory)).apply(&decision.event);
        }
        accounts
    }
}

impl EventStore for MemoryStore {
    fn next_position(&self) -> u64 {
        self.decisions.len() as u64 + 1
    }

    fn begin(&mut self, shards: usize, memory: Memory) -> Result<Vec<Box<dyn History>>, StoreError> {
        self.versions = Versions::default();
        let ids = |decision: &StoredDecision| (decision.customer_id.clone(), decision.transaction_id.clone());
        let history = MemoryHistory { accounts: self.accounts(memory), seen: self.decisions.iter().map(ids).collect() };
        Ok((0..shards).map(|_| Box::new(history.clone()) as Box<dyn History>).collect())
    }

    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError> {
        check_positions(commit, self.next_position())?;
        let streams = &self.streams;
        let stored = |id: &&[u8]| streams.get(*id).map_or(0, |stream| stream.len() as u32);
        self.versions.advance(commit, |customer_ids| Ok(customer_ids.iter().map(stored).collect()))?;
        for event in commit.events() {
            self.streams.entry(event.customer_id.to_owned()).or_default().push(self.decisions.len());
            self.decisions.push(StoredDecision {
                position: event.position,
                batch: BATCH,
                line: event.line,
                customer_id: event.customer_id.to_owned(),
                transaction_id: event.transaction_id.to_owned(),
                event: *event.event,
                reason: event.reason.map(str::to_owned),
                group: (!event.group.is_empty()).then(|| String::from_utf8_lossy(event.group).into_owned()),
                marked: MarkedLimit::all_of(event.event.kind.marks(), commit.policy),
            });
        }
        Ok(())
    }

    fn account_events(
        &self,
        customer_id: &[u8],
        after_version: u32,
        max: usize,
    ) -> Result<Vec<StoredDecision>, StoreError> {
        let stream = self.streams.get(customer_id).map(Vec::as_slice).unwrap_or_default();
        let places = stream.iter().skip(after_version as usize).take(max);
        Ok(places.filter_map(|place| self.decisions.get(*place).cloned()).collect())
    }

    fn events(&self, after_position: u64, max: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let skipped = usize::try_from(after_position).unwrap_or(usize::MAX);
        Ok(self.decisions.iter().skip(skipped).take(max).cloned().map(StoredEvent::Decision).collect())
    }

    fn checkpoint(&mut self) -> Result<(), StoreError> {
        self.snapshots = self.accounts(Memory::Days);
        self.checkpoint = self.decisions.len() as u64;
        Ok(())
    }

    fn checkpoint_position(&self) -> Result<u64, StoreError> {
        Ok(self.checkpoint)
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn snapshot(&self, customer_id: &[u8]) -> Result<Option<Account>, StoreError> {
        Ok(self.snapshots.get(customer_id).cloned())
    }
}

impl History for MemoryHistory {
    fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    fn accounts(&mut self, customer_ids: &[&[u8]]) -> Result<Vec<Option<Account>>, StoreError> {
        Ok(customer_ids.iter().map(|id| self.accounts.get(*id).cloned()).collect())
    }

    fn seen(&mut self, pairs: &[(&[u8], &[u8])]) -> Result<Vec<bool>, StoreError> {
        Ok(pairs.iter().map(|(customer, id)| self.seen.contains(&(customer.to_vec(), id.to_vec()))).collect())
    }
}
