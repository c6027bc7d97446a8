//! A part of a history, whose rows are found by account.

use super::order::Order;
use super::part::{Origins, PartRow};
use super::{Row, Said};
use crate::backtest::Code;
use crate::domain::{Timestamp, prefetch};

/// Consecutive transactions as they were gathered, and what their own numbers stand for in the whole history.
///
/// They stay where they are: a second copy, account by account, would take as much memory again, and memory that is new
/// costs more than looking them up.
#[derive(Debug)]
pub(super) struct Kept {
    /// How many transactions come before it.
    pub(super) first: usize,
    pub(super) rows: Vec<PartRow>,
    pub(super) order: Order,
    /// By the account in the whole history, its number here, or [`NOBODY`].
    pub(super) numbers: Vec<u32>,
    /// By the place of a code of this part, the code of the whole history.
    pub(super) codes: Vec<Code>,
    pub(super) said: Said,
    /// By the number of a name that is said here, its number in the whole history.
    pub(super) names: Vec<u32>,
    pub(super) origins: Origins,
}

/// The number of an account that has none: there are fewer than 2^32.
pub(super) const NOBODY: u32 = u32::MAX;

impl Kept {
    /// Where the rows of an account stand in the part.
    #[inline]
    pub(super) fn places(&self, account: usize) -> &[u32] {
        self.numbers.get(account).map_or(&[], |number| self.order.of_account(*number))
    }

    /// The rows of an account, in input order.
    #[inline]
    pub(super) fn rows_of(&self, account: usize) -> impl Iterator<Item = Row> {
        self.places(account).iter().filter_map(|place| self.row(*place))
    }

    /// Asks the processor for the rows of an account, if there is one.
    #[inline]
    pub(super) fn prefetch(&self, account: usize) {
        self.places(account).iter().filter_map(|place| self.rows.get(*place as usize)).for_each(prefetch);
    }

    /// The row at a place of the part, as the whole history has it.
    #[inline]
    pub(super) fn row(&self, place: u32) -> Option<Row> {
        let PartRow { time, amount, account: _, then } = *self.rows.get(place as usize)?;
        let then = self.codes.get(then.place()).copied().unwrap_or(Code::ACCEPTED);
        // A history has fewer than 2^32 rows.
        Some(Row { time, amount, place: (self.first as u32).wrapping_add(place), then })
    }

    /// What the rows of an account say of its customer's group: the number of the name, if they say anything.
    pub(super) fn said_of(&self, account: usize) -> impl Iterator<Item = Option<usize>> {
        let name = |place: &u32| {
            let own = self.said.of_row(*place as usize)?;
            self.names.get(own).map(|name| *name as usize)
        };
        self.places(account).iter().map(name)
    }

    /// The times of all rows.
    pub(super) fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.rows.iter().map(|row| row.time)
    }

    /// Takes in what became of an account's rows.
    pub(super) fn decide(&mut self, account: usize, decided: &mut impl Iterator<Item = Code>) {
        let places = self.numbers.get(account).map_or(&[][..], |number| self.order.of_account(*number));
        for (place, then) in places.iter().zip(decided) {
            if let Some(row) = self.rows.get_mut(*place as usize) {
                row.then = then;
            }
        }
    }
}
