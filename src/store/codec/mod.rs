//! The canonical bytes of events: what a log keeps, and what its tree of hashes is made of.
//!
//! An event is a JSON array without spaces, a *leaf*, and each event has exactly one. Its first element is the version
//! of its schema. New events are written in the latest; events of every version are read for ever, since a leaf can't
//! change without its hash.
//!
//! A second version becomes a module beside `v1`, with a writer and a reader of its own. Then [`decode`] passes what
//! an older version gave through an upcaster, which makes today's [`StoredEvent`] of it, and verification writes an
//! event again in the version that it was read from.

mod cursor;
mod error;
mod v1;
mod write;

pub use error::CodecError;

use super::{StoredDecision, StoredEvent, StoredPolicy};
use crate::domain::AccountEvent;
use cursor::Cursor;

/// What a leaf says of a decision.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    /// The number of the batch that it belongs to.
    pub batch: u32,
    /// The input line of the transaction, from 1.
    pub line: u64,
    /// Whose account it is.
    pub customer_id: &'a [u8],
    /// The transaction that was decided on.
    pub transaction_id: &'a [u8],
    /// The decision.
    pub event: &'a AccountEvent,
    /// The code of the limit that was exceeded; the other kinds have codes of their own.
    pub reason: Option<&'a str>,
}

/// Appends the leaf of a decision.
#[inline]
pub fn encode_decision(out: &mut Vec<u8>, decision: &Decision<'_>) {
    v1::write_decision(out, decision);
}

/// Appends the leaf of a policy, whose text may hold any characters, that decides from a batch on.
pub fn encode_policy(out: &mut Vec<u8>, batch: u32, text: &str) {
    v1::write_policy(out, batch, text);
}

/// Appends the leaf of an event that was read: of one that [`decode`] gave, the bytes that it was read from.
pub fn encode(out: &mut Vec<u8>, event: &StoredEvent) {
    match event {
        StoredEvent::PolicyActivated(StoredPolicy { batch, text, .. }) => encode_policy(out, *batch, text),
        StoredEvent::Decision(decision) => {
            let StoredDecision { position: _, batch, line, customer_id, transaction_id, event, reason } = decision;
            v1::write_decision(
                out,
                &Decision { batch: *batch, line: *line, customer_id, transaction_id, event, reason: reason.as_deref() },
            );
        }
    }
}

/// Reads the leaf at a position of the log, and nothing but a leaf: what it accepts, [`encode`] writes again byte for
/// byte.
///
/// # Errors
///
/// [`CodecError`] if the leaf's version is unknown, if any byte of it is not as that version would have it, or if the
/// hash of a policy does not fit its text.
pub fn decode(position: u64, leaf: &[u8]) -> Result<StoredEvent, CodecError> {
    let mut cursor = Cursor::new(leaf);
    let malformed = |fault| CodecError::malformed(position, fault);
    match cursor.schema_version().map_err(malformed)? {
        v1::VERSION => v1::read(&mut cursor, position).map_err(malformed),
        version => Err(CodecError::UnknownVersion { position, version }),
    }
}

#[cfg(test)]
mod tests;
