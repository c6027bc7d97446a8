//! Writing a run.

use std::collections::BTreeMap;

use rusqlite::{Connection, Statement, Transaction, params};

use super::filter::Filter;
use super::made::{AccountWriter, StatementWriter, TransactionWriter};
use super::page::{TransactionEntry, account_entries};
use super::{Recent, Runs, Tail, days, failed, from_sql, to_sql};
use crate::domain::{Day, DayTotals, StatementLine, Usage};
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
    let range = (first_position, last_position);
    // Three parts that have nothing to do with each other, which only the file takes one by one.
    let (transactions, (accounts, statements)) = rayon::join(
        || {
            let mut transactions = TransactionWriter::new(range, tail.transactions().len() as u64)?;
            tail.transactions().iter().try_for_each(|entry| transactions.add(*entry))?;
            Ok::<_, StoreError>(transactions)
        },
        || rayon::join(|| account_pages(&tail), || statement_pages(&tail, range)),
    );
    let mut writer = RunWriter::new(transaction, range, transactions?)?;
    (writer.accounts, writer.statements) = (accounts, statements?);
    writer.days(tail.day_totals())?;
    writer.finish()
}

fn account_pages(tail: &Tail) -> AccountWriter {
    let mut accounts = AccountWriter::default();
    accounts.expect(tail.accounts().len() as u64);
    for account in tail.accounts() {
        accounts.add(account.key.number(), account.customer_id, account.version, account.days);
    }
    accounts
}

fn statement_pages(tail: &Tail, range: (u64, u64)) -> Result<StatementWriter, StoreError> {
    let mut statements = StatementWriter::new(range);
    for account in tail.accounts() {
        statements.begin(account.key.number(), account.customer_id);
        account.lines().try_for_each(|line| statements.line(&line))?;
    }
    Ok(statements)
}

/// Writes a run entry by entry, in order of keys.
#[derive(Debug)]
pub(super) struct RunWriter<'c> {
    connection: &'c Connection,
    run: i64,
    range: (u64, u64),
    transactions: TransactionWriter,
    accounts: AccountWriter,
    statements: StatementWriter,
    insert_transactions: Statement<'c>,
    insert_accounts: Statement<'c>,
    insert_statements: Statement<'c>,
}

impl<'c> RunWriter<'c> {
    /// Begins a run of these positions, of whose transactions some may be there already.
    pub(super) fn new(
        connection: &'c Connection,
        range: (u64, u64),
        transactions: TransactionWriter,
    ) -> Result<Self, StoreError> {
        let next = "SELECT coalesce(max(run), 0) + 1 FROM runs";
        let run = connection.query_row(next, [], |row| row.get(0)).map_err(failed)?;
        let prepare = |sql| connection.prepare(sql).map_err(failed);
        Ok(Self {
            connection,
            run,
            range,
            transactions,
            accounts: AccountWriter::default(),
            statements: StatementWriter::new(range),
            insert_transactions: prepare(
                "INSERT INTO transaction_pages (run, first_key, first_position, page) VALUES (?1, ?2, ?3, ?4)",
            )?,
            insert_accounts: prepare("INSERT INTO account_pages (run, first_key, page) VALUES (?1, ?2, ?3)")?,
            insert_statements: prepare(
                "INSERT INTO statement_pages (run, first_key, number, page) VALUES (?1, ?2, ?3, ?4)",
            )?,
        })
    }

    /// Adds a transaction.
    pub(super) fn transaction(&mut self, entry: TransactionEntry) -> Result<(), StoreError> {
        self.transactions.add(entry)?;
        if self.transactions.pages.are_many() { self.flush_transactions() } else { Ok(()) }
    }

    /// Adds what is added to an account; its days ascend.
    pub(super) fn account(
        &mut self,
        key: u64,
        customer_id: &[u8],
        version: u32,
        days: &[(Day, Usage)],
    ) -> Result<(), StoreError> {
        self.accounts.add(key, customer_id, version, days);
        if self.accounts.pages.are_many() { self.flush_accounts() } else { Ok(()) }
    }

    /// Begins the statement of a customer.
    pub(super) fn begin_statement(&mut self, key: u64, customer_id: &[u8]) {
        self.statements.begin(key, customer_id);
    }

    /// Adds a line to it, of a higher position than the one before.
    pub(super) fn statement_line(&mut self, line: &StatementLine) -> Result<(), StoreError> {
        self.statements.line(line)?;
        if self.statements.pages.are_many() { self.flush_statements() } else { Ok(()) }
    }

    /// Adds all days.
    pub(super) fn days(&mut self, totals: &BTreeMap<Day, DayTotals>) -> Result<(), StoreError> {
        days::write(self.connection, self.run, totals)
    }

    /// Ends the run.
    pub(super) fn finish(mut self) -> Result<(), StoreError> {
        self.transactions.finish();
        self.accounts.finish();
        self.statements.finish();
        self.flush_transactions()?;
        self.flush_accounts()?;
        self.flush_statements()?;
        let accounts = self.accounts.filter.take().map_or_else(|| self.filter_accounts(), Ok)?;
        let sql = "INSERT INTO runs (run, first_position, last_position, transactions, accounts, transaction_filter, \
                   account_filter) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (first, last) = self.range;
        let row = params![
            self.run,
            to_sql(first)?,
            to_sql(last)?,
            to_sql(self.transactions.count)?,
            to_sql(self.accounts.count)?,
            self.transactions.filter.to_bytes(),
            accounts.to_bytes(),
        ];
        self.connection.execute(sql, row).map_err(failed)?;
        Ok(())
    }

    fn flush_transactions(&mut self) -> Result<(), StoreError> {
        let Self { run, insert_transactions, transactions, .. } = self;
        transactions.pages.drain(|first, page| {
            let row = params![*run, to_sql(first.key)?, to_sql(first.position)?, page];
            insert_transactions.execute(row).map(|_| ()).map_err(failed)
        })
    }

    fn flush_accounts(&mut self) -> Result<(), StoreError> {
        let Self { run, insert_accounts, accounts, .. } = self;
        accounts.pages.drain(|first_key, page| {
            insert_accounts.execute(params![*run, to_sql(first_key)?, page]).map(|_| ()).map_err(failed)
        })
    }

    fn flush_statements(&mut self) -> Result<(), StoreError> {
        let Self { run, insert_statements, statements, .. } = self;
        statements.pages.drain(|(first_key, number), page| {
            let row = params![*run, to_sql(first_key)?, to_sql(number)?, page];
            insert_statements.execute(row).map(|_| ()).map_err(failed)
        })
    }

    /// The filter over the accounts, whose number is known now that all are written.
    fn filter_accounts(&self) -> Result<Filter, StoreError> {
        let mut filter = Filter::for_keys(self.accounts.count);
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
