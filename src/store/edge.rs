//! A store of which the right edge of the tree stays.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::check_positions;
use super::folded::FoldedHistory;
use super::history::versions;
use super::merkle::{Frontier, leaf_hash};
use super::versions::Versions;
use super::{Commit, EventStore, History, LeafWriter, StoreError, codec};
use crate::domain::{Accounts, CustomerHasher, Memory};

/// Lets a run decide on one batch on top of a log that was folded, and keeps of the events nothing but the right edge of
/// their tree: it tells what the root of a ledger would be, and leaves nothing behind.
#[derive(Debug)]
pub struct EdgeStore {
    batch: u32,
    /// The text of the policy, until its event is in the tree; none if it was in force before.
    activates: Option<String>,
    past: FoldedHistory,
    versions: Versions,
    edge: Edge,
}

/// The right edge of a tree that a run adds to; clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Edge(Arc<Mutex<Frontier>>);

impl Edge {
    /// The edge as it is now.
    pub fn now(&self) -> Frontier {
        self.locked().clone()
    }

    /// The edge, though a thread may have crashed as it held it: what is read then is of no use to anyone.
    fn locked(&self) -> MutexGuard<'_, Frontier> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EdgeStore {
    /// A store for the batch of a number, on top of a log that left this edge and these accounts; `activates` is the text
    /// of the policy if another was in force there.
    pub fn new(batch: u32, activates: Option<String>, edge: Frontier, past: FoldedHistory) -> Self {
        let edge = Edge(Arc::new(Mutex::new(edge)));
        Self { batch, activates, past, versions: Versions::default(), edge }
    }

    /// A store for the batch of a number, on top of nothing, under the policy of a text.
    pub fn on_nothing(batch: u32, policy: String) -> Self {
        let hasher = CustomerHasher::default();
        let nobody = FoldedHistory::new(Accounts::new(hasher.clone(), Memory::Days), hasher);
        Self::new(batch, Some(policy), Frontier::default(), nobody)
    }

    /// The edge, which goes on with the run.
    pub fn edge(&self) -> Edge {
        self.edge.clone()
    }
}

impl EventStore for EdgeStore {
    fn next_position(&self) -> u64 {
        self.edge.locked().size() + 1 + u64::from(self.activates.is_some())
    }

    fn begin(&mut self, shards: usize, _: Memory) -> Result<Vec<Box<dyn History>>, StoreError> {
        // Accounts that remember every transaction have what any policy needs.
        self.versions = Versions::default();
        Ok((0..shards).map(|_| Box::new(self.past.clone()) as Box<dyn History>).collect())
    }

    fn leaf_writer(&self) -> Option<LeafWriter> {
        Some(LeafWriter::new(self.batch))
    }

    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError> {
        check_positions(commit, self.next_position())?;
        let past = &mut self.past;
        self.versions.advance(commit, |customer_ids| versions(past, customer_ids))?;
        let mut edge = self.edge.locked();
        // As in a ledger, the policy comes with the first commit, whether that has decisions or not.
        if let Some(text) = self.activates.take() {
            let mut leaf = Vec::new();
            codec::encode_policy(&mut leaf, self.batch, &text);
            edge.push(leaf_hash(&leaf), |_, _, _| {});
        }
        let hashes: Option<Vec<_>> = commit.events().map(|event| event.leaf.map(|(_, hash)| *hash)).collect();
        let hashes = hashes.ok_or_else(|| StoreError::Failed("a decision came without its leaf".to_owned()))?;
        edge.extend(hashes, |_, _, _| {});
        Ok(())
    }
}
