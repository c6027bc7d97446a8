//! What the runs tell of accounts, transactions and days.
//!
//! Nobody may merge runs meanwhile: who reads beside a writer asks it all, and for the runs, in one read transaction.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::look_up::positions_within;
use super::statements::{StatementCursor, StatementLookUp, lowest};
use super::{IndexKeys, Run, Runs, Tail, days};
use crate::domain::{Day, DayTotals, StatementLine};
use crate::store::StoreError;

/// What runs have of a customer's statement, in order, those left out that begin behind a position.
///
/// # Errors
///
/// [`StoreError`] if the store fails or is damaged.
pub(crate) fn statement(
    connection: &Connection,
    runs: &Runs,
    keys: &IndexKeys,
    customer_id: &[u8],
    to_position: u64,
) -> Result<Vec<StatementLine>, StoreError> {
    let key = keys.customer(customer_id);
    let mut look_up = StatementLookUp::new(connection)?;
    let mut lines = Vec::new();
    for run in runs_to(runs, to_position) {
        look_up.add(run, key, customer_id, &mut lines)?;
    }
    lines.truncate(lines.partition_point(|line| line.position <= to_position));
    Ok(lines)
}

/// Visits the statements up to a position of all accounts that runs or what came after them tell of, in order of keys.
///
/// # Errors
///
/// The first that `visit` gives, or [`StoreError`] if the store fails or is damaged.
pub(crate) fn statements(
    connection: &Connection,
    runs: &Runs,
    tail: &Tail,
    to_position: u64,
    mut visit: impl FnMut(&[u8], &[StatementLine]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let cursors = runs_to(runs, to_position).map(|run| StatementCursor::new(connection, run));
    let mut cursors: Vec<_> = cursors.collect::<Result<_, _>>()?;
    let mut accounts = tail.accounts().peekable();
    let (mut customer_id, mut lines) = (Vec::new(), Vec::new());
    loop {
        lines.clear();
        let in_runs = lowest(&cursors, &mut customer_id);
        // An account that the tail alone has may come before all that the runs have.
        let next = accounts.next_if(|account| {
            in_runs.is_none_or(|key| (account.key.number(), account.customer_id) <= (key, customer_id.as_slice()))
        });
        let is_in_runs = in_runs.is_some_and(|key| {
            next.is_none_or(|next| (next.key.number(), next.customer_id) == (key, customer_id.as_slice()))
        });
        if let Some(key) = in_runs.filter(|_| is_in_runs) {
            for cursor in &mut cursors {
                cursor.pass((key, &customer_id), |line| {
                    lines.push(*line);
                    Ok(())
                })?;
            }
        }
        lines.extend(next.iter().flat_map(|account| account.lines()));
        lines.truncate(lines.partition_point(|line| line.position <= to_position));
        match (next, is_in_runs) {
            (None, false) => return Ok(()),
            _ if lines.is_empty() => {}
            (Some(account), _) => visit(account.customer_id, &lines)?,
            (None, true) => visit(&customer_id, &lines)?,
        }
    }
}

/// The positions up to one, ascending, at which runs may have decisions on a transaction of a customer's.
///
/// All decisions on it in the runs are among them; transactions whose keys are alike may be too.
///
/// # Errors
///
/// [`StoreError`] if the store fails or is damaged.
pub(crate) fn positions_of(
    connection: &Connection,
    runs: &Runs,
    keys: &IndexKeys,
    pair: (&[u8], &[u8]),
    to_position: u64,
) -> Result<Vec<u64>, StoreError> {
    let key = keys.transaction(keys.customer(pair.0), pair.1);
    let mut positions = positions_within(connection, runs_to(runs, to_position), (key, key), 0, usize::MAX)?;
    positions.retain(|position| *position <= to_position);
    Ok(positions)
}

/// What was decided on each day in the runs.
///
/// # Errors
///
/// [`StoreError`] if the store fails or is damaged.
pub(crate) fn day_totals(connection: &Connection, runs: &Runs) -> Result<BTreeMap<Day, DayTotals>, StoreError> {
    let mut totals = BTreeMap::new();
    runs.iter().try_for_each(|run| days::add(connection, run, &mut totals))?;
    Ok(totals)
}

/// The runs that begin at a position or before.
fn runs_to(runs: &Runs, position: u64) -> impl Iterator<Item = &Run> {
    runs.iter().filter(move |run| run.first_position <= position)
}
