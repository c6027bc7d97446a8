//! What came since the last run of the index, as it comes.

use hashbrown::HashTable;

use super::damaged;
use super::key::{CustomerKey, IndexKeys};
use super::tail::{self, Tail};
use crate::domain::{AccountEvent, Amount, Outcome, StatementLine, Timestamp};
use crate::store::{StoreError, StoredDecision};

/// The decisions since the last run of the index: 32 bytes for each, and some 40 for an account.
///
/// They are only noted, one behind the other, so that an event costs an appender little; [`Tail`] puts them in order.
#[derive(Clone, Debug)]
pub(crate) struct Recent {
    keys: IndexKeys,
    ids: Vec<u8>,
    accounts: Vec<AccountNote>,
    /// The version of each account after its last decision.
    versions: Vec<u32>,
    /// The places of accounts, by customer.
    places: HashTable<Place>,
    /// The position of the first decision.
    base: u64,
    decisions: Vec<DecisionNote>,
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
    /// The version after the last decision, once all are added.
    pub(super) version: u32,
    /// The number of decisions, once all are added.
    pub(super) decisions: u32,
}

/// A decision.
#[derive(Clone, Copy, Debug)]
pub(super) struct DecisionNote {
    /// How far it stands behind the first of all.
    pub(super) offset: u32,
    /// The account's place.
    pub(super) account: u32,
    /// The lower half of the transaction's key.
    pub(super) transaction: u32,
    pub(super) outcome: Outcome,
    pub(super) amount: Amount,
    pub(super) time: Timestamp,
}

impl DecisionNote {
    /// The line of a statement; `base` is the position of the first of all decisions.
    pub(super) fn line(&self, base: u64) -> StatementLine {
        let Self { offset, outcome, amount, time, .. } = *self;
        StatementLine { position: base + u64::from(offset), outcome, amount, time }
    }
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
            versions: Vec::new(),
            places: HashTable::new(),
            base: 0,
            decisions: Vec::new(),
        }
    }

    /// The number of decisions added.
    pub(crate) fn len(&self) -> u64 {
        self.decisions.len() as u64
    }

    /// The place of a customer's account, for all its decisions to come.
    pub(crate) fn account(&mut self, customer_id: &[u8]) -> RecentAccount {
        let Self { keys, ids, accounts, versions, places, .. } = self;
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
        accounts.push(AccountNote { key, id: (ids.len(), customer_id.len() as u32), version: 0, decisions: 0 });
        ids.extend_from_slice(customer_id);
        versions.push(0);
        places.insert_unique(hash(half_key), Place { half_key, account }, |place| hash(place.half_key));
        RecentAccount(account)
    }

    /// Adds the decision at a position.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if the account is another's, [`StoreError::Damaged`] if the position is not higher than those
    /// before, or so high that no run can cover it together with the first.
    pub(crate) fn add(
        &mut self,
        account: RecentAccount,
        transaction_id: &[u8],
        event: &AccountEvent,
        position: u64,
    ) -> Result<(), StoreError> {
        // The only thing that is looked for per decision, and so it stands apart, in few cache lines.
        let Some(version) = self.versions.get_mut(account.0 as usize) else {
            return Err(StoreError::Failed("the index was given an account that it does not know".to_owned()));
        };
        if self.decisions.is_empty() {
            self.base = position;
        }
        let offset = position.checked_sub(self.base).and_then(|offset| u32::try_from(offset).ok());
        let offset = offset.filter(|offset| self.decisions.last().is_none_or(|last| last.offset < *offset));
        let Some(offset) = offset else { return Err(damaged("the events behind it do not follow each other")) };
        *version = event.version;
        self.decisions.push(DecisionNote {
            offset,
            account: account.0,
            transaction: self.keys.transaction_half(transaction_id),
            outcome: event.kind.into(),
            amount: event.amount,
            time: event.time,
        });
        Ok(())
    }

    /// Adds a decision of the log, which must be behind those before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] as [`Self::add`].
    pub(crate) fn add_stored(&mut self, decision: &StoredDecision) -> Result<(), StoreError> {
        let account = self.account(&decision.customer_id);
        self.add(account, &decision.transaction_id, &decision.event, decision.position)
    }

    /// Everything in order of keys.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] if an account's amounts add up to more than 63 bits, which no decisions do.
    pub(crate) fn into_tail(self) -> Result<Tail, StoreError> {
        let Self { ids, mut accounts, versions, base, decisions, .. } = self;
        for (note, version) in accounts.iter_mut().zip(versions) {
            note.version = version;
        }
        for decision in &decisions {
            if let Some(note) = accounts.get_mut(decision.account as usize) {
                note.decisions += 1;
            }
        }
        tail::sort(ids, accounts, base, decisions)
    }
}

/// A hash of a key's upper half: the table tells records apart by its highest bits, and chooses places by its lowest.
const fn hash(half_key: u32) -> u64 {
    (half_key as u64) << 32 | half_key as u64
}
