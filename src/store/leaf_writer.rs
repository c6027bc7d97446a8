//! Decisions on their way into the form in which they are kept.

use super::codec::{Decision, encode_decision};
use super::merkle::leaf_hash;
use crate::batch::Leaves;
use crate::domain::{AccountEvent, Transaction};

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

    /// Adds the leaf of a decision on a transaction, which stood on a line of the input; the reason is that of a decline.
    #[inline]
    pub fn write(
        self,
        leaves: &mut Leaves,
        line: u64,
        transaction: &Transaction<'_>,
        event: &AccountEvent,
        reason: Option<&str>,
    ) {
        let Transaction { id: transaction_id, customer_id, .. } = *transaction;
        let decision = Decision { batch: self.batch, line, customer_id, transaction_id, event, reason };
        leaves.push_hashed(|out| encode_decision(out, &decision), leaf_hash);
    }
}
