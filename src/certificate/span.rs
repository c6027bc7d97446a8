//! Where a batch stands in its log.

use super::form::{Log, LogEnd, Sha256Hex};
use crate::store::{BatchRecord, Ledger, StoreError};

/// How many commits are read at a time.
const COMMITS_MAX: usize = 1_024;

/// Where a batch stands in its log: the sizes right before its first event and right behind its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// How many events stand before it.
    pub before: u64,
    /// How many do with it.
    pub after: u64,
}

/// How a batch stands in its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has no event yet.
    Nowhere,
    /// Its events follow each other.
    Whole(Span),
    /// Events of other batches stand between them.
    Torn,
}

/// How a batch stands in its log.
///
/// # Errors
///
/// [`StoreError`] if the ledger can't be read.
pub fn standing(ledger: &Ledger, batch: &BatchRecord) -> Result<Standing, StoreError> {
    let (mut span, mut after_number): (Option<Span>, _) = (None, 0);
    loop {
        let commits = ledger.batch_commits(batch.number, after_number, COMMITS_MAX)?;
        let Some(last) = commits.last() else { break };
        after_number = last.number;
        for commit in commits.iter().filter(|commit| commit.events > 0) {
            let before = commit.first_position.saturating_sub(1);
            let after = before.saturating_add(commit.events);
            match &mut span {
                None => span = Some(Span { before, after }),
                Some(span) if span.after == before => span.after = after,
                Some(_) => return Ok(Standing::Torn),
            }
        }
    }
    Ok(span.map_or(Standing::Nowhere, Standing::Whole))
}

impl Log {
    /// Where a complete batch stands in its log; none if it stands there in pieces.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the ledger can't be read.
    pub fn of(ledger: &Ledger, batch: &BatchRecord) -> Result<Option<Self>, StoreError> {
        let end = |size| Ok::<_, StoreError>(LogEnd { size, root: Sha256Hex(ledger.root_at(size)?) });
        let (before, after) = match standing(ledger, batch)? {
            Standing::Torn => return Ok(None),
            Standing::Whole(span) => (end(span.before)?, end(span.after)?),
            Standing::Nowhere => {
                let end = end(batch.head.size)?;
                (end, end)
            }
        };
        Ok(Some(Self { batch: batch.name.clone(), number: batch.number, before, after }))
    }
}
