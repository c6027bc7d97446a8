//! Statements of runs: reading them in order, and finding one.

mod cursor;
mod look_up;

pub(super) use cursor::{StatementCursor, lowest};
pub(super) use look_up::StatementLookUp;
#[cfg(test)]
pub(super) use {
    cursor::NEXT_STATEMENTS,
    look_up::{LAST_STATEMENTS, SAME_STATEMENTS},
};

use super::{Run, damaged};
use crate::store::StoreError;

/// Checks that a position lies in a run and behind another, and gives it.
fn follows(run: &Run, before: u64, position: u64) -> Result<u64, StoreError> {
    let is_right = run.covers(position) && position > before;
    is_right.then_some(position).ok_or_else(|| damaged("the lines of a statement are not in order"))
}
