//! A store that retains everything, for as long as the process lives.

use std::collections::HashMap;

use super::{Commit, EventStore, NewEvent, StoreError, StoredEvent, check_position, conflict};

/// Keeps every event in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    events: Vec<StoredEvent>,
    /// By customer, the places of its events, in order.
    streams: HashMap<Vec<u8>, Vec<usize>>,
}

impl MemoryStore {
    fn version(&self, customer_id: &[u8]) -> u32 {
        self.streams.get(customer_id).map_or(0, |stream| stream.len() as u32)
    }

    /// Checks every event of a commit against the state that those before it would leave.
    fn check(&self, commit: &Commit<'_>) -> Result<(), StoreError> {
        check_position(commit, self.events.len() as u64)?;
        let mut versions = HashMap::new();
        for event in commit.events() {
            let version = versions.entry(event.customer_id).or_insert_with(|| self.version(event.customer_id));
            if *version + 1 != event.event.version {
                return Err(conflict(&event, *version));
            }
            *version += 1;
        }
        Ok(())
    }
}

impl EventStore for MemoryStore {
    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError> {
        self.check(commit)?;
        for event in commit.events() {
            self.streams.entry(event.customer_id.to_owned()).or_default().push(self.events.len());
            self.events.push(StoredEvent::from(&event));
        }
        Ok(())
    }

    fn account_events(
        &self,
        customer_id: &[u8],
        after_version: u32,
        max: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let stream = self.streams.get(customer_id).map(Vec::as_slice).unwrap_or_default();
        let places = stream.iter().skip(after_version as usize).take(max);
        Ok(places.filter_map(|place| self.events.get(*place).cloned()).collect())
    }

    fn events(&self, after_position: u64, max: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let skipped = usize::try_from(after_position).unwrap_or(usize::MAX);
        Ok(self.events.iter().skip(skipped).take(max).cloned().collect())
    }
}

impl From<&NewEvent<'_>> for StoredEvent {
    fn from(event: &NewEvent<'_>) -> Self {
        Self {
            position: event.position,
            customer_id: event.customer_id.to_owned(),
            transaction_id: event.transaction_id.to_owned(),
            line: event.line,
            event: *event.event,
        }
    }
}
