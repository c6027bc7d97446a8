//! How far bounds may move before a decision is another.

use super::limit::Used;
use super::rule::Rule;
use super::{Amount, Limit, Policy, TimeSpan, Usage};

/// Between which amounts and counts of a policy's limits everything that was decided on an account would have been decided
/// all the same.
///
/// It is the least that follows from what was looked at: beyond it a decision may be another and need not be.
#[derive(Clone, Debug, Default)]
pub struct Leeway {
    /// By the limit's place.
    spans: Vec<Span>,
}

/// The bounds of one limit, as its [`Rule`] has them, that decide alike.
#[derive(Clone, Copy, Debug)]
struct Span {
    count_min: u64,
    count_max: u64,
    amount_min: u64,
    amount_max: u64,
}

const ALL: Span = Span { count_min: 0, count_max: u64::MAX, amount_min: 0, amount_max: u64::MAX };

impl Leeway {
    /// Begins anew, with a policy that has decided on nothing yet.
    pub fn begin(&mut self, policy: &Policy) {
        self.spans.clear();
        self.spans.resize(policy.rules().len(), ALL);
    }

    /// Whether a policy would have decided the same, if it is [kin](Policy::is_kin) to the one that did.
    #[inline]
    pub fn admits(&self, policy: &Policy) -> bool {
        policy.rules().iter().zip(&self.spans).all(|(rule, span)| span.admits(rule))
    }
}

impl Span {
    #[inline]
    fn admits(&self, rule: &Rule) -> bool {
        self.count_min <= rule.count
            && rule.count <= self.count_max
            && self.amount_min <= rule.amount
            && rule.amount <= self.amount_max
    }

    /// Notes what a plain rule makes of an amount after so much was used.
    #[inline]
    fn note(&mut self, rule: &Rule, amount: Amount, used: &Usage) {
        let count = used.count(rule.direction);
        if count >= rule.count {
            // The amount is not looked at any more.
            self.count_max = self.count_max.min(count);
            return;
        }
        self.count_min = self.count_min.max(count + 1);
        let sum = used.amount(rule.direction).saturating_add(amount.magnitude());
        if sum > rule.amount {
            self.amount_max = self.amount_max.min(sum - 1);
        } else {
            self.amount_min = self.amount_min.max(sum);
        }
    }
}

/// Tells what an account has used, and notes what follows from it.
pub(super) struct Noting<'l, U> {
    pub(super) used: U,
    pub(super) amount: Amount,
    pub(super) leeway: &'l mut Leeway,
}

impl<U: Used> Used for Noting<'_, U> {
    #[inline]
    fn of_window(&mut self, rule: &Rule) -> Usage {
        let used = self.used.of_window(rule);
        // Kin have all others alike.
        if rule.is_plain
            && let Some(span) = self.leeway.spans.get_mut(usize::from(rule.place))
        {
            span.note(rule, self.amount, &used);
        }
        used
    }

    fn within(&mut self, span: TimeSpan) -> Usage {
        self.used.within(span)
    }

    fn balance(&mut self) -> i64 {
        self.used.balance()
    }
}

impl Policy {
    /// Whether another policy is the same but for how high some bounds are: amounts and counts, of limits that have nothing
    /// else than these, a window and a direction. It may have no bound that this one lacks, nor lack one.
    pub fn is_kin(&self, other: &Self) -> bool {
        let (parts, others) = (self.parts(), other.parts());
        let is_near = |((one, other), rule): ((&Limit, &Limit), &Rule)| {
            one == other || (rule.is_plain && is_same_but_for_bounds(one, other))
        };
        (parts.duplicates, parts.late_after, parts.members) == (others.duplicates, others.late_after, others.members)
            && parts.zones == others.zones
            && parts.limits.len() == others.limits.len()
            && parts.limits.iter().zip(&others.limits).zip(self.rules()).all(is_near)
    }
}

fn is_same_but_for_bounds(one: &Limit, other: &Limit) -> bool {
    let are_there = |limit: &Limit| (limit.amount.is_some(), limit.count.is_some());
    are_there(one) == are_there(other) && Limit { amount: one.amount, count: one.count, ..other.clone() } == *one
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        Account, AccountEvent, Calendar, Judge, LimitDirection, LimitName, Memory, PolicyParts, Timestamp, Transaction,
        Window, Zone,
    };

    const NAMES: [&str; 3] = ["a", "b", "c"];

    fn limit(place: usize, (window, amount, count): (Window, Option<i64>, Option<u32>)) -> Limit {
        let direction = if place == 1 { LimitDirection::Any } else { LimitDirection::Load };
        let (amount, name) = (amount.map(Amount::from_minor), LimitName::new(NAMES[place]).unwrap());
        Limit { amount, count, direction, ..Limit::new(name, window) }
    }

    fn policy(limits: impl IntoIterator<Item = Limit>) -> Policy {
        Policy::new(PolicyParts { limits: limits.into_iter().collect(), ..PolicyParts::default() }).unwrap()
    }

    /// What a policy decides, and its leeway after that.
    fn decided(policy: &Policy, transactions: &[(i64, i64)]) -> (Vec<AccountEvent>, Leeway) {
        let mut judge = Judge::new(Arc::new(policy.clone()));
        let mut account = Account::new(policy.memory());
        let mut leeway = Leeway::default();
        leeway.begin(policy);
        let decide = |&(hour, minor): &(i64, i64)| {
            let time = Timestamp::from_micros(hour * 3_600_000_000).unwrap();
            let amount = Amount::from_minor(minor);
            let transaction = Transaction { id: b"", customer_id: b"", amount, time, group: b"" };
            let memory: Memory = policy.memory();
            account.process_with_leeway(&transaction, false, &mut judge, memory, &mut leeway)
        };
        (transactions.iter().map(decide).collect(), leeway)
    }

    prop_compose! {
        /// Amounts and counts of each limit, those of a longer window higher.
        fn bounds()(amounts in [0..40i64, 0..40, 0..40], counts in [1..5u32, 1..5, 1..5]) -> [(i64, u32); 3] {
            [0, 1, 2].map(|place| (amounts[..=place].iter().sum::<i64>() * 5 + 5, counts[..=place].iter().sum()))
        }
    }

    proptest! {
        #[test]
        fn kin_within_the_leeway_decide_the_same(
            one in bounds(),
            others in prop::collection::vec(bounds(), 1..40),
            has in prop::collection::vec((any::<bool>(), any::<bool>()), 3),
            transactions in prop::collection::vec((0..100i64, -40..90i64), 1..12),
        ) {
            let windows = [Window::Day, Window::Week, Window::Lifetime];
            let of = |bounds: &[(i64, u32); 3]| {
                policy((0..3).map(|place| {
                    let ((has_amount, has_count), (amount, count)) = (has[place], bounds[place]);
                    let count = (has_count || !has_amount).then_some(count);
                    limit(place, (windows[place], has_amount.then_some(amount), count))
                }))
            };
            let first = of(&one);
            let (events, leeway) = decided(&first, &transactions);
            prop_assert!(leeway.admits(&first));
            for other in others {
                let other = of(&other);
                prop_assert!(first.is_kin(&other));
                let accepted = |events: &[AccountEvent]| events.iter().map(|event| event.kind).collect::<Vec<_>>();
                if leeway.admits(&other) {
                    prop_assert_eq!(accepted(&decided(&other, &transactions).0), accepted(&events));
                }
            }
        }
    }

    #[test]
    fn leeway_ends_where_a_decision_becomes_another() {
        let of = |amount, count| policy([limit(0, (Window::Day, Some(amount), Some(count)))]);
        // The second is declined for its amount, the fourth for the count.
        let (events, leeway) = decided(&of(100, 2), &[(0, 60), (1, 50), (2, 30), (3, 1)]);
        assert_eq!(events.iter().filter(|event| event.kind.is_accepted()).count(), 2);
        let admitted = |amount, count| leeway.admits(&of(amount, count));
        assert!([90, 91, 109].iter().all(|amount| admitted(*amount, 2)));
        assert!(!admitted(89, 2) && !admitted(110, 2) && !admitted(100, 1) && !admitted(100, 3));
    }

    #[test]
    fn policies_that_differ_in_anything_else_are_no_kin() {
        let plain = || limit(0, (Window::Day, Some(500), Some(3)));
        let one = policy([plain()]);
        assert!(one.is_kin(&policy([limit(0, (Window::Day, Some(700), Some(1)))])));
        let toronto = Calendar { zone: Zone::named("America/Toronto").unwrap(), ..Calendar::default() };
        for other in [
            limit(1, (Window::Day, Some(500), Some(3))),
            limit(0, (Window::Week, Some(500), Some(3))),
            limit(0, (Window::Day, Some(500), None)),
            Limit { direction: LimitDirection::Any, ..plain() },
            Limit { maximum_amount: Some(Amount::from_minor(400)), ..plain() },
            Limit { calendar: toronto, ..plain() },
        ] {
            assert!(!one.is_kin(&policy([other.clone()])), "{other:?}");
        }
        assert!(!one.is_kin(&policy([])));
        let late_after = TimeSpan::parse("1d");
        let late = PolicyParts { late_after, ..one.parts().clone() };
        assert!(!one.is_kin(&Policy::new(late).unwrap()));
        let most = |minor| Limit {
            maximum_amount: Some(Amount::from_minor(100)),
            ..limit(0, (Window::Day, Some(minor), None))
        };
        assert!(!policy([most(500)]).is_kin(&policy([most(600)])), "the limit is not plain");
        assert!(policy([most(500)]).is_kin(&policy([most(500)])));
    }
}
