//! The version of every account that a run has met.

use super::error::conflict;
use super::{Commit, NewEvent, StoreError};

/// What a store knows of an account before it has looked.
const UNKNOWN: u32 = u32::MAX;

/// The version of each account that a run has met, by shard and place in it: four bytes an account.
#[derive(Debug, Default)]
pub(super) struct Versions {
    shards: Vec<Vec<u32>>,
}

impl Versions {
    /// Moves every account of a commit on by its events, if each follows the account's last one; else moves none.
    ///
    /// `stored` tells the versions of the accounts that are met for the first time, by their customers.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`], or the error of `stored`.
    pub(super) fn advance(
        &mut self,
        commit: &Commit<'_>,
        stored: impl FnOnce(&[&[u8]]) -> Result<Vec<u32>, StoreError>,
    ) -> Result<(), StoreError> {
        self.meet(commit, stored)?;
        for (done, event) in commit.events().enumerate() {
            let version = self.version_mut(&event);
            if *version + 1 != event.event.version {
                let error = conflict(&event, *version);
                // Everything before the event at fault is taken back, so that nothing of the commit remains.
                for earlier in commit.events().take(done) {
                    *self.version_mut(&earlier) -= 1;
                }
                return Err(error);
            }
            *version += 1;
        }
        Ok(())
    }

    /// Learns the versions of the accounts that a commit is the first to have events of.
    fn meet(
        &mut self,
        commit: &Commit<'_>,
        stored: impl FnOnce(&[&[u8]]) -> Result<Vec<u32>, StoreError>,
    ) -> Result<(), StoreError> {
        let mut new = Vec::new();
        for event in commit.events() {
            let version = self.version_mut(&event);
            if *version == UNKNOWN {
                // Noted as met, so that the commit's further events of the account don't ask again.
                *version = 0;
                new.push(event);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let customer_ids: Vec<_> = new.iter().map(|event| event.customer_id).collect();
        match stored(&customer_ids) {
            Ok(versions) => new.iter().zip(versions).for_each(|(event, stored)| *self.version_mut(event) = stored),
            Err(error) => {
                new.iter().for_each(|event| *self.version_mut(event) = UNKNOWN);
                return Err(error);
            }
        }
        Ok(())
    }

    #[expect(clippy::indexing_slicing, reason = "both vectors have just been made long enough")]
    fn version_mut(&mut self, event: &NewEvent<'_>) -> &mut u32 {
        if event.shard >= self.shards.len() {
            self.shards.resize_with(event.shard + 1, Vec::new);
        }
        let versions = &mut self.shards[event.shard];
        let place = event.account.index() as usize;
        if place >= versions.len() {
            versions.resize(place + 1, UNKNOWN);
        }
        &mut versions[place]
    }
}
