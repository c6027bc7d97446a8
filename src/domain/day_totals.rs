//! What was decided on a day, over all accounts.

use super::{Amount, Direction};

/// How many transactions there were, and what they came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The sum of their absolute amounts, in minor units: over all accounts it may exceed 64 bits.
    pub sum: u128,
    /// How many there were.
    pub count: u64,
}

/// The decisions on transactions of one day of transaction time in UTC, over all accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayTotals {
    /// Money that came in.
    pub accepted_loads: Tally,
    /// Money that went out.
    pub accepted_withdrawals: Tally,
    /// Loads that were declined, duplicates included.
    pub declined_loads: Tally,
    /// Withdrawals that were declined, duplicates included.
    pub declined_withdrawals: Tally,
}

impl Tally {
    /// Counts a transaction.
    pub const fn count(&mut self, amount: Amount) {
        // An amount has 63 bits: 2^64 of them still fit.
        self.sum = self.sum.saturating_add(amount.magnitude() as u128);
        self.count = self.count.saturating_add(1);
    }

    /// Adds what was counted elsewhere.
    pub const fn merge(&mut self, other: &Self) {
        self.sum = self.sum.saturating_add(other.sum);
        self.count = self.count.saturating_add(other.count);
    }
}

impl DayTotals {
    /// Counts a decision on a transaction of this amount.
    pub const fn count(&mut self, accepted: bool, amount: Amount) {
        let tally = match (accepted, amount.direction()) {
            (true, Direction::Load) => &mut self.accepted_loads,
            (true, Direction::Withdrawal) => &mut self.accepted_withdrawals,
            (false, Direction::Load) => &mut self.declined_loads,
            (false, Direction::Withdrawal) => &mut self.declined_withdrawals,
        };
        tally.count(amount);
    }

    /// Adds what was counted elsewhere of the same day.
    pub const fn merge(&mut self, other: &Self) {
        self.accepted_loads.merge(&other.accepted_loads);
        self.accepted_withdrawals.merge(&other.accepted_withdrawals);
        self.declined_loads.merge(&other.declined_loads);
        self.declined_withdrawals.merge(&other.declined_withdrawals);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(decisions: &[(bool, i64)]) -> DayTotals {
        let mut totals = DayTotals::default();
        decisions.iter().for_each(|(accepted, minor)| totals.count(*accepted, Amount::from_minor(*minor)));
        totals
    }

    #[test]
    fn decisions_are_counted_by_what_came_of_them_and_by_direction() {
        let totals = totals(&[(true, 5), (true, 0), (true, -7), (false, 11), (false, -13), (false, -17)]);
        let expected = DayTotals {
            accepted_loads: Tally { sum: 5, count: 2 },
            accepted_withdrawals: Tally { sum: 7, count: 1 },
            declined_loads: Tally { sum: 11, count: 1 },
            declined_withdrawals: Tally { sum: 30, count: 2 },
        };
        assert_eq!(totals, expected);
    }

    #[test]
    fn sums_go_beyond_64_bits() {
        let totals = totals(&[(true, i64::MIN), (true, i64::MIN), (true, i64::MIN)]);
        assert_eq!(totals.accepted_withdrawals, Tally { sum: 3 << 63, count: 3 });
    }

    #[test]
    fn parts_counted_apart_add_up_to_all_counted_at_once() {
        let all = [(true, 5), (false, 3), (true, -2), (false, -9), (true, 1), (false, 4)];
        for end in 0..=all.len() {
            let (one, other) = all.split_at(end);
            let mut sum = totals(one);
            sum.merge(&totals(other));
            assert_eq!(sum, totals(&all));
        }
    }
}
