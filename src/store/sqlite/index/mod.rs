//! The derived index: what each account holds, what was decided on it, where each transaction stands and what each day
//! came to, without reading the log.
//!
//! The index is cut into runs. A run covers a range of positions and never changes; together the runs cover the log up
//! to the checkpoint, and what came since then is in memory ([`Recent`]). Runs of like size are merged, so that there
//! are never many. Everything in a run follows from the events of its range and the file's hash key, byte for byte:
//! it can be made anew, and compared with what is there.

mod days;
mod filter;
mod history;
mod inquiry;
mod insert;
mod key;
mod look_up;
mod made;
mod merge;
mod page;
mod part;
mod plan;
mod recent;
mod run;
mod sorted;
mod statements;
mod tail;
mod write;

pub(crate) use history::{EventReader, SqliteHistory};
pub(crate) use inquiry::{day_totals, positions_of, statement, statements};
pub(crate) use key::{CustomerKey, IndexKeys};
pub(crate) use look_up::positions;
#[cfg(test)]
pub(crate) use merge::merge_range;
pub(crate) use merge::merge_runs;
pub(crate) use recent::{Recent, RecentAccount};
pub(crate) use run::{Run, Runs};
pub(crate) use tail::Tail;
pub(crate) use write::write_run;

use super::read::{failed, reading};
use crate::store::StoreError;

/// The tables that a run has rows in, by its number.
pub(super) const RUN_TABLES: [&str; 5] =
    ["transaction_pages", "account_pages", "statement_pages", "day_totals", "runs"];

/// Something in the index that the index never writes.
fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("the index is damaged: {what}"))
}

/// A number as SQLite keeps it: below 2^63.
fn to_sql(number: u64) -> Result<i64, StoreError> {
    number.try_into().map_err(|_| damaged("a number above 63 bits"))
}

/// A number as SQLite gave it.
fn from_sql(number: i64) -> Result<u64, StoreError> {
    number.try_into().map_err(|_| damaged("a number below zero"))
}

#[cfg(test)]
mod tests;
