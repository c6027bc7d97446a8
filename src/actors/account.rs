//! Decides on the transactions of its customers.

use std::sync::Arc;

use anyhow::anyhow;
use tracing::{Level, enabled, trace};

use super::Stop;
use crate::batch::{Batch, Decision, ShardPart};
use crate::bus::{Inbox, Inlet, ProcessTxn, TxnProcessed};
use crate::domain::{AccountSlot, Accounts, CustomerHasher, Policy};

/// One shard of the accounts: a customer's transactions all come here, in input order, and nowhere else.
#[derive(Debug)]
pub struct AccountShard {
    shard: usize,
    accounts: Accounts,
    /// The accounts of the rows at hand.
    found: Vec<AccountSlot>,
    policy: Arc<Policy>,
    inbox: Inbox<ProcessTxn>,
    recorder: Inlet<TxnProcessed>,
}

impl AccountShard {
    /// The shard of a number, from 0, with no accounts yet.
    pub fn new(
        shard: usize,
        hasher: CustomerHasher,
        policy: Arc<Policy>,
        inbox: Inbox<ProcessTxn>,
        recorder: Inlet<TxnProcessed>,
    ) -> Self {
        Self { shard, accounts: Accounts::new(hasher), found: Vec::new(), policy, inbox, recorder }
    }

    /// Decides until no more batches come.
    ///
    /// # Errors
    ///
    /// [`Stop`] if the recorder is gone.
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
        let ShardPart { rows, decisions } = &mut *part;
        let rows = || rows.iter().filter_map(|place| batch.rows.get(*place as usize));
        // Accounts are found before any is used: the look-ups don't depend on each other, and so the processor waits
        // for many of them at once.
        self.found.clear();
        self.found.extend(rows().map(|row| self.accounts.open(row.customer_id.of(&batch.text), row.customer_hash)));
        for (row, account) in rows().zip(self.found.iter().copied()) {
            if let Some(event) = self.accounts.process(account, &batch.transaction(row), &self.policy) {
                decisions.push(Decision { account, event });
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
