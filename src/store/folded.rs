//! A log that was folded to its accounts.

use std::sync::Arc;

use super::{History, StoreError};
use crate::domain::{Account, AccountSlot, Accounts, CustomerHasher};

/// The history of a log that was folded to its accounts, each remembering every accepted transaction; clones are the same.
#[derive(Clone, Debug)]
pub struct FoldedHistory {
    accounts: Arc<Accounts>,
    hasher: CustomerHasher,
}

impl FoldedHistory {
    /// The history that left these accounts, which are looked up by this hasher's hashes.
    pub fn new(accounts: Accounts, hasher: CustomerHasher) -> Self {
        Self { accounts: Arc::new(accounts), hasher }
    }

    fn account(&self, customer_id: &[u8]) -> Option<&Account> {
        self.accounts.get(self.slot(customer_id)?)
    }

    fn slot(&self, customer_id: &[u8]) -> Option<AccountSlot> {
        self.accounts.find(customer_id, self.hasher.hash(customer_id))
    }
}

impl History for FoldedHistory {
    fn is_empty(&self) -> bool {
        self.accounts.count() == 0
    }

    fn accounts(&mut self, customer_ids: &[&[u8]]) -> Result<Vec<Option<Account>>, StoreError> {
        Ok(customer_ids.iter().map(|customer_id| self.account(customer_id).cloned()).collect())
    }

    fn seen(&mut self, pairs: &[(&[u8], &[u8])]) -> Result<Vec<bool>, StoreError> {
        let seen = |(customer_id, id): &(&[u8], &[u8])| {
            self.slot(customer_id).is_some_and(|slot| self.accounts.has_seen(slot, id))
        };
        Ok(pairs.iter().map(seen).collect())
    }
}
