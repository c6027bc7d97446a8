//! Makes rows of committed decisions.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::{Level, enabled, trace};

use super::Stop;
use crate::batch::Batch;
use crate::bus::{Event, EventsCommitted, Inbox, Inlet};
use crate::domain::{AccountEventKind, Duplicates, LimitOutcome, Policy, Totals};
use crate::formats::verdict::{Ids, VerdictWriter};

/// The projection that a run is made for: it folds committed events into verdict rows and totals.
#[derive(Debug)]
pub struct AccountView {
    verdicts: VerdictWriter,
    policy: Arc<Policy>,
    totals: Arc<Mutex<Totals>>,
    inbox: Inbox<EventsCommitted>,
    process_manager: Inlet<Event>,
}

impl AccountView {
    /// A view that writes a policy's verdicts as its rows and keeps these totals.
    pub const fn new(
        verdicts: VerdictWriter,
        policy: Arc<Policy>,
        totals: Arc<Mutex<Totals>>,
        inbox: Inbox<EventsCommitted>,
        process_manager: Inlet<Event>,
    ) -> Self {
        Self { verdicts, policy, totals, inbox, process_manager }
    }

    /// Folds until no more batches come.
    ///
    /// # Errors
    ///
    /// [`Stop`] if the process manager is gone.
    pub async fn run(mut self) -> Result<(), Stop> {
        while let Some(EventsCommitted(mut batch)) = self.inbox.recv().await {
            self.handle(&mut batch);
            self.process_manager.send(Event::AccountViewed(batch))?;
        }
        Ok(())
    }

    fn handle(&self, batch: &mut Batch) {
        let mut totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let mut output = std::mem::take(&mut batch.output);
        for (row, decision) in batch.rows.iter().zip(&batch.decisions) {
            let kind = decision.event.kind;
            totals.count(&decision.event);
            if kind == AccountEventKind::DuplicateTxn && self.policy.duplicates() == Duplicates::Ignore {
                continue;
            }
            let transaction = batch.transaction(row);
            let (reason, flags) = (kind.reason(&self.policy), kind.marks().codes(&self.policy, LimitOutcome::Flag));
            let ids = Ids::of(row, &batch.text);
            self.verdicts.write(&mut output, &transaction, ids, kind.is_accepted(), reason, flags);
        }
        batch.output = output;
        totals.rejected += batch.rejects.len() as u64;
        if enabled!(Level::TRACE) {
            for (row, decision) in batch.rows.iter().zip(&batch.decisions) {
                let (id, customer_id) = batch.names(row);
                let reason = decision.event.kind.reason(&self.policy).unwrap_or("accepted");
                trace!(batch = batch.number, line = batch.line(row), id, customer_id, reason, "viewed");
            }
        }
    }
}
