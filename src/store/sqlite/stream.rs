//! Events in their order: those of one account, or all behind a position.

mod leaves;

use std::ops::{ControlFlow, Range};

use rusqlite::Connection;

use super::index::{self, Runs};
use super::read;
use super::records::SoughtId;
use crate::store::{StoreError, StoredDecision, StoredEvent};
pub(crate) use leaves::Leaves;

/// How many events are read at a time where all of them are looked through.
const PAGE_LEN: usize = 65_536;

/// The decisions on one account after a version, at most so many: those before the checkpoint by the index, the rest by
/// looking through what came after it.
pub(super) fn account_events(
    connection: &Connection,
    customer_id: &[u8],
    after_version: u32,
    max: usize,
) -> Result<Vec<StoredDecision>, StoreError> {
    let _reading = read::reading(connection)?;
    let runs = Runs::ranges(connection)?;
    let keys = read::index_keys(connection)?;
    let mut found = Found { customer_id, after_version, max, decisions: Vec::new() };
    let mut segment = None;
    for position in index::positions(connection, &runs, &keys, customer_id, 0, usize::MAX)? {
        if found.is_full() {
            return Ok(found.decisions);
        }
        found.look_at(position, read::leaf_at(connection, &mut segment, position)?)?;
    }
    if !found.is_full() {
        scan(connection, runs.checkpoint()..u64::MAX, Some(customer_id), |position, leaf| {
            found.look_at(position, leaf)?;
            Ok(if found.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
    }
    Ok(found.decisions)
}

/// Visits the leaves behind the range's start and up to its end, in order and without a copy of any.
pub(super) fn visit_leaves(
    connection: &Connection,
    range: Range<u64>,
    mut visit: impl FnMut(u64, &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    visit_segments(connection, range, |leaves| leaves.try_for_each(|(position, leaf)| visit(position, leaf)))
}

/// Visits the segments that hold the leaves behind the range's start and up to its end, in order and without a copy; of
/// each, those leaves, all of which have to be taken.
pub(super) fn visit_segments(
    connection: &Connection,
    range: Range<u64>,
    mut visit: impl FnMut(&mut Leaves<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let sql = "SELECT first_position, events FROM segments WHERE first_position >= \
               coalesce((SELECT max(first_position) FROM segments WHERE first_position <= ?1), 0) \
               AND first_position <= ?2 ORDER BY first_position";
    let mut next = range.start.saturating_add(1);
    let mut statement = connection.prepare_cached(sql).map_err(read::failed)?;
    let mut rows = statement.query([read::clamp(next), read::clamp(range.end)]).map_err(read::failed)?;
    while let Some(row) = rows.next().map_err(read::failed)? {
        let first: u64 = row.get(0).map_err(read::failed)?;
        let text = row.get_ref(1).map_err(read::failed)?;
        let text = text.as_bytes().map_err(|error| read::failed(error.into()))?;
        let mut leaves = Leaves::new(text, first..=range.end);
        while leaves.next_position().is_some_and(|position| position <= range.start) {
            leaves.next();
        }
        let Some(position) = leaves.next_position() else { continue };
        if position != next {
            return Err(read::missing(next));
        }
        visit(&mut leaves)?;
        next = leaves.end();
    }
    if next <= range.end { Err(read::missing(next)) } else { Ok(()) }
}

/// Visits the decisions behind a position and up to another, in order: all of them, or all on one account and perhaps
/// some others.
pub(super) fn decisions(
    connection: &Connection,
    after_position: u64,
    to_position: u64,
    customer_id: Option<&[u8]>,
    mut visit: impl FnMut(StoredDecision) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    scan(connection, after_position..to_position, customer_id, |position, leaf| {
        if let StoredEvent::Decision(decision) = read::decode(position, leaf)? {
            visit(decision)?;
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// Visits the leaves behind the range's start and up to its end, in order, until it is told to stop; where a customer is
/// given, only those that may tell of one.
fn scan(
    connection: &Connection,
    range: Range<u64>,
    customer_id: Option<&[u8]>,
    mut visit: impl FnMut(u64, &[u8]) -> Result<ControlFlow<()>, StoreError>,
) -> Result<(), StoreError> {
    let sought = customer_id.map(SoughtId::new);
    let mut after = range.start;
    while after < range.end {
        let segments = read::segments(connection, after, PAGE_LEN)?;
        let Some(last) = segments.last() else { break };
        for segment in &segments {
            let of_one = sought.as_ref().map(|sought| segment.events_of(sought));
            let of_all = sought.is_none().then(|| segment.events());
            let events = of_one.into_iter().flatten().chain(of_all.into_iter().flatten());
            for (position, leaf) in events.filter(|(position, _)| after < *position && *position <= range.end) {
                if visit(position, leaf)?.is_break() {
                    return Ok(());
                }
            }
        }
        after = last.last_position();
    }
    Ok(())
}

/// What has been found of an account's events.
struct Found<'a> {
    customer_id: &'a [u8],
    after_version: u32,
    max: usize,
    decisions: Vec<StoredDecision>,
}

impl Found<'_> {
    fn is_full(&self) -> bool {
        self.decisions.len() >= self.max
    }

    /// Takes in an event if it is the account's and late enough.
    fn look_at(&mut self, position: u64, leaf: &[u8]) -> Result<(), StoreError> {
        if let StoredEvent::Decision(decision) = read::decode(position, leaf)?
            && decision.customer_id == self.customer_id
            && decision.event.version > self.after_version
        {
            self.decisions.push(decision);
        }
        Ok(())
    }
}
