//! The bounds of a policy, one by one, as lints compare them.

use super::Warning;
use crate::config::words::bound_in_words;
use crate::domain::{
    Amount, Bound, Direction, Limit, LimitDirection, LimitKey, LimitOutcome, Measure, Policy, Stretch, TimeSpan, Window,
};

/// One bound of one limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rule<'a> {
    /// The limit's place in the policy, from 0.
    pub(super) place: usize,
    pub(super) limit: &'a Limit,
    pub(super) bound: Bound,
    pub(super) asks: Asks,
    /// When the limit holds.
    holds: Stretch,
}

/// What a bound asks of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// Nothing.
    Nothing,
    /// So many minor units at least.
    AtLeast(u64),
    /// That its amount and what was there before be so many minor units at most.
    AtMost(Sum, u64),
    /// That it be one of so many in the window at most.
    OneOf(u32),
    /// That there be none nearer to it.
    Apart(TimeSpan),
}

/// What an amount is added to before it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    /// Nothing: the transaction is looked at alone.
    Nothing,
    /// The balance, which is never below zero.
    Balance,
    /// What the limit has used of its window.
    Window,
}

impl<'a> Rule<'a> {
    /// The bounds of a policy, in the order in which they are checked.
    pub(super) fn all_of(policy: &'a Policy) -> Vec<Self> {
        let of_limit = |(place, limit): (usize, &'a Limit)| {
            let holds = limit.holds();
            let rule = move |bound, asks| Self { place, limit, bound, asks, holds };
            asked(limit).into_iter().map(move |(bound, asks)| rule(bound, asks))
        };
        policy.limits().iter().enumerate().flat_map(of_limit).collect()
    }

    /// The key that sets it.
    pub(super) const fn key(&self) -> LimitKey {
        match self.bound {
            Bound::Count => LimitKey::Count,
            Bound::Amount => LimitKey::Amount,
            Bound::MinimumAmount => LimitKey::MinimumAmount,
            Bound::MaximumAmount => LimitKey::MaximumAmount,
            Bound::MaximumBalance => LimitKey::MaximumBalance,
            Bound::Cooldown => LimitKey::Cooldown,
        }
    }

    /// The rule for people, such as `daily-amount.amount (5,000.00 a day)`.
    pub(super) fn shown(&self) -> String {
        format!("{}.{} ({})", self.limit.name.as_str(), self.key(), bound_in_words(self.limit, self.bound))
    }

    /// Something to say about it.
    pub(super) const fn warning(&self, why: String) -> Warning {
        Warning::of_limit(self.place, self.key(), why)
    }

    /// Whether it declines what exceeds it.
    pub(super) fn declines(&self) -> bool {
        self.limit.outcome == LimitOutcome::Decline
    }

    /// The directions of the transactions that it judges.
    pub(super) fn directions(&self) -> impl Iterator<Item = Direction> {
        [Direction::Load, Direction::Withdrawal].into_iter().filter(|direction| self.judges(*direction))
    }

    /// Whether it judges transactions of a direction.
    pub(super) fn judges(&self, direction: Direction) -> bool {
        let only_loads = self.bound == Bound::MaximumBalance;
        self.limit.direction.covers(direction) && !(only_loads && direction == Direction::Withdrawal)
    }

    /// Whether it judges all transactions of a direction that another one judges.
    pub(super) fn covers(&self, other: &Self, direction: Direction) -> bool {
        let groups = &self.limit.groups;
        let covers_group = |group| groups.contains(group);
        self.judges(direction)
            && self.holds.from <= other.holds.from
            && other.holds.until <= self.holds.until
            && (groups.is_empty() || !other.limit.groups.is_empty() && other.limit.groups.iter().all(covers_group))
    }

    /// Whether it judges some of the transactions of a direction that another one judges.
    pub(super) fn meets(&self, other: &Self, direction: Direction) -> bool {
        let (groups, others) = (&self.limit.groups, &other.limit.groups);
        self.judges(direction)
            && other.judges(direction)
            && self.holds.from.max(other.holds.from) < self.holds.until.min(other.holds.until)
            && (groups.is_empty() || others.is_empty() || groups.iter().any(|group| others.contains(group)))
    }

    /// Whether every accepted transaction of a direction has kept to it: it holds always and for everyone. A customer may
    /// be in another group with every transaction, so that no list of groups is everyone.
    pub(super) fn is_always_kept(&self, direction: Direction) -> bool {
        self.declines() && self.judges(direction) && self.limit.groups.is_empty() && self.holds == Stretch::EVER
    }

    /// Whether it looks at the transactions of each direction at which another one does.
    pub(super) fn looks_at_all_of(&self, other: &Self) -> bool {
        is_part(other.limit.direction, self.limit.direction)
    }

    /// Whether it counts and sums every accepted transaction that another one does, whenever both judge the same.
    pub(super) fn sees_all_of(&self, other: &Self) -> bool {
        self.looks_at_all_of(other) && is_nested(other.limit, self.limit)
    }

    /// Whether what it adds an amount to is never less than what another one does, whenever both judge the same.
    pub(super) fn sums_as_much_as(&self, other: &Self) -> bool {
        let (Asks::AtMost(own, _), Asks::AtMost(others, _)) = (self.asks, other.asks) else { return false };
        match (others, own) {
            (Sum::Nothing, _) | (Sum::Balance, Sum::Balance) => true,
            // The balance is a part of all that was ever loaded.
            (Sum::Balance, Sum::Window) => {
                let Limit { window, direction, measure, .. } = self.limit;
                *window == Window::Lifetime && *measure == Measure::Gross && direction.covers(Direction::Load)
            }
            (Sum::Window, Sum::Window) if self.limit.measure == Measure::Gross => self.sees_all_of(other),
            // Withdrawals that only the longer window holds may make its net sum the smaller one.
            (Sum::Window, Sum::Window) => {
                other.limit.measure == Measure::Net
                    && self.limit.direction == other.limit.direction
                    && self.limit.window == other.limit.window
                    && self.sees_all_of(other)
            }
            (Sum::Window, _) | (Sum::Balance, Sum::Nothing) => false,
        }
    }
}

/// The bounds of a limit in the order in which they are checked, and what each asks.
fn asked(limit: &Limit) -> Vec<(Bound, Asks)> {
    let Limit { window, direction, measure, .. } = *limit;
    let sum = match (window, measure, direction) {
        (Window::Transaction, ..) => Sum::Nothing,
        (Window::Lifetime, Measure::Net, LimitDirection::Load) => Sum::Balance,
        // Nobody has ever withdrawn more than was loaded.
        (Window::Lifetime, Measure::Net, LimitDirection::Withdrawal) => Sum::Nothing,
        _ => Sum::Window,
    };
    let count = |count| if window == Window::Transaction { Asks::Nothing } else { Asks::OneOf(count) };
    let at_most = |sum| move |amount: Amount| Asks::AtMost(sum, amount.magnitude());
    [
        (Bound::MinimumAmount, limit.minimum_amount.map(|least| Asks::AtLeast(least.magnitude()))),
        (Bound::MaximumAmount, limit.maximum_amount.map(at_most(Sum::Nothing))),
        (Bound::Cooldown, limit.cooldown.map(Asks::Apart)),
        (Bound::Count, limit.count.map(count)),
        (Bound::Amount, limit.amount.map(at_most(sum))),
        (Bound::MaximumBalance, limit.maximum_balance.map(at_most(Sum::Balance))),
    ]
    .into_iter()
    .filter_map(|(bound, asks)| Some((bound, asks?)))
    .collect()
}

/// Whether a direction's transactions are all of another's too.
fn is_part(part: LimitDirection, whole: LimitDirection) -> bool {
    whole == LimitDirection::Any || part == whole
}

/// Whether at any time the one limit's window lies within the other's.
///
/// Windows of different zones never do, even where their clocks agree today. A calendar window holds later transactions
/// than the one in question and a trailing one does not, so that neither lies within the other.
fn is_nested(inner: &Limit, outer: &Limit) -> bool {
    use Window::{Day, Lifetime, Month, Quarter, Trailing, Transaction, Week, Year};
    match (inner.window, outer.window) {
        (Transaction, _) | (_, Lifetime) => true,
        (Trailing(short), Trailing(long)) => short <= long,
        (Week, Week) => inner.calendar == outer.calendar,
        (Day, Day | Week | Month | Quarter | Year)
        | (Month, Month | Quarter | Year)
        | (Quarter, Quarter | Year)
        | (Year, Year) => inner.calendar.zone == outer.calendar.zone,
        _ => false,
    }
}
