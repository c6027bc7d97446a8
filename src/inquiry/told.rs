//! An event with what its commit says of it.

use super::damaged;
use crate::store::{Ledger, StoreError, StoredDecision, StoredEvent};

/// A decision with the name of its batch and the time of its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The decision.
    pub decision: StoredDecision,
    /// The name of its batch.
    pub batch: String,
    /// When it was recorded, in RFC 3339.
    pub recorded_at: String,
}

impl Told {
    /// The decision at a position.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if there is none, or the store fails or is damaged.
    pub fn at(ledger: &Ledger, position: u64) -> Result<Self, StoreError> {
        let StoredEvent::Decision(decision) = ledger.event(position)? else {
            return Err(damaged(&format!("the event at position {position} is no decision")));
        };
        let commit = ledger.commit_of(position)?;
        let commit = commit.ok_or_else(|| damaged(&format!("no commit holds position {position}")))?;
        let identity = ledger.identity(decision.batch)?;
        let identity = identity.ok_or_else(|| damaged(&format!("there is no batch {}", decision.batch)))?;
        Ok(Self { decision, batch: identity.name, recorded_at: commit.recorded_at })
    }

    /// The transaction's id, as text.
    pub fn transaction_id(&self) -> String {
        String::from_utf8_lossy(&self.decision.transaction_id).into_owned()
    }
}
