//! What accepted transactions have used up of a window.

use super::{Amount, Direction, LimitDirection};

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
