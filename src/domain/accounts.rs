//! The accounts of one shard of customers.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::id_key::{IdKey, IdTexts};
use super::seen::SeenIds;
use super::{Account, AccountEvent, Policy, Transaction};

/// Hashes customer ids, the same for all who share a clone: the hash chooses a customer's shard and its place there.
///
/// Its seed is random, so that nobody can prepare customer ids which collide; no verdict depends on it.
#[derive(Clone, Debug, Default)]
pub struct CustomerHasher(RandomState);

impl CustomerHasher {
    /// The hash of a customer's id.
    pub fn hash(&self, customer_id: &[u8]) -> u64 {
        match IdKey::of_number(customer_id) {
            Some(key) => self.hash_key(key),
            None => self.0.hash_one(customer_id),
        }
    }

    fn hash_key(&self, key: IdKey) -> u64 {
        self.0.hash_one(key.word())
    }
}

/// An account's place in its [`Accounts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountSlot(u32);

impl AccountSlot {
    /// The place, from 0, in the order in which customers first appeared.
    pub const fn index(self) -> u32 {
        self.0
    }
}

/// The accounts of one shard of customers, and the transaction ids that they have seen.
#[derive(Debug, Default)]
pub struct Accounts {
    hasher: CustomerHasher,
    directory: HashTable<Entry>,
    texts: IdTexts,
    accounts: Vec<Account>,
    seen: SeenIds,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: IdKey,
    slot: AccountSlot,
}

impl Accounts {
    /// No accounts yet; customers will be looked up by this hasher's hashes.
    pub fn new(hasher: CustomerHasher) -> Self {
        Self { hasher, ..Self::default() }
    }

    /// The place of a customer's account, which is opened empty if there is none; `hash` is the customer's.
    pub fn open(&mut self, customer_id: &[u8], hash: u64) -> AccountSlot {
        let Self { hasher, directory, texts, accounts, .. } = self;
        let number = IdKey::of_number(customer_id);
        let found = directory.find(hash, |entry| match number {
            Some(number) => entry.key == number,
            None => texts.text(entry.key) == Some(customer_id),
        });
        if let Some(entry) = found {
            return entry.slot;
        }
        // Memory ends long before four billion accounts.
        let slot = AccountSlot(accounts.len() as u32);
        accounts.push(Account::default());
        let key = number.unwrap_or_else(|| texts.keep(customer_id));
        directory.insert_unique(hash, Entry { key, slot }, |entry| match texts.text(entry.key) {
            Some(id) => hasher.hash(id),
            None => hasher.hash_key(entry.key),
        });
        slot
    }

    /// The account at a place.
    pub fn get(&self, slot: AccountSlot) -> Option<&Account> {
        self.accounts.get(slot.0 as usize)
    }

    /// Decides on a transaction of the account at a place and applies the decision; none if there is no such account.
    pub fn process(
        &mut self,
        slot: AccountSlot,
        transaction: &Transaction<'_>,
        policy: &Policy,
    ) -> Option<AccountEvent> {
        let account = self.accounts.get_mut(slot.0 as usize)?;
        let seen = self.seen.contains(slot, transaction.id);
        let event = account.decide(transaction, seen, policy);
        account.apply(&event);
        if !seen {
            self.seen.insert(slot, transaction.id);
        }
        Some(event)
    }
}
