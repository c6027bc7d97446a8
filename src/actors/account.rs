//! Decides on the transactions of its customers.

mod recall;

use std::sync::Arc;

use anyhow::{Context, anyhow};
use tracing::{Level, enabled, trace};

use super::Stop;
use crate::batch::{Batch, Decision, ShardPart};
use crate::bus::{Inbox, Inlet, ProcessTxn, TxnProcessed};
use crate::domain::{AccountSlot, Accounts, CustomerHasher, Judge, Policy};
use crate::store::{History, LeafWriter};
use recall::Recall;

/// One shard of the accounts: a customer's transactions all come here, in input order, and nowhere else.
pub struct AccountShard {
    shard: usize,
    accounts: Accounts,
    /// What the log held before the run, if it held anything.
    recall: Option<Recall>,
    /// The accounts of the rows at hand.
    found: Vec<AccountSlot>,
    judge: Judge,
    /// What makes the leaves of decisions, if the store keeps them.
    leaf_writer: Option<LeafWriter>,
    inbox: Inbox<ProcessTxn>,
    recorder: Inlet<TxnProcessed>,
}

impl AccountShard {
    /// The shard of a number, from 0, with no accounts yet but those that the log has.
    pub fn new(
        shard: usize,
        hasher: CustomerHasher,
        history: Box<dyn History>,
        policy: Arc<Policy>,
        leaf_writer: Option<LeafWriter>,
        inbox: Inbox<ProcessTxn>,
        recorder: Inlet<TxnProcessed>,
    ) -> Self {
        let recall = (!history.is_empty()).then(|| Recall::new(history));
        let accounts = Accounts::new(hasher, policy.memory());
        let judge = Judge::new(policy);
        Self { shard, accounts, recall, found: Vec::new(), judge, leaf_writer, inbox, recorder }
    }

    /// Decides until no more batches come.
    ///
    /// # Errors
    ///
    /// [`Stop`] if the recorder is gone, or what the log held can't be read.
    pub async fn run(mut self) -> Result<(), Stop> {
        while let Some(ProcessTxn(batch)) = self.inbox.recv().await {
            self.handle(&batch)?;
            self.recorder.send(TxnProcessed(batch))?;
        }
        Ok(())
    }

    fn handle(&mut self, batch: &Batch) -> Result<(), Stop> {
        let Some(mut part) = batch.shard(self.shard) else {
            return Err(Stop::Failed(anyhow!("a batch has no part for shard {}", self.shard)));
        };
        let ShardPart { rows, decisions, leaves } = &mut *part;
        let rows = || rows.iter().filter_map(|place| batch.rows.get(*place as usize));
        // Accounts are found before any is used: the look-ups don't depend on each other, and so the processor waits
        // for many of them at once.
        let known = self.accounts.count();
        self.found.clear();
        self.found.extend(rows().map(|row| self.accounts.open(row.customer_id.of(&batch.text), row.customer_hash)));
        let seen_before = match &mut self.recall {
            None => &[],
            Some(recall) => {
                let ids = rows().map(|row| (row.customer_id.of(&batch.text), row.id.of(&batch.text)));
                let rows: Vec<_> = self.found.iter().copied().zip(ids).collect();
                recall.recall(&rows, known, &mut self.accounts).context("can't look up what was decided before")?
            }
        };
        for (place, (row, account)) in rows().zip(self.found.iter().copied()).enumerate() {
            let seen_before = seen_before.get(place).is_some_and(|seen| *seen);
            let transaction = batch.transaction(row);
            if let Some(event) = self.accounts.process(account, &transaction, seen_before, &mut self.judge) {
                decisions.push(Decision { account, event });
                if let Some(writer) = self.leaf_writer {
                    writer.write(leaves, batch.line(row), &transaction, &event, self.judge.policy());
                }
            }
        }
        if enabled!(Level::TRACE) {
            self.trace(batch, &part);
        }
        Ok(())
    }

    fn trace(&self, batch: &Batch, part: &ShardPart) {
        let rows = part.rows.iter().filter_map(|place| batch.rows.get(*place as usize));
        for (row, decision) in rows.zip(&part.decisions) {
            let (id, customer_id) = batch.names(row);
            let (version, kind) = (decision.event.version, decision.event.kind);
            trace!(
                batch = batch.number,
                line = batch.line(row),
                id,
                customer_id,
                shard = self.shard,
                version,
                ?kind,
                "decided"
            );
        }
    }
}
