//! The rules in order of precedence, duplicates aside.

use super::limit::Used;
use super::rule::Rule;
use super::usage::TOTAL_MAX;
use super::{
    AccountEventKind, Amount, Bound, Direction, LimitOutcome, Marks, Policy, TimeSpan, Timestamp, Transaction,
};

/// An account's accepted totals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Totals {
    /// Loads, in minor units, within 63 bits.
    pub(super) loads: u64,
    /// Withdrawals without their sign, in minor units, within 63 bits.
    pub(super) withdrawals: u64,
    /// The latest time, if anything was accepted; looked at only where the policy bounds lateness.
    pub(super) latest: Option<Timestamp>,
}

/// What becomes of a transaction whose id is new: lateness, then each limit in the policy's order, then the overflow of a
/// total, then the funds; the first that fails is the reason. Limits that do not decline leave a mark instead.
///
/// `used` tells what accepted transactions have used.
#[inline]
pub(super) fn judge(
    transaction: &Transaction<'_>,
    policy: &Policy,
    totals: Totals,
    used: &mut impl Used,
) -> AccountEventKind {
    let Transaction { amount, time, .. } = *transaction;
    if let Some(late_after) = policy.late_after()
        && let Some(latest) = totals.latest
        && time.micros() < earliest_in_time(latest, late_after)
    {
        return AccountEventKind::TxnTooLate { latest };
    }
    let direction = amount.direction();
    let mut marks = Marks::NONE;
    for rule in policy.rules() {
        if !rule.direction.covers(direction) {
            continue;
        }
        let exceeded = if rule.is_plain {
            exceeded_plainly(rule, amount, used)
        } else {
            exceeded_by(rule, transaction, policy, used)
        };
        if let Some((bound, used)) = exceeded {
            match rule.outcome {
                LimitOutcome::Decline => {
                    return AccountEventKind::AccountLimitExceeded { limit: rule.place, bound, used };
                }
                // A policy has such limits only at places that can be marked.
                LimitOutcome::Flag | LimitOutcome::Shadow => marks.insert(rule.place),
            };
        }
    }
    if amount.magnitude() > room(direction, totals.loads, totals.withdrawals) {
        return AccountEventKind::AccountTotalOverflowed;
    }
    // At a moment of the past, more may have been withdrawn than had been loaded by then.
    let balance = totals.loads.saturating_sub(totals.withdrawals);
    match direction {
        Direction::Load => AccountEventKind::AccountDeposited { marks },
        Direction::Withdrawal if amount.magnitude() > balance => AccountEventKind::AccountFundsInsufficient { balance },
        Direction::Withdrawal => AccountEventKind::AccountWithdrawn { marks },
    }
}

/// Which bound of a plain rule a transaction of its direction would exceed, and how much of it was used.
#[inline]
fn exceeded_plainly(rule: &Rule, amount: Amount, used: &mut impl Used) -> Option<(Bound, u64)> {
    let used = used.of_window(rule);
    let count = used.count(rule.direction);
    if count >= rule.count {
        return Some((Bound::Count, count));
    }
    let sum = used.amount(rule.direction);
    (sum.saturating_add(amount.magnitude()) > rule.amount).then_some((Bound::Amount, sum))
}

/// Which bound of any rule a transaction of its direction would exceed, and how much of it was used.
#[inline(never)]
fn exceeded_by(
    rule: &Rule,
    transaction: &Transaction<'_>,
    policy: &Policy,
    used: &mut impl Used,
) -> Option<(Bound, u64)> {
    let limit = policy.limit_of(rule).filter(|limit| limit.covers_group(transaction.group))?;
    if rule.holds.contains(transaction.time) { limit.exceeded_by(rule, transaction.amount, used) } else { None }
}

/// The earliest time of a transaction that is not too late, in microseconds since 1970-01-01T00:00:00Z.
pub(super) const fn earliest_in_time(latest: Timestamp, late_after: TimeSpan) -> i64 {
    latest.micros().saturating_sub(late_after.micros())
}

/// How much more the account's total of a direction can take, in minor units.
pub(super) const fn room(direction: Direction, loads: u64, withdrawals: u64) -> u64 {
    TOTAL_MAX.saturating_sub(match direction {
        Direction::Load => loads,
        Direction::Withdrawal => withdrawals,
    })
}
