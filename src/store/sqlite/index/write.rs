//! Writing a run.

use std::collections::BTreeMap;

use rusqlite::{Connection, Statement, Transaction, params};

use super::filter::Filter;
use super::page::{AccountPage, TransactionEntry, TransactionPage, account_entries};
use super::plan::EVENTS_MAX;
use super::statements::StatementWriter;
use super::{Recent, Runs, damaged, days, failed, from_sql, to_sql};
use crate::domain::{Day, DayTotals, Usage};
use crate::store::StoreError;

/// Writes the next run, of all decisions from the checkpoint to a position, which is the checkpoint from then on.
///
/// # Errors
///
/// [`StoreError::Failed`] if the run does not begin right behind the checkpoint, covers more than 2^28 events, or holds
/// more decisions than events; other [`StoreError`]s if the store fails or is damaged.
pub(crate) fn write_run(
    transaction: &Transaction<'_>,
    first_position: u64,
    last_position: u64,
    recent: Recent,
) -> Result<(), StoreError> {
    let checkpoint = Runs::ranges(transaction)?.checkpoint();
    if first_position != checkpoint + 1 || last_position < first_position {
        let range = format!("{first_position} to {last_position}");
        return Err(StoreError::Failed(format!("a run of {range} does not follow the checkpoint at {checkpoint}")));
    }
    let tail = recent.into_tail()?;
    let mut writer = RunWriter::new(transaction, first_position, last_position, tail.transactions().len() as u64)?;
    writer.expect_accounts(tail.accounts().len() as u64);
    for entry in tail.transactions() {
        writer.transaction(*entry)?;
    }
    for account in tail.accounts() {
        writer.account(account.key.number(), account.customer_id, account.version, account.days)?;
        writer.statements().begin(account.key.number(), account.customer_id);
        account.lines().try_for_each(|line| writer.statements().line(&line))?;
    }
    writer.days(tail.day_totals())?;
    writer.finish()
}

/// Writes a run entry by entry, in order of keys.
#[derive(Debug)]
pub(super) struct RunWriter<'c> {
    connection: &'c Connection,
    run: i64,
    range: (u64, u64),
    transactions: u64,
    accounts: u64,
    filter: Filter,
    /// The filter over the accounts, if their number is known.
    account_filter: Option<Filter>,
    transaction_page: TransactionPage,
    account_page: AccountPage,
    statements: StatementWriter<'c>,
    insert_transactions: Statement<'c>,
    insert_accounts: Statement<'c>,
}

impl<'c> RunWriter<'c> {
    /// Begins a run of these positions and of so many decisions.
    pub(super) fn new(connection: &'c Connection, first: u64, last: u64, count: u64) -> Result<Self, StoreError> {
        if last - first >= EVENTS_MAX || count > last - first + 1 {
            return Err(StoreError::Failed(format!("no run can hold {count} decisions from {first} to {last}")));
        }
        let next = "SELECT coalesce(max(run), 0) + 1 FROM runs";
        let run = connection.query_row(next, [], |row| row.get(0)).map_err(failed)?;
        let transactions =
            "INSERT INTO transaction_pages (run, first_key, first_position, page) VALUES (?1, ?2, ?3, ?4)";
        let accounts = "INSERT INTO account_pages (run, first_key, page) VALUES (?1, ?2, ?3)";
        Ok(Self {
            connection,
            run,
            range: (first, last),
            transactions: 0,
            accounts: 0,
            filter: Filter::for_keys(count),
            account_filter: None,
            transaction_page: TransactionPage::default(),
            account_page: AccountPage::default(),
            statements: StatementWriter::new(connection, run, (first, last))?,
            insert_transactions: connection.prepare(transactions).map_err(failed)?,
            insert_accounts: connection.prepare(accounts).map_err(failed)?,
        })
    }

    /// Says how many accounts will be added, where that is known, and spares reading them once more.
    pub(super) fn expect_accounts(&mut self, count: u64) {
        self.account_filter = Some(Filter::for_keys(count));
    }

    /// Adds a transaction.
    pub(super) fn transaction(&mut self, entry: TransactionEntry) -> Result<(), StoreError> {
        let (first, last) = self.range;
        if !(first..=last).contains(&entry.position) {
            return Err(damaged("a transaction lies outside its run"));
        }
        self.filter.insert(entry.key);
        self.transactions += 1;
        if !self.transaction_page.push(entry, first) {
            self.flush_transactions()?;
            self.transaction_page.push(entry, first);
        }
        Ok(())
    }

    /// Adds what is added to an account; its days ascend.
    pub(super) fn account(
        &mut self,
        key: u64,
        customer_id: &[u8],
        version: u32,
        days: &[(Day, Usage)],
    ) -> Result<(), StoreError> {
        self.accounts += 1;
        if let Some(filter) = &mut self.account_filter {
            filter.insert(key);
        }
        if !self.account_page.push(key, customer_id, version, days) {
            self.flush_accounts()?;
            self.account_page.push(key, customer_id, version, days);
        }
        Ok(())
    }

    /// What writes the statements.
    pub(super) const fn statements(&mut self) -> &mut StatementWriter<'c> {
        &mut self.statements
    }

    /// Adds all days.
    pub(super) fn days(&mut self, totals: &BTreeMap<Day, DayTotals>) -> Result<(), StoreError> {
        days::write(self.connection, self.run, totals)
    }

    /// Ends the run.
    pub(super) fn finish(mut self) -> Result<(), StoreError> {
        self.flush_transactions()?;
        self.flush_accounts()?;
        self.statements.flush()?;
        let accounts = self.account_filter.take().map_or_else(|| self.filter_accounts(), Ok)?;
        let sql = "INSERT INTO runs (run, first_position, last_position, transactions, accounts, transaction_filter, \
                   account_filter) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (first, last) = self.range;
        let row = params![
            self.run,
            to_sql(first)?,
            to_sql(last)?,
            to_sql(self.transactions)?,
            to_sql(self.accounts)?,
            self.filter.to_bytes(),
            accounts.to_bytes(),
        ];
        self.connection.execute(sql, row).map_err(failed)?;
        Ok(())
    }

    fn flush_transactions(&mut self) -> Result<(), StoreError> {
        if let Some((first, page)) = self.transaction_page.finished() {
            let row = params![self.run, to_sql(first.key)?, to_sql(first.position)?, page];
            self.insert_transactions.execute(row).map_err(failed)?;
            self.transaction_page.clear();
        }
        Ok(())
    }

    fn flush_accounts(&mut self) -> Result<(), StoreError> {
        if let Some((first_key, page)) = self.account_page.finished() {
            self.insert_accounts.execute(params![self.run, to_sql(first_key)?, page]).map_err(failed)?;
            self.account_page.clear();
        }
        Ok(())
    }

    /// The filter over the accounts, whose number is known now that all are written.
    fn filter_accounts(&self) -> Result<Filter, StoreError> {
        let mut filter = Filter::for_keys(self.accounts);
        let sql = "SELECT first_key, page FROM account_pages WHERE run = ?1";
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.query([self.run]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let first_key = from_sql(row.get(0).map_err(failed)?)?;
            let page = row.get_ref(1).map_err(failed)?.as_blob().map_err(|error| failed(error.into()))?;
            for entry in account_entries(page, first_key) {
                filter.insert(entry.map_err(StoreError::from)?.key);
            }
        }
        Ok(filter)
    }
}
