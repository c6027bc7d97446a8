//! Events on their way into a store and back.

use crate::batch::{Batch, Decision, Leaves, Row};
use crate::domain::{AccountEvent, AccountSlot, LimitOutcome, Marks, Policy};
use crate::store::Hash;

/// Decided batches, about to be appended together.
#[derive(Clone, Copy, Debug)]
pub struct Commit<'a> {
    /// The batches, in input order, each with its first position.
    pub batches: &'a [Box<Batch>],
    /// What decided.
    pub policy: &'a Policy,
}

/// One event of a [`Commit`].
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    /// Its position in the log.
    pub position: u64,
    /// The shard that decided.
    pub shard: usize,
    /// The account's place in that shard.
    pub account: AccountSlot,
    /// Whose account it is.
    pub customer_id: &'a [u8],
    /// The transaction that was decided on.
    pub transaction_id: &'a [u8],
    /// The input line of the transaction, from 1.
    pub line: u64,
    /// The decision.
    pub event: &'a AccountEvent,
    /// Why it is a decline, if it is one: a code in snake_case.
    pub reason: Option<&'a str>,
    /// The group that its customer was in; empty if in none but the default one.
    pub group: &'a [u8],
    /// The event's leaf and its hash, if leaves were made.
    pub leaf: Option<(&'a [u8], &'a Hash)>,
}

/// One event as a store gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredEvent {
    /// From here on another policy decides.
    PolicyActivated(StoredPolicy),
    /// A transaction was decided on.
    Decision(StoredDecision),
}

/// A policy as a store gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPolicy {
    /// The event's position in the log.
    pub position: u64,
    /// The number of the batch that it begins with.
    pub batch: u32,
    /// The limits and what becomes of duplicates, as a configuration file would have them.
    pub text: String,
}

/// A decision as a store gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDecision {
    /// The event's position in the log.
    pub position: u64,
    /// The number of the batch that it belongs to.
    pub batch: u32,
    /// The input line of the transaction, from 1.
    pub line: u64,
    /// Whose account it is.
    pub customer_id: Vec<u8>,
    /// The transaction that was decided on.
    pub transaction_id: Vec<u8>,
    /// The decision.
    pub event: AccountEvent,
    /// Why it is a decline, if it is one: a code in snake_case.
    pub reason: Option<String>,
    /// The group that its customer was in, if in another than the default one.
    pub group: Option<String>,
    /// The limits of the event's marks, in the policy's order.
    pub marked: Vec<MarkedLimit>,
}

/// A limit that an accepted transaction exceeded and that did not decline it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedLimit {
    /// Its place in the policy, from 0.
    pub place: u16,
    /// Its code, in snake_case.
    pub code: String,
    /// What it did instead of declining.
    pub outcome: LimitOutcome,
}

impl StoredDecision {
    /// The codes of the limits that marked it and have this outcome, in the policy's order.
    pub fn marked_by(&self, outcome: LimitOutcome) -> impl Iterator<Item = &str> {
        self.marked.iter().filter(move |limit| limit.outcome == outcome).map(|limit| limit.code.as_str())
    }
}

impl MarkedLimit {
    /// The limits of a policy at these places; nothing is allocated if there are none.
    pub fn all_of(marks: Marks, policy: &Policy) -> Vec<Self> {
        if marks.is_empty() {
            return Vec::new();
        }
        let limit = |place: u16| {
            let limit = policy.limits().get(usize::from(place))?;
            Some(Self { place, code: limit.name.code().to_owned(), outcome: limit.outcome })
        };
        marks.iter().filter_map(limit).collect()
    }
}

impl StoredEvent {
    /// The event's position in the log.
    pub const fn position(&self) -> u64 {
        match self {
            Self::PolicyActivated(policy) => policy.position,
            Self::Decision(decision) => decision.position,
        }
    }
}

impl<'a> Commit<'a> {
    /// The position of the first event; of an empty commit, the one that the next event will take.
    pub fn first_position(&self) -> u64 {
        self.batches.first().map_or(0, |batch| batch.first_position)
    }

    /// The number of events.
    pub fn len(&self) -> u64 {
        self.batches.iter().map(|batch| batch.decisions.len() as u64).sum()
    }

    /// Whether there are no events.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Visits every decision with its batch, its row and its shard, in order, until one is refused.
    #[inline]
    pub fn each<E>(
        &self,
        mut visit: impl FnMut(&'a Batch, &'a Row, usize, &'a Decision) -> Result<(), E>,
    ) -> Result<(), E> {
        for batch in self.batches {
            for (row, decision) in batch.rows.iter().zip(&batch.decisions) {
                visit(batch, row, batch.shard_of(row), decision)?;
            }
        }
        Ok(())
    }

    /// Visits the leaf of every decision with what stands before it, in order, and its hash; false at the end if a
    /// decision has none.
    #[inline]
    pub fn each_leaf(&self, mut visit: impl FnMut(&'a [u8], &'a Hash)) -> bool {
        let mut count = 0;
        for batch in self.batches {
            let mut leaves: Vec<_> = batch.leaves.iter().map(Leaves::framed).collect();
            for row in &batch.rows {
                if let Some((leaf, hash)) = leaves.get_mut(batch.shard_of(row)).and_then(Iterator::next) {
                    visit(leaf, hash);
                    count += 1;
                }
            }
        }
        count == self.len()
    }

    /// The events, in order of position.
    pub fn events(&self) -> impl Iterator<Item = NewEvent<'a>> {
        let policy = self.policy;
        self.batches.iter().flat_map(move |batch| {
            let rows = batch.rows.iter().zip(&batch.decisions);
            let mut leaves: Vec<_> = batch.leaves.iter().map(Leaves::iter).collect();
            (batch.first_position..).zip(rows).map(move |(position, (row, decision))| {
                let shard = batch.shard_of(row);
                NewEvent {
                    leaf: leaves.get_mut(shard).and_then(Iterator::next),
                    ..new_event(batch, policy, position, shard, row, decision)
                }
            })
        })
    }
}

fn new_event<'a>(
    batch: &'a Batch,
    policy: &'a Policy,
    position: u64,
    shard: usize,
    row: &Row,
    decision: &'a Decision,
) -> NewEvent<'a> {
    NewEvent {
        position,
        shard,
        account: decision.account,
        customer_id: row.customer_id.of(&batch.text),
        transaction_id: row.id.of(&batch.text),
        line: batch.line(row),
        event: &decision.event,
        reason: decision.event.kind.reason(policy),
        group: row.group.of(&batch.text),
        leaf: None,
    }
}
