//! A ledger as a history.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::part::NewRow;
use super::{History, HistoryPart, too_long};
use crate::config::parse_policy_text;
use crate::store::codec::{LeafEvent, LeafReader, UsualDecision};
use crate::store::{Head, Ledger, StoreError};

/// Below so many events nothing is gained by reading them in several parts.
const PART_LEN_MIN: u64 = 4_096;

/// The most parts: what they have in common is put together one after the other.
const PARTS_MAX: u64 = 16;

/// Reads everything that a ledger has decided up to its head, which is given too; nothing is written.
///
/// The log's positions are split among the threads at hand, each with a connection of its own: what lies before the head
/// never changes.
///
/// # Errors
///
/// [`StoreError::Damaged`] if an event is missing or can't be read; other [`StoreError`]s if the ledger can't be read.
pub fn read_ledger(path: &Path) -> Result<(History, Head), StoreError> {
    let head = Ledger::open(path)?.head()?;
    if u32::try_from(head.size).is_err() {
        return Err(too_long());
    }
    let threads = rayon::current_num_threads() as u64;
    let parts = (head.size / PART_LEN_MIN).clamp(1, threads.min(PARTS_MAX));
    let ranges: Vec<_> = (0..parts).map(|part| head.size * part / parts..head.size * (part + 1) / parts).collect();
    let parts = ranges.into_par_iter().map(|range| read_part(path, range)).collect::<Result<Vec<_>, _>>()?;
    let history = History::of(parts)?;
    if !history.is_empty() && history.spans().first().is_none_or(|span| span.from > 0) {
        return Err(damaged(1, "no policy is in force"));
    }
    Ok((history, head))
}

/// Reads the events behind the range's start and up to its end.
fn read_part(path: &Path, range: Range<u64>) -> Result<HistoryPart, StoreError> {
    let ledger = Ledger::open(path)?.pinned()?;
    let mut part = HistoryPart::of_log();
    let mut leaves = LeafReader::default();
    ledger.visit_segments(range, |segment| {
        loop {
            while let Some((_, decision)) = segment.take_by(|text| leaves.read_usual(text)) {
                part.push(&usual_row(decision));
            }
            let Some((position, leaf)) = segment.next() else { return Ok(()) };
            let event = leaves.read(position, leaf).map_err(|error| damaged(position, &error.to_string()))?;
            take(&mut part, position, event)?;
        }
    })?;
    Ok(part)
}

const fn usual_row(decision: UsualDecision<'_>) -> NewRow<'_> {
    let UsualDecision { line, customer_id, transaction_id: id, amount, time, reason } = decision;
    NewRow { customer_id, id, line, amount, time, group: None, reason }
}

fn take(part: &mut HistoryPart, position: u64, event: LeafEvent<'_>) -> Result<(), StoreError> {
    match event {
        LeafEvent::PolicyActivated { text, .. } => {
            let policy = parse_policy_text(&text)
                .map_err(|errors| damaged(position, &format!("the text is no policy: {errors}")))?;
            part.activate(Arc::new(policy), text);
        }
        LeafEvent::Decision(decision) => part.push(&NewRow {
            customer_id: &decision.customer_id,
            id: &decision.transaction_id,
            line: decision.line,
            amount: decision.event.amount,
            time: decision.event.time,
            group: decision.group.as_deref(),
            reason: decision.reason.map(str::as_bytes),
        }),
    }
    Ok(())
}

fn damaged(position: u64, what: &str) -> StoreError {
    StoreError::Damaged(format!("the store is damaged: position {position}: {what}"))
}
