//! Making proofs from a ledger, none of which leaves it that does not hold.

use std::fmt;

use super::{Growth, Receipt};
use crate::store::{Head, Ledger, NO_CHAIN, StoreError};

/// Why a head was never that of a ledger. It displays as a sentence's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disowned {
    /// The ledger has fewer events.
    Shorter {
        /// How many it has.
        has: u64,
        /// How many the head is of.
        size: u64,
    },
    /// Its first events are others.
    Root {
        /// How many the head is of.
        size: u64,
    },
    /// No commit ended with that event.
    NoCommit {
        /// How many the head is of.
        size: u64,
    },
    /// Every commit that did has another chain.
    Chain {
        /// How many the head is of.
        size: u64,
    },
}

impl fmt::Display for Disowned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shorter { has, size } => write!(f, "the head is of {size} events, and the ledger has {has}"),
            Self::Root { size } => write!(f, "the root over its first {size} events is another"),
            Self::NoCommit { size } => write!(f, "no commit of it ended with event {size}"),
            Self::Chain { size } => {
                write!(f, "its first {size} events are the same, but a commit or a batch up to there is not")
            }
        }
    }
}

/// Why a ledger can't have had a head; nothing if it had it, as its events and commits are now.
///
/// # Errors
///
/// [`StoreError`] if the store fails or is damaged.
pub fn disowned(ledger: &Ledger, head: &Head) -> Result<Option<Disowned>, StoreError> {
    let &Head { size, root, chain } = head;
    let has = ledger.head()?.size;
    if size > has {
        return Ok(Some(Disowned::Shorter { has, size }));
    }
    if ledger.root_at(size)? != root {
        return Ok(Some(Disowned::Root { size }));
    }
    let commits = ledger.commits_ending_at(size)?;
    if commits.iter().any(|commit| commit.chain == chain) || (size == 0 && chain == NO_CHAIN) {
        return Ok(None);
    }
    let is_end = size == 0 || !commits.is_empty();
    Ok(Some(if is_end { Disowned::Chain { size } } else { Disowned::NoCommit { size } }))
}

/// The receipt for the event at a position, against a head that the ledger has or had.
///
/// # Errors
///
/// [`StoreError::Damaged`] if the events are no longer those of that head, [`StoreError::Refused`] if the event is none of
/// them, other [`StoreError`]s if the store fails.
pub fn issue_receipt(ledger: &Ledger, head: &Head, position: u64) -> Result<Receipt, StoreError> {
    let inclusion = ledger.inclusion_proof(position, head.size)?;
    let event = String::from_utf8(ledger.leaf(position)?)
        .map_err(|_| StoreError::Damaged(format!("the store is damaged: event {position} is no text")))?;
    let receipt = Receipt { head: *head, position, event, inclusion };
    if receipt.proves(head) { Ok(receipt) } else { Err(unproved(&format!("event {position}"))) }
}

/// The proof that the log of a head that the ledger had is the beginning of the log of one that it has or had later.
///
/// # Errors
///
/// [`StoreError::Damaged`] if the events are no longer those of these heads, [`StoreError::Refused`] if the first has more
/// than the second, other [`StoreError`]s if the store fails.
pub fn issue_growth(ledger: &Ledger, from: &Head, to: &Head) -> Result<Growth, StoreError> {
    let consistency = ledger.consistency_proof(from.size, to.size)?;
    let growth = Growth { from: *from, to: *to, consistency };
    if growth.proves(from, to) { Ok(growth) } else { Err(unproved("an event")) }
}

fn unproved(what: &str) -> StoreError {
    StoreError::Damaged(format!(
        "the store is damaged: {what} or the tree over the events was changed, and there is no proof to be had; \
         `tidegate verify` says more"
    ))
}
