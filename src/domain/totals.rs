//! A fold of all events into how many came out which way.

use super::{AccountEventKind, Duplicates, Policy};

/// How many lines were read, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Transactions accepted.
    pub accepted: u64,
    /// Transactions declined as duplicates.
    pub duplicates: u64,
    /// Transactions declined, by the limit's place in the policy.
    pub limits: Vec<u64>,
    /// Transactions declined because a total would have overflowed.
    pub overflows: u64,
    /// Transactions declined for want of funds.
    pub insufficient_funds: u64,
    /// Lines that were no valid transaction.
    pub rejected: u64,
}

impl Totals {
    /// Adds what was counted elsewhere, under the same policy.
    pub fn add(&mut self, other: &Self) {
        let Self { accepted, duplicates, limits, overflows, insufficient_funds, rejected } = other;
        self.accepted += accepted;
        self.duplicates += duplicates;
        if limits.len() > self.limits.len() {
            self.limits.resize(limits.len(), 0);
        }
        for (sum, count) in self.limits.iter_mut().zip(limits) {
            *sum += count;
        }
        self.overflows += overflows;
        self.insufficient_funds += insufficient_funds;
        self.rejected += rejected;
    }

    /// Counts one decision.
    pub fn count(&mut self, kind: AccountEventKind) {
        match kind {
            AccountEventKind::AccountDeposited | AccountEventKind::AccountWithdrawn => self.accepted += 1,
            AccountEventKind::DuplicateTxn => self.duplicates += 1,
            AccountEventKind::AccountLimitExceeded { limit, .. } => {
                let limit = usize::from(limit);
                if limit >= self.limits.len() {
                    self.limits.resize(limit + 1, 0);
                }
                if let Some(count) = self.limits.get_mut(limit) {
                    *count += 1;
                }
            }
            AccountEventKind::AccountTotalOverflowed => self.overflows += 1,
            AccountEventKind::AccountFundsInsufficient { .. } => self.insufficient_funds += 1,
        }
    }

    /// Transactions decided on.
    pub fn transactions(&self) -> u64 {
        self.accepted + self.duplicates + self.limits.iter().sum::<u64>() + self.overflows + self.insufficient_funds
    }

    /// Lines that held something: transactions and rejected lines.
    pub fn read(&self) -> u64 {
        self.transactions() + self.rejected
    }

    /// Duplicates that the policy keeps from the output.
    pub fn ignored(&self, policy: &Policy) -> u64 {
        match policy.duplicates() {
            Duplicates::Ignore => self.duplicates,
            Duplicates::Decline => 0,
        }
    }

    /// The declines by reason code, in the order in which the reasons are looked for, without those that never came.
    pub fn declined_by_reason<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = (&'a str, u64)> {
        let duplicates = ("duplicate", self.duplicates - self.ignored(policy));
        let limits = policy.limits().iter().map(|limit| limit.name.code()).zip(self.limits.iter().copied());
        let rest = [("total_overflow", self.overflows), ("insufficient_funds", self.insufficient_funds)];
        std::iter::once(duplicates).chain(limits).chain(rest).filter(|(_, count)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Measure;

    fn exceeded(limit: u16) -> AccountEventKind {
        AccountEventKind::AccountLimitExceeded { limit, measure: Measure::Count, used: 3 }
    }

    /// Two accepted, three duplicates, one beyond the first limit and four beyond the third, one overflow, five without
    /// funds, six rejected.
    fn totals() -> Totals {
        use AccountEventKind::*;
        let mut totals = Totals { rejected: 6, ..Totals::default() };
        let funds = AccountFundsInsufficient { balance: 0 };
        for kind in [AccountDeposited, exceeded(2), AccountWithdrawn, DuplicateTxn, funds, exceeded(0), funds] {
            totals.count(kind);
        }
        for kind in [exceeded(2), DuplicateTxn, exceeded(2), funds, DuplicateTxn, funds, exceeded(2), funds] {
            totals.count(kind);
        }
        totals.count(AccountTotalOverflowed);
        totals
    }

    fn policy(duplicates: Duplicates) -> Policy {
        Policy::new(Policy::default().limits().to_vec(), duplicates).unwrap()
    }

    #[test]
    fn every_transaction_is_counted_once_and_every_rejected_line_is_read() {
        let totals = totals();
        assert_eq!(totals.accepted, 2);
        assert_eq!(totals.limits, [1, 0, 4]);
        assert_eq!(totals.transactions(), 16);
        assert_eq!(totals.read(), 22);
    }

    #[test]
    fn what_was_counted_elsewhere_is_added() {
        let mut sum = Totals::default();
        sum.add(&totals());
        assert_eq!(sum, totals());
        sum.add(&Totals { limits: vec![1], accepted: 1, ..Totals::default() });
        assert_eq!((sum.limits.as_slice(), sum.accepted, sum.read()), ([2, 0, 4].as_slice(), 3, totals().read() + 2));
        sum.add(&totals());
        assert_eq!((sum.duplicates, sum.overflows, sum.insufficient_funds, sum.rejected), (6, 2, 10, 12));
    }

    #[test]
    fn declines_come_in_the_order_of_their_checks_and_only_if_there_are_any() {
        let (totals, policy) = (totals(), policy(Duplicates::Decline));
        let declined: Vec<_> = totals.declined_by_reason(&policy).collect();
        let expected = [
            ("duplicate", 3),
            ("daily_count", 1),
            ("weekly_amount", 4),
            ("total_overflow", 1),
            ("insufficient_funds", 5),
        ];
        assert_eq!(declined, expected);
        assert_eq!(totals.ignored(&policy), 0);
        assert_eq!(Totals::default().declined_by_reason(&policy).count(), 0);
    }

    #[test]
    fn ignored_duplicates_are_no_declines() {
        let (totals, policy) = (totals(), policy(Duplicates::Ignore));
        assert_eq!(totals.ignored(&policy), 3);
        assert_eq!(totals.declined_by_reason(&policy).next(), Some(("daily_count", 1)));
    }
}
