//! Why a transaction is accepted or declined.

use std::collections::BTreeSet;

use super::{
    AccountEventKind, Amount, Day, Direction, LimitStanding, Measure, Policy, Standing, StatementLine, Timestamp,
};

/// Everything that the rules have to say of a transaction as an account stands, if the transaction's id is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The transaction's amount.
    pub amount: Amount,
    /// The transaction's time.
    pub time: Timestamp,
    /// What becomes of it.
    pub kind: AccountEventKind,
    /// Every limit of the policy, in its order.
    pub limits: Vec<LimitFinding>,
    /// The balance before, in minor units.
    pub balance: i64,
    /// How much more the account's total of this direction can take, in minor units.
    pub room: u64,
    /// The largest amount of this direction that would pass instead, in minor units; none if no amount would.
    pub largest: Option<u64>,
    /// The earliest time, from the transaction's own on, at which this amount would pass if nothing else happened; none
    /// if it never would.
    pub earliest: Option<Timestamp>,
}

/// What one limit has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitFinding {
    /// Whether the limit restricts transactions of this direction.
    pub applies: bool,
    /// How much of it was used before.
    pub standing: LimitStanding,
    /// The part of it that the transaction would exceed.
    pub exceeded: Option<Measure>,
    /// The accepted transactions that had used it, in the order in which they were recorded.
    pub users: Vec<StatementLine>,
}

impl Explanation {
    /// Explains what becomes of a transaction under a policy as an account stands.
    pub fn of(standing: &Standing<'_>, amount: Amount, time: Timestamp, policy: &Policy) -> Self {
        let day = time.day();
        let kind = standing.judge(amount, day, policy);
        Self {
            amount,
            time,
            kind,
            limits: findings(standing, amount, day, policy),
            balance: standing.balance(),
            room: standing.room(amount.direction()),
            largest: largest(standing, amount.direction(), day, policy),
            earliest: if kind.is_accepted() { Some(time) } else { next(standing, amount, day, policy) },
        }
    }
}

fn findings(standing: &Standing<'_>, amount: Amount, day: Day, policy: &Policy) -> Vec<LimitFinding> {
    let finding = |limit: &super::Limit| {
        let applies = limit.direction.covers(amount.direction());
        let used = standing.used(limit.window, day);
        LimitFinding {
            applies,
            standing: standing.limit(limit, day),
            exceeded: limit.exceeded_by(&used, amount).map(|(measure, _)| measure).filter(|_| applies),
            users: standing.users(limit, day).copied().collect(),
        }
    };
    policy.limits().iter().map(finding).collect()
}

/// The largest amount of a direction that passes on a day.
fn largest(standing: &Standing<'_>, direction: Direction, day: Day, policy: &Policy) -> Option<u64> {
    let (mut largest, smallest) = match direction {
        Direction::Load => (standing.room(direction), 0),
        // Nothing is not a withdrawal but a load of zero.
        Direction::Withdrawal => (standing.room(direction).min(u64::try_from(standing.balance()).unwrap_or(0)), 1),
    };
    for limit in policy.limits().iter().filter(|limit| limit.direction.covers(direction)) {
        let LimitStanding { count, amount, .. } = standing.limit(limit, day);
        if count.is_some_and(|count| count.left() == 0) || amount.is_some_and(|amount| amount.used > amount.limit) {
            return None;
        }
        largest = amount.map_or(largest, |amount| largest.min(amount.left()));
    }
    (largest >= smallest).then_some(largest)
}

/// The first moment behind a day at which an amount passes: less is used only where a window ends in which something is.
fn next(standing: &Standing<'_>, amount: Amount, day: Day, policy: &Policy) -> Option<Timestamp> {
    let applying = policy.limits().iter().filter(|limit| limit.direction.covers(amount.direction()));
    let ends = applying.flat_map(|limit| standing.days().keys().map(|used| limit.window.days(*used).1));
    let starts: BTreeSet<Day> = ends.map(|end| end.plus(1)).filter(|start| *start > day).collect();
    let passes = |start: &Day| standing.judge(amount, *start, policy).is_accepted();
    starts.into_iter().find(passes).and_then(Timestamp::start_of)
}

#[cfg(test)]
mod tests;
