//! The decisions on customers of a range of keys, as they come.

use hashbrown::HashTable;

use super::key::CustomerKey;
use super::sorted::SortedPart;
use crate::domain::{Amount, Outcome, StatementLine, Timestamp};
use crate::store::StoreError;

/// The decisions on customers of a range of keys, one behind the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) ids: Vec<u8>,
    pub(super) accounts: Vec<AccountNote>,
    /// The version of each account after its last decision.
    pub(super) versions: Vec<u32>,
    /// The places of accounts, by customer.
    places: HashTable<Place>,
    pub(super) decisions: Vec<DecisionNote>,
}

/// The place of an account in its part, and some bits of its customer's key: a table that grows need not look at accounts.
#[derive(Clone, Copy, Debug)]
struct Place {
    half_key: u32,
    account: u32,
}

/// An account that had a decision.
#[derive(Clone, Copy, Debug)]
pub(super) struct AccountNote {
    pub(super) key: CustomerKey,
    /// Where the customer's id begins among all of the part, and its length.
    pub(super) id: (usize, u32),
}

/// A decision.
#[derive(Clone, Copy, Debug)]
pub(super) struct DecisionNote {
    /// How far it stands behind the first of all.
    pub(super) offset: u32,
    /// The account's place in its part.
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
    /// The customer's id among all of the part.
    pub(super) fn id<'a>(&self, ids: &'a [u8]) -> &'a [u8] {
        let (start, len) = self.id;
        ids.get(start..start + len as usize).unwrap_or_default()
    }
}

impl Part {
    /// The number of accounts.
    pub(super) const fn account_count(&self) -> usize {
        self.accounts.len()
    }

    /// The place of a customer's account; none if there are too many.
    pub(super) fn account(&mut self, key: CustomerKey, customer_id: &[u8]) -> Option<u32> {
        let Self { ids, accounts, versions, places, .. } = self;
        // All keys of a part begin alike.
        let half_key = (key.number() >> 16) as u32;
        let found = places.find(hash(half_key), |place| {
            place.half_key == half_key
                && accounts
                    .get(place.account as usize)
                    .is_some_and(|note| note.key == key && note.id(ids) == customer_id)
        });
        if let Some(place) = found {
            return Some(place.account);
        }
        let account = u32::try_from(accounts.len()).ok()?;
        // An id is shorter than its line, at most 64 KiB.
        accounts.push(AccountNote { key, id: (ids.len(), customer_id.len() as u32) });
        ids.extend_from_slice(customer_id);
        versions.push(0);
        places.insert_unique(hash(half_key), Place { half_key, account }, |place| hash(place.half_key));
        Some(account)
    }

    /// Adds a decision, which leads to a version; false if there is no such account.
    #[inline]
    pub(super) fn add(&mut self, decision: DecisionNote, version: u32) -> bool {
        // The only thing that is looked for per decision, and so it stands apart, in few cache lines.
        let Some(known) = self.versions.get_mut(decision.account as usize) else { return false };
        *known = version;
        if self.decisions.len() == self.decisions.capacity() {
            self.grow();
        }
        self.decisions.push(decision);
        true
    }

    /// Makes room for more decisions: for a few, then for nearly all that a part gets, since what grows is copied.
    #[cold]
    fn grow(&mut self) {
        const FEW: usize = 16;
        const MANY: usize = 256;
        /// What a part of a million decisions seldom has more of.
        const USUAL: usize = 4_608;
        let count = self.decisions.len();
        let room = [FEW, MANY, USUAL].into_iter().find(|room| *room > count).unwrap_or(2 * count);
        self.decisions.reserve_exact(room - count);
    }

    /// Takes everything out, in order of keys, and keeps the memory.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] if an account's amounts add up to more than 63 bits.
    pub(super) fn drain_into(&mut self, base: u64, sorted: &mut SortedPart) -> Result<(), StoreError> {
        sorted.fill(self, base)?;
        self.ids.clear();
        self.accounts.clear();
        self.versions.clear();
        self.places.clear();
        self.decisions.clear();
        Ok(())
    }
}

/// A hash of a key's bits: the table tells records apart by its highest bits, and chooses places by its lowest.
const fn hash(half_key: u32) -> u64 {
    (half_key as u64) << 32 | half_key as u64
}
