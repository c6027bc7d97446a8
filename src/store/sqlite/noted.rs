//! What came since the checkpoint, noted for the index.

use super::index::{Recent, RecentAccount};
use crate::store::{Commit, StoreError};

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

    /// Notes the decisions of a commit.
    #[expect(clippy::indexing_slicing, reason = "both vectors have just been made long enough")]
    pub(super) fn add_all(&mut self, commit: &Commit<'_>) -> Result<(), StoreError> {
        let Self { recent, accounts } = self;
        let mut position = commit.first_position();
        commit.each(|batch, row, shard, decision| {
            let place = decision.account.index() as usize;
            if shard >= accounts.len() {
                accounts.resize_with(shard + 1, Vec::new);
            }
            let accounts = &mut accounts[shard];
            if place >= accounts.len() {
                accounts.resize(place + 1, None);
            }
            let account = match accounts[place] {
                Some(account) => account,
                None => *accounts[place].insert(recent.account(row.customer_id.of(&batch.text))?),
            };
            recent.add(account, row.id.of(&batch.text), &decision.event, position)?;
            position += 1;
            Ok(())
        })
    }

    /// Everything, for a checkpoint to take out; the next decisions are noted as if no account had been met.
    pub(super) fn for_checkpoint(&mut self) -> &mut Recent {
        self.accounts.iter_mut().for_each(Vec::clear);
        &mut self.recent
    }
}
