//! The store of runs without a durable one.

use super::{Commit, EventStore, NewEvent, StoreError, StoredEvent, check_position, conflict};

/// Checks positions and versions as every store does, lets the events pass, and retains none of them.
///
/// It holds four bytes an account and nothing for a transaction.
#[derive(Debug, Default)]
pub struct PassThroughStore {
    last_position: u64,
    /// The version of each account, by shard and place in it.
    versions: Vec<Vec<u32>>,
}

impl PassThroughStore {
    fn version_mut(&mut self, event: &NewEvent<'_>) -> Option<&mut u32> {
        if event.shard >= self.versions.len() {
            self.versions.resize_with(event.shard + 1, Vec::new);
        }
        let versions = self.versions.get_mut(event.shard)?;
        let place = event.account.index() as usize;
        if place >= versions.len() {
            versions.resize(place + 1, 0);
        }
        versions.get_mut(place)
    }
}

impl EventStore for PassThroughStore {
    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError> {
        check_position(commit, self.last_position)?;
        let mut last_position = self.last_position;
        for (done, event) in commit.events().enumerate() {
            let Some(version) = self.version_mut(&event) else { continue };
            if *version + 1 != event.event.version {
                let error = conflict(&event, *version);
                // Everything before the event at fault is taken back, so that nothing of the commit remains.
                for earlier in commit.events().take(done) {
                    if let Some(version) = self.version_mut(&earlier) {
                        *version -= 1;
                    }
                }
                return Err(error);
            }
            *version += 1;
            last_position = event.position;
        }
        self.last_position = last_position;
        Ok(())
    }

    fn account_events(&self, _: &[u8], _: u32, _: usize) -> Result<Vec<StoredEvent>, StoreError> {
        Ok(Vec::new())
    }

    fn events(&self, _: u64, _: usize) -> Result<Vec<StoredEvent>, StoreError> {
        Ok(Vec::new())
    }
}
