//! Writing a run.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction, params};

use super::filter::Filter;
use super::insert::{Inserter, Made};
use super::made::{AccountWriter, StatementWriter, TransactionWriter};
use super::page::{TransactionEntry, account_entries};
use super::sorted::SortedPart;
use super::{Recent, Runs, days, failed, from_sql, to_sql};
use crate::domain::{Day, DayTotals, StatementLine, Usage};
use crate::store::StoreError;

/// Writes the next run, of all decisions from the checkpoint to a position, which is the checkpoint from then on, and takes
/// them out of `recent`.
///
/// # Errors
///
/// [`StoreError::Failed`] if the run does not begin right behind the checkpoint, covers more than 2^28 events, or holds
/// more decisions than events; other [`StoreError`]s if the store fails or is damaged.
pub(crate) fn write_run(
    transaction: &Transaction<'_>,
    first_position: u64,
    last_position: u64,
    recent: &mut Recent,
) -> Result<(), StoreError> {
    let checkpoint = Runs::ranges(transaction)?.checkpoint();
    if first_position != checkpoint + 1 || last_position < first_position {
        let range = format!("{first_position} to {last_position}");
        return Err(StoreError::Failed(format!("a run of {range} does not follow the checkpoint at {checkpoint}")));
    }
    let range = (first_position, last_position);
    let mut writer = RunWriter::new(transaction, range, TransactionWriter::new(range, recent.len())?)?;
    writer.accounts.expect(recent.account_count());
    let days = writer.take_all_of(recent)?;
    writer.days(&days)?;
    writer.finish()
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
    inserter: Inserter<'c>,
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
        let inserter = Inserter::new(connection, run)?;
        let (accounts, statements) = (AccountWriter::default(), StatementWriter::new(range));
        Ok(Self { connection, run, range, transactions, accounts, statements, inserter })
    }

    /// Takes everything out of what came; gives what was decided on each day.
    ///
    /// While some pages are written, which only one thread can do, the others make the next ones.
    fn take_all_of(&mut self, recent: &mut Recent) -> Result<BTreeMap<Day, DayTotals>, StoreError> {
        let Self { transactions, accounts, statements, inserter, .. } = self;
        let (mut drain, mut days, mut made) = (recent.drain(), BTreeMap::new(), Made::default());
        let mut are_more = true;
        while are_more {
            let mut next = Ok(false);
            rayon::in_place_scope(|scope| {
                scope.spawn(|_| {
                    next = drain.next().and_then(|parts| {
                        let Some(parts) = parts else { return Ok(false) };
                        parts.iter().for_each(|part| part.add_day_totals(&mut days));
                        add(parts, transactions, accounts, statements).map(|()| true)
                    });
                });
                inserter.all(&mut made)
            })?;
            are_more = next?;
            std::mem::swap(&mut made.transactions, &mut transactions.pages);
            std::mem::swap(&mut made.accounts, &mut accounts.pages);
            std::mem::swap(&mut made.statements, &mut statements.pages);
        }
        Ok(days)
    }

    /// Adds a transaction.
    pub(super) fn transaction(&mut self, entry: TransactionEntry) -> Result<(), StoreError> {
        self.transactions.add(entry)?;
        if self.transactions.pages.are_many() {
            self.inserter.transactions(&mut self.transactions.pages)
        } else {
            Ok(())
        }
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
        if self.accounts.pages.are_many() { self.inserter.accounts(&mut self.accounts.pages) } else { Ok(()) }
    }

    /// Begins the statement of a customer.
    pub(super) fn begin_statement(&mut self, key: u64, customer_id: &[u8]) {
        self.statements.begin(key, customer_id);
    }

    /// Adds a line to it, of a higher position than the one before.
    pub(super) fn statement_line(&mut self, line: &StatementLine) -> Result<(), StoreError> {
        self.statements.line(line)?;
        if self.statements.pages.are_many() { self.inserter.statements(&mut self.statements.pages) } else { Ok(()) }
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
        self.inserter.transactions(&mut self.transactions.pages)?;
        self.inserter.accounts(&mut self.accounts.pages)?;
        self.inserter.statements(&mut self.statements.pages)?;
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

/// Adds parts to the pages of each kind, which have nothing to do with each other.
fn add(
    parts: &[SortedPart],
    transactions: &mut TransactionWriter,
    accounts: &mut AccountWriter,
    statements: &mut StatementWriter,
) -> Result<(), StoreError> {
    let (added, (told, ())) = rayon::join(
        || parts.iter().flat_map(SortedPart::transactions).try_for_each(|entry| transactions.add(*entry)),
        || rayon::join(|| add_statements(statements, parts), || add_accounts(accounts, parts)),
    );
    added.and(told)
}

fn add_accounts(accounts: &mut AccountWriter, parts: &[SortedPart]) {
    for account in parts.iter().flat_map(SortedPart::accounts) {
        accounts.add(account.key.number(), account.customer_id, account.version, account.days);
    }
}

fn add_statements(statements: &mut StatementWriter, parts: &[SortedPart]) -> Result<(), StoreError> {
    for account in parts.iter().flat_map(SortedPart::accounts) {
        statements.begin(account.key.number(), account.customer_id);
        account.lines().try_for_each(|line| statements.line(&line))?;
    }
    Ok(())
}
