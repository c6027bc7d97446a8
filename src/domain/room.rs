//! How much an accepted transaction leaves of the limits that could have declined it.

use super::limit::Used;
use super::rule::Rule;
use super::{Direction, LimitOutcome, Policy, Transaction};

/// What a transaction leaves of the limit that it comes nearest to, in whole per cent of it, if it is accepted: of the
/// sums, the counts and the balances that are bounded. None if it uses up nothing of that kind.
pub(super) fn room_left(transaction: &Transaction<'_>, policy: &Policy, used: &mut impl Used) -> Option<u8> {
    let direction = transaction.amount.direction();
    let declines = |rule: &&Rule| rule.outcome == LimitOutcome::Decline && rule.direction.covers(direction);
    let rules = policy.rules().iter().filter(declines);
    rules.filter_map(|rule| room_of(rule, transaction, policy, used)).min()
}

fn room_of(rule: &Rule, transaction: &Transaction<'_>, policy: &Policy, used: &mut impl Used) -> Option<u8> {
    let limit = policy.limit_of(rule)?;
    if !rule.is_plain && (!limit.covers_group(transaction.group) || !rule.holds.contains(transaction.time)) {
        return None;
    }
    let magnitude = transaction.amount.magnitude();
    let (count, amount) = match (limit.count, limit.amount) {
        (None, None) => (None, None),
        (count, amount) => {
            let used = used.of_window(rule);
            let count = count.map(|most| percent(u64::from(most), used.count(rule.direction), 1));
            (count, amount.map(|most| percent(most.magnitude(), limit.amount_used(&used), magnitude)))
        }
    };
    let bounds_balance = transaction.amount.direction() == Direction::Load;
    let balance = limit.maximum_balance.filter(|_| bounds_balance).map(|most| {
        let balance = u64::try_from(used.balance()).unwrap_or(0);
        percent(most.magnitude(), balance, magnitude)
    });
    [count, amount, balance].into_iter().flatten().min()
}

/// What is left of a bound behind so much that was used before and so much more, in whole per cent, rounded down.
fn percent(bound: u64, used: u64, more: u64) -> u8 {
    let left = bound.saturating_sub(used).saturating_sub(more);
    let bound = bound.max(1);
    // At most a hundred; a division of 128 bits takes several times as long.
    match left.checked_mul(100) {
        Some(left) => (left / bound) as u8,
        None => (u128::from(left) * 100 / u128::from(bound)) as u8,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::{
        Account, Amount, DEFAULT_GROUP, GroupName, Judge, Limit, LimitName, Measure, Memory, PolicyParts, Timestamp,
        Window,
    };

    fn limit(name: &str) -> Limit {
        Limit::new(LimitName::known(name), Window::Day)
    }

    /// What each of some amounts leaves on one day, all of them accepted.
    fn rooms(limits: Vec<Limit>, amounts: &[i64]) -> Vec<Option<u8>> {
        let policy = Arc::new(Policy::new(PolicyParts { limits, ..PolicyParts::default() }).unwrap());
        let (mut account, mut judge) = (Account::new(policy.memory()), Judge::new(Arc::clone(&policy)));
        let room = |minor: &i64| {
            let transaction = Transaction {
                id: b"",
                customer_id: b"",
                amount: Amount::from_minor(*minor),
                time: Timestamp::MIN,
                group: DEFAULT_GROUP.as_bytes(),
            };
            let room = account.room_left(&transaction, &mut judge);
            let event = account.process(&transaction, false, &mut judge, Memory::Days);
            assert!(event.kind.is_accepted(), "{minor}");
            room
        };
        amounts.iter().map(room).collect()
    }

    #[test]
    fn the_limit_that_comes_nearest_tells() {
        let amount = Limit { amount: Some(Amount::from_minor(1_000)), ..limit("sum") };
        let count = Limit { count: Some(4), ..limit("count") };
        assert_eq!(rooms(vec![amount.clone()], &[1, 99, 400, 500]), [Some(99), Some(90), Some(50), Some(0)]);
        assert_eq!(rooms(vec![count.clone()], &[1, 1, 1, 1]), [Some(75), Some(50), Some(25), Some(0)]);
        assert_eq!(rooms(vec![amount, count], &[1, 600, 1]), [Some(75), Some(39), Some(25)]);
    }

    #[test]
    fn balance_and_net_sums_are_used_up_too() {
        let balance = Limit { maximum_balance: Some(Amount::from_minor(200)), ..limit("balance") };
        assert_eq!(rooms(vec![balance], &[50, -20, 100]), [Some(75), None, Some(35)]);
        let direction = crate::domain::LimitDirection::Load;
        let net = Limit { measure: Measure::Net, direction, amount: Some(Amount::from_minor(100)), ..limit("net") };
        assert_eq!(rooms(vec![net], &[60, -50, 40]), [Some(40), None, Some(50)]);
    }

    #[test]
    fn limits_that_do_not_decline_or_do_not_apply_tell_nothing() {
        let one = Some(Amount::from_minor(1));
        let flag = Limit { amount: one, outcome: LimitOutcome::Flag, ..limit("flag") };
        let other = Limit { amount: one, groups: vec![GroupName::new("gold").unwrap()], ..limit("gold") };
        let single = Limit { maximum_amount: Some(Amount::from_minor(10)), ..limit("single") };
        assert_eq!(rooms(vec![flag, other, single], &[5]), [None]);
    }
}
