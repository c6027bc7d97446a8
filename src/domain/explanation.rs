//! Why a transaction is accepted or declined.

use super::earliest::earliest;
use super::judgement::earliest_in_time;
use super::rule::Rule;
use super::{
    AccountEventKind, Amount, Applies, Bound, Direction, LimitOutcome, LimitStanding, Policy, Standing, StatementLine,
    TimeSpan, Timestamp, Transaction,
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
    /// How late it may be; none if the policy does not say, or if nothing was accepted before it.
    pub lateness: Option<Lateness>,
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

/// How late a transaction may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lateness {
    /// How much older than the latest accepted one.
    pub late_after: TimeSpan,
    /// The time of the latest accepted one.
    pub latest: Timestamp,
    /// The earliest time that is not too late; none if any is early enough.
    pub not_before: Option<Timestamp>,
}

/// What one limit has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitFinding {
    /// Whether the limit restricts the transaction.
    pub applies: Applies,
    /// How much of it was used before.
    pub standing: LimitStanding,
    /// The first bound of it that the transaction would exceed.
    pub exceeded: Option<Bound>,
    /// The accepted transactions that had used it, in the order in which they were recorded.
    pub users: Vec<StatementLine>,
}

impl Explanation {
    /// Explains what becomes of a transaction under a policy as an account stands.
    pub fn of(standing: &Standing<'_>, transaction: &Transaction<'_>, policy: &Policy) -> Self {
        let Transaction { amount, time, .. } = *transaction;
        let lateness = lateness(standing, policy);
        let limits = findings(standing, transaction, policy);
        Self {
            amount,
            time,
            kind: standing.judge(transaction, policy),
            largest: lateness
                .is_none_or(|lateness| !lateness.is_missed_by(time))
                .then(|| largest(standing, amount.direction(), policy, &limits))
                .flatten(),
            lateness,
            limits,
            balance: standing.balance(),
            room: standing.room(amount.direction()),
            earliest: earliest(standing, transaction, policy),
        }
    }
}

impl Lateness {
    /// Whether a time is too late.
    pub fn is_missed_by(&self, time: Timestamp) -> bool {
        self.not_before.is_some_and(|not_before| time < not_before)
    }
}

fn lateness(standing: &Standing<'_>, policy: &Policy) -> Option<Lateness> {
    let (late_after, latest) = (policy.late_after()?, standing.latest_accepted()?);
    let not_before = Timestamp::from_micros(earliest_in_time(latest, late_after));
    Some(Lateness { late_after, latest, not_before })
}

fn findings(standing: &Standing<'_>, transaction: &Transaction<'_>, policy: &Policy) -> Vec<LimitFinding> {
    let Transaction { amount, time, group, .. } = *transaction;
    let finding = |(rule, limit): (&Rule, &super::Limit)| {
        let applies = Applies::of(limit, Some(amount.direction()), time, group);
        LimitFinding {
            applies,
            standing: standing.limit(limit, time),
            exceeded: standing.exceeded(rule, policy, transaction).filter(|_| applies.is_yes()),
            users: standing.users(limit, time).copied().collect(),
        }
    };
    policy.rules().iter().zip(policy.limits()).map(finding).collect()
}

/// The largest amount of a direction that passes at the time of these findings, unless that is too late.
fn largest(standing: &Standing<'_>, direction: Direction, policy: &Policy, findings: &[LimitFinding]) -> Option<u64> {
    let (mut most, mut least) = match direction {
        Direction::Load => (standing.room(direction), 0),
        // Nothing is not a withdrawal but a load of zero.
        Direction::Withdrawal => (standing.room(direction).min(u64::try_from(standing.balance()).unwrap_or(0)), 1),
    };
    let declines = policy.limits().iter().zip(findings);
    let declines =
        declines.filter(|(limit, finding)| limit.outcome == LimitOutcome::Decline && finding.applies.is_yes());
    for part in declines.flat_map(|(_, finding)| &finding.standing.parts).filter(|part| part.bounds(direction)) {
        let nothing = part.margin(Amount::from_minor(0));
        match part.bound {
            Bound::MinimumAmount => least = least.max(part.limit),
            _ if nothing < 0 => return None,
            Bound::Count | Bound::Cooldown => {}
            Bound::Amount | Bound::MaximumAmount | Bound::MaximumBalance => most = most.min(part.left()),
        }
    }
    (least <= most).then_some(most)
}

#[cfg(test)]
mod tests;
