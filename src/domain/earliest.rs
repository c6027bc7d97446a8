//! When a transaction would pass.

use super::judgement::earliest_in_time;
use super::limit_standing::{cools, leaves};
use super::{
    AccountEventKind, Amount, Bound, Direction, Limit, Measure, Policy, Standing, Timestamp, Transaction, Window,
};

/// The earliest time, from a transaction's own on, at which its amount passes if nothing else happens; none if it never
/// does.
///
/// What declines it says until when at least it goes on to do so, and at that time all is judged again. Every step leaves
/// an accepted transaction or the end of a window behind, so that there are no more steps than of these.
pub(super) fn earliest(standing: &Standing<'_>, transaction: &Transaction<'_>, policy: &Policy) -> Option<Timestamp> {
    if !is_covered(standing, transaction.amount) {
        return None;
    }
    let mut attempt = *transaction;
    loop {
        let next = match standing.judge(&attempt, policy) {
            kind if kind.is_accepted() => return Some(attempt.time),
            AccountEventKind::TxnTooLate { latest } => earliest_in_time(latest, policy.late_after()?),
            AccountEventKind::AccountLimitExceeded { limit, bound, .. } => {
                let place = usize::from(limit);
                let (limit, rule) = (policy.limits().get(place)?, policy.rules().get(place)?);
                eases(standing, limit, bound, &attempt).unwrap_or(i64::MAX).min(rule.holds.until)
            }
            _ => return None,
        };
        attempt.time = Timestamp::from_micros(next).filter(|next| *next > attempt.time)?;
    }
}

/// Whether funds and totals have room for an amount, which no time changes.
fn is_covered(standing: &Standing<'_>, amount: Amount) -> bool {
    let is_paid = match amount.direction() {
        Direction::Load => true,
        Direction::Withdrawal => i128::from(amount.magnitude()) <= i128::from(standing.balance()),
    };
    is_paid && amount.magnitude() <= standing.room(amount.direction())
}

/// The first instant at which a transaction may no longer go beyond a bound of a limit that it goes beyond at its own
/// time, in microseconds since 1970-01-01T00:00:00Z: before then it does. None if there is none.
fn eases(standing: &Standing<'_>, limit: &Limit, bound: Bound, transaction: &Transaction<'_>) -> Option<i64> {
    let (time, moved) = (transaction.time, standing.moved());
    let is_too_much = |most: Amount| transaction.amount.magnitude() > most.magnitude();
    match (bound, limit.window) {
        (Bound::Cooldown, _) => cools(limit, limit.cooldown?, time, moved),
        (Bound::MinimumAmount | Bound::MaximumAmount | Bound::MaximumBalance, _) => None,
        // However little is used.
        (Bound::Amount, _) if limit.amount.is_some_and(is_too_much) => None,
        (_, Window::Transaction | Window::Lifetime) => None,
        (_, Window::Trailing(span)) => {
            let is_net = bound == Bound::Amount && limit.measure == Measure::Net;
            // Of a net sum, one of the other direction takes something off as soon as it is there.
            let comes = is_net.then(|| moved.first_after(limit.direction.other(), time.micros())).flatten();
            leaves(limit, span, time, moved).into_iter().chain(comes).min()
        }
        _ => Some(limit.stretch(time).until),
    }
}
