//! Everything that was decided, in columns.

mod collector;
mod gathered;
mod groups;
mod join;
mod kept;
mod ledger;
mod lines;
mod order;
mod part;
mod said;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

pub use collector::Collector;
pub(super) use gathered::Gathered;
pub use groups::{Groups, GroupsOf};
pub use ledger::read_ledger;
pub use part::{HistoryPart, NewRow};

use rayon::prelude::*;

use super::sweeping::CHUNK_LEN;
use super::{Candidate, Code, Codes};
use crate::domain::{Amount, IdList, Policy, Timestamp};
use crate::store::StoreError;
use kept::Kept;
use said::Said;

/// All transactions of a history and what became of them, in input order, and where each account's stand: in memory, some 36
/// bytes a transaction.
#[derive(Debug)]
pub struct History {
    /// The customers' ids, by account.
    pub(super) customers: IdList,
    /// Where each account's rows begin, and behind them where they end.
    starts: Vec<usize>,
    /// The transactions.
    parts: Vec<Kept>,
    /// The names of groups that transactions say their customers are in.
    said: IdList,
    /// The names of what became of them.
    pub(super) codes: Codes,
    /// The policies that decided.
    spans: Vec<Span>,
    /// Whether it was read from a log, whose positions its transactions have then.
    has_positions: bool,
}

/// One transaction and what became of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) time: Timestamp,
    pub(super) amount: Amount,
    /// Its place in the input's order, from 0.
    pub(super) place: u32,
    pub(super) then: Code,
}

/// A policy, from a place in input order on.
#[derive(Clone, Debug)]
pub struct Span {
    /// The first place at which it decides.
    pub from: u32,
    /// The policy.
    pub policy: Arc<Policy>,
    /// The policy as its log tells it, or as a log would.
    pub text: String,
}

/// How a transaction is found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its decision's position in the log, if there is one.
    pub position: Option<u64>,
    /// The line of its input.
    pub line: u64,
}

impl History {
    /// How many transactions there are.
    pub fn len(&self) -> usize {
        self.starts.last().copied().unwrap_or_default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many accounts there are.
    pub const fn accounts(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The policies that decided, in order; empty if nothing says what they were.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Says which policy decided on everything.
    pub fn set_policy(&mut self, policy: Arc<Policy>, text: String) {
        self.spans = vec![Span { from: 0, policy, text }];
    }

    /// The names of reasons.
    pub const fn codes(&self) -> &Codes {
        &self.codes
    }

    /// Whether it was read from a log, whose positions its transactions have then.
    pub(super) const fn has_positions(&self) -> bool {
        self.has_positions
    }

    /// The indices of an account's rows, as if all rows stood account by account, those of each in input order.
    pub(super) fn range(&self, account: usize) -> Range<usize> {
        self.start_of(account)..self.start_of(account + 1)
    }

    fn start_of(&self, account: usize) -> usize {
        self.starts.get(account).copied().unwrap_or_else(|| self.len())
    }

    /// The rows of consecutive accounts.
    pub(super) fn gather(&self, accounts: Range<usize>) -> Gathered {
        Gathered::of(self, accounts)
    }

    /// The row of an index.
    pub(super) fn row(&self, index: usize) -> Option<Row> {
        let account = self.account_of(index);
        let mut before = index.checked_sub(self.start_of(account))?;
        for part in &self.parts {
            let places = part.places(account);
            if let Some(place) = places.get(before) {
                return part.row(*place);
            }
            before -= places.len();
        }
        None
    }

    /// What each of an account's rows says of its customer's group: the place of the name, if it says anything.
    fn said_of(&self, account: usize) -> impl Iterator<Item = Option<usize>> {
        self.parts.iter().flat_map(move |part| part.said_of(account))
    }

    /// The times of all transactions, in no particular order.
    pub(super) fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.parts.iter().flat_map(Kept::times)
    }

    /// The account that a row is of.
    pub(super) fn account_of(&self, row: usize) -> usize {
        self.starts.partition_point(|start| *start <= row).saturating_sub(1)
    }

    /// Runs of accounts with about so many rows each, in order.
    pub(super) fn chunks(&self, rows: usize) -> Vec<Range<usize>> {
        let (mut chunks, mut first) = (Vec::new(), 0);
        for account in 0..self.accounts() {
            if self.range(account).end - self.range(first).start >= rows {
                chunks.push(first..account + 1);
                first = account + 1;
            }
        }
        if first < self.accounts() {
            chunks.push(first..self.accounts());
        }
        chunks
    }

    /// The transaction id of a place in input order.
    pub fn id(&self, place: u32) -> Cow<'_, [u8]> {
        self.part_of(place).and_then(|(at, part)| part.origins.ids.get(at)).unwrap_or_default()
    }

    /// The part that has a transaction, and the transaction's place there.
    fn part_of(&self, place: u32) -> Option<(usize, &Kept)> {
        let place = place as usize;
        let behind = self.parts.partition_point(|part| part.first <= place);
        let part = self.parts.get(behind.checked_sub(1)?)?;
        Some((place - part.first, part))
    }

    /// The customer of an account.
    pub fn customer(&self, account: usize) -> Cow<'_, [u8]> {
        self.customers.get(account).unwrap_or_default()
    }

    /// Where a transaction comes from.
    pub fn origin(&self, place: u32) -> Origin {
        let line = self.part_of(place).and_then(|(at, part)| part.origins.lines.get(at)).unwrap_or_default();
        // Each policy takes a position of its own before what it decides.
        let policies = self.spans.partition_point(|span| span.from <= place) as u64;
        let position = self.has_positions.then(|| u64::from(place) + 1 + policies);
        Origin { position, line }
    }

    /// Lets a candidate say what became of each transaction, as if it had been the one that decided.
    pub fn decide(&mut self, candidate: &Candidate) {
        let mut codes = self.codes.clone();
        drop(candidate.decider(&mut codes));
        let decide = |accounts: Range<usize>| {
            let (mut codes, mut decided) = (codes.clone(), Vec::new());
            let mut decider = candidate.decider(&mut codes);
            let gathered = self.gather(accounts.clone());
            for account in accounts {
                let mut deciding = decider.begin();
                let range = self.range(account);
                let rows = range.clone().zip(gathered.rows(range));
                decided.extend(rows.map(|(index, row)| deciding.decide(row, index)));
            }
            decided
        };
        let decided: Vec<Vec<Code>> = self.chunks(CHUNK_LEN).into_par_iter().map(decide).collect();
        let mut decided = decided.into_iter().flatten();
        for account in 0..self.accounts() {
            self.parts.iter_mut().for_each(|part| part.decide(account, &mut decided));
        }
        // From here on all parts have the same codes.
        self.parts.iter_mut().for_each(|part| part.codes = codes.all().collect());
        self.codes = codes;
    }

    /// The history of all parts, each behind the one before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] if there are more than 2^32 transactions.
    pub fn of(parts: Vec<HistoryPart>) -> Result<Self, StoreError> {
        join::joined(parts)
    }
}

/// That a history is too long.
pub(super) fn too_long() -> StoreError {
    StoreError::Refused("a history of more than 4,294,967,295 transactions can't be backtested".to_owned())
}

#[cfg(test)]
mod tests;
