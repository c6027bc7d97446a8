//! Which transaction ids each account has seen.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::AccountSlot;
use super::id_key::{IdKey, IdTexts};

/// Every (account, transaction id) pair that had a decision, exactly: a table of 12-byte records, and the texts of ids
/// that are no numbers.
#[derive(Debug, Default)]
pub(super) struct SeenIds {
    hasher: RandomState,
    table: HashTable<Seen>,
    texts: IdTexts,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    account: AccountSlot,
    key: IdKey,
}

impl SeenIds {
    /// Whether the account has seen the id.
    pub(super) fn contains(&self, account: AccountSlot, id: &[u8]) -> bool {
        let found = match IdKey::of_number(id) {
            Some(key) => {
                let hash = self.hasher.hash_one((account.index(), key.word()));
                self.table.find(hash, |seen| seen.account == account && seen.key == key)
            }
            None => {
                let hash = self.hasher.hash_one((account.index(), id));
                self.table.find(hash, |seen| seen.account == account && self.texts.text(seen.key) == Some(id))
            }
        };
        found.is_some()
    }

    /// Remembers an id that the account has not seen before.
    pub(super) fn insert(&mut self, account: AccountSlot, id: &[u8]) {
        let Self { hasher, table, texts } = self;
        let (hash, key) = match IdKey::of_number(id) {
            Some(key) => (hasher.hash_one((account.index(), key.word())), key),
            None => (hasher.hash_one((account.index(), id)), texts.keep(id)),
        };
        table.insert_unique(hash, Seen { account, key }, |seen| match texts.text(seen.key) {
            Some(id) => hasher.hash_one((seen.account.index(), id)),
            None => hasher.hash_one((seen.account.index(), seen.key.word())),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_takes_12_bytes() {
        assert_eq!(size_of::<Seen>(), 12);
    }
}
