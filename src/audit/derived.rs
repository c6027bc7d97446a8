//! The derived index, made anew.

use std::collections::VecDeque;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::cells::{self, Fault, Unfit};
use super::finding::{Findings, Kind, Place};
use crate::store::{IndexKeys, Recent, SCHEMA_VERSION, StoredDecision, index_views, schema, schema_version, write_run};

/// What a run of the index consists of: a part's name, the version of the tables that it came with, and a question
/// after all of it but the run's number.
const PARTS: [(&str, u32, &str); 6] = [
    ("counts", 1, "SELECT transactions, accounts FROM runs WHERE run = ?1"),
    ("filters", 1, "SELECT transaction_filter, account_filter FROM runs WHERE run = ?1"),
    (
        "pages of transactions",
        1,
        "SELECT first_key, first_position, page FROM transaction_pages WHERE run = ?1 ORDER BY first_key, first_position",
    ),
    ("pages of accounts", 1, "SELECT first_key, page FROM account_pages WHERE run = ?1 ORDER BY first_key"),
    (
        "pages of statements",
        2,
        "SELECT first_key, number, page FROM statement_pages WHERE run = ?1 ORDER BY first_key, number",
    ),
    (
        "totals of days",
        2,
        "SELECT day, accepted_loads, accepted_load_count, accepted_withdrawals, accepted_withdrawal_count, \
         declined_loads, declined_load_count, declined_withdrawals, declined_withdrawal_count \
         FROM day_totals WHERE run = ?1 ORDER BY day",
    ),
];

/// The tables with rows of runs, what they are called, and the version of the tables that they came with.
const TABLES: [(&str, &str, u32); 4] = [
    ("transaction_pages", "pages of transactions", 1),
    ("account_pages", "pages of accounts", 1),
    ("statement_pages", "pages of statements", 2),
    ("day_totals", "totals of days", 2),
];

/// Makes one run of the index after another of the events that pass, and compares it with the one that is stored.
pub(super) struct Derived<'c> {
    connection: &'c Connection,
    /// The version of the tables.
    version: u32,
    /// A ledger in memory that the runs are written to.
    scratch: Connection,
    /// The runs that have not been made yet.
    runs: VecDeque<Run>,
    /// The events of the first of them so far; none if nothing can be made of them.
    recent: Option<Recent>,
}

/// A run as it is stored.
#[derive(Clone, Copy, Debug)]
struct Run {
    number: i64,
    first_position: u64,
    last_position: u64,
}

impl<'c> Derived<'c> {
    /// Reads which runs there are.
    pub(super) fn read(connection: &'c Connection, findings: &mut Findings) -> Result<Self, Fault> {
        let scratch = Connection::open_in_memory()?;
        scratch.execute_batch(&schema(0, SCHEMA_VERSION))?;
        let version = schema_version(connection)?;
        let keys = hash_key(connection)?.map(IndexKeys::new);
        let (runs, whole) = stored_runs(connection, findings)?;
        if whole {
            let end = runs.back().map_or(0, |run| run.last_position);
            check_checkpoints(connection, index_views(version), end, findings)?;
        }
        for (table, name, _) in TABLES.iter().filter(|(.., since)| *since <= version) {
            let sql = format!("SELECT run FROM {table} WHERE run NOT IN (SELECT run FROM runs) LIMIT 1");
            if connection.query_row(&sql, [], |_| Ok(())).optional()?.is_some() {
                findings.add(Kind::Index, Place::LEDGER, format!("the index has {name} of a run that there is not"));
            }
        }
        Ok(Self { connection, version, scratch, runs, recent: keys.map(Recent::new) })
    }

    /// Makes nothing more: an event is missing, or can't be read.
    pub(super) fn stop(&mut self) {
        self.recent = None;
    }

    /// Takes in a decision.
    pub(super) fn note(&mut self, decision: &StoredDecision) -> Result<(), Fault> {
        if let Some(recent) = &mut self.recent
            && self.runs.front().is_some_and(|run| run.first_position <= decision.position)
        {
            recent.add_stored(decision)?;
        }
        Ok(())
    }

    /// The event at a position has passed.
    pub(super) fn passed(&mut self, position: u64, findings: &mut Findings) -> Result<(), Fault> {
        if self.runs.front().is_none_or(|run| run.last_position != position) {
            return Ok(());
        }
        if let (Some(run), Some(mut recent)) = (self.runs.pop_front(), self.recent.take()) {
            match self.check(run, &mut recent, findings) {
                Ok(()) => self.recent = Some(recent),
                Err(Fault::File(why)) => findings.add(Kind::Index, Place::position(run.first_position), why),
                Err(world) => return Err(world),
            }
        }
        Ok(())
    }

    /// Makes a run of its events and compares.
    fn check(&mut self, run: Run, recent: &mut Recent, findings: &mut Findings) -> Result<(), Fault> {
        let Run { number, first_position, last_position } = run;
        let transaction = self.scratch.transaction()?;
        write_run(&transaction, first_position, last_position, recent)?;
        let made = "SELECT run FROM runs WHERE first_position = ?1";
        let made: i64 =
            transaction.query_row(made, [i64::try_from(first_position).unwrap_or(i64::MAX)], |row| row.get(0))?;
        for (part, _, sql) in PARTS.iter().filter(|(_, since, _)| *since <= self.version) {
            if !same_rows((self.connection, number), (&transaction, made), sql)? {
                let what = format!(
                    "the index is not what events make it: the {part} of its run of positions {first_position} to \
                     {last_position}"
                );
                findings.add(Kind::Index, Place::position(first_position), what);
            }
        }
        // That there is a run is all that the next one builds on.
        for (table, ..) in TABLES {
            transaction.execute(&format!("DELETE FROM {table}"), [])?;
        }
        transaction.execute("UPDATE runs SET transaction_filter = x'', account_filter = x''", [])?;
        Ok(transaction.commit()?)
    }

    /// Tells of a run that goes beyond a log of this size.
    pub(super) fn finish(&self, size: u64, findings: &mut Findings) {
        if let Some(run) = self.runs.iter().find(|run| run.last_position > size) {
            let what = format!("the index goes up to position {}, and the log to position {size}", run.last_position);
            findings.add(Kind::IndexRange, Place::position(size + 1), what);
        }
    }
}

/// The key by which the index is made; none if it is not what it must be.
fn hash_key(connection: &Connection) -> Result<Option<[u8; 16]>, Fault> {
    let sql = "SELECT value FROM meta WHERE key = 'hash_key'";
    let key = connection.query_row(sql, [], |row| Ok(cells::blob(row, 0).ok().and_then(|key| key.try_into().ok())));
    Ok(key.optional()?.flatten())
}

/// The runs that cover the log's beginning without a gap, and whether these are all.
fn stored_runs(connection: &Connection, findings: &mut Findings) -> Result<(VecDeque<Run>, bool), Fault> {
    let sql = "SELECT run, first_position, last_position FROM runs ORDER BY first_position";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut runs: VecDeque<Run> = VecDeque::new();
    while let Some(row) = rows.next()? {
        let next = runs.back().map_or(0, |run| run.last_position) + 1;
        match stored_run(row) {
            Ok(run) if run.first_position == next && run.last_position >= next => runs.push_back(run),
            Ok(_) => {
                let what = format!("no run of the index begins at position {next}, where one must");
                findings.add(Kind::IndexRange, Place::position(next), what);
                return Ok((runs, false));
            }
            Err(Unfit(why)) => {
                findings.add(Kind::Row("runs"), Place::position(next), format!("runs: {why}"));
                return Ok((runs, false));
            }
        }
    }
    Ok((runs, true))
}

fn stored_run(row: &Row<'_>) -> Result<Run, Unfit> {
    let number = row.get(0).map_err(|_| Unfit("run is not a whole number".to_owned()))?;
    Ok(Run { number, first_position: cells::number(row, 1)?, last_position: cells::number(row, 2)? })
}

/// Checks that every view's checkpoint is where the runs end.
fn check_checkpoints(
    connection: &Connection,
    expected: &[&str],
    end: u64,
    findings: &mut Findings,
) -> Result<(), Fault> {
    let mut statement = connection.prepare("SELECT view, position FROM checkpoints")?;
    let mut rows = statement.query([])?;
    let mut views = Vec::new();
    while let Some(row) = rows.next()? {
        match (cells::text(row, 0), cells::number(row, 1)) {
            (Ok(view), Ok(position)) if expected.contains(&view) => {
                if position != end {
                    let what =
                        format!("the checkpoint of {view} is at position {position}, and their index ends at {end}");
                    findings.add(Kind::Checkpoint, Place::position(position), what);
                }
                views.push(view.to_owned());
            }
            (Ok(view), Ok(_)) => {
                let what = format!("there is a checkpoint of {view:?}, of which there is no index");
                findings.add(Kind::Checkpoint, Place::LEDGER, what);
            }
            (Err(Unfit(why)), _) | (_, Err(Unfit(why))) => {
                findings.add(Kind::Row("checkpoints"), Place::LEDGER, format!("checkpoints: {why}"));
            }
        }
    }
    if let Some(missing) = expected.iter().find(|view| end > 0 && !views.iter().any(|known| known == *view)) {
        findings.add(Kind::Checkpoint, Place::position(end), format!("the checkpoint of {missing} is missing"));
    }
    Ok(())
}

/// Whether a question has the same answer for one run of one database and another of another.
fn same_rows(one: (&Connection, i64), other: (&Connection, i64), sql: &str) -> Result<bool, Fault> {
    let (mut one_statement, mut other_statement) = (one.0.prepare(sql)?, other.0.prepare(sql)?);
    let columns = one_statement.column_count();
    let (mut one, mut other) = (one_statement.query(params![one.1])?, other_statement.query(params![other.1])?);
    loop {
        match (one.next()?, other.next()?) {
            (None, None) => return Ok(true),
            (Some(one), Some(other)) => {
                for column in 0..columns {
                    if one.get_ref(column)? != other.get_ref(column)? {
                        return Ok(false);
                    }
                }
            }
            _ => return Ok(false),
        }
    }
}
