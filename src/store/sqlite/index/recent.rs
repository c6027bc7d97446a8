//! What came since the last run of the index, as it comes.

use std::num::NonZeroU32;
use std::slice::ChunksMut;

use rayon::prelude::*;

use super::damaged;
use super::key::{CustomerKey, IndexKeys};
use super::part::{DecisionNote, Part};
use super::sorted::SortedPart;
use super::tail::Tail;
use crate::domain::AccountEvent;
use crate::store::{StoreError, StoredDecision};

/// How many of a key's 63 bits tell its part: a part of a million decisions can be put in order within a processor's
/// cache.
const PART_BITS: u32 = 8;

/// How many parts are put in order at once: enough that every thread has several, and little beside all.
const AT_ONCE: usize = 16;

/// The bits that tell an account's place in its part.
const PLACE_BITS: u32 = u32::BITS - PART_BITS;

/// The decisions since the last run of the index: 32 bytes for each, and some 40 for an account.
///
/// They are only noted, so that an event costs an appender little; [`Tail`] puts them in order. Notes are parted by the
/// highest bits of the customers' keys, as pages lie in order of keys.
#[derive(Clone, Debug)]
pub(crate) struct Recent {
    keys: IndexKeys,
    /// By the highest bits of keys.
    parts: Vec<Part>,
    /// The position of the first decision.
    base: u64,
    /// How far the last decision stands behind the first.
    last_offset: Option<u32>,
    len: u64,
}

/// The place of an account in a [`Recent`] until everything is taken out of that: its part in the highest bits, its place
/// there, from one, in the rest. No bits at all would be none, so that having none takes no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecentAccount(NonZeroU32);

/// The part that a customer is in.
pub(super) const fn part_of(key: CustomerKey) -> usize {
    (key.number() >> (CustomerKey::BITS - PART_BITS)) as usize
}

impl Recent {
    /// Nothing yet.
    pub(crate) fn new(keys: IndexKeys) -> Self {
        Self { keys, parts: vec![Part::default(); 1 << PART_BITS], base: 0, last_offset: None, len: 0 }
    }

    /// The number of decisions added.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// The number of accounts that they are about.
    pub(super) fn account_count(&self) -> u64 {
        self.parts.iter().map(|part| part.account_count() as u64).sum()
    }

    /// The place of a customer's account, for all its decisions to come.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if there are more accounts than places.
    pub(crate) fn account(&mut self, customer_id: &[u8]) -> Result<RecentAccount, StoreError> {
        let key = self.keys.customer(customer_id);
        let number = part_of(key);
        let place = self.parts.get_mut(number).and_then(|part| part.account(key, customer_id)?.checked_add(1));
        let place = place.filter(|place| place >> PLACE_BITS == 0);
        let account = place.and_then(|place| NonZeroU32::new((number as u32) << PLACE_BITS | place));
        let too_many = || StoreError::Failed("the index can't take in so many accounts at once".to_owned());
        account.map(RecentAccount).ok_or_else(too_many)
    }

    /// Adds the decision at a position.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if the account is another's, [`StoreError::Damaged`] if the position is not higher than those
    /// before, or so high that no run can cover it together with the first.
    #[inline]
    pub(crate) fn add(
        &mut self,
        account: RecentAccount,
        transaction_id: &[u8],
        event: &AccountEvent,
        position: u64,
    ) -> Result<(), StoreError> {
        let base = if self.len == 0 { position } else { self.base };
        let offset = position.checked_sub(base).and_then(|offset| u32::try_from(offset).ok());
        let Some(offset) = offset.filter(|offset| self.last_offset.is_none_or(|last| last < *offset)) else {
            return Err(damaged("the events behind it do not follow each other"));
        };
        let note = DecisionNote {
            offset,
            account: (account.0.get() & ((1 << PLACE_BITS) - 1)) - 1,
            transaction: self.keys.transaction_half(transaction_id),
            outcome: event.kind.into(),
            amount: event.amount,
            time: event.time,
        };
        let part = self.parts.get_mut((account.0.get() >> PLACE_BITS) as usize);
        if !part.is_some_and(|part| part.add(note, event.version)) {
            return Err(StoreError::Failed("the index was given an account that it does not know".to_owned()));
        }
        (self.base, self.last_offset) = (base, Some(offset));
        self.len += 1;
        Ok(())
    }

    /// Adds a decision of the log, which must be behind those before.
    ///
    /// # Errors
    ///
    /// As [`Self::account`] and [`Self::add`].
    pub(crate) fn add_stored(&mut self, decision: &StoredDecision) -> Result<(), StoreError> {
        let account = self.account(&decision.customer_id)?;
        self.add(account, &decision.transaction_id, &decision.event, decision.position)
    }

    /// Everything in order of keys.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] if an account's amounts add up to more than 63 bits, which no decisions do.
    pub(crate) fn into_tail(mut self) -> Result<Tail, StoreError> {
        let mut sorted = vec![SortedPart::default(); self.parts.len()];
        sort(&mut self.parts, self.base, &mut sorted)?;
        Ok(Tail::of(sorted))
    }

    /// Takes everything out in order of keys, and keeps the memory.
    pub(super) fn drain(&mut self) -> Drain<'_> {
        (self.last_offset, self.len) = (None, 0);
        let sorted = vec![SortedPart::default(); AT_ONCE];
        Drain { parts: self.parts.chunks_mut(AT_ONCE), base: self.base, sorted }
    }
}

/// What came, on its way out of a [`Recent`]. It is to be gone through to its end.
#[derive(Debug)]
pub(super) struct Drain<'r> {
    parts: ChunksMut<'r, Part>,
    base: u64,
    sorted: Vec<SortedPart>,
}

impl Drain<'_> {
    /// Some parts in order of keys, behind those before; none if there are no more.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] as [`Recent::into_tail`].
    pub(super) fn next(&mut self) -> Result<Option<&[SortedPart]>, StoreError> {
        let Some(parts) = self.parts.next() else { return Ok(None) };
        sort(parts, self.base, &mut self.sorted)?;
        Ok(Some(&self.sorted))
    }
}

/// Puts parts in order, at once.
fn sort(parts: &mut [Part], base: u64, sorted: &mut [SortedPart]) -> Result<(), StoreError> {
    parts.par_iter_mut().zip(sorted).try_for_each(|(part, sorted)| part.drain_into(base, sorted))
}
