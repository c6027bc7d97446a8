//! A history as it is gathered.

use std::sync::Arc;

use super::Said;
use super::lines::Lines;
use crate::backtest::{Code, Codes};
use crate::domain::{Amount, IdDirectory, IdList, IdSought, Policy, Timestamp};

/// Consecutive transactions of a history, as one reader gathers them.
#[derive(Debug, Default)]
pub struct HistoryPart {
    pub(super) customers: IdDirectory,
    /// How many transactions each of them has.
    pub(super) counts: Vec<u32>,
    pub(super) rows: Vec<PartRow>,
    /// The customers of the last rows, which are looked for together: the memory that they need comes meanwhile.
    sought: Vec<IdSought>,
    pub(super) origins: Origins,
    pub(super) codes: Codes,
    pub(super) said: Said,
    /// The policies, each with how many transactions come before it.
    pub(super) policies: Vec<(usize, Arc<Policy>, String)>,
    pub(super) has_positions: bool,
}

/// So many customers are looked for together.
const SOUGHT_MAX: usize = 32;

/// What stands for the account of a row that is still looked for.
const NOT_YET: u32 = u32::MAX;

/// A transaction, by its part's numbers of accounts and reasons.
#[derive(Clone, Copy, Debug)]
pub(super) struct PartRow {
    pub(super) time: Timestamp,
    pub(super) amount: Amount,
    pub(super) account: u32,
    pub(super) then: Code,
}

/// By what transactions are found again, in input order.
#[derive(Debug, Default)]
pub(super) struct Origins {
    pub(super) ids: IdList,
    /// The lines of the input.
    pub(super) lines: Lines,
}

/// A transaction, as it is added.
#[derive(Clone, Copy, Debug)]
pub struct NewRow<'a> {
    /// Whose it is.
    pub customer_id: &'a [u8],
    /// Its id.
    pub id: &'a [u8],
    /// The line of its input.
    pub line: u64,
    /// Its amount.
    pub amount: Amount,
    /// Its time.
    pub time: Timestamp,
    /// The group that is told of its customer.
    pub group: Option<&'a str>,
    /// Why it was declined, if it was: a code in snake_case.
    pub reason: Option<&'a [u8]>,
}

impl HistoryPart {
    /// No transactions yet, of a log.
    pub fn of_log() -> Self {
        Self { has_positions: true, ..Self::default() }
    }

    /// Adds a transaction behind all others.
    #[inline(always)]
    pub fn push(&mut self, new: &NewRow<'_>) {
        let NewRow { customer_id, id, line, amount, time, group, reason } = *new;
        let account = match self.customers.sought(customer_id) {
            Some(sought) => {
                self.sought.push(sought);
                NOT_YET
            }
            None => {
                // Accounts are numbered in the order in which they come.
                self.settle();
                let account = self.customers.number(customer_id);
                count(&mut self.counts, account);
                account
            }
        };
        let then = reason.map_or(Code::ACCEPTED, |reason| self.codes.of_bytes(reason));
        self.origins.ids.push(id);
        self.origins.lines.push(line);
        if group.is_some() || !self.said.by_row.is_empty() {
            let place = group.map_or(0, |group| self.said.place(group.as_bytes()));
            self.said.by_row.resize(self.rows.len(), 0);
            self.said.by_row.push(place);
        }
        self.rows.push(PartRow { time, amount, account, then });
        if self.sought.len() >= SOUGHT_MAX {
            self.settle();
        }
    }

    /// Finds the accounts of the last transactions, which have to be known before anything is made of the part.
    pub(super) fn settle(&mut self) {
        let Self { customers, counts, rows, sought, .. } = self;
        let settled = rows.len().saturating_sub(sought.len());
        for (row, sought) in rows.iter_mut().skip(settled).zip(sought.drain(..)) {
            row.account = customers.number_of(sought);
            count(counts, row.account);
        }
    }

    /// Lets a policy decide on all transactions that are still to come.
    pub fn activate(&mut self, policy: Arc<Policy>, text: String) {
        self.policies.push((self.rows.len(), policy, text));
    }
}

/// Counts a transaction of an account, which is the next one if there has been none.
#[inline]
fn count(counts: &mut Vec<u32>, account: u32) {
    match counts.get_mut(account as usize) {
        // No more than transactions, of which there are fewer than 2^32 or no history.
        Some(count) => *count = count.wrapping_add(1),
        None => counts.push(1),
    }
}
