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
        let number = IdKey::of_number(id);
        let hash = match number {
            Some(key) => self.hasher.hash_one((account.index(), key.word())),
            None => self.hasher.hash_one((account.index(), id)),
        };
        let is_same = |seen: &Seen| {
            seen.account == account
                && number.map_or_else(|| self.texts.text(seen.key) == Some(id), |number| seen.key == number)
        };
        self.table.find(hash, is_same).is_some()
    }

    /// Remembers that the account has seen the id; whether it had not before.
    pub(super) fn insert(&mut self, account: AccountSlot, id: &[u8]) -> bool {
        let Self { hasher, table, texts } = self;
        let hash_number = |account: AccountSlot, key: IdKey| hasher.hash_one((account.index(), key.word()));
        let hash_text = |account: AccountSlot, id: &[u8]| hasher.hash_one((account.index(), id));
        let number = IdKey::of_number(id);
        let hash = number.map_or_else(|| hash_text(account, id), |key| hash_number(account, key));
        let is_same = |seen: &Seen| {
            seen.account == account
                && number.map_or_else(|| texts.text(seen.key) == Some(id), |number| seen.key == number)
        };
        if table.find(hash, is_same).is_some() {
            return false;
        }
        let key = number.unwrap_or_else(|| texts.keep(id));
        table.insert_unique(hash, Seen { account, key }, |seen| match texts.text(seen.key) {
            Some(id) => hash_text(seen.account, id),
            None => hash_number(seen.account, seen.key),
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Accounts, CustomerHasher, Memory};

    #[test]
    fn ids_are_told_apart_by_account_and_bytes() {
        let mut accounts = Accounts::new(CustomerHasher::default(), Memory::Days);
        let [one, other] = [1, 2].map(|hash| accounts.open(hash.to_string().as_bytes(), hash));
        let mut seen = SeenIds::default();
        let ids: [&[u8]; 7] = [b"7", b"007", b"0", b"00", b"x", b"X", b"1000000000000000000"];
        for (account, id) in [one, other].into_iter().flat_map(|account| ids.map(|id| (account, id))) {
            assert!(!seen.contains(account, id), "{} is not yet seen", id.escape_ascii());
            assert!(seen.insert(account, id), "{} is new", id.escape_ascii());
            assert!(seen.contains(account, id), "{} is now seen", id.escape_ascii());
            assert!(!seen.insert(account, id), "{} is seen", id.escape_ascii());
        }
    }

    #[test]
    fn ids_are_found_again_among_many() {
        let account = Accounts::default().open(b"1", 0);
        let mut seen = SeenIds::default();
        let ids = |odd| {
            let numbers = (0..40_000).filter(move |number| (number / 2) % 2 == i32::from(odd));
            numbers.map(|number| if number % 2 == 0 { number.to_string() } else { format!("t-{number}") })
        };
        assert!(ids(false).all(|id| seen.insert(account, id.as_bytes())));
        assert!(!ids(false).any(|id| seen.insert(account, id.as_bytes())));
        assert!(ids(true).all(|id| seen.insert(account, id.as_bytes())));
    }

    #[test]
    fn record_takes_12_bytes() {
        assert_eq!(size_of::<Seen>(), 12);
    }
}
