//! Puts decisions in order, numbers and commits them.

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use tracing::{Level, enabled, trace};

use super::Stop;
use crate::batch::Batch;
use crate::bus::{EventsCommitted, Inbox, Inlet, TxnProcessed};
use crate::domain::Policy;
use crate::store::{Commit, EventStore};

/// Waits until every shard has decided on its part of a batch, gives the decisions their positions in input order and
/// commits them to the store. Whatever follows sees only what is committed.
///
/// It has a thread of its own, since a commit may wait for a disk. All batches that are complete by the time it comes to
/// them are one commit: a batch that comes alone is committed at once, and the slower the store, the more share a commit.
pub struct Recorder {
    store: Box<dyn EventStore>,
    policy: Arc<Policy>,
    shards: usize,
    /// The batches that some shard has still to decide on, oldest first.
    pending: VecDeque<Pending>,
    /// The batches that are complete and not passed on, oldest first.
    #[expect(clippy::vec_box, reason = "batches travel in boxes, and a commit takes them so")]
    complete: Vec<Box<Batch>>,
    inbox: Inbox<TxnProcessed>,
    view: Inlet<EventsCommitted>,
}

struct Pending {
    number: u64,
    handles: Vec<Arc<Batch>>,
}

impl Recorder {
    /// A recorder of the decisions of so many shards under a policy.
    pub fn new(
        store: Box<dyn EventStore>,
        policy: Arc<Policy>,
        shards: usize,
        inbox: Inbox<TxnProcessed>,
        view: Inlet<EventsCommitted>,
    ) -> Self {
        Self { store, policy, shards, pending: VecDeque::new(), complete: Vec::new(), inbox, view }
    }

    /// Commits until no more batches come, even if nobody wants them any more: what was decided is kept.
    ///
    /// # Errors
    ///
    /// [`Stop`] if the store fails, at once, or the view is gone, at the end.
    pub fn run(mut self) -> Result<(), Stop> {
        let mut passed_on = Ok(());
        while let Some(processed) = self.inbox.blocking_recv() {
            self.collect(processed)?;
            while let Some(processed) = self.inbox.try_recv() {
                self.collect(processed)?;
            }
            self.commit()?;
            for batch in self.complete.drain(..) {
                if passed_on.is_ok() {
                    passed_on = self.view.send(EventsCommitted(batch));
                }
            }
        }
        self.store.finish().context("can't finish with the store")?;
        Ok(passed_on?)
    }

    /// Gathers the shards' handles to a batch, which is complete once the last one is in.
    ///
    /// Every shard decides on the batches in order, so they become complete in order too.
    fn collect(&mut self, TxnProcessed(batch): TxnProcessed) -> Result<(), Stop> {
        let number = batch.number;
        let pending = match self.pending.iter_mut().find(|pending| pending.number == number) {
            Some(pending) => pending,
            None => self.pending.push_back_mut(Pending { number, handles: Vec::with_capacity(self.shards) }),
        };
        pending.handles.push(batch);
        if pending.handles.len() < self.shards {
            return Ok(());
        }
        let oldest = self.pending.pop_front().filter(|oldest| oldest.number == number);
        let batch = oldest.and_then(|oldest| oldest.handles.into_iter().filter_map(Arc::into_inner).next());
        let Some(mut batch) = batch else {
            return Err(Stop::Failed(anyhow!("batch {number} came back out of order or still in use")));
        };
        if !batch.merge_decisions() {
            return Err(Stop::Failed(anyhow!("batch {number} has transactions without a decision")));
        }
        self.complete.push(Box::new(batch));
        Ok(())
    }

    /// Commits the complete batches as one.
    fn commit(&mut self) -> Result<(), Stop> {
        let mut next_position = self.store.next_position();
        for batch in &mut self.complete {
            batch.first_position = next_position;
            next_position += batch.decisions.len() as u64;
        }
        let batches = self.complete.as_slice();
        if batches.is_empty() {
            return Ok(());
        }
        let appended = self.store.append(&Commit { batches, policy: &self.policy });
        appended.with_context(|| format!("can't commit {}", subject(batches)))?;
        if enabled!(Level::TRACE) {
            self.complete.iter().for_each(|batch| trace_rows(batch));
        }
        Ok(())
    }
}

/// What is committed with these batches, for messages.
fn subject(batches: &[Box<Batch>]) -> String {
    let lines = batches.iter().map(|batch| batch.first_line..batch.first_line + u64::from(batch.line_count));
    match lines.filter(|lines| !lines.is_empty()).reduce(|first, last| first.start..last.end) {
        Some(lines) => format!("the decisions of lines {} to {}", lines.start, lines.end - 1),
        None => "how far the input was read".to_owned(),
    }
}

fn trace_rows(batch: &Batch) {
    for (position, row) in (batch.first_position..).zip(&batch.rows) {
        let (id, customer_id) = batch.names(row);
        trace!(batch = batch.number, line = batch.line(row), id, customer_id, position, "committed");
    }
}

#[cfg(test)]
mod tests;
