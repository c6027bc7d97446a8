//! Finding the statement of a customer.

use rusqlite::{Connection, OptionalExtension, Row, Statement, params};

use super::super::look_up::page_of;
use super::super::page::statement_entries;
use super::super::{CustomerKey, Run, damaged, failed, from_sql, to_sql};
use super::follows;
use crate::domain::StatementLine;
use crate::store::StoreError;

/// The last page that begins before a key.
pub(in super::super) const LAST_STATEMENTS: &str = "SELECT first_key, page, number FROM statement_pages \
    WHERE run = ?1 AND first_key < ?2 ORDER BY first_key DESC, number DESC LIMIT 1";

/// The pages that begin with a key.
pub(in super::super) const SAME_STATEMENTS: &str =
    "SELECT first_key, page, number FROM statement_pages WHERE run = ?1 AND first_key = ?2 ORDER BY number";

/// Finds statements in runs.
#[derive(Debug)]
pub(in super::super) struct StatementLookUp<'c> {
    last: Statement<'c>,
    same: Statement<'c>,
}

impl<'c> StatementLookUp<'c> {
    /// Prepares to look.
    pub(in super::super) fn new(connection: &'c Connection) -> Result<Self, StoreError> {
        Ok(Self {
            last: connection.prepare(LAST_STATEMENTS).map_err(failed)?,
            same: connection.prepare(SAME_STATEMENTS).map_err(failed)?,
        })
    }

    /// Adds what a run has of a customer's statement to lines.
    pub(in super::super) fn add(
        &mut self,
        run: &Run,
        key: CustomerKey,
        customer_id: &[u8],
        lines: &mut Vec<StatementLine>,
    ) -> Result<(), StoreError> {
        let row = params![run.number, to_sql(key.number())?];
        let who = (key.number(), customer_id);
        let mut found = Found { run, who, number: None, is_at_hand: false, position: 0, lines };
        // The statement may begin on a page that begins with another's.
        let before = self.last.query_row(row, |row| Ok(found.look_at(row)));
        before.optional().map_err(failed)?.unwrap_or(Ok(()))?;
        let mut rows = self.same.query(row).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            found.look_at(row)?;
        }
        Ok(())
    }
}

/// A customer's statement, as far as it has been found.
struct Found<'a> {
    run: &'a Run,
    who: (u64, &'a [u8]),
    /// The number of the last page.
    number: Option<u64>,
    /// The last page ended with it.
    is_at_hand: bool,
    position: u64,
    lines: &'a mut Vec<StatementLine>,
}

impl Found<'_> {
    fn look_at(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        let (first_key, page) = page_of(row)?;
        let number = from_sql(row.get(2).map_err(failed)?)?;
        if self.number.replace(number).is_some_and(|last| number != last + 1) {
            return Err(damaged("a page of statements is missing"));
        }
        for entry in statement_entries(page, first_key) {
            let entry = entry?;
            self.is_at_hand = match entry.customer_id {
                Some(id) => (entry.key, id) == self.who,
                None => self.is_at_hand && entry.key == self.who.0,
            };
            if self.is_at_hand {
                for line in entry.lines(self.run.first_position) {
                    let line = line?;
                    self.position = follows(self.run, self.position, line.position)?;
                    self.lines.push(line);
                }
            }
        }
        Ok(())
    }
}
