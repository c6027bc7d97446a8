//! Reading the statements of a run in order.

use rusqlite::{Connection, Statement, params};

use super::super::look_up::page_of;
use super::super::page::{StatementEntry, statement_entries};
use super::super::{Run, damaged, failed, from_sql, to_sql};
use super::follows;
use crate::domain::StatementLine;
use crate::store::StoreError;

/// The pages behind one.
pub(in super::super) const NEXT_STATEMENTS: &str = "SELECT first_key, page, number FROM statement_pages \
    WHERE run = ?1 AND (first_key, number) > (?2, ?3) ORDER BY first_key, number LIMIT ?4";

/// How many pages are read at a time.
const PAGES_AT_ONCE: u32 = 16;

/// Reads the statements of a run in order, some pages at a time.
#[derive(Debug)]
pub(in super::super) struct StatementCursor<'c> {
    run: Run,
    statement: Statement<'c>,
    /// The pages at hand, what has been passed included.
    parts: Vec<Part>,
    ids: Vec<u8>,
    lines: Vec<StatementLine>,
    /// The part that is next.
    next: usize,
    /// The first key of the last page read.
    last_key: u64,
    /// The statement that was read last, as far as it was.
    last: Option<LastStatement>,
    pages: u64,
    /// How many lines have been read.
    len: u64,
}

/// What the pages at hand hold of a statement; the places are where it begins and ends among all.
#[derive(Clone, Copy, Debug)]
struct Part {
    key: u64,
    id: (usize, usize),
    lines: (usize, usize),
}

#[derive(Debug, Default)]
struct LastStatement {
    key: u64,
    customer_id: Vec<u8>,
    position: u64,
}

impl<'c> StatementCursor<'c> {
    /// Stands at a run's first statement.
    pub(in super::super) fn new(connection: &'c Connection, run: &Run) -> Result<Self, StoreError> {
        let mut cursor = Self {
            run: run.clone(),
            statement: connection.prepare(NEXT_STATEMENTS).map_err(failed)?,
            parts: Vec::new(),
            ids: Vec::new(),
            lines: Vec::new(),
            next: 0,
            last_key: 0,
            last: None,
            pages: 0,
            len: 0,
        };
        cursor.read()?;
        Ok(cursor)
    }

    /// Whose statement is next: the key and the customer; none behind the last.
    pub(in super::super) fn who(&self) -> Option<(u64, &[u8])> {
        let part = self.parts.get(self.next)?;
        Some((part.key, id_of(part, &self.ids)))
    }

    /// Passes a customer's statement, if it is next, line by line.
    pub(in super::super) fn pass(
        &mut self,
        who: (u64, &[u8]),
        mut line: impl FnMut(&StatementLine) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        while self.who() == Some(who) {
            if let Some(part) = self.parts.get(self.next) {
                let (start, end) = part.lines;
                self.lines.get(start..end).unwrap_or_default().iter().try_for_each(&mut line)?;
            }
            self.next += 1;
            if self.next == self.parts.len() {
                self.read()?;
            }
        }
        Ok(())
    }

    /// Reads the next pages; what they hold of the statement that was last goes on from it.
    fn read(&mut self) -> Result<(), StoreError> {
        let number = to_sql(self.pages.saturating_sub(1))?;
        let key = self.last.as_ref().map_or(Ok(-1), |_| to_sql(self.last_key))?;
        self.parts.clear();
        self.ids.clear();
        self.lines.clear();
        self.next = 0;
        let Self { run, statement, parts, ids, lines, last, last_key, pages, .. } = self;
        let mut rows = statement.query(params![run.number, key, number, PAGES_AT_ONCE]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            if from_sql(row.get(2).map_err(failed)?)? != *pages {
                return Err(damaged("a page of statements is missing"));
            }
            let (first_key, page) = page_of(row)?;
            for entry in statement_entries(page, first_key) {
                let entry = entry?;
                let last = begins_or_goes_on(last, &entry)?;
                let (id_start, start) = (ids.len(), lines.len());
                ids.extend_from_slice(&last.customer_id);
                for line in entry.lines(run.first_position) {
                    let line = line?;
                    last.position = follows(run, last.position, line.position)?;
                    lines.push(line);
                }
                parts.push(Part { key: entry.key, id: (id_start, ids.len()), lines: (start, lines.len()) });
            }
            *last_key = first_key;
            *pages += 1;
        }
        self.len += self.lines.len() as u64;
        if self.parts.is_empty() && self.len != self.run.transactions {
            return Err(damaged("the statements of a run are not as long as the run"));
        }
        Ok(())
    }
}

/// The statement that was read last, or the one behind it if an entry begins that.
fn begins_or_goes_on<'l>(
    last: &'l mut Option<LastStatement>,
    entry: &StatementEntry<'_>,
) -> Result<&'l mut LastStatement, StoreError> {
    match (entry.customer_id, &last) {
        (Some(id), Some(last)) if (entry.key, id) <= (last.key, &last.customer_id) => {
            return Err(damaged("statements are not in order"));
        }
        (None, Some(last)) if last.key == entry.key => {}
        (None, _) => return Err(damaged("a statement has no beginning")),
        (Some(_), _) => {}
    }
    let last = last.get_or_insert_default();
    if let Some(id) = entry.customer_id {
        last.key = entry.key;
        last.customer_id.clear();
        last.customer_id.extend_from_slice(id);
        last.position = 0;
    }
    Ok(last)
}

fn id_of<'a>(part: &Part, ids: &'a [u8]) -> &'a [u8] {
    let (start, end) = part.id;
    ids.get(start..end).unwrap_or_default()
}

/// The lowest key and customer at which one of several cursors stands; the customer is put in place of what is there.
pub(in super::super) fn lowest(cursors: &[StatementCursor<'_>], customer_id: &mut Vec<u8>) -> Option<u64> {
    let (key, id) = cursors.iter().filter_map(StatementCursor::who).min()?;
    customer_id.clear();
    customer_id.extend_from_slice(id);
    Some(key)
}
