//! Decisions on their way into the form in which they are kept.

use super::codec::{Decision, Marked, encode_decision};
use super::merkle::leaf_hash;
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

    /// Adds the leaf of a policy's decision on a transaction, which stood on a line of the input.
    #[inline]
    pub fn write(
        self,
        leaves: &mut Leaves,
        line: u64,
        transaction: &Transaction<'_>,
        event: &AccountEvent,
        policy: &Policy,
    ) {
        let Transaction { id: transaction_id, customer_id, group, .. } = *transaction;
        let reason = event.kind.reason(policy);
        let group = (group != DEFAULT_GROUP.as_bytes()).then_some(group);
        let (batch, marked) = (self.batch, Marked::By(policy));
        let decision = Decision { batch, line, customer_id, transaction_id, event, reason, group, marked };
        leaves.push_hashed(|out| encode_decision(out, &decision), leaf_hash);
    }
}
