//! Pages on their way into the tables.

use rusqlite::{Connection, Statement, params};

use super::made::Pages;
use super::page::TransactionEntry;
use super::{failed, to_sql};
use crate::store::StoreError;

/// Pages of a run that are full, of each kind.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) transactions: Pages<TransactionEntry>,
    pub(super) accounts: Pages<u64>,
    pub(super) statements: Pages<(u64, u64)>,
}

/// Writes the pages of a run, each kind in order.
#[derive(Debug)]
pub(super) struct Inserter<'c> {
    run: i64,
    transactions: Statement<'c>,
    accounts: Statement<'c>,
    statements: Statement<'c>,
}

impl<'c> Inserter<'c> {
    /// One for the run of a number.
    pub(super) fn new(connection: &'c Connection, run: i64) -> Result<Self, StoreError> {
        let prepare = |sql| connection.prepare(sql).map_err(failed);
        Ok(Self {
            run,
            transactions: prepare(
                "INSERT INTO transaction_pages (run, first_key, first_position, page) VALUES (?1, ?2, ?3, ?4)",
            )?,
            accounts: prepare("INSERT INTO account_pages (run, first_key, page) VALUES (?1, ?2, ?3)")?,
            statements: prepare("INSERT INTO statement_pages (run, first_key, number, page) VALUES (?1, ?2, ?3, ?4)")?,
        })
    }

    /// Writes pages of all kinds, and keeps their memory.
    pub(super) fn all(&mut self, made: &mut Made) -> Result<(), StoreError> {
        self.transactions(&mut made.transactions)?;
        self.accounts(&mut made.accounts)?;
        self.statements(&mut made.statements)
    }

    /// Writes pages of transactions, and keeps their memory.
    pub(super) fn transactions(&mut self, pages: &mut Pages<TransactionEntry>) -> Result<(), StoreError> {
        let Self { run, transactions, .. } = self;
        pages.drain(|first, page| {
            let row = params![*run, to_sql(first.key)?, to_sql(first.position)?, page];
            transactions.execute(row).map(|_| ()).map_err(failed)
        })
    }

    /// Writes pages of accounts, and keeps their memory.
    pub(super) fn accounts(&mut self, pages: &mut Pages<u64>) -> Result<(), StoreError> {
        let Self { run, accounts, .. } = self;
        pages.drain(|first_key, page| {
            accounts.execute(params![*run, to_sql(first_key)?, page]).map(|_| ()).map_err(failed)
        })
    }

    /// Writes pages of statements, and keeps their memory.
    pub(super) fn statements(&mut self, pages: &mut Pages<(u64, u64)>) -> Result<(), StoreError> {
        let Self { run, statements, .. } = self;
        pages.drain(|(first_key, number), page| {
            let row = params![*run, to_sql(first_key)?, to_sql(number)?, page];
            statements.execute(row).map(|_| ()).map_err(failed)
        })
    }
}
