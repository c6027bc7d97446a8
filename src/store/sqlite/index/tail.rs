//! What came since the last run of the index, in order.

use super::key::CustomerKey;
use super::page::TransactionEntry;
use super::recent::part_of;
use super::sorted::{SortedAccount, SortedPart};

/// A [`super::Recent`] in order of keys: a run of the index that is still in memory.
///
/// Until that run is written, histories look into it.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    /// By the highest bits of keys.
    parts: Vec<SortedPart>,
}

impl Tail {
    /// A tail of all its parts.
    pub(super) const fn of(parts: Vec<SortedPart>) -> Self {
        Self { parts }
    }

    /// Whether nothing was decided.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.transactions().is_empty())
    }

    /// The accounts, sorted by key and customer.
    pub(super) fn accounts(&self) -> impl Iterator<Item = SortedAccount<'_>> {
        self.parts.iter().flat_map(SortedPart::accounts)
    }

    /// What was added to a customer's account, if anything.
    pub(super) fn find(&self, key: CustomerKey, customer_id: &[u8]) -> Option<SortedAccount<'_>> {
        self.parts.get(part_of(key))?.find(key, customer_id)
    }

    /// The highest position, up to a bound, of a transaction of this key.
    pub(super) fn last_position(&self, key: u64, max: u64) -> Option<u64> {
        // A transaction's key begins as its customer's.
        let transactions = self.parts.get(part_of(CustomerKey::of_transaction(key)))?.transactions();
        let end = transactions.partition_point(|entry| *entry <= TransactionEntry { key, position: max });
        let entry = transactions.get(end.checked_sub(1)?)?;
        (entry.key == key).then_some(entry.position)
    }
}
