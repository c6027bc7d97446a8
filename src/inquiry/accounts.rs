//! How all accounts stand.

use std::cmp::Reverse;

use super::{Moment, TOO_MUCH, damaged};
use crate::domain::{LimitDirection, StatementLine, Timestamp, Usage};
use crate::store::{Ledger, StoreError};

/// How an account stands, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// The customer's id.
    pub account: Vec<u8>,
    /// What was accepted in all.
    pub total: Usage,
    /// How many transactions were declined.
    pub declined: u64,
    /// The earliest time of a transaction, accepted or not.
    pub first: Timestamp,
    /// The latest time of a transaction, accepted or not.
    pub latest: Timestamp,
}

/// In which order accounts come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By the bytes of their ids.
    #[default]
    Id,
    /// The highest balance first.
    Balance,
    /// The most accepted transactions first.
    Accepted,
    /// The most declined transactions first.
    Declined,
}

impl AccountRow {
    /// Accepted loads minus accepted withdrawals, in minor units.
    pub const fn balance(&self) -> i64 {
        self.total.balance()
    }

    /// How many transactions were accepted.
    pub const fn accepted(&self) -> u64 {
        self.total.count(LimitDirection::Any)
    }

    /// The row of an account with these lines; none if there are none.
    fn of<'a>(account: &[u8], lines: impl Iterator<Item = &'a StatementLine>) -> Result<Option<Self>, StoreError> {
        let mut row: Option<Self> = None;
        for line in lines {
            let row = row.get_or_insert_with(|| Self {
                account: account.to_vec(),
                total: Usage::ZERO,
                declined: 0,
                first: line.time,
                latest: line.time,
            });
            (row.first, row.latest) = (row.first.min(line.time), row.latest.max(line.time));
            if !line.outcome.is_accepted() {
                row.declined += 1;
                continue;
            }
            let total = Usage::of(line.amount).and_then(|usage| row.total.plus(&usage));
            row.total = total.ok_or_else(|| damaged(TOO_MUCH))?;
        }
        Ok(row)
    }
}

/// How every account stood at a moment, if anything had happened on it: all of them, or so many of the first.
///
/// # Errors
///
/// A usage error if the log does not reach as far as was asked; otherwise why the ledger can't be read.
pub fn accounts(ledger: &Ledger, moment: Moment, order: Order, top: Option<usize>) -> anyhow::Result<Vec<AccountRow>> {
    let known = moment.of(ledger)?;
    let mut rows = Vec::new();
    ledger.statements(known.position, |account, lines| {
        rows.extend(AccountRow::of(account, lines.iter().filter(|line| known.counts(line)))?);
        Ok(())
    })?;
    rows.sort_unstable_by(|one, other| one.account.cmp(&other.account));
    match order {
        Order::Id => {}
        Order::Balance => rows.sort_by_key(|row| Reverse(row.balance())),
        Order::Accepted => rows.sort_by_key(|row| Reverse(row.accepted())),
        Order::Declined => rows.sort_by_key(|row| Reverse(row.declined)),
    }
    rows.truncate(top.unwrap_or(usize::MAX));
    Ok(rows)
}
