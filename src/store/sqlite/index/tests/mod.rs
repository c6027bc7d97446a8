//! The index beside the log that it is made of.

mod damage;
mod history;
mod inquiry;
mod merging;
mod pages;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use super::inquiry::statements as statements_of_all;
use super::*;
use crate::domain::{
    Account, AccountEvent, Amount, DEFAULT_GROUP, Judge, Limit, LimitDirection, LimitName, Memory, Policy, PolicyParts,
};
use crate::domain::{Outcome, StatementLine, Timestamp, Transaction, Window};
use crate::store::{SCHEMA_VERSION, schema};

/// A decision of a log; what stands at a position without one is of no interest to the index.
#[derive(Clone, Debug)]
struct Decided {
    customer_id: String,
    transaction_id: String,
    event: AccountEvent,
}

/// What stands in a log, by position from 1.
#[derive(Clone, Debug, Default)]
struct Log {
    events: Vec<Option<Decided>>,
    /// The accounts as folding leaves them, by customer's number.
    accounts: Vec<Account>,
    seen: BTreeSet<(String, String)>,
}

#[derive(Clone, Debug)]
struct LogReader(Arc<Log>);

impl EventReader for LogReader {
    fn is_about(&mut self, _: &Connection, position: u64, customer: &[u8], id: &[u8]) -> Result<bool, StoreError> {
        let event = (position as usize).checked_sub(1).and_then(|place| self.0.events.get(place)?.as_ref());
        let Some(event) = event else { return Err(damaged("no such event")) };
        Ok((event.customer_id.as_bytes(), event.transaction_id.as_bytes()) == (customer, id))
    }
}

fn customer_id(customer: usize) -> String {
    if customer.is_multiple_of(2) { customer.to_string() } else { format!("customer-{customer}") }
}

fn transaction_id(id: usize) -> String {
    format!("t{id}")
}

impl Log {
    fn decide(&mut self, customer: usize, id: usize, cents: i64, day: i32) {
        let weekly = Limit {
            direction: LimitDirection::Load,
            amount: Some(Amount::from_minor(1_000_000)),
            ..Limit::new(LimitName::new("weekly").unwrap(), Window::Week)
        };
        let policy = Policy::new(PolicyParts { limits: vec![weekly], ..PolicyParts::default() }).unwrap();
        let mut judge = Judge::new(Arc::new(policy));
        if customer >= self.accounts.len() {
            self.accounts.resize_with(customer + 1, Account::default);
        }
        let ids = (customer_id(customer), transaction_id(id));
        let time = Timestamp::from_micros(i64::from(day) * 86_400_000_000).unwrap();
        let (customer_id, id) = (ids.0.as_bytes(), ids.1.as_bytes());
        let group = DEFAULT_GROUP.as_bytes();
        let transaction = Transaction { id, customer_id, amount: Amount::from_minor(cents), time, group };
        let event = self.accounts[customer].decide(&transaction, self.seen.contains(&ids), &mut judge);
        self.accounts[customer].apply(&event);
        self.events.push(Some(Decided { customer_id: ids.0.clone(), transaction_id: ids.1.clone(), event }));
        self.seen.insert(ids);
    }

    /// Random events about so many customers, some late, some of ids that were there before, some no decisions.
    fn random(seed: u64, events: usize, customers: usize) -> Self {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut below = |bound: usize| (random.next_u64() >> 16) as usize % bound;
        let mut log = Self::default();
        for position in 0..events {
            if below(100) == 0 {
                log.events.push(None);
                continue;
            }
            let late = if below(5) == 0 { below(400) } else { below(3) };
            let day = 10_000 + (position / 10) as i32 - late as i32;
            let cents = below(300_000) as i64 - 100_000;
            log.decide(below(customers), below(events), cents, day);
        }
        log
    }

    fn len(&self) -> u64 {
        self.events.len() as u64
    }

    /// What the positions of a range add to an index.
    fn recent(&self, keys: IndexKeys, first: u64, last: u64) -> Recent {
        let mut recent = Recent::new(keys);
        for position in first..=last {
            if let Some(event) = &self.events[position as usize - 1] {
                let account = recent.account(event.customer_id.as_bytes()).unwrap();
                recent.add(account, event.transaction_id.as_bytes(), &event.event, position).unwrap();
            }
        }
        recent
    }

    /// The statement of a customer up to a position.
    fn statement(&self, customer: &str, to_position: u64) -> Vec<StatementLine> {
        let line = |position: u64| {
            let event = &self.events[position as usize - 1].as_ref().unwrap().event;
            StatementLine::new(position, event)
        };
        self.positions(customer).into_iter().take_while(|position| *position <= to_position).map(line).collect()
    }

    /// The account of a customer as folding leaves it, if it has any events; it remembers so much.
    fn account(&self, customer: &str, memory: Memory) -> Option<Account> {
        let mut account = Account::new(memory);
        let own = self.events.iter().flatten().filter(|event| event.customer_id == customer);
        own.for_each(|event| account.apply(&event.event));
        (account.version() > 0).then_some(account)
    }

    fn positions(&self, customer: &str) -> Vec<u64> {
        let events = self.events.iter().zip(1..);
        let of_customer = |event: &Option<Decided>| event.as_ref().is_some_and(|event| event.customer_id == customer);
        events.filter(|(event, _)| of_customer(event)).map(|(_, position)| position).collect()
    }
}

/// A file with an index in it.
#[derive(Debug)]
struct File {
    connection: Connection,
    path: PathBuf,
    /// Takes the files that SQLite puts beside its own away with it.
    _directory: TempDir,
}

impl File {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("index.db");
        let connection = Connection::open(&path).unwrap();
        // What is not durable need not wait for the disk.
        connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL;").unwrap();
        connection.execute_batch(&schema(0, SCHEMA_VERSION)).unwrap();
        Self { connection, path, _directory: directory }
    }

    /// An index with a run up to each of these positions.
    fn with_runs(log: &Log, keys: IndexKeys, ends: &[u64]) -> Self {
        let mut file = Self::new();
        ends.iter().for_each(|end| file.checkpoint(log, keys, *end));
        file
    }

    fn checkpoint(&mut self, log: &Log, keys: IndexKeys, end: u64) {
        let first = Runs::ranges(&self.connection).unwrap().checkpoint() + 1;
        let mut recent = log.recent(keys, first, end);
        self.change(|transaction| write_run(transaction, first, end, &mut recent)).unwrap();
    }

    fn change<T>(
        &mut self,
        change: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transaction = self.connection.transaction().unwrap();
        let changed = change(&transaction)?;
        transaction.commit().unwrap();
        Ok(changed)
    }

    fn ranges(&self) -> Vec<(u64, u64)> {
        let runs = Runs::ranges(&self.connection).unwrap();
        runs.iter().map(|run| (run.first_position(), run.last_position())).collect()
    }

    /// The history of a log up to the checkpoint from the file, and behind it from memory.
    fn history(&self, log: &Arc<Log>, keys: IndexKeys) -> Result<SqliteHistory<LogReader>, StoreError> {
        let connection = Connection::open(&self.path).unwrap();
        let runs = Runs::load(&connection)?;
        let tail = log.recent(keys, runs.checkpoint() + 1, log.len()).into_tail()?;
        Ok(SqliteHistory::new(connection, runs, Arc::new(tail), keys, LogReader(Arc::clone(log))))
    }

    /// Every value of the index but the numbers of runs, which follow from nothing.
    fn contents(&self) -> Vec<Vec<Value>> {
        let queries = [
            "SELECT first_position, last_position, transactions, accounts, transaction_filter, account_filter
             FROM runs ORDER BY first_position",
            "SELECT r.first_position, p.first_key, p.first_position, p.page
             FROM runs r JOIN transaction_pages p USING (run) ORDER BY 1, 2, 3",
            "SELECT r.first_position, p.first_key, p.page
             FROM runs r JOIN account_pages p USING (run) ORDER BY 1, 2",
            "SELECT r.first_position, p.first_key, p.number, p.page
             FROM runs r JOIN statement_pages p USING (run) ORDER BY 1, 2, 3",
            "SELECT r.first_position, d.day, d.accepted_loads, d.accepted_load_count, d.accepted_withdrawals,
             d.accepted_withdrawal_count, d.declined_loads, d.declined_load_count, d.declined_withdrawals,
             d.declined_withdrawal_count FROM runs r JOIN day_totals d USING (run) ORDER BY 1, 2",
            "SELECT count(*) FROM transaction_pages UNION ALL SELECT count(*) FROM account_pages
             UNION ALL SELECT count(*) FROM statement_pages UNION ALL SELECT count(*) FROM day_totals",
        ];
        queries.iter().flat_map(|sql| rows(&self.connection, sql)).collect()
    }
}

fn rows(connection: &Connection, sql: &str) -> Vec<Vec<Value>> {
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    statement.query_map([], row).unwrap().map(Result::unwrap).collect()
}
