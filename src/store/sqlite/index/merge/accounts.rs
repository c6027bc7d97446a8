//! The accounts of several runs in one order.

use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::super::look_up::with_page;
use super::super::page::account_entries;
use super::super::sorted::add_days;
use super::super::write::RunWriter;
use super::super::{Run, damaged, failed, to_sql};
use crate::domain::{Day, Usage};
use crate::store::StoreError;

/// The page behind a key, all of whose accounts share a page.
pub(in super::super) const NEXT_ACCOUNTS: &str = "SELECT first_key, page FROM account_pages \
    WHERE run = ?1 AND first_key > ?2 ORDER BY first_key LIMIT 1";

/// Adds up what runs, in order of their positions, add to accounts, and writes it in order.
pub(super) fn merge<'c>(
    cursors: impl Iterator<Item = Result<AccountCursor<'c>, StoreError>>,
    writer: &mut RunWriter<'_>,
) -> Result<(), StoreError> {
    let mut cursors: Vec<_> = cursors.collect::<Result<_, _>>()?;
    for cursor in &mut cursors {
        cursor.read_if_empty()?;
    }
    let mut days = Vec::new();
    while let Some(who) = cursors.iter().filter_map(|cursor| cursor.parts.last()).map(|part| &part.who).min().cloned() {
        let mut version = 0;
        days.clear();
        for cursor in &mut cursors {
            if let Some(part) = cursor.parts.pop_if(|part| part.who == who) {
                version = version.max(part.version);
                days.extend(part.days);
                cursor.read_if_empty()?;
            }
        }
        add_days(&mut days)?;
        let (key, customer_id) = &who;
        writer.account(*key, customer_id, version, &days)?;
    }
    Ok(())
}

/// Reads the accounts of a run in order, a page at a time.
#[derive(Debug)]
pub(super) struct AccountCursor<'c> {
    run: Run,
    statement: Statement<'c>,
    /// The accounts of the page at hand, the next one last.
    parts: Vec<Part>,
    /// Whose account was read last.
    last: Option<Who>,
}

/// A customer's key and id.
type Who = (u64, Vec<u8>);

/// What a run adds to an account.
#[derive(Debug)]
struct Part {
    who: Who,
    version: u32,
    days: Vec<(Day, Usage)>,
}

impl<'c> AccountCursor<'c> {
    /// Begins before a run's first account.
    pub(super) fn new(connection: &'c Connection, run: &Run) -> Result<Self, StoreError> {
        let statement = connection.prepare(NEXT_ACCOUNTS).map_err(failed)?;
        Ok(Self { run: run.clone(), statement, parts: Vec::new(), last: None })
    }

    fn read_if_empty(&mut self) -> Result<(), StoreError> {
        if !self.parts.is_empty() {
            return Ok(());
        }
        let Self { run, statement, parts, last } = self;
        let key = last.as_ref().map_or(Ok(-1), |(key, _)| to_sql(*key))?;
        let page = statement.query_row(params![run.number, key], |row| {
            Ok(with_page(row, |first_key, page| {
                for entry in account_entries(page, first_key) {
                    let entry = entry?;
                    let mut days = Vec::new();
                    entry.days_into(&mut days)?;
                    let who = (entry.key, entry.customer_id.to_owned());
                    if last.as_ref().is_some_and(|last| *last >= who) {
                        return Err(damaged("accounts are not in order"));
                    }
                    *last = Some(who.clone());
                    parts.push(Part { who, version: entry.version, days });
                }
                Ok(())
            }))
        });
        parts.reverse();
        page.optional().map_err(failed)?.unwrap_or(Ok(()))
    }
}
