//! What commits tell of their events.

use std::collections::HashMap;

use super::{CommitRecord, Ledger, StoreError, StoredEvent};
use crate::domain::LimitOutcome;
use crate::formats::event::{Decision, RecordedEvent, What};

/// How many commits are read at a time where events come one behind the other.
const COMMITS_MAX: usize = 256;

/// The commits of the events at hand, and the names of their batches.
#[derive(Debug, Default)]
pub struct Origins {
    /// Whether the next event may come from far behind the last.
    scattered: bool,
    /// Commits that follow each other.
    commits: Vec<CommitRecord>,
    names: HashMap<u32, String>,
}

impl Origins {
    /// Nothing is known yet; `scattered` says that the next event may come from far behind the last.
    pub fn new(scattered: bool) -> Self {
        Self { scattered, ..Self::default() }
    }

    /// An event with what its commit tells.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub fn of<'a>(&'a mut self, ledger: &Ledger, event: &'a StoredEvent) -> Result<RecordedEvent<'a>, StoreError> {
        let position = event.position();
        if commit_of(&self.commits, position).is_none() {
            let first = ledger.commit_of(position)?.ok_or_else(|| no_commit(position))?;
            self.commits = if self.scattered {
                vec![first]
            } else {
                ledger.commits(first.number.saturating_sub(1), COMMITS_MAX)?
            };
        }
        let batch = match event {
            StoredEvent::PolicyActivated(policy) => policy.batch,
            StoredEvent::Decision(decision) => decision.batch,
        };
        if !self.names.contains_key(&batch) {
            self.names = ledger.identities()?.into_iter().map(|batch| (batch.number, batch.name)).collect();
        }
        let name = self.names.get(&batch).ok_or_else(|| damaged(&format!("there is no batch {batch}")))?;
        let commit = commit_of(&self.commits, position).ok_or_else(|| no_commit(position))?;
        let (policy, what) = match event {
            StoredEvent::PolicyActivated(policy) => (position, What::PolicyActivated { text: &policy.text }),
            StoredEvent::Decision(decision) => (
                commit.policy,
                What::Decision(Decision {
                    line: decision.line,
                    account: text(&decision.customer_id, position)?,
                    transaction_id: text(&decision.transaction_id, position)?,
                    event: &decision.event,
                    reason: decision.reason.as_deref(),
                    group: decision.group.as_deref(),
                    flags: decision.marked_by(LimitOutcome::Flag).collect(),
                    shadow: decision.marked_by(LimitOutcome::Shadow).collect(),
                }),
            ),
        };
        Ok(RecordedEvent { position, batch: name, policy, recorded_at: &commit.recorded_at, what })
    }
}

/// The one of some commits that holds a position.
fn commit_of(commits: &[CommitRecord], position: u64) -> Option<&CommitRecord> {
    let place = commits.partition_point(|commit| commit.first_position.saturating_add(commit.events) <= position);
    commits.get(place).filter(|commit| commit.first_position <= position)
}

fn no_commit(position: u64) -> StoreError {
    damaged(&format!("no commit holds position {position}"))
}

fn text(id: &[u8], position: u64) -> Result<&str, StoreError> {
    str::from_utf8(id).map_err(|_| damaged(&format!("an id at position {position} is no text")))
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("the store is damaged: {what}"))
}
