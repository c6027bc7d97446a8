//! What the log held before a run, by the index.

mod accounts;

use std::sync::Arc;

use rusqlite::Connection;

use super::look_up::LookUp;
use super::{CustomerKey, IndexKeys, Run, Runs, Tail, reading};
use crate::domain::{Account, Memory};
use crate::store::{History, StoreError};

/// A position that no event takes: as high as SQLite counts.
const POSITION_MAX: u64 = i64::MAX as u64;

/// Reads events where the index says that they stand.
pub(crate) trait EventReader: Send {
    /// Whether the event at a position is a decision on this transaction of this customer.
    ///
    /// Most questions come in order of positions, as far as one call of a [`History`] goes, and all of a call come in
    /// one read transaction of the connection.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails, is damaged, or has no such event.
    fn is_about(
        &mut self,
        connection: &Connection,
        position: u64,
        customer_id: &[u8],
        transaction_id: &[u8],
    ) -> Result<bool, StoreError>;
}

/// One shard's view of the log as a run finds it: the runs of the index, and what came since the checkpoint.
///
/// It holds no read transaction between two calls, so that the write-ahead log can be emptied while a run appends.
/// Runs of the index may be added meanwhile, but none may be merged.
#[derive(Debug)]
pub(crate) struct SqliteHistory<R> {
    connection: Connection,
    runs: Arc<Runs>,
    tail: Arc<Tail>,
    keys: IndexKeys,
    reader: R,
    /// How much its accounts remember.
    memory: Memory,
}

/// A customer whose account is asked for: the key, the question's place among all, and the id.
type Wanted<'a> = (CustomerKey, usize, &'a [u8]);

/// A transaction that the index may have.
#[derive(Clone, Copy, Debug)]
struct Candidate<'r> {
    position: u64,
    /// The run that it was found in; none for the tail.
    run: Option<&'r Run>,
    key: u64,
    /// The question's place among all.
    place: usize,
}

impl<R: EventReader> SqliteHistory<R> {
    /// The history of a file, through a connection of its own; its accounts remember what was used on each day.
    pub(crate) fn new(connection: Connection, runs: Arc<Runs>, tail: Arc<Tail>, keys: IndexKeys, reader: R) -> Self {
        Self { connection, runs, tail, keys, reader, memory: Memory::Days }
    }

    /// The same, with accounts that remember so much; if more than days, all runs must have statements.
    pub(crate) fn remembering(self, memory: Memory) -> Self {
        Self { memory, ..self }
    }

    /// Asks no run from now on, but what came since the log began.
    pub(crate) fn answer_from(&mut self, tail: Tail) {
        (self.runs, self.tail) = (Arc::default(), Arc::new(tail));
    }

    /// The connection that it asks through.
    pub(crate) const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Each customer's account, as [`History::accounts`], that remembers so much.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    pub(crate) fn accounts_remembering(
        &self,
        memory: Memory,
        customer_ids: &[&[u8]],
    ) -> Result<Vec<Option<Account>>, StoreError> {
        let places = customer_ids.iter().enumerate();
        let mut wanted: Vec<Wanted<'_>> = places.map(|(place, id)| (self.keys.customer(id), place, *id)).collect();
        // Pages lie in order of keys, and each is likely to be at hand for the next account of it.
        wanted.sort_unstable();
        let _reading = reading(&self.connection)?;
        match memory {
            Memory::Days => accounts::of_days(&self.connection, &self.runs, &self.tail, &wanted),
            // What is too old for a policy is given too; accounts forget it when they next open a day.
            Memory::Transactions | Memory::Recent => {
                accounts::of_statements(&self.connection, &self.runs, &self.tail, &wanted)
            }
        }
    }
}

/// Whether a candidate, or one of the same key before it, is the transaction in question.
fn confirm(
    candidate: Candidate<'_>,
    pair: (&[u8], &[u8]),
    connection: &Connection,
    tail: &Tail,
    reader: &mut impl EventReader,
) -> Result<bool, StoreError> {
    let Candidate { mut position, run, key, .. } = candidate;
    let (customer_id, id) = pair;
    while !reader.is_about(connection, position, customer_id, id)? {
        let max = position.saturating_sub(1);
        let before = match run {
            Some(run) => LookUp::new(connection)?.last_position(run, key, max)?,
            None => tail.last_position(key, max),
        };
        match before {
            Some(before) => position = before,
            None => return Ok(false),
        }
    }
    Ok(true)
}

impl<R: EventReader> History for SqliteHistory<R> {
    fn is_empty(&self) -> bool {
        self.runs.checkpoint() == 0 && self.tail.is_empty()
    }

    fn accounts(&mut self, customer_ids: &[&[u8]]) -> Result<Vec<Option<Account>>, StoreError> {
        self.accounts_remembering(self.memory, customer_ids)
    }

    fn seen(&mut self, pairs: &[(&[u8], &[u8])]) -> Result<Vec<bool>, StoreError> {
        let Self { connection, runs, tail, keys, reader, .. } = self;
        let key = |(customer_id, id): &(&[u8], &[u8])| keys.transaction(keys.customer(customer_id), id);
        let mut wanted: Vec<_> = pairs.iter().map(key).zip(0usize..).collect();
        wanted.sort_unstable();
        let mut candidates = Vec::new();
        let _reading = reading(connection)?;
        let mut look_up = LookUp::new(connection)?;
        for run in runs.iter() {
            for (key, place) in wanted.iter().copied().filter(|(key, _)| run.may_have_transaction(*key)) {
                if let Some(position) = look_up.last_position(run, key, POSITION_MAX)? {
                    candidates.push(Candidate { position, run: Some(run), key, place });
                }
            }
        }
        for (key, place) in wanted {
            let position = tail.last_position(key, POSITION_MAX);
            candidates.extend(position.map(|position| Candidate { position, run: None, key, place }));
        }
        candidates.sort_unstable_by_key(|candidate| candidate.position);
        let mut seen = vec![false; pairs.len()];
        for candidate in candidates {
            if let (Some(seen), Some(pair)) = (seen.get_mut(candidate.place), pairs.get(candidate.place))
                && !*seen
            {
                *seen = confirm(candidate, *pair, connection, tail, reader)?;
            }
        }
        Ok(seen)
    }
}
