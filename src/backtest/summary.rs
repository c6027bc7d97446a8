//! What a backtest comes to, added up.

use super::Code;
use crate::domain::{Amount, Direction};

/// What was decided and what would have been, over a range of transactions; sums may be added to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Transactions, duplicates included.
    pub transactions: u64,
    /// Customers who sent any of them.
    pub customers: u64,
    /// What was accepted.
    pub then: Flow,
    /// What would have been accepted.
    pub now: Flow,
    /// What was accepted and would have been declined.
    pub lost: Flow,
    /// What was declined and would have been accepted.
    pub gained: Flow,
    /// Transactions that were declined and would have been declined for another reason.
    pub reason_changes: u64,
    /// Customers of whom something was accepted that would have been declined.
    pub customers_affected: u64,
    /// Customers of whom something was declined that would have been accepted.
    pub customers_relieved: u64,
}

/// How many transactions, and how much money they moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// How many transactions.
    pub count: u64,
    /// The sum of loads, in minor units: over all accounts it may exceed 64 bits.
    pub loads: u128,
    /// The sum of withdrawals without their sign, in minor units.
    pub withdrawals: u128,
}

impl Flow {
    /// Counts a transaction.
    #[inline]
    pub fn add(&mut self, amount: Amount) {
        self.count += 1;
        // An amount has 63 bits: 2^64 of them still fit.
        match amount.direction() {
            Direction::Load => self.loads += u128::from(amount.magnitude()),
            Direction::Withdrawal => self.withdrawals += u128::from(amount.magnitude()),
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.loads += other.loads;
        self.withdrawals += other.withdrawals;
    }

    /// What is left without a part of it.
    const fn without(self, part: &Self) -> Self {
        Self {
            count: self.count.saturating_sub(part.count),
            loads: self.loads.saturating_sub(part.loads),
            withdrawals: self.withdrawals.saturating_sub(part.withdrawals),
        }
    }
}

impl Summary {
    /// Counts a transaction by what became of it and what would have.
    #[inline]
    pub fn add(&mut self, amount: Amount, then: Code, now: Code) {
        self.transactions += 1;
        if then.is_accepted() {
            self.then.add(amount);
        }
        if now.is_accepted() {
            self.now.add(amount);
        }
        self.add_change(amount, then, now);
    }

    /// Counts of a transaction only what would have been another.
    #[inline]
    pub(super) fn add_change(&mut self, amount: Amount, then: Code, now: Code) {
        match (then.is_accepted(), now.is_accepted()) {
            (true, false) => self.lost.add(amount),
            (false, true) => self.gained.add(amount),
            (false, false) => self.reason_changes += u64::from(then != now),
            (true, true) => {}
        }
    }

    /// The sums of everything, where these are only of what would have been another and the others of what was decided.
    pub(super) fn of_decided(self, decided: &Self) -> Self {
        let Self { transactions, customers, then, .. } = *decided;
        let mut now = then.without(&self.lost);
        now.merge(&self.gained);
        Self { transactions, customers, then, now, ..self }
    }

    /// Counts a customer, all of whose transactions were added since the sums were as they were before.
    pub(super) fn end_customer(&mut self, before: &Self) {
        self.customers += u64::from(self.transactions > before.transactions);
        self.customers_affected += u64::from(self.lost.count > before.lost.count);
        self.customers_relieved += u64::from(self.gained.count > before.gained.count);
    }

    /// Adds what was counted of other customers.
    pub fn merge(&mut self, other: &Self) {
        let Self {
            transactions,
            customers,
            then,
            now,
            lost,
            gained,
            reason_changes,
            customers_affected,
            customers_relieved,
        } = other;
        self.transactions += transactions;
        self.customers += customers;
        self.then.merge(then);
        self.now.merge(now);
        self.lost.merge(lost);
        self.gained.merge(gained);
        self.reason_changes += reason_changes;
        self.customers_affected += customers_affected;
        self.customers_relieved += customers_relieved;
    }

    /// Transactions of which another thing would have become.
    pub const fn flips(&self) -> u64 {
        self.lost.count + self.gained.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::Codes;

    #[test]
    fn transaction_counts_on_each_side_that_accepts_it_and_as_a_flip_if_only_one_does() {
        let (mut summary, mut codes) = (Summary::default(), Codes::default());
        let (yes, no, other) = (Code::ACCEPTED, Code::DUPLICATE, codes.of("other"));
        for (minor, then, now) in [(100, yes, yes), (-20, yes, no), (3, no, yes), (5, no, other)] {
            summary.add(Amount::from_minor(minor), then, now);
        }
        summary.end_customer(&Summary::default());
        assert_eq!((summary.customers, summary.customers_affected, summary.customers_relieved), (1, 1, 1));
        assert_eq!(summary.reason_changes, 1);
        let flow = |count, loads, withdrawals| Flow { count, loads, withdrawals };
        assert_eq!((summary.transactions, summary.flips()), (4, 2));
        assert_eq!((summary.then, summary.now), (flow(2, 100, 20), flow(2, 103, 0)));
        assert_eq!((summary.lost, summary.gained), (flow(1, 0, 20), flow(1, 3, 0)));
        let mut twice = summary;
        twice.merge(&summary);
        assert_eq!((twice.transactions, twice.flips(), twice.now.loads), (8, 4, 206));
    }
}
