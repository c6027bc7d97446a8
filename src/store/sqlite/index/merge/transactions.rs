//! The transactions of several runs in one order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use rusqlite::{Connection, Statement, params};

use super::super::look_up::{ordered_transactions, with_page};
use super::super::page::TransactionEntry;
use super::super::write::RunWriter;
use super::super::{Run, damaged, failed, to_sql};
use crate::store::StoreError;

/// The pages behind an entry that ends one.
pub(in super::super) const NEXT_TRANSACTIONS: &str = "SELECT first_key, page FROM transaction_pages \
    WHERE run = ?1 AND (first_key, first_position) > (?2, ?3) ORDER BY first_key, first_position LIMIT ?4";

/// How many pages are read at a time.
const PAGES_AT_ONCE: u32 = 16;

/// Writes the transactions of runs in order.
pub(super) fn merge<'c>(
    cursors: impl Iterator<Item = Result<TransactionCursor<'c>, StoreError>>,
    writer: &mut RunWriter<'_>,
) -> Result<(), StoreError> {
    let mut cursors: Vec<_> = cursors.collect::<Result<_, _>>()?;
    let mut heads = BinaryHeap::new();
    for (source, cursor) in cursors.iter_mut().enumerate() {
        heads.extend(cursor.next()?.map(|entry| Reverse((entry, source))));
    }
    while let Some(mut head) = heads.peek_mut() {
        let Reverse((entry, source)) = *head;
        writer.transaction(entry)?;
        match cursors.get_mut(source).map_or(Ok(None), TransactionCursor::next)? {
            Some(next) => *head = Reverse((next, source)),
            None => drop(PeekMut::pop(head)),
        }
    }
    Ok(())
}

/// Reads the transactions of a run in order, some pages at a time.
#[derive(Debug)]
pub(super) struct TransactionCursor<'c> {
    run: Run,
    statement: Statement<'c>,
    /// The entries of the pages at hand, the next one last.
    entries: Vec<TransactionEntry>,
    /// The last entry read.
    last: Option<TransactionEntry>,
}

impl<'c> TransactionCursor<'c> {
    /// Begins before a run's first transaction.
    pub(super) fn new(connection: &'c Connection, run: &Run) -> Result<Self, StoreError> {
        let statement = connection.prepare(NEXT_TRANSACTIONS).map_err(failed)?;
        Ok(Self { run: run.clone(), statement, entries: Vec::new(), last: None })
    }

    fn next(&mut self) -> Result<Option<TransactionEntry>, StoreError> {
        if self.entries.is_empty() {
            self.read()?;
        }
        Ok(self.entries.pop())
    }

    fn read(&mut self) -> Result<(), StoreError> {
        let Self { run, statement, entries, last } = self;
        let (key, position) = match last {
            Some(last) => (to_sql(last.key)?, to_sql(last.position)?),
            None => (-1, 0),
        };
        let mut rows = statement.query(params![run.number, key, position, PAGES_AT_ONCE]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            with_page(row, |first_key, page| {
                for entry in ordered_transactions(page, first_key, run) {
                    let entry = entry?;
                    if last.replace(entry).is_some_and(|last| last >= entry) {
                        return Err(damaged("pages are not in order"));
                    }
                    entries.push(entry);
                }
                Ok(())
            })?;
        }
        entries.reverse();
        Ok(())
    }
}
