//! The version of every account that a run has met.

use super::error::conflict;
use super::{Commit, StoreError};
use crate::batch::Decision;
use crate::domain::AccountSlot;

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
        let mut met = Vec::new();
        let mut done = 0;
        let advanced = commit.each(|batch, row, shard, decision| {
            let version = self.version_mut(shard, decision.account);
            if *version == UNKNOWN {
                // Believed for now, so that one pass is enough.
                met.push((shard, decision, row.customer_id.of(&batch.text)));
            } else if *version + 1 != decision.event.version {
                return Err(conflict(row.customer_id.of(&batch.text), decision.event.version, *version));
            }
            *version = decision.event.version;
            done += 1;
            Ok(())
        });
        let advanced = advanced.and_then(|()| check_met(&met, stored));
        if advanced.is_err() {
            // Everything before the event at fault is taken back, so that nothing of the commit remains.
            for event in commit.events().take(done) {
                *self.version_mut(event.shard, event.account) -= 1;
            }
            for (shard, decision, _) in met {
                *self.version_mut(shard, decision.account) = UNKNOWN;
            }
        }
        advanced
    }

    #[expect(clippy::indexing_slicing, reason = "both vectors have just been made long enough")]
    fn version_mut(&mut self, shard: usize, account: AccountSlot) -> &mut u32 {
        if shard >= self.shards.len() {
            self.shards.resize_with(shard + 1, Vec::new);
        }
        let versions = &mut self.shards[shard];
        let place = account.index() as usize;
        if place >= versions.len() {
            versions.resize(place + 1, UNKNOWN);
        }
        &mut versions[place]
    }
}

/// Checks the first decisions of customers that are met for the first time.
fn check_met(
    met: &[(usize, &Decision, &[u8])],
    stored: impl FnOnce(&[&[u8]]) -> Result<Vec<u32>, StoreError>,
) -> Result<(), StoreError> {
    if met.is_empty() {
        return Ok(());
    }
    let customer_ids: Vec<_> = met.iter().map(|(_, _, customer_id)| *customer_id).collect();
    for ((_, decision, customer_id), stored) in met.iter().zip(stored(&customer_ids)?) {
        if stored.checked_add(1) != Some(decision.event.version) {
            return Err(conflict(customer_id, decision.event.version, stored));
        }
    }
    Ok(())
}
