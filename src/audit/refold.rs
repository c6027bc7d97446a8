//! The beginning of a log, decided anew.

use super::finding::{Findings, Kind, Place};
use super::replay::Replay;
use crate::store::codec::{self, Schema};
use crate::store::merkle::{Frontier, leaf_hash};
use crate::store::{FoldedHistory, Hash, Ledger, StoreError, StoredEvent};

/// The beginning of a log, decided anew and hashed.
///
/// Nothing but the events themselves was read: neither commits nor stored nodes nor the index.
#[derive(Debug)]
pub struct Refolded {
    /// The right edge of the tree over its events.
    pub edge: Frontier,
    /// The text of the policy in force behind its last event.
    pub policy: Option<String>,
    /// The accounts as it leaves them; none if an event could not be read.
    pub history: Option<FoldedHistory>,
    /// Where the events are not what their policies make of the transactions.
    pub findings: Findings,
}

/// Decides anew on the first so many events of a log, and hashes them.
///
/// It takes memory for every account and transaction.
///
/// # Errors
///
/// [`StoreError::Damaged`] if an event is missing; other [`StoreError`]s if the ledger can't be read.
pub fn refold(ledger: &Ledger, size: u64) -> Result<Refolded, StoreError> {
    let (mut replay, mut findings, mut edge) = (Replay::new(), Findings::default(), Frontier::default());
    ledger.visit_leaves(0..size, |position, leaf| {
        edge.push(leaf_hash(leaf), |_, _, _| {});
        let read = Schema::of(position, leaf).and_then(|schema| Ok((schema, codec::decode(position, leaf)?)));
        match read {
            Ok((schema, StoredEvent::Decision(decision))) => replay.decide(&decision, schema, &mut findings),
            Ok((_, StoredEvent::PolicyActivated(policy))) => replay.activate(&policy, &mut findings),
            Err(error) => {
                let what = format!("{error}; nothing behind it is decided anew");
                findings.add(Kind::Leaf, Place::position(position), what);
                replay.stop();
            }
        }
        Ok(())
    })?;
    let policy = replay.in_force().map(|policy| policy.text.to_string());
    Ok(Refolded { edge, policy, history: replay.into_history(), findings })
}

/// The root over the first so many events of a log, of which those below an edge are known.
///
/// # Errors
///
/// As [`refold`].
pub fn root_behind(ledger: &Ledger, mut edge: Frontier, size: u64) -> Result<Hash, StoreError> {
    ledger.visit_leaves(edge.size()..size, |_, leaf| {
        edge.push(leaf_hash(leaf), |_, _, _| {});
        Ok(())
    })?;
    Ok(edge.root())
}
