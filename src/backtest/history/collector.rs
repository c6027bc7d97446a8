//! An input as a history.

use std::sync::{Arc, Mutex, PoisonError};

use super::HistoryPart;
use super::part::NewRow;
use crate::domain::{AccountEventKind, Memory};
use crate::store::{Commit, EventStore, History, NoHistory, StoreError};

/// A store that gathers the transactions of a run and which of them are duplicates, whatever else became of them; clones
/// gather together.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    part: Arc<Mutex<HistoryPart>>,
    last_position: u64,
}

impl Collector {
    /// What was gathered, which is then gone from here.
    pub fn take(&self) -> HistoryPart {
        std::mem::take(&mut *self.part.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl EventStore for Collector {
    fn next_position(&self) -> u64 {
        self.last_position + 1
    }

    fn begin(&mut self, shards: usize, _: Memory) -> Result<Vec<Box<dyn History>>, StoreError> {
        Ok((0..shards).map(|_| Box::new(NoHistory) as Box<dyn History>).collect())
    }

    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError> {
        let mut part = self.part.lock().unwrap_or_else(PoisonError::into_inner);
        for event in commit.events() {
            // The names of groups are UTF-8, as what else stands in them was rejected.
            let group = str::from_utf8(event.group).ok().filter(|group| !group.is_empty());
            part.push(&NewRow {
                customer_id: event.customer_id,
                id: event.transaction_id,
                line: event.line,
                amount: event.event.amount,
                time: event.event.time,
                group,
                reason: (event.event.kind == AccountEventKind::DuplicateTxn).then_some(b"duplicate"),
            });
        }
        self.last_position += commit.len();
        Ok(())
    }
}
