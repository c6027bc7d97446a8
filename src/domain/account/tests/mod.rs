//! Given what an account has seen, when it decides, then this comes of it.

mod days;
mod kinds;
mod movements;
mod windows;

use std::sync::Arc;

use super::AccountEventKind::{AccountFundsInsufficient, AccountLimitExceeded, AccountTotalOverflowed, DuplicateTxn};
use super::*;
use crate::domain::{Bound, DEFAULT_GROUP, Limit, LimitDirection, LimitName, PolicyParts, Timestamp};

/// Cents, and a date or a time.
type Movement<'a> = (i64, &'a str);

fn time(text: &str) -> Timestamp {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T12:00:00Z") };
    Timestamp::parse_rfc3339(text.as_bytes()).unwrap()
}

fn limit(window: Window, direction: LimitDirection, amount: Option<i64>, count: Option<u32>) -> Limit {
    let name = LimitName::new(&format!("of-{window}-{direction:?}").to_lowercase()).unwrap();
    Limit { direction, amount: amount.map(Amount::from_minor), count, ..Limit::new(name, window) }
}

/// A policy of a single limit in cents on loads and withdrawals together.
fn at_most(cents: i64, window: Window) -> Policy {
    policy(vec![limit(window, LimitDirection::Any, Some(cents), None)])
}

fn policy(limits: Vec<Limit>) -> Policy {
    Policy::new(PolicyParts { limits, ..PolicyParts::default() }).unwrap()
}

fn decision(account: &Account, policy: &Policy, seen: bool, (cents, when): Movement<'_>) -> AccountEvent {
    let amount = Amount::from_minor(cents);
    let group = DEFAULT_GROUP.as_bytes();
    let transaction = Transaction { id: b"1", customer_id: b"2", amount, time: time(when), group };
    account.decide(&transaction, seen, &mut Judge::new(Arc::new(policy.clone())))
}

/// An account that has accepted these.
fn given(history: &[Movement<'_>]) -> Account {
    let mut account = Account::default();
    for movement in history {
        let event = decision(&account, &policy(vec![]), false, *movement);
        assert!(event.kind.is_accepted(), "{movement:?}: {:?}", event.kind);
        account.apply(&event);
    }
    account
}

impl Account {
    fn when(&self, policy: &Policy, movement: Movement<'_>) -> AccountEventKind {
        decision(self, policy, false, movement).kind
    }
}

const fn exceeded(limit: u16, bound: Bound, used: u64) -> AccountEventKind {
    AccountLimitExceeded { limit, bound, used }
}

#[test]
fn load_is_deposited_and_zero_is_a_load() {
    let account = given(&[]);
    assert_eq!(account.when(&Policy::default(), (1, "2000-01-01")), AccountEventKind::DEPOSITED);
    assert_eq!(account.when(&Policy::default(), (0, "2000-01-01")), AccountEventKind::DEPOSITED);
}

#[test]
fn withdrawal_needs_the_balance_and_may_take_all_of_it() {
    let account = given(&[(500, "2000-01-01"), (-200, "2000-01-01")]);
    assert_eq!(account.balance(), 300);
    let unlimited = policy(vec![]);
    assert_eq!(account.when(&unlimited, (-300, "2000-01-01")), AccountEventKind::WITHDRAWN);
    assert_eq!(account.when(&unlimited, (-301, "2000-01-01")), AccountFundsInsufficient { balance: 300 });
    assert_eq!(given(&[]).when(&unlimited, (-1, "2000-01-01")), AccountFundsInsufficient { balance: 0 });
}

/// A withdrawal that is too much for limits, totals and funds alike.
const TOO_MUCH: Movement<'_> = (i64::MIN, "2000-01-01");

fn strict_limits() -> Vec<Limit> {
    vec![
        limit(Window::Day, LimitDirection::Any, Some(100), Some(1)),
        limit(Window::Week, LimitDirection::Withdrawal, Some(100), None),
    ]
}

#[test]
fn duplicate_comes_before_every_limit() {
    let account = given(&[(100, "2000-01-01")]);
    assert_eq!(decision(&account, &policy(strict_limits()), true, TOO_MUCH).kind, DuplicateTxn);
}

#[test]
fn earlier_limit_comes_before_a_later_one() {
    let account = given(&[(100, "2000-01-01")]);
    let [day, week] = strict_limits().try_into().unwrap();
    let day_first = policy(vec![day.clone(), week.clone()]);
    let week_first = policy(vec![week, day]);
    assert_eq!(account.when(&day_first, TOO_MUCH), exceeded(0, Bound::Count, 1));
    assert_eq!(account.when(&week_first, TOO_MUCH), exceeded(0, Bound::Amount, 0));
}

#[test]
fn later_limit_declines_what_an_earlier_one_allows() {
    let account = given(&[(100, "2000-01-01")]);
    let [day, week] = strict_limits().try_into().unwrap();
    let loose = Limit { amount: None, count: Some(2), ..day };
    assert_eq!(account.when(&policy(vec![loose, week]), TOO_MUCH), exceeded(1, Bound::Amount, 0));
}

#[test]
fn count_comes_before_amount_within_a_limit() {
    let account = given(&[(60, "2000-01-01")]);
    let both = |count| policy(vec![limit(Window::Day, LimitDirection::Any, Some(100), Some(count))]);
    assert_eq!(account.when(&both(1), (41, "2000-01-01")), exceeded(0, Bound::Count, 1));
    assert_eq!(account.when(&both(2), (41, "2000-01-01")), exceeded(0, Bound::Amount, 60));
    assert_eq!(account.when(&both(2), (40, "2000-01-01")), AccountEventKind::DEPOSITED);
}

#[test]
fn every_limit_comes_before_overflow() {
    let account = given(&[]);
    assert_eq!(account.when(&at_most(i64::MAX, Window::Month), TOO_MUCH), exceeded(0, Bound::Amount, 0));
}

#[test]
fn overflow_comes_before_want_of_funds() {
    let account = given(&[]);
    let (cents, day) = TOO_MUCH;
    assert_eq!(account.when(&policy(vec![]), (cents, day)), AccountTotalOverflowed);
    assert_eq!(account.when(&policy(vec![]), (cents + 1, day)), AccountFundsInsufficient { balance: 0 });
}

#[test]
fn limit_may_be_reached_exactly_and_not_be_passed_by_a_cent() {
    for window in [Window::Day, Window::Week, Window::Month] {
        let account = given(&[(30, "2000-01-05"), (30, "2000-01-05")]);
        assert_eq!(account.when(&at_most(100, window), (40, "2000-01-05")), AccountEventKind::DEPOSITED);
        assert_eq!(account.when(&at_most(100, window), (41, "2000-01-05")), exceeded(0, Bound::Amount, 60));
        let counted = |count| policy(vec![limit(window, LimitDirection::Load, None, Some(count))]);
        assert_eq!(account.when(&counted(3), (1, "2000-01-05")), AccountEventKind::DEPOSITED);
        assert_eq!(account.when(&counted(2), (0, "2000-01-05")), exceeded(0, Bound::Count, 2));
    }
}

#[test]
fn limit_on_one_transaction_forgets_those_before() {
    let account = given(&[(100, "2000-01-05")]);
    let one = at_most(100, Window::Transaction);
    assert_eq!(account.when(&one, (100, "2000-01-05")), AccountEventKind::DEPOSITED);
    assert_eq!(account.when(&one, (101, "2000-01-05")), exceeded(0, Bound::Amount, 0));
    assert_eq!(account.when(&one, (-100, "2000-01-05")), AccountEventKind::WITHDRAWN);
    assert_eq!(account.when(&one, (-101, "2000-01-05")), exceeded(0, Bound::Amount, 0));
}

#[test]
fn limit_restricts_and_sums_its_own_direction_alone() {
    let account = given(&[(100, "2000-01-05"), (-40, "2000-01-05")]);
    let day = |direction| policy(vec![limit(Window::Day, direction, Some(100), Some(2))]);
    assert_eq!(account.when(&day(LimitDirection::Load), (1, "2000-01-05")), exceeded(0, Bound::Amount, 100));
    assert_eq!(account.when(&day(LimitDirection::Load), (-60, "2000-01-05")), AccountEventKind::WITHDRAWN);
    assert_eq!(account.when(&day(LimitDirection::Withdrawal), (-60, "2000-01-05")), AccountEventKind::WITHDRAWN);
    assert_eq!(account.when(&day(LimitDirection::Withdrawal), (999, "2000-01-05")), AccountEventKind::DEPOSITED);
    assert_eq!(account.when(&day(LimitDirection::Any), (-1, "2000-01-05")), exceeded(0, Bound::Count, 2));
    assert_eq!(account.when(&at_most(150, Window::Day), (-10, "2000-01-05")), AccountEventKind::WITHDRAWN);
    assert_eq!(account.when(&at_most(150, Window::Day), (-11, "2000-01-05")), exceeded(0, Bound::Amount, 140));
}

#[test]
fn changed_limits_count_what_was_used_before_them() {
    let account = given(&[(100, "2000-01-05"), (100, "2000-01-06")]);
    for (window, used) in [(Window::Day, 100), (Window::Week, 200), (Window::Month, 200)] {
        assert_eq!(account.when(&at_most(50, window), (1, "2000-01-06")), exceeded(0, Bound::Amount, used));
    }
}

#[test]
fn decline_changes_the_version_and_nothing_else() {
    let max = given(&[(i64::MAX, "2000-01-01")]);
    let some = given(&[(500, "2000-01-01"), (-100, "2000-01-02")]);
    let unlimited = policy(vec![]);
    let limited = at_most(1, Window::Transaction);
    let declines = [
        (&some, decision(&some, &unlimited, true, (5, "2000-01-03"))),
        (&some, decision(&some, &limited, false, (5, "2000-01-03"))),
        (&some, decision(&some, &limited, false, (-5, "1999-12-01"))),
        (&max, decision(&max, &unlimited, false, (1, "2000-01-03"))),
        (&some, decision(&some, &unlimited, false, (-401, "2000-01-03"))),
    ];
    for (before, event) in declines {
        assert!(!event.kind.is_accepted(), "{:?}", event.kind);
        let mut after = before.clone();
        after.apply(&event);
        assert_eq!(after, Account { version: before.version + 1, ..before.clone() }, "{:?}", event.kind);
    }
}

#[test]
fn versions_number_all_events_from_one() {
    let mut account = given(&[]);
    for version in 1..=3 {
        let event = decision(&account, &policy(vec![]), version == 2, (1, "2000-01-01"));
        assert_eq!(event.version, version);
        account.apply(&event);
        assert_eq!(account.version(), version);
    }
}

#[test]
fn totals_of_loads_and_of_withdrawals_end_at_63_bits_each() {
    let unlimited = policy(vec![]);
    let account = given(&[(i64::MAX - 1, "2000-01-01")]);
    assert_eq!(account.when(&unlimited, (1, "2000-01-02")), AccountEventKind::DEPOSITED);
    assert_eq!(account.when(&unlimited, (2, "2000-01-02")), AccountTotalOverflowed);
    // Money that has gone out again still counts.
    let account = given(&[(i64::MAX, "2000-01-01"), (-i64::MAX, "2000-02-01")]);
    assert_eq!(account.balance(), 0);
    assert_eq!(account.when(&unlimited, (0, "2000-03-01")), AccountEventKind::DEPOSITED);
    assert_eq!(account.when(&unlimited, (1, "2000-03-01")), AccountTotalOverflowed);
    assert_eq!(account.when(&unlimited, (-1, "2000-03-01")), AccountTotalOverflowed);
    assert_eq!(account.when(&unlimited, (i64::MIN, "2000-03-01")), AccountTotalOverflowed);
}

#[test]
fn limit_beyond_all_totals_is_summed_without_a_wrap() {
    let account = given(&[(i64::MAX, "2000-01-01"), (-i64::MAX, "2000-01-01")]);
    let used = 2 * i64::MAX as u64;
    let policy = at_most(i64::MAX, Window::Day);
    for cents in [0, 1, i64::MAX, i64::MIN] {
        assert_eq!(account.when(&policy, (cents, "2000-01-01")), exceeded(0, Bound::Amount, used));
    }
}

#[test]
fn account_takes_four_cache_lines() {
    assert_eq!(size_of::<Account>(), 4 * 64);
}

#[test]
fn event_that_was_read_is_taken_in_only_if_it_can_follow() {
    let given = given(&[(1_000, "2000-01-01"), (-400, "2000-01-02")]);
    let event = |version, kind, cents| AccountEvent {
        version,
        kind,
        amount: Amount::from_minor(cents),
        time: time("2000-01-03"),
    };
    let funds = AccountFundsInsufficient { balance: 600 };
    for possible in [
        event(3, AccountEventKind::DEPOSITED, 0),
        event(3, AccountEventKind::DEPOSITED, i64::MAX - 1_000),
        event(3, AccountEventKind::WITHDRAWN, -600),
        event(3, DuplicateTxn, i64::MIN),
        event(3, funds, -601),
    ] {
        let (mut followed, mut applied) = (given.clone(), given.clone());
        assert!(followed.follow(&possible), "{possible:?}");
        applied.apply(&possible);
        assert_eq!(followed, applied);
    }
    for impossible in [
        event(2, AccountEventKind::DEPOSITED, 1),
        event(4, DuplicateTxn, 1),
        event(0, DuplicateTxn, 1),
        event(3, AccountEventKind::DEPOSITED, -1),
        event(3, AccountEventKind::DEPOSITED, i64::MAX - 999),
        event(3, AccountEventKind::WITHDRAWN, 1),
        event(3, AccountEventKind::WITHDRAWN, -601),
        event(3, AccountEventKind::WITHDRAWN, i64::MIN),
    ] {
        let mut account = given.clone();
        assert!(!account.follow(&impossible), "{impossible:?}");
        assert_eq!(account, given, "an event that can't follow changes nothing");
    }
}
