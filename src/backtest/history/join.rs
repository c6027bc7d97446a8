//! Parts of a history put together.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::part::PartRow;
use super::rows::Rows;
use super::{History, HistoryPart, Row, Said, Span, too_long};
use crate::backtest::{Code, Codes};
use crate::domain::{Amount, IdDirectory, Timestamp};
use crate::store::StoreError;

/// The most pieces that accounts are put together in: each looks through all rows for its own.
const PIECES_MAX: usize = 16;

/// A part, and what its own numbers stand for in the whole history.
struct Named {
    part: HistoryPart,
    /// How many transactions come before it.
    first: usize,
    accounts: Vec<u32>,
    codes: Vec<Code>,
    said: Vec<u32>,
}

/// Consecutive accounts, and where their rows are to stand.
struct Piece<'h> {
    accounts: Range<usize>,
    /// How many rows they have.
    len: usize,
    /// Empty if nobody says anything.
    said: &'h mut [u32],
}

/// Joins parts, each behind the one before, and puts each account's transactions together.
pub(super) fn joined(parts: Vec<HistoryPart>) -> Result<History, StoreError> {
    let len: usize = parts.iter().map(|part| part.rows.len()).sum();
    // The last number is that of the place behind all others.
    if u32::try_from(len).is_err() {
        return Err(too_long());
    }
    let has_positions = parts.iter().any(|part| part.has_positions);
    let says = parts.iter().any(|part| !part.said.by_row.is_empty());
    let (mut customers, mut codes, mut said) = (IdDirectory::default(), Codes::default(), Said::default());
    let (mut named, mut first) = (Vec::new(), 0);
    for part in parts {
        let rows = part.rows.len();
        named.push(Named::new(part, first, &mut customers, &mut codes, &mut said));
        first += rows;
    }
    let starts = starts(&named, customers.ids().len());
    said.by_row = if says { vec![0; len] } else { Vec::new() };
    let pieces = pieces(&starts, &mut said.by_row);
    let filled: Vec<_> = pieces.into_par_iter().map(|piece| piece.filled(&named, &starts)).collect();
    let mut rows = Rows::default();
    filled.into_iter().for_each(|piece| rows.push(piece));
    let spans = named.iter().flat_map(Named::spans).collect();
    let origins = named.into_iter().map(|named| (named.first, named.part.origins)).collect();
    Ok(History { customers: customers.into_ids(), starts, rows, said, origins, codes, spans, has_positions })
}

impl Named {
    fn new(
        mut part: HistoryPart,
        first: usize,
        customers: &mut IdDirectory,
        codes: &mut Codes,
        said: &mut Said,
    ) -> Self {
        let accounts = customers.take_over(std::mem::take(&mut part.customers));
        let code = |code| part.codes.reason(code).map_or(Code::ACCEPTED, |reason| codes.of(reason));
        let codes = part.codes.all().map(code).collect();
        let names = part.said.names.ids();
        let said = (0..names.len()).map(|place| names.get(place).map_or(0, |name| said.place(&name))).collect();
        Self { accounts, codes, said, first, part }
    }

    /// The account of a row in the whole history.
    #[inline]
    fn account(&self, row: &PartRow) -> usize {
        self.accounts.get(row.account as usize).map_or(0, |account| *account as usize)
    }

    /// The policies, by the places of the whole history.
    fn spans(&self) -> impl Iterator<Item = Span> {
        let policies = self.part.policies.iter();
        policies.map(|(before, policy, text)| {
            // No more than all places, of which there are fewer than 2^32.
            let from = (self.first + before) as u32;
            Span { from, policy: Arc::clone(policy), text: text.clone() }
        })
    }
}

/// Where the rows of so many accounts begin, one behind the other, and where the last ends.
fn starts(parts: &[Named], accounts: usize) -> Vec<usize> {
    let mut ends = vec![0; accounts + 1];
    for named in parts {
        for (account, count) in named.accounts.iter().zip(&named.part.counts) {
            if let Some(end) = ends.get_mut(*account as usize + 1) {
                *end += *count as usize;
            }
        }
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    ends
}

/// Cuts accounts into pieces of about as many rows for each thread at hand.
fn pieces<'h>(starts: &[usize], mut said: &'h mut [u32]) -> Vec<Piece<'h>> {
    let len = starts.last().copied().unwrap_or_default() / rayon::current_num_threads().min(PIECES_MAX) + 1;
    let accounts = starts.len().saturating_sub(1);
    let start_of = |account: usize| starts.get(account).copied().unwrap_or_default();
    let (mut pieces, mut first) = (Vec::new(), 0);
    while first < accounts {
        let wanted = start_of(first) + len;
        let behind = starts.partition_point(|start| *start < wanted).clamp(first + 1, accounts);
        let len = start_of(behind) - start_of(first);
        let (own, others) = said.split_at_mut(len.min(said.len()));
        pieces.push(Piece { accounts: first..behind, len, said: own });
        (said, first) = (others, behind);
    }
    pieces
}

impl Piece<'_> {
    /// The rows of its accounts where they are to stand, in memory that only this thread has touched.
    fn filled(self, parts: &[Named], starts: &[usize]) -> Vec<Row> {
        let Self { accounts, len, said } = self;
        let blank = Row { time: Timestamp::MIN, amount: Amount::from_minor(0), place: 0, then: Code::ACCEPTED };
        let mut rows = vec![blank; len];
        let of_piece = starts.get(accounts.clone()).unwrap_or_default();
        let base = of_piece.first().copied().unwrap_or_default();
        let mut next: Vec<usize> = of_piece.iter().map(|start| start - base).collect();
        for named in parts {
            for (index, row) in named.part.rows.iter().enumerate() {
                let account = named.account(row).wrapping_sub(accounts.start);
                let Some(next) = next.get_mut(account) else { continue };
                if let Some(to) = rows.get_mut(*next) {
                    let then = named.codes.get(row.then.place()).copied().unwrap_or(Code::ACCEPTED);
                    // Fewer than 2^32, as was looked at before.
                    let place = (named.first + index) as u32;
                    *to = Row { time: row.time, amount: row.amount, place, then };
                }
                if let Some(to) = said.get_mut(*next) {
                    let name = named.part.said.of_row(index).and_then(|name| named.said.get(name));
                    *to = name.copied().unwrap_or_default();
                }
                *next += 1;
            }
        }
        rows
    }
}
