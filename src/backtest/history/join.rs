//! Parts of a history put together.

use std::sync::Arc;

use rayon::prelude::*;

use super::kept::{Kept, NOBODY};
use super::order::Order;
use super::{History, HistoryPart, Span, too_long};
use crate::backtest::{Code, Codes};
use crate::domain::IdDirectory;
use crate::store::StoreError;

/// A part, and what its own numbers stand for in the whole history.
struct Named {
    part: HistoryPart,
    /// How many transactions come before it.
    first: usize,
    accounts: Vec<u32>,
    codes: Vec<Code>,
    names: Vec<u32>,
}

/// Joins parts, each behind the one before, and finds out where each account's transactions stand.
pub(super) fn joined(parts: Vec<HistoryPart>) -> Result<History, StoreError> {
    let len: usize = parts.iter().map(|part| part.rows.len()).sum();
    // The last number is that of the place behind all others.
    if u32::try_from(len).is_err() {
        return Err(too_long());
    }
    let has_positions = parts.iter().any(|part| part.has_positions);
    let (mut customers, mut codes, mut said) = (IdDirectory::default(), Codes::default(), IdDirectory::default());
    let (mut named, mut first) = (Vec::new(), 0);
    for mut part in parts {
        part.settle();
        let rows = part.rows.len();
        named.push(Named::new(part, first, &mut customers, &mut codes, &mut said));
        first += rows;
    }
    let (customers, said) = (customers.into_ids(), said.into_ids());
    let starts = starts(&named, customers.len());
    let spans = named.iter().flat_map(Named::spans).collect();
    let parts = named.into_par_iter().map(|named| named.kept(customers.len())).collect();
    Ok(History { customers, starts, parts, said, codes, spans, has_positions })
}

impl Named {
    fn new(
        mut part: HistoryPart,
        first: usize,
        customers: &mut IdDirectory,
        codes: &mut Codes,
        said: &mut IdDirectory,
    ) -> Self {
        let accounts = customers.take_over(std::mem::take(&mut part.customers));
        let code = |code| part.codes.reason(code).map_or(Code::ACCEPTED, |reason| codes.of(reason));
        let codes = part.codes.all().map(code).collect();
        let names = said.take_over(std::mem::take(&mut part.said.names));
        Self { accounts, codes, names, first, part }
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

    /// The part as one of a history with so many accounts.
    fn kept(self, accounts: usize) -> Kept {
        let mut numbers = vec![NOBODY; accounts];
        for (number, account) in (0..).zip(&self.accounts) {
            if let Some(to) = numbers.get_mut(*account as usize) {
                *to = number;
            }
        }
        let Self { part, first, codes, names, .. } = self;
        let HistoryPart { counts, rows, origins, said, .. } = part;
        Kept { first, order: Order::of(&rows, &counts), rows, numbers, codes, said, names, origins }
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
