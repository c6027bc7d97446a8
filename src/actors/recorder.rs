//! Puts decisions in order, numbers and commits them.

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use tracing::{Level, enabled, trace};

use super::Stop;
use crate::batch::Batch;
use crate::bus::{EventsCommitted, Inbox, Inlet, TxnProcessed};
use crate::store::{Commit, EventStore};

/// Waits until every shard has decided on its part of a batch, gives the decisions their positions in input order and
/// commits them to the store. Whatever follows sees only what is committed.
pub struct Recorder {
    store: Box<dyn EventStore>,
    shards: usize,
    next_position: u64,
    /// The batches that some shard has still to decide on, oldest first.
    pending: VecDeque<Pending>,
    inbox: Inbox<TxnProcessed>,
    view: Inlet<EventsCommitted>,
}

struct Pending {
    number: u64,
    handles: Vec<Arc<Batch>>,
}

impl Recorder {
    /// A recorder into an empty store.
    pub fn new(
        store: Box<dyn EventStore>,
        shards: usize,
        inbox: Inbox<TxnProcessed>,
        view: Inlet<EventsCommitted>,
    ) -> Self {
        Self { store, shards, next_position: 1, pending: VecDeque::new(), inbox, view }
    }

    /// Commits until no more batches come.
    ///
    /// # Errors
    ///
    /// [`Stop`] if the store fails or the view is gone.
    pub async fn run(mut self) -> Result<(), Stop> {
        while let Some(TxnProcessed(batch)) = self.inbox.recv().await {
            if let Some(batch) = self.collect(batch)? {
                let batch = self.handle(batch)?;
                self.view.send(EventsCommitted(batch))?;
            }
        }
        Ok(())
    }

    /// Gathers the shards' handles to a batch; gives the batch itself once the last one is in.
    ///
    /// Every shard decides on the batches in order, so they become complete in order too.
    fn collect(&mut self, batch: Arc<Batch>) -> Result<Option<Batch>, Stop> {
        let number = batch.number;
        let pending = match self.pending.iter_mut().find(|pending| pending.number == number) {
            Some(pending) => pending,
            None => self.pending.push_back_mut(Pending { number, handles: Vec::with_capacity(self.shards) }),
        };
        pending.handles.push(batch);
        if pending.handles.len() < self.shards {
            return Ok(None);
        }
        let complete = self.pending.pop_front().filter(|oldest| oldest.number == number);
        let batch = complete.and_then(|complete| complete.handles.into_iter().filter_map(Arc::into_inner).next());
        batch.map(Some).ok_or_else(|| Stop::Failed(anyhow!("batch {number} came back out of order or still in use")))
    }

    fn handle(&mut self, mut batch: Batch) -> Result<Box<Batch>, Stop> {
        if !batch.merge_decisions() {
            return Err(Stop::Failed(anyhow!("batch {} has transactions without a decision", batch.number)));
        }
        batch.first_position = self.next_position;
        let lines = batch.first_line..batch.first_line + u64::from(batch.line_count);
        self.store
            .append(&Commit::new(&batch))
            .with_context(|| format!("can't commit the decisions of lines {} to {}", lines.start, lines.end - 1))?;
        self.next_position += batch.decisions.len() as u64;
        if enabled!(Level::TRACE) {
            for (position, row) in (batch.first_position..).zip(&batch.rows) {
                let (id, customer_id) = batch.names(row);
                trace!(batch = batch.number, line = batch.line(row), id, customer_id, position, "committed");
            }
        }
        Ok(Box::new(batch))
    }
}
