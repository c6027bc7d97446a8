//! One account's events.

use rusqlite::Connection;

use super::index::{self, Runs};
use super::read;
use crate::store::{StoreError, StoredDecision, StoredEvent};

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
    let mut after = runs.checkpoint();
    loop {
        let segments = read::segments(connection, after, PAGE_LEN)?;
        let Some(last) = segments.last() else { return Ok(found.decisions) };
        let end = last.last_position();
        for segment in segments.iter().filter(|segment| segment.may_hold(customer_id)) {
            for (position, leaf) in segment.events().filter(|(position, _)| *position > after) {
                if found.is_full() {
                    return Ok(found.decisions);
                }
                found.look_at(position, leaf)?;
            }
        }
        after = end;
    }
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
