//! Making one run of several.

mod accounts;
mod statements;
mod transactions;

use std::collections::BTreeMap;

use rusqlite::{Transaction, params};

#[cfg(test)]
pub(super) use self::{accounts::NEXT_ACCOUNTS, transactions::NEXT_TRANSACTIONS};

use self::accounts::AccountCursor;
use self::transactions::TransactionCursor;
use super::made::TransactionWriter;
use super::statements::StatementCursor;
use super::write::RunWriter;
use super::{RUN_TABLES, Run, Runs, days, failed, plan};
use crate::store::StoreError;

/// Merges the runs that are due next, if any are; whether there were such. Until there are none it is called again.
///
/// No look-up may be under way that knows the runs from before.
///
/// # Errors
///
/// [`StoreError`] if the store fails or is damaged.
pub(crate) fn merge_runs(transaction: &Transaction<'_>) -> Result<bool, StoreError> {
    let runs = Runs::ranges(transaction)?;
    let events: Vec<_> = runs.iter().map(Run::len).collect();
    let Some(range) = plan::due(&events) else { return Ok(false) };
    let due: Vec<_> = runs.iter().skip(range.start).take(range.len()).collect();
    merge(transaction, &due)?;
    Ok(true)
}

/// Makes one run of those that cover a range of positions, as if it had been written at once.
///
/// # Errors
///
/// [`StoreError::Failed`] if no runs begin and end with the range; other [`StoreError`]s if the store fails or is
/// damaged.
#[cfg(test)]
pub(crate) fn merge_range(
    transaction: &Transaction<'_>,
    first_position: u64,
    last_position: u64,
) -> Result<(), StoreError> {
    let runs = Runs::ranges(transaction)?;
    let within = |run: &&Run| first_position <= run.first_position() && run.last_position() <= last_position;
    let due: Vec<_> = runs.iter().filter(within).collect();
    let range = due.first().zip(due.last()).map(|(first, last)| (first.first_position(), last.last_position()));
    if range != Some((first_position, last_position)) {
        return Err(StoreError::Failed(format!("no runs cover just {first_position} to {last_position}")));
    }
    merge(transaction, &due)
}

/// Makes one run of neighbours.
fn merge(transaction: &Transaction<'_>, runs: &[&Run]) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return Ok(()) };
    let count = runs.iter().map(|run| run.transactions).sum();
    let range = (first.first_position, last.last_position);
    let mut writer = RunWriter::new(transaction, range, TransactionWriter::new(range, count)?)?;
    transactions::merge(runs.iter().map(|run| TransactionCursor::new(transaction, run)), &mut writer)?;
    accounts::merge(runs.iter().map(|run| AccountCursor::new(transaction, run)), &mut writer)?;
    statements::merge(runs.iter().map(|run| StatementCursor::new(transaction, run)), &mut writer)?;
    let mut totals = BTreeMap::new();
    runs.iter().try_for_each(|run| days::add(transaction, run, &mut totals))?;
    writer.days(&totals)?;
    writer.finish()?;
    for run in runs {
        for table in RUN_TABLES {
            let sql = format!("DELETE FROM {table} WHERE run = ?1");
            transaction.execute(&sql, params![run.number]).map_err(failed)?;
        }
    }
    Ok(())
}
