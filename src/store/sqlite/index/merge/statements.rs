//! The statements of several runs in one order.

use super::super::statements::{StatementCursor, lowest};
use super::super::write::RunWriter;
use crate::store::StoreError;

/// Writes the statements of runs, in order of their positions, one behind the other for each account.
pub(super) fn merge<'c>(
    cursors: impl Iterator<Item = Result<StatementCursor<'c>, StoreError>>,
    writer: &mut RunWriter<'_>,
) -> Result<(), StoreError> {
    let mut cursors: Vec<_> = cursors.collect::<Result<_, _>>()?;
    let mut customer_id = Vec::new();
    while let Some(key) = lowest(&cursors, &mut customer_id) {
        writer.begin_statement(key, &customer_id);
        for cursor in &mut cursors {
            cursor.pass((key, &customer_id), |line| writer.statement_line(line))?;
        }
    }
    Ok(())
}
