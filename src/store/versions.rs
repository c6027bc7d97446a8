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
    /// `stored` tells the version of an account that is met for the first time.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`], or the error of `stored`.
    pub(super) fn advance(
        &mut self,
        commit: &Commit<'_>,
        mut stored: impl FnMut(&NewEvent<'_>) -> Result<u32, StoreError>,
    ) -> Result<(), StoreError> {
        for (done, event) in commit.events().enumerate() {
            if let Err(error) = self.step(&event, &mut stored) {
                // Everything before the event at fault is taken back, so that nothing of the commit remains.
                for earlier in commit.events().take(done) {
                    *self.version_mut(&earlier) -= 1;
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn step(
        &mut self,
        event: &NewEvent<'_>,
        stored: &mut impl FnMut(&NewEvent<'_>) -> Result<u32, StoreError>,
    ) -> Result<(), StoreError> {
        let version = self.version_mut(event);
        if *version == UNKNOWN {
            *version = stored(event)?;
        }
        if *version + 1 != event.event.version {
            return Err(conflict(event, *version));
        }
        *version += 1;
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
