//! Which transaction ids each account has seen.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use super::AccountSlot;
use super::id_key::{IdKey, IdTexts};
use super::id_table::{Entry, IdTable};

/// Every (account, transaction id) pair that had a decision, exactly: a table of 12-byte entries, and the texts of ids
/// that are no numbers.
#[derive(Debug, Default)]
pub(super) struct SeenIds {
    hasher: RandomState,
    table: IdTable,
    texts: IdTexts,
}

/// A pair as it is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct SoughtId {
    pub(super) account: AccountSlot,
    /// The id's key, unless it is a text.
    number: Option<IdKey>,
    hash: u64,
}

impl SeenIds {
    /// No ids yet, and room for so many.
    pub(super) fn with_room(len: usize) -> Self {
        Self { table: IdTable::with_room(len), ..Self::default() }
    }

    /// Prepares to look for an id among those that an account has seen.
    #[inline]
    pub(super) fn sought(&self, account: AccountSlot, id: &[u8]) -> SoughtId {
        let number = IdKey::of_number(id);
        let hash = match number {
            Some(key) => hash_number(&self.hasher, account.index(), key),
            None => hash_text(&self.hasher, account.index(), id),
        };
        SoughtId { account, number, hash }
    }

    /// Asks the processor for the place where an id will be looked for.
    #[inline]
    pub(super) fn prefetch(&self, sought: &SoughtId) {
        self.table.prefetch(sought.hash);
    }

    /// Whether the account has seen the id.
    pub(super) fn contains(&self, sought: &SoughtId, id: &[u8]) -> bool {
        self.table.find(sought.hash, |entry| sought.is_in(entry, &self.texts, id)).is_ok()
    }

    /// Remembers that the account has seen the id; whether it had not before.
    #[inline]
    pub(super) fn insert(&mut self, sought: &SoughtId, id: &[u8]) -> bool {
        let Self { hasher, table, texts } = self;
        let Err(vacancy) = table.find(sought.hash, |entry| sought.is_in(entry, texts, id)) else {
            return false;
        };
        let key = sought.number.unwrap_or_else(|| texts.keep(id));
        let entry = Entry { number: sought.account.index(), key };
        table.fill(vacancy, entry, |Entry { number, key }| match texts.text(key) {
            Some(id) => hash_text(hasher, number, id),
            None => hash_number(hasher, number, key),
        });
        true
    }
}

impl SoughtId {
    /// Whether an entry is of this pair.
    #[inline]
    fn is_in(&self, entry: Entry, texts: &IdTexts, id: &[u8]) -> bool {
        let is_same = || match self.number {
            Some(number) => entry.key == number,
            None => texts.text(entry.key) == Some(id),
        };
        entry.number == self.account.index() && is_same()
    }
}

#[inline]
fn hash_number(hasher: &RandomState, account: u32, key: IdKey) -> u64 {
    hasher.hash_one((account, key.word()))
}

fn hash_text(hasher: &RandomState, account: u32, id: &[u8]) -> u64 {
    hasher.hash_one((account, id))
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
            let sought = seen.sought(account, id);
            assert!(!seen.contains(&sought, id), "{} is not yet seen", id.escape_ascii());
            assert!(seen.insert(&sought, id), "{} is new", id.escape_ascii());
            assert!(seen.contains(&sought, id), "{} is now seen", id.escape_ascii());
            assert!(!seen.insert(&sought, id), "{} is seen", id.escape_ascii());
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
        let mut insert = |id: String| {
            let sought = seen.sought(account, id.as_bytes());
            seen.insert(&sought, id.as_bytes())
        };
        assert!(ids(false).all(&mut insert));
        assert!(!ids(false).any(&mut insert));
        assert!(ids(true).all(&mut insert));
    }
}
