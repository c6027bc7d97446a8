//! The rules in order of precedence, duplicates aside.

use super::usage::TOTAL_MAX;
use super::{AccountEventKind, Amount, Direction, Policy, Usage, Window};

/// What becomes of a transaction whose id is new: each limit in the policy's order, then the overflow of a total, then
/// the funds; the first that fails is the reason.
///
/// `loads` and `withdrawals` are the account's accepted totals in minor units, each within 63 bits; `used` tells what
/// accepted transactions have used of the window that holds the transaction.
#[inline]
pub(super) fn judge(
    amount: Amount,
    policy: &Policy,
    loads: u64,
    withdrawals: u64,
    used: impl Fn(Window) -> Usage,
) -> AccountEventKind {
    let direction = amount.direction();
    for (index, limit) in policy.limits().iter().enumerate() {
        if !limit.direction.covers(direction) {
            continue;
        }
        if let Some((measure, used)) = limit.exceeded_by(&used(limit.window), amount) {
            // A policy holds at most 65,535 limits.
            return AccountEventKind::AccountLimitExceeded { limit: index as u16, measure, used };
        }
    }
    if amount.magnitude() > room(direction, loads, withdrawals) {
        return AccountEventKind::AccountTotalOverflowed;
    }
    // At a moment of the past, more may have been withdrawn than had been loaded by then.
    let balance = loads.saturating_sub(withdrawals);
    match direction {
        Direction::Load => AccountEventKind::AccountDeposited,
        Direction::Withdrawal if amount.magnitude() > balance => AccountEventKind::AccountFundsInsufficient { balance },
        Direction::Withdrawal => AccountEventKind::AccountWithdrawn,
    }
}

/// How much more the account's total of a direction can take, in minor units.
pub(super) const fn room(direction: Direction, loads: u64, withdrawals: u64) -> u64 {
    TOTAL_MAX.saturating_sub(match direction {
        Direction::Load => loads,
        Direction::Withdrawal => withdrawals,
    })
}
