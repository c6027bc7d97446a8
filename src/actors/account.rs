//! Decides on the transactions of its customers.

mod recall;

use std::sync::Arc;

use anyhow::{Context, anyhow};
use tracing::{Level, enabled, trace};

use super::Stop;
use crate::batch::{Batch, Decision, Row, ShardPart};
use crate::bus::{Inbox, Inlet, ProcessTxn, TxnProcessed};
use crate::domain::{Accounts, Judge, Located, Policy};
use crate::store::{History, LeafWriter};
use recall::Recall;

/// How many rows ahead memory is asked for: it comes while so many transactions are decided on.
const ROWS_AHEAD: usize = 16;

/// One shard of the accounts: a customer's transactions all come here, in input order, and nowhere else.
pub struct AccountShard {
    shard: usize,
    accounts: Accounts,
    /// What the log held before the run, if it held anything.
    recall: Option<Recall>,
    /// Where the rows at hand are decided on.
    located: Vec<Located>,
    judge: Judge,
    /// What makes the leaves of decisions, if the store keeps them.
    leaf_writer: Option<LeafWriter>,
    inbox: Inbox<ProcessTxn>,
    recorder: Inlet<TxnProcessed>,
}

impl AccountShard {
    /// The shard of a number, from 0, with these accounts, which are empty, and those that the log has.
    pub fn new(
        shard: usize,
        accounts: Accounts,
        history: Box<dyn History>,
        policy: Arc<Policy>,
        leaf_writer: Option<LeafWriter>,
        inbox: Inbox<ProcessTxn>,
        recorder: Inlet<TxnProcessed>,
    ) -> Self {
        let recall = (!history.is_empty()).then(|| Recall::new(history));
        let judge = Judge::new(policy);
        Self { shard, accounts, recall, located: Vec::new(), judge, leaf_writer, inbox, recorder }
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
        let known = self.accounts.count();
        self.locate(batch, rows());
        let seen_before = match &mut self.recall {
            None => &[],
            Some(recall) => {
                let ids = rows().map(|row| (row.customer_id.of(&batch.text), row.id.of(&batch.text)));
                let rows: Vec<_> = self.located.iter().map(Located::slot).zip(ids).collect();
                recall.recall(&rows, known, &mut self.accounts).context("can't look up what was decided before")?
            }
        };
        let mut leaves = self.leaf_writer.map(|writer| writer.append_to(leaves));
        let mut near = rows().zip(&self.located).skip(ROWS_AHEAD);
        for (place, (row, located)) in rows().zip(&self.located).enumerate() {
            if let Some(far) = self.located.get(place + 2 * ROWS_AHEAD) {
                self.accounts.prefetch(far);
            }
            if let Some((row, near)) = near.next() {
                self.accounts.prefetch_past(near, row.time);
            }
            let seen_before = seen_before.get(place).is_some_and(|seen| *seen);
            let transaction = batch.transaction(row);
            if let Some(event) = self.accounts.process(located, &transaction, seen_before, &mut self.judge) {
                decisions.push(Decision { account: located.slot(), event });
                if let Some(leaves) = &mut leaves {
                    leaves.write(batch.line(row), &transaction, &event, self.judge.policy());
                }
            }
        }
        // The last one is hashed with this.
        drop(leaves);
        if enabled!(Level::TRACE) {
            self.trace(batch, &part);
        }
        Ok(())
    }

    /// Finds the accounts of rows, all before any is used.
    fn locate<'b>(&mut self, batch: &'b Batch, rows: impl Iterator<Item = &'b Row> + Clone) {
        self.located.clear();
        let mut ahead = rows.clone().skip(ROWS_AHEAD);
        for row in rows {
            if let Some(row) = ahead.next() {
                self.accounts.prefetch_customer(row.customer_hash);
            }
            let (customer_id, id) = (row.customer_id.of(&batch.text), row.id.of(&batch.text));
            self.located.push(self.accounts.locate(customer_id, row.customer_hash, id));
        }
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
