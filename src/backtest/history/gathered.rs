//! The rows of a few accounts, side by side.

use std::ops::Range;

use super::{History, Row};

/// The processor is asked for rows so many accounts ahead, as each stands in a random place.
const AHEAD: usize = 4;

/// The rows of consecutive accounts, each account's together: what decides on them may look at them again and again.
#[derive(Debug)]
pub(in crate::backtest) struct Gathered {
    /// The index of the first in the whole history.
    first: usize,
    rows: Vec<Row>,
}

impl Gathered {
    /// Those of a history's accounts.
    pub(super) fn of(history: &History, accounts: Range<usize>) -> Self {
        let first = history.start_of(accounts.start);
        let mut rows = Vec::with_capacity(history.start_of(accounts.end).saturating_sub(first));
        for account in accounts {
            for part in &history.parts {
                part.prefetch(account + AHEAD);
                rows.extend(part.rows_of(account));
            }
        }
        Self { first, rows }
    }

    /// The rows of indices in the whole history.
    #[inline]
    pub(in crate::backtest) fn rows(&self, range: Range<usize>) -> &[Row] {
        let range = range.start.wrapping_sub(self.first)..range.end.wrapping_sub(self.first);
        self.rows.get(range).unwrap_or_default()
    }
}
