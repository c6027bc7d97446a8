//! Decisions on their way into the form in which they are kept.

use super::codec::{Decision, Marked, RecentDay, encode_decision};
use super::merkle::LeafHasher;
use crate::batch::Leaves;
use crate::domain::{AccountEvent, DEFAULT_GROUP, Policy, Transaction};

/// Makes leaves of a batch's decisions; each shard has one, so that leaves are made and hashed beside the deciding.
#[derive(Clone, Copy, Debug)]
pub struct LeafWriter {
    /// The number of the batch in the store.
    batch: u32,
}

impl LeafWriter {
    /// Makes leaves for the batch of a number.
    pub(super) const fn new(batch: u32) -> Self {
        Self { batch }
    }

    /// Begins to add to the leaves of a shard.
    pub fn append_to(self, leaves: &mut Leaves) -> LeafAppender<'_> {
        LeafAppender { batch: self.batch, leaves, hasher: LeafHasher::default(), last_day: RecentDay::default() }
    }
}

/// Adds to the leaves of a shard. Each is hashed as the next one comes, and the last when this is dropped.
#[derive(Debug)]
pub struct LeafAppender<'l> {
    batch: u32,
    leaves: &'l mut Leaves,
    hasher: LeafHasher,
    last_day: RecentDay,
}

impl LeafAppender<'_> {
    /// Adds the leaf of a policy's decision on a transaction, which stood on a line of the input.
    #[inline]
    pub fn write(&mut self, line: u64, transaction: &Transaction<'_>, event: &AccountEvent, policy: &Policy) {
        let Transaction { id: transaction_id, customer_id, group, .. } = *transaction;
        let reason = event.kind.reason(policy);
        let group = (group != DEFAULT_GROUP.as_bytes()).then_some(group);
        let (batch, marked) = (self.batch, Marked::By(policy));
        let decision = Decision { batch, line, customer_id, transaction_id, event, reason, group, marked };
        let leaf = self.leaves.push(|out| encode_decision(out, &mut self.last_day, &decision));
        if let Some(hash) = self.hasher.push(leaf) {
            self.leaves.push_hash(hash);
        }
    }
}

impl Drop for LeafAppender<'_> {
    fn drop(&mut self) {
        if let Some(hash) = self.hasher.finish() {
            self.leaves.push_hash(hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AccountEventKind, Amount, Timestamp};
    use crate::store::merkle::leaf_hash;

    #[test]
    fn every_leaf_has_its_hash_once_the_appender_is_gone() {
        let (policy, time, amount) = (Policy::default(), Timestamp::MAX, Amount::from_minor(1));
        let event = AccountEvent { version: 1, kind: AccountEventKind::DEPOSITED, amount, time };
        let mut leaves = Leaves::default();
        for (round, count) in [0, 1, 0, 2, 3, 50].into_iter().enumerate() {
            let before = leaves.len();
            let mut appender = LeafWriter::new(1).append_to(&mut leaves);
            let ids: Vec<_> = (1..=count).map(|number| "7".repeat(number * 11)).collect();
            for id in &ids {
                let id = id.as_bytes();
                let transaction = Transaction { id, customer_id: b"c", amount, time, group: DEFAULT_GROUP.as_bytes() };
                appender.write(1, &transaction, &event, &policy);
            }
            drop(appender);
            assert_eq!(leaves.len(), before + count, "{round}");
            for ((leaf, hash), id) in leaves.iter().skip(before).zip(&ids) {
                assert!(String::from_utf8_lossy(leaf).contains(&format!(r#""{id}""#)), "{round}");
                assert_eq!(*hash, leaf_hash(leaf), "{round}");
            }
        }
    }
}
