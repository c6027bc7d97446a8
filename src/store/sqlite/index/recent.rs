//! What came since the last run of the index, as it comes.

use hashbrown::HashTable;

use super::key::{CustomerKey, IndexKeys};
use super::page::TransactionEntry;
use super::tail::{self, Tail};
use crate::domain::{AccountEvent, Amount, Day};
use crate::store::StoreError;

/// The decisions since the last run of the index: 16 bytes for each, 16 more for an accepted one, and some 40 for an
/// account.
///
/// They are only noted, one behind the other, so that an event costs an appender little; [`Tail`] puts them in order.
#[derive(Clone, Debug)]
pub(crate) struct Recent {
    keys: IndexKeys,
    ids: Vec<u8>,
    accounts: Vec<AccountNote>,
    /// The places of accounts, by customer.
    places: HashTable<Place>,
    movements: Vec<Movement>,
    transactions: Vec<TransactionEntry>,
}

/// The place of an account in a [`Recent`], and in no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecentAccount(u32);

/// The place of an account, and the upper half of its customer's key: a table that grows need not look at accounts.
#[derive(Clone, Copy, Debug)]
struct Place {
    half_key: u32,
    account: u32,
}

/// An account that had a decision.
#[derive(Clone, Copy, Debug)]
pub(super) struct AccountNote {
    pub(super) key: CustomerKey,
    /// Where the customer's id begins among all, and its length.
    pub(super) id: (usize, u32),
    /// The version after the last decision.
    pub(super) version: u32,
}

/// An accepted transaction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Movement {
    /// The account's place.
    pub(super) account: u32,
    pub(super) day: Day,
    pub(super) amount: Amount,
}

impl AccountNote {
    /// The customer's id among all.
    pub(super) fn id<'a>(&self, ids: &'a [u8]) -> &'a [u8] {
        let (start, len) = self.id;
        ids.get(start..start + len as usize).unwrap_or_default()
    }
}

impl Recent {
    /// Nothing yet.
    pub(crate) const fn new(keys: IndexKeys) -> Self {
        Self {
            keys,
            ids: Vec::new(),
            accounts: Vec::new(),
            places: HashTable::new(),
            movements: Vec::new(),
            transactions: Vec::new(),
        }
    }

    /// The number of decisions added.
    pub(crate) fn len(&self) -> u64 {
        self.transactions.len() as u64
    }

    /// The place of a customer's account, for all its decisions to come.
    pub(crate) fn account(&mut self, customer_id: &[u8]) -> RecentAccount {
        let Self { keys, ids, accounts, places, .. } = self;
        let key = keys.customer(customer_id);
        let half_key = (key.number() >> 31) as u32;
        let found = places.find(hash(half_key), |place| {
            place.half_key == half_key
                && accounts
                    .get(place.account as usize)
                    .is_some_and(|note| note.key == key && note.id(ids) == customer_id)
        });
        if let Some(place) = found {
            return RecentAccount(place.account);
        }
        // A run has some million events, and not more accounts; an id is shorter than its line, at most 64 KiB.
        let account = accounts.len() as u32;
        accounts.push(AccountNote { key, id: (ids.len(), customer_id.len() as u32), version: 0 });
        ids.extend_from_slice(customer_id);
        places.insert_unique(hash(half_key), Place { half_key, account }, |place| hash(place.half_key));
        RecentAccount(account)
    }

    /// Adds the decision at a position, which is higher than those before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if the account is another's.
    pub(crate) fn add(
        &mut self,
        account: RecentAccount,
        transaction_id: &[u8],
        event: &AccountEvent,
        position: u64,
    ) -> Result<(), StoreError> {
        let Some(note) = self.accounts.get_mut(account.0 as usize) else {
            return Err(StoreError::Failed("the index was given an account that it does not know".to_owned()));
        };
        note.version = event.version;
        self.transactions.push(TransactionEntry { key: self.keys.transaction(note.key, transaction_id), position });
        if event.kind.is_accepted() {
            self.movements.push(Movement { account: account.0, day: event.time.day(), amount: event.amount });
        }
        Ok(())
    }

    /// Everything in order of keys.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] if an account's amounts add up to more than 63 bits, which no decisions do.
    pub(crate) fn into_tail(self) -> Result<Tail, StoreError> {
        let Self { ids, accounts, movements, transactions, .. } = self;
        tail::sort(ids, &accounts, &movements, transactions)
    }
}

/// A hash of a key's upper half: the table tells records apart by its highest bits, and chooses places by its lowest.
const fn hash(half_key: u32) -> u64 {
    (half_key as u64) << 32 | half_key as u64
}
