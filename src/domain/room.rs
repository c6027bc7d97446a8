//! How much an accepted transaction leaves of the limits that could have declined it.

use super::limit::Used;
use super::rule::Rule;
use super::{Direction, Limit, LimitOutcome, Policy, Transaction};

/// What a transaction leaves of the limit that it comes nearest to, in whole per cent of it, if it is accepted: of the
/// sums, the counts and the balances that are bounded. None if it uses up nothing of that kind.
pub(super) fn room_left(transaction: &Transaction<'_>, policy: &Policy, used: &mut impl Used) -> Option<u8> {
    let direction = transaction.amount.direction();
    let mut nearest = None;
    for rule in policy.rules() {
        if rule.outcome != LimitOutcome::Decline || !rule.direction.covers(direction) {
            continue;
        }
        if rule.is_plain {
            let used = used.of_window(rule);
            if rule.count < u64::MAX {
                take_nearer(&mut nearest, Room::of(rule.count, used.count(rule.direction), 1));
            }
            if rule.amount < u64::MAX {
                let magnitude = transaction.amount.magnitude();
                take_nearer(&mut nearest, Room::of(rule.amount, used.amount(rule.direction), magnitude));
            }
        } else {
            rooms_of(rule, transaction, policy, used)
                .into_iter()
                .flatten()
                .for_each(|room| take_nearer(&mut nearest, room));
        }
    }
    nearest.map(Room::percent)
}

/// What is left of a bound, and the bound, which is above zero.
#[derive(Clone, Copy, Debug)]
struct Room {
    left: u64,
    bound: u64,
}

impl Room {
    /// Behind so much that was used before and so much more.
    #[inline]
    fn of(bound: u64, used: u64, more: u64) -> Self {
        Self { left: bound.saturating_sub(used).saturating_sub(more), bound: bound.max(1) }
    }

    /// In whole per cent, rounded down.
    fn percent(self) -> u8 {
        // At most a hundred; a division of 128 bits takes several times as long.
        match self.left.checked_mul(100) {
            Some(left) => (left / self.bound) as u8,
            None => (u128::from(self.left) * 100 / u128::from(self.bound)) as u8,
        }
    }
}

/// Keeps the one of which less is left; a division of each would take longer than all else.
#[inline]
fn take_nearer(nearest: &mut Option<Room>, room: Room) {
    let product = |one: u64, other: u64| u128::from(one) * u128::from(other);
    if nearest.is_none_or(|nearest| product(room.left, nearest.bound) < product(nearest.left, room.bound)) {
        *nearest = Some(room);
    }
}

/// What is left of each bound of any rule.
#[inline(never)]
fn rooms_of(rule: &Rule, transaction: &Transaction<'_>, policy: &Policy, used: &mut impl Used) -> [Option<Room>; 3] {
    let magnitude = transaction.amount.magnitude();
    let mut rooms = [None; 3];
    let applies = |limit: &&Limit| limit.covers_group(transaction.group) && rule.holds.contains(transaction.time);
    let Some(limit) = policy.limit_of(rule).filter(applies) else { return rooms };
    if limit.count.is_some() || limit.amount.is_some() {
        let used = used.of_window(rule);
        let count = limit.count.map(|most| Room::of(u64::from(most), used.count(rule.direction), 1));
        let amount = limit.amount.map(|most| Room::of(most.magnitude(), limit.amount_used(&used), magnitude));
        rooms = [count, amount, None];
    }
    if transaction.amount.direction() == Direction::Load
        && let [.., balance] = &mut rooms
    {
        *balance = limit.maximum_balance.map(|most| {
            let balance = u64::try_from(used.balance()).unwrap_or(0);
            Room::of(most.magnitude(), balance, magnitude)
        });
    }
    rooms
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
