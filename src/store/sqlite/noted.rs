//! What came since the checkpoint, noted for the index.

use super::index::{IndexKeys, Recent, RecentAccount};
use crate::store::{NewEvent, StoreError};

/// What came since the checkpoint, with the place of each account that a run has met, so that an account is looked up by
/// its customer only once.
#[derive(Debug)]
pub(super) struct Noted {
    recent: Recent,
    /// By shard and place in it.
    accounts: Vec<Vec<Option<RecentAccount>>>,
}

impl Noted {
    /// What came so far, in earlier runs.
    pub(super) const fn new(recent: Recent) -> Self {
        Self { recent, accounts: Vec::new() }
    }

    /// The number of decisions.
    pub(super) fn len(&self) -> u64 {
        self.recent.len()
    }

    /// Forgets which account of a run is which, as another run begins.
    pub(super) fn begin(&mut self) {
        self.accounts.clear();
    }

    /// Notes a decision.
    #[expect(clippy::indexing_slicing, reason = "both vectors have just been made long enough")]
    pub(super) fn add(&mut self, event: &NewEvent<'_>) -> Result<(), StoreError> {
        let (shard, place) = (event.shard, event.account.index() as usize);
        if shard >= self.accounts.len() {
            self.accounts.resize_with(shard + 1, Vec::new);
        }
        let accounts = &mut self.accounts[shard];
        if place >= accounts.len() {
            accounts.resize(place + 1, None);
        }
        let recent = &mut self.recent;
        let account = *accounts[place].get_or_insert_with(|| recent.account(event.customer_id));
        recent.add(account, event.transaction_id, event.event, event.position)
    }

    /// Takes everything out, for a checkpoint.
    pub(super) fn take(&mut self, keys: IndexKeys) -> Recent {
        self.accounts.clear();
        std::mem::replace(&mut self.recent, Recent::new(keys))
    }
}
