//! A fold of all events into how many came out which way.

use super::{AccountEvent, AccountEventKind, Amount, Duplicates, LimitOutcome, Marks, Policy, Tally};

/// How many lines were read, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Transactions accepted.
    pub accepted: u64,
    /// Transactions declined as duplicates.
    pub duplicates: u64,
    /// Transactions declined because they were too late.
    pub too_late: u64,
    /// Transactions declined, by the limit's place in the policy.
    pub limits: Vec<u64>,
    /// Transactions declined because a total would have overflowed.
    pub overflows: u64,
    /// Transactions declined for want of funds.
    pub insufficient_funds: u64,
    /// Lines that were no valid transaction.
    pub rejected: u64,
    /// Transactions accepted although they exceed a limit that does not decline, by the limit's place in the policy.
    pub marked: Vec<Tally>,
}

impl Totals {
    /// Adds what was counted elsewhere, under the same policy.
    pub fn add(&mut self, other: &Self) {
        let Self { accepted, duplicates, too_late, limits, overflows, insufficient_funds, rejected, marked } = other;
        self.accepted += accepted;
        self.duplicates += duplicates;
        self.too_late += too_late;
        if limits.len() > self.limits.len() {
            self.limits.resize(limits.len(), 0);
        }
        for (sum, count) in self.limits.iter_mut().zip(limits) {
            *sum += count;
        }
        self.overflows += overflows;
        self.insufficient_funds += insufficient_funds;
        self.rejected += rejected;
        if marked.len() > self.marked.len() {
            self.marked.resize(marked.len(), Tally::default());
        }
        self.marked.iter_mut().zip(marked).for_each(|(sum, tally)| sum.merge(tally));
    }

    /// Counts one decision.
    #[inline]
    pub fn count(&mut self, event: &AccountEvent) {
        match event.kind {
            AccountEventKind::AccountDeposited { marks } | AccountEventKind::AccountWithdrawn { marks } => {
                self.accepted += 1;
                if !marks.is_empty() {
                    self.mark(marks, event.amount);
                }
            }
            AccountEventKind::DuplicateTxn => self.duplicates += 1,
            AccountEventKind::TxnTooLate { .. } => self.too_late += 1,
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

    fn mark(&mut self, marks: Marks, amount: Amount) {
        for place in marks.iter().map(usize::from) {
            if place >= self.marked.len() {
                self.marked.resize(place + 1, Tally::default());
            }
            if let Some(tally) = self.marked.get_mut(place) {
                tally.count(amount);
            }
        }
    }

    /// What the limits of an outcome have marked, by code in the policy's order, those without any mark included.
    pub fn marked_by<'a>(
        &'a self,
        policy: &'a Policy,
        outcome: LimitOutcome,
    ) -> impl Iterator<Item = (&'a str, Tally)> {
        let limits = policy.limits().iter().enumerate().filter(move |(_, limit)| limit.outcome == outcome);
        limits.map(|(place, limit)| (limit.name.code(), self.marked.get(place).copied().unwrap_or_default()))
    }

    /// Transactions decided on.
    pub fn transactions(&self) -> u64 {
        self.accepted
            + self.duplicates
            + self.too_late
            + self.limits.iter().sum::<u64>()
            + self.overflows
            + self.insufficient_funds
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
        let too_late = ("too_late", self.too_late);
        let limits = policy.limits().iter().map(|limit| limit.name.code()).zip(self.limits.iter().copied());
        let rest = [("total_overflow", self.overflows), ("insufficient_funds", self.insufficient_funds)];
        [duplicates, too_late].into_iter().chain(limits).chain(rest).filter(|(_, count)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bound, Limit, LimitName, PolicyParts, Timestamp, Window};

    fn exceeded(limit: u16) -> AccountEventKind {
        AccountEventKind::AccountLimitExceeded { limit, bound: Bound::Count, used: 3 }
    }

    fn event(kind: AccountEventKind) -> AccountEvent {
        AccountEvent { version: 1, kind, amount: Amount::from_minor(1), time: Timestamp::MIN }
    }

    /// Two accepted, three duplicates, one beyond the first limit and four beyond the third, one overflow, five without
    /// funds, six rejected.
    fn totals() -> Totals {
        use AccountEventKind::*;
        let mut totals = Totals { rejected: 6, ..Totals::default() };
        let funds = AccountFundsInsufficient { balance: 0 };
        for kind in [
            AccountEventKind::DEPOSITED,
            exceeded(2),
            AccountEventKind::WITHDRAWN,
            DuplicateTxn,
            funds,
            exceeded(0),
            funds,
        ] {
            totals.count(&event(kind));
        }
        for kind in [exceeded(2), DuplicateTxn, exceeded(2), funds, DuplicateTxn, funds, exceeded(2), funds] {
            totals.count(&event(kind));
        }
        totals.count(&event(AccountTotalOverflowed));
        totals
    }

    fn policy(duplicates: Duplicates) -> Policy {
        Policy::new(PolicyParts { duplicates, ..Policy::default().parts().clone() }).unwrap()
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
    fn marks_and_lateness_are_counted_and_added() {
        let mut marks = Marks::NONE;
        assert!(marks.insert(1) && marks.insert(3));
        let mut totals = Totals::default();
        let late = AccountEventKind::TxnTooLate { latest: Timestamp::MIN };
        let [loaded, withdrawn] = [5, -7].map(Amount::from_minor);
        totals.count(&AccountEvent { amount: loaded, ..event(AccountEventKind::AccountDeposited { marks }) });
        totals.count(&AccountEvent { amount: withdrawn, ..event(AccountEventKind::AccountWithdrawn { marks }) });
        totals.count(&AccountEvent { amount: loaded, ..event(AccountEventKind::DEPOSITED) });
        totals.count(&event(late));
        assert_eq!((totals.accepted, totals.too_late, totals.transactions()), (3, 1, 4));
        let both = Tally { sum: 12, count: 2 };
        assert_eq!(totals.marked, [Tally::default(), both, Tally::default(), both]);

        let mut sum = Totals { marked: vec![Tally { sum: 1, count: 1 }], ..Totals::default() };
        sum.add(&totals);
        sum.add(&totals);
        assert_eq!((sum.accepted, sum.too_late, sum.transactions()), (6, 2, 8));
        let twice = Tally { sum: 24, count: 4 };
        assert_eq!(sum.marked, [Tally { sum: 1, count: 1 }, twice, Tally::default(), twice]);
    }

    #[test]
    fn marks_are_told_of_every_limit_of_an_outcome_and_lateness_behind_duplicates() {
        let limit = |(name, outcome)| Limit {
            count: Some(1),
            outcome,
            ..Limit::new(LimitName::new(name).unwrap(), Window::Day)
        };
        let (flag, shadow) = (LimitOutcome::Flag, LimitOutcome::Shadow);
        let limits = [("a-a", flag), ("b", LimitOutcome::Decline), ("c", shadow), ("d", flag)].map(limit).into();
        let policy = Policy::new(PolicyParts { limits, ..PolicyParts::default() }).unwrap();
        let marked = vec![Tally::default(), Tally::default(), Tally { sum: 5, count: 1 }];
        let totals = Totals { marked, too_late: 2, duplicates: 1, limits: vec![0, 4], ..Totals::default() };
        assert_eq!(
            totals.marked_by(&policy, flag).collect::<Vec<_>>(),
            [("a_a", Tally::default()), ("d", Tally::default())]
        );
        assert_eq!(totals.marked_by(&policy, shadow).collect::<Vec<_>>(), [("c", Tally { sum: 5, count: 1 })]);
        let declined: Vec<_> = totals.declined_by_reason(&policy).collect();
        assert_eq!(declined, [("duplicate", 1), ("too_late", 2), ("b", 4)]);
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
