//! What was decided on accounts and on days: by the index up to its checkpoint, and what came later by the log.
//!
//! A ledger whose tables are of version 1 has neither statements nor days in its index, and all is read from its log.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::index::{self, EventReader, Runs};
use super::past::{self, LogReader};
use super::{read, stream};
use crate::domain::{Day, DayTotals, StatementLine};
use crate::store::StoreError;

/// The first version of the tables whose index has statements and days.
const INDEXED_VERSION: u32 = 2;

/// Whether the index has statements and days.
pub(super) fn are_indexed(connection: &Connection) -> Result<bool, StoreError> {
    Ok(read::schema_version(connection)? >= INDEXED_VERSION)
}

/// The runs that have statements and days; none if the index has neither.
fn runs(connection: &Connection) -> Result<Runs, StoreError> {
    if are_indexed(connection)? { Runs::ranges(connection) } else { Ok(Runs::default()) }
}

/// The statement of one account up to a position.
pub(super) fn statement(
    connection: &Connection,
    customer_id: &[u8],
    to_position: u64,
) -> Result<Vec<StatementLine>, StoreError> {
    let _reading = read::reading(connection)?;
    if !are_indexed(connection)? {
        let decisions = stream::account_events(connection, customer_id, 0, usize::MAX)?.into_iter();
        let within = decisions.take_while(|decision| decision.position <= to_position);
        return Ok(within.map(|decision| StatementLine::new(decision.position, &decision.event)).collect());
    }
    let (keys, runs) = (read::index_keys(connection)?, Runs::ranges(connection)?);
    let mut lines = index::statement(connection, &runs, &keys, customer_id, to_position)?;
    stream::decisions(connection, runs.checkpoint(), to_position, Some(customer_id), |decision| {
        if decision.customer_id == customer_id {
            lines.push(StatementLine::new(decision.position, &decision.event));
        }
        Ok(())
    })?;
    Ok(lines)
}

/// The statements of all accounts up to a position, in no order that means anything.
pub(super) fn statements(
    connection: &Connection,
    to_position: u64,
    visit: impl FnMut(&[u8], &[StatementLine]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let _reading = read::reading(connection)?;
    let (keys, runs) = (read::index_keys(connection)?, runs(connection)?);
    let tail = past::recent(connection, keys, runs.checkpoint(), to_position)?.into_tail()?;
    index::statements(connection, &runs, &tail, to_position, visit)
}

/// The positions up to one, ascending, at which a transaction of a customer was decided on: once, and then as often as
/// it was sent again.
pub(super) fn find(
    connection: &Connection,
    customer_id: &[u8],
    transaction_id: &[u8],
    to_position: u64,
) -> Result<Vec<u64>, StoreError> {
    let _reading = read::reading(connection)?;
    let (keys, runs) = (read::index_keys(connection)?, Runs::ranges(connection)?);
    let pair = (customer_id, transaction_id);
    let mut positions = Vec::new();
    let mut reader = LogReader::default();
    for position in index::positions_of(connection, &runs, &keys, pair, to_position)? {
        if reader.is_about(connection, position, customer_id, transaction_id)? {
            positions.push(position);
        }
    }
    stream::decisions(connection, runs.checkpoint(), to_position, Some(customer_id), |decision| {
        if (decision.customer_id.as_slice(), decision.transaction_id.as_slice()) == pair {
            positions.push(decision.position);
        }
        Ok(())
    })?;
    Ok(positions)
}

/// What was decided on each day of transaction time, over all accounts, ascending.
pub(super) fn day_totals(connection: &Connection) -> Result<Vec<(Day, DayTotals)>, StoreError> {
    let _reading = read::reading(connection)?;
    let runs = runs(connection)?;
    let mut days: BTreeMap<Day, DayTotals> = index::day_totals(connection, &runs)?;
    stream::decisions(connection, runs.checkpoint(), u64::MAX, None, |decision| {
        let event = decision.event;
        days.entry(event.time.day()).or_default().count(event.kind.is_accepted(), event.amount);
        Ok(())
    })?;
    Ok(days.into_iter().collect())
}
