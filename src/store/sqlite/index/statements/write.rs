//! Writing the statements of a run.

use rusqlite::{Connection, Statement, params};

use super::super::page::StatementPage;
use super::super::{damaged, failed, to_sql};
use crate::domain::StatementLine;
use crate::store::StoreError;

/// Writes the statements of a run line by line, in order of keys and customers.
#[derive(Debug)]
pub(in super::super) struct StatementWriter<'c> {
    insert: Statement<'c>,
    run: i64,
    range: (u64, u64),
    page: StatementPage,
    pages: u64,
}

impl<'c> StatementWriter<'c> {
    /// Begins the statements of a run of these positions.
    pub(in super::super) fn new(connection: &'c Connection, run: i64, range: (u64, u64)) -> Result<Self, StoreError> {
        let sql = "INSERT INTO statement_pages (run, first_key, number, page) VALUES (?1, ?2, ?3, ?4)";
        let insert = connection.prepare(sql).map_err(failed)?;
        Ok(Self { insert, run, range, page: StatementPage::default(), pages: 0 })
    }

    /// Begins the statement of a customer.
    pub(in super::super) fn begin(&mut self, key: u64, customer_id: &[u8]) {
        self.page.begin(key, customer_id);
    }

    /// Adds a line to it, of a higher position than the one before.
    pub(in super::super) fn line(&mut self, line: &StatementLine) -> Result<(), StoreError> {
        let (first, last) = self.range;
        if !(first..=last).contains(&line.position) {
            return Err(damaged("a decision lies outside its run"));
        }
        if !self.page.push(line, first) {
            self.flush()?;
            self.page.push(line, first);
        }
        Ok(())
    }

    /// Writes the page at hand.
    pub(in super::super) fn flush(&mut self) -> Result<(), StoreError> {
        if let Some((first_key, page)) = self.page.finished() {
            let row = params![self.run, to_sql(first_key)?, to_sql(self.pages)?, page];
            self.insert.execute(row).map_err(failed)?;
            self.page.clear();
            self.pages += 1;
        }
        Ok(())
    }
}
