//! What accepted transactions have used up of a window.

use super::{Amount, Direction, LimitDirection};

/// The highest sum of loads, and of withdrawals, that an account can reach: 63 bits of minor units.
///
/// Both bounds together keep every sum in this crate within 64 bits: the balance, and what any window has used.
pub(super) const TOTAL_MAX: u64 = i64::MAX as u64;

/// Sums and counts of accepted transactions, loads and withdrawals apart.
///
/// Amounts are absolute, in minor units. An account's lifetime totals fit into 63 bits (see [`super::Account`]), and so
/// does every part of them; the sum of both directions fits into 64. A count stops at `u32::MAX`, above which no limit
/// can lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, packed(4))]
pub struct Usage {
    loads: u64,
    withdrawals: u64,
    load_count: u32,
    withdrawal_count: u32,
}

impl Usage {
    /// Nothing used.
    pub const ZERO: Self = Self { loads: 0, withdrawals: 0, load_count: 0, withdrawal_count: 0 };

    /// The usage of these parts, amounts in minor units; none if a sum of amounts does not fit into 63 bits.
    pub fn from_parts(loads: u64, withdrawals: u64, load_count: u32, withdrawal_count: u32) -> Option<Self> {
        let fits = loads <= TOTAL_MAX && withdrawals <= TOTAL_MAX;
        fits.then_some(Self { loads, withdrawals, load_count, withdrawal_count })
    }

    /// The usage of one transaction; none if its amount does not fit into 63 bits, which no accepted one's does.
    pub fn of(amount: Amount) -> Option<Self> {
        match amount.direction() {
            Direction::Load => Self::from_parts(amount.magnitude(), 0, 1, 0),
            Direction::Withdrawal => Self::from_parts(0, amount.magnitude(), 0, 1),
        }
    }

    /// The usage of both; none if a sum of amounts no longer fits into 63 bits, which it does for one account's time
    /// unless what it was read from is damaged.
    pub fn plus(&self, other: &Self) -> Option<Self> {
        // Two sums of 63 bits fit into 64.
        let mut sum = *self;
        sum.merge(other);
        Self::from_parts(sum.loads, sum.withdrawals, sum.load_count, sum.withdrawal_count)
    }

    /// Counts one accepted transaction.
    pub fn add(&mut self, amount: Amount) {
        match amount.direction() {
            Direction::Load => {
                self.loads += amount.magnitude();
                self.load_count = self.load_count.saturating_add(1);
            }
            Direction::Withdrawal => {
                self.withdrawals += amount.magnitude();
                self.withdrawal_count = self.withdrawal_count.saturating_add(1);
            }
        }
    }

    /// Counts what another stretch of the same account's time used.
    pub fn merge(&mut self, other: &Self) {
        self.loads += other.loads;
        self.withdrawals += other.withdrawals;
        self.load_count = self.load_count.saturating_add(other.load_count);
        self.withdrawal_count = self.withdrawal_count.saturating_add(other.withdrawal_count);
    }

    /// Loads minus withdrawals, in minor units.
    pub const fn balance(&self) -> i64 {
        // Both sums are within 63 bits.
        self.loads as i64 - self.withdrawals as i64
    }

    /// The sum of absolute amounts in a direction, in minor units.
    pub const fn amount(&self, direction: LimitDirection) -> u64 {
        match direction {
            LimitDirection::Load => self.loads,
            LimitDirection::Withdrawal => self.withdrawals,
            LimitDirection::Any => self.loads + self.withdrawals,
        }
    }

    /// The number of transactions in a direction.
    pub const fn count(&self, direction: LimitDirection) -> u64 {
        match direction {
            LimitDirection::Load => self.load_count as u64,
            LimitDirection::Withdrawal => self.withdrawal_count as u64,
            LimitDirection::Any => self.load_count as u64 + self.withdrawal_count as u64,
        }
    }
}
