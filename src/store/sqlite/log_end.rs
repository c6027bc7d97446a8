//! Where the log ends: what an append builds on.

use rusqlite::Connection;

use super::append::STORED_LEVEL_MIN;
use super::read;
use crate::store::merkle::{Frontier, complete_subtrees, leaf_hashes};
use crate::store::{CommitRecord, Head, StoreError, StoredEvent, StoredPolicy};

/// Where the log ends.
#[derive(Clone, Debug)]
pub(super) struct LogEnd {
    pub(super) head: Head,
    /// How many commits there are.
    pub(super) commits: u64,
    /// The highest number of a batch.
    pub(super) batches: u32,
    /// When the last commit was recorded.
    pub(super) recorded_at: String,
    /// The policy in force.
    pub(super) policy: Option<StoredPolicy>,
}

impl LogEnd {
    /// Where the log of a store ends.
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        let batches = read::last_batch(connection)?;
        let Some(last) = read::last_commit(connection)? else {
            return Ok(Self { head: Head::empty(), commits: 0, batches, recorded_at: String::new(), policy: None });
        };
        let StoredEvent::PolicyActivated(policy) = read::event_at(connection, last.policy)? else {
            return Err(StoreError::Damaged(format!("the store is damaged: no policy at position {}", last.policy)));
        };
        Ok(Self { batches, ..Self::after(&last, policy) })
    }

    /// Where the log ends after a commit.
    pub(super) fn after(commit: &CommitRecord, policy: StoredPolicy) -> Self {
        Self {
            head: read::head_after(commit),
            commits: commit.number,
            batches: commit.batch,
            recorded_at: commit.recorded_at.clone(),
            policy: Some(policy),
        }
    }

    /// The right edge of the tree: the stored nodes, and the leaves behind them hashed anew.
    pub(super) fn frontier(&self, connection: &Connection) -> Result<Frontier, StoreError> {
        let size = self.head.size;
        let stored_size = size >> STORED_LEVEL_MIN << STORED_LEVEL_MIN;
        let nodes = complete_subtrees(stored_size).map(|(level, index)| read::node(connection, level, index));
        let mut frontier = Frontier::restore(stored_size, nodes.collect::<Result<Vec<_>, _>>()?)
            .ok_or_else(|| StoreError::Damaged("the store is damaged: the tree lacks nodes".to_owned()))?;
        for segment in read::segments(connection, stored_size, usize::MAX)? {
            let behind = segment.events().filter(|(position, _)| *position > stored_size);
            frontier.extend(leaf_hashes(behind.map(|(_, leaf)| leaf)), |_, _, _| {});
        }
        if (frontier.size(), frontier.root()) != (size, self.head.root) {
            return Err(StoreError::Damaged(
                "the store is damaged: the tree's root is not that of the last commit".to_owned(),
            ));
        }
        Ok(frontier)
    }
}
