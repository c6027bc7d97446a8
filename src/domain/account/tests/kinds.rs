//! Limits of every kind, by accounts that remember each transaction and, where that will do, by those of days.

use super::*;
use crate::domain::{Calendar, GroupName, LimitOutcome, Marks, Measure, TimeSpan, Weekday, Zone};

fn span(text: &str) -> TimeSpan {
    TimeSpan::parse(text).unwrap()
}

fn cents(cents: i64) -> Option<Amount> {
    Some(Amount::from_minor(cents))
}

fn calendar(zone: &str, week_starts: Weekday) -> Calendar {
    Calendar { zone: Zone::named(zone).unwrap(), week_starts }
}

/// A limit that bounds nothing yet.
fn bare(window: Window, direction: LimitDirection) -> Limit {
    limit(window, direction, None, None)
}

fn many(direction: LimitDirection, count: u32, window: Window) -> Limit {
    limit(window, direction, None, Some(count))
}

/// Policies of a single limit, and of that limit for those who are at most an age late.
fn alone(limit: Limit) -> Policy {
    policy(vec![limit])
}

fn late_after(span: TimeSpan, limits: Vec<Limit>) -> Policy {
    Policy::new(PolicyParts { limits, late_after: Some(span), ..PolicyParts::default() }).unwrap()
}

/// What becomes of a transaction on an account that has accepted these, the same whatever the account remembers beyond
/// what the policy needs.
fn after(history: &[Movement<'_>], policy: &Policy, movement: Movement<'_>) -> AccountEventKind {
    let moved = history.iter().map(|(cents, when)| (time(when), Amount::from_minor(*cents)));
    let restored = Account::from_movements(history.len() as u32, moved).unwrap();
    let kind = restored.when(policy, movement);
    if policy.memory() == Memory::Days {
        assert_eq!(given(history).when(policy, movement), kind, "an account of days decides otherwise");
    }
    kind
}

const LOAD: LimitDirection = LimitDirection::Load;
const WITHDRAWAL: LimitDirection = LimitDirection::Withdrawal;
const ANY: LimitDirection = LimitDirection::Any;
const DEPOSITED: AccountEventKind = AccountEventKind::DEPOSITED;
const WITHDRAWN: AccountEventKind = AccountEventKind::WITHDRAWN;

#[test]
fn amount_of_one_transaction_lies_between_its_bounds_both_included() {
    let between = Limit { minimum_amount: cents(10), maximum_amount: cents(20), ..bare(Window::Transaction, ANY) };
    let between = alone(between);
    let history = [(100, "2000-01-01")];
    for (cents, expected) in [
        (9, exceeded(0, Bound::MinimumAmount, 0)),
        (10, DEPOSITED),
        (20, DEPOSITED),
        (21, exceeded(0, Bound::MaximumAmount, 0)),
        (0, exceeded(0, Bound::MinimumAmount, 0)),
        (-9, exceeded(0, Bound::MinimumAmount, 0)),
        (-10, WITHDRAWN),
        (-20, WITHDRAWN),
        (-21, exceeded(0, Bound::MaximumAmount, 0)),
        (i64::MIN, exceeded(0, Bound::MaximumAmount, 0)),
    ] {
        assert_eq!(after(&history, &between, (cents, "2000-01-01")), expected, "{cents}");
    }
}

#[test]
fn balance_behind_a_load_may_reach_its_bound_and_withdrawals_are_free() {
    let bounded = alone(Limit { maximum_balance: cents(100), ..bare(Window::Transaction, ANY) });
    let history = [(90, "2000-01-01"), (-20, "2000-01-02")];
    assert_eq!(after(&history, &bounded, (30, "2000-01-03")), DEPOSITED);
    assert_eq!(after(&history, &bounded, (31, "2000-01-03")), exceeded(0, Bound::MaximumBalance, 70));
    // What lies in the account counts, whenever it came.
    assert_eq!(after(&history, &bounded, (31, "1999-01-03")), exceeded(0, Bound::MaximumBalance, 70));
    assert_eq!(after(&history, &bounded, (-70, "2000-01-03")), WITHDRAWN);
    let above = [(101, "2000-01-01")];
    assert_eq!(after(&above, &bounded, (0, "2000-01-01")), exceeded(0, Bound::MaximumBalance, 101));
    assert_eq!(after(&above, &bounded, (-1, "2000-01-01")), WITHDRAWN);
    let full = [(i64::MAX, "2000-01-01")];
    assert_eq!(after(&full, &bounded, (i64::MAX, "2000-01-01")), exceeded(0, Bound::MaximumBalance, i64::MAX as u64));
}

#[test]
fn cooldown_keeps_its_distance_on_both_sides_and_may_be_met_exactly() {
    let cooldown = |direction| alone(Limit { cooldown: Some(span("10m")), ..bare(Window::Transaction, direction) });
    let history = [(100, "2000-01-01T12:00:00Z"), (-1, "2000-01-01T13:00:00Z")];
    let near = |used| exceeded(0, Bound::Cooldown, used);
    for (direction, when, expected) in [
        (LOAD, "2000-01-01T12:00:00Z", near(1)),
        (LOAD, "2000-01-01T12:09:59.999999Z", near(1)),
        (LOAD, "2000-01-01T12:10:00Z", DEPOSITED),
        (LOAD, "2000-01-01T11:50:00.000001Z", near(1)),
        (LOAD, "2000-01-01T11:50:00Z", DEPOSITED),
        // The other direction does not count.
        (LOAD, "2000-01-01T13:00:00Z", DEPOSITED),
        (ANY, "2000-01-01T13:00:00Z", near(1)),
        (WITHDRAWAL, "2000-01-01T13:00:00Z", DEPOSITED),
    ] {
        assert_eq!(after(&history, &cooldown(direction), (1, when)), expected, "{direction:?} {when}");
    }
    let long = alone(Limit { cooldown: Some(span("1d")), ..bare(Window::Transaction, ANY) });
    assert_eq!(after(&history, &long, (1, "2000-01-02T11:00:00Z")), near(2));
}

#[test]
fn parts_of_a_limit_are_checked_in_their_order() {
    let all = Limit {
        minimum_amount: cents(10),
        maximum_amount: cents(50),
        cooldown: Some(span("1h")),
        count: Some(1),
        amount: cents(50),
        maximum_balance: cents(60),
        ..bare(Window::Day, LOAD)
    };
    let later = "2000-01-01T13:00:00Z";
    let history = [(40, "2000-01-01T12:00:00Z")];
    let decided = |limit: &Limit, cents, when| after(&history, &alone(limit.clone()), (cents, when));
    assert_eq!(decided(&all, 9, "2000-01-01T12:00:01Z"), exceeded(0, Bound::MinimumAmount, 0));
    assert_eq!(decided(&all, 51, "2000-01-01T12:00:01Z"), exceeded(0, Bound::MaximumAmount, 0));
    assert_eq!(decided(&all, 50, "2000-01-01T12:00:01Z"), exceeded(0, Bound::Cooldown, 1));
    assert_eq!(decided(&all, 50, later), exceeded(0, Bound::Count, 1));
    let uncounted = Limit { count: None, ..all };
    assert_eq!(decided(&uncounted, 50, later), exceeded(0, Bound::Amount, 40));
    let unsummed = Limit { amount: None, ..uncounted };
    assert_eq!(decided(&unsummed, 50, later), exceeded(0, Bound::MaximumBalance, 40));
    assert_eq!(decided(&unsummed, 20, later), DEPOSITED);
}

#[test]
fn net_amount_takes_off_the_other_direction_and_never_less_than_nothing() {
    let net = |direction, window| {
        let limit = Limit { amount: cents(100), measure: Measure::Net, ..bare(window, direction) };
        alone(limit)
    };
    for window in [Window::Day, Window::Month, Window::Year, Window::Trailing(span("24h"))] {
        let history = [(1_000, "1999-06-01"), (90, "2000-01-01"), (-60, "2000-01-01")];
        assert_eq!(after(&history, &net(LOAD, window), (70, "2000-01-01")), DEPOSITED, "{window}");
        assert_eq!(after(&history, &net(LOAD, window), (71, "2000-01-01")), exceeded(0, Bound::Amount, 30), "{window}");
        // More has come in than went out: all of the bound is left, and no more than that.
        assert_eq!(after(&history, &net(WITHDRAWAL, window), (-100, "2000-01-01")), WITHDRAWN, "{window}");
        let declined = exceeded(0, Bound::Amount, 0);
        assert_eq!(after(&history, &net(WITHDRAWAL, window), (-101, "2000-01-01")), declined, "{window}");
    }
    // The count stays one of the limit's own direction.
    let counted = Limit { amount: cents(100), count: Some(2), measure: Measure::Net, ..bare(Window::Day, LOAD) };
    let history = [(50, "2000-01-01"), (-50, "2000-01-01")];
    assert_eq!(after(&history, &alone(counted), (100, "2000-01-01")), DEPOSITED);
}

#[test]
fn trailing_window_ends_with_the_transaction_and_begins_just_behind_its_length_before() {
    let trailing = alone(many(ANY, 1, Window::Trailing(span("24h"))));
    let history = [(1, "2000-01-02T12:00:00Z")];
    for (when, counts) in [
        ("2000-01-02T11:59:59.999999Z", false),
        ("2000-01-02T12:00:00Z", true),
        ("2000-01-03T11:59:59.999999Z", true),
        ("2000-01-03T12:00:00Z", false),
    ] {
        let expected = if counts { exceeded(0, Bound::Count, 1) } else { DEPOSITED };
        assert_eq!(after(&history, &trailing, (1, when)), expected, "{when}");
    }
}

#[test]
fn spans_reach_beyond_both_ends_of_time() {
    let (first, last) = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z");
    let longest = span("3652059d");
    let history = [(1, first), (1, last)];
    for (limit, at_first, at_last) in [
        (many(ANY, 5, Window::Trailing(longest)), None, None),
        (many(ANY, 1, Window::Trailing(span("1s"))), Some((Bound::Count, 1)), Some((Bound::Count, 1))),
        (many(ANY, 1, Window::Trailing(longest)), Some((Bound::Count, 1)), Some((Bound::Count, 2))),
        (
            Limit { cooldown: Some(longest), ..bare(Window::Transaction, ANY) },
            Some((Bound::Cooldown, 2)),
            Some((Bound::Cooldown, 2)),
        ),
    ] {
        for (when, expected) in [(first, at_first), (last, at_last)] {
            let expected = expected.map_or(DEPOSITED, |(bound, used)| exceeded(0, bound, used));
            assert_eq!(after(&history, &alone(limit.clone()), (1, when)), expected, "{when} {limit:?}");
        }
    }
    for window in [Window::Day, Window::Week, Window::Month, Window::Quarter, Window::Year] {
        for zone in ["Pacific/Kiritimati", "America/Los_Angeles"] {
            let limit = Limit { calendar: calendar(zone, Weekday::Sunday), ..many(ANY, 1, window) };
            for when in [first, last] {
                assert_eq!(after(&history, &alone(limit.clone()), (1, when)), exceeded(0, Bound::Count, 1), "{zone}");
            }
        }
    }
}

#[test]
fn days_that_one_judge_is_asked_for_in_turn_are_those_of_each_limits_zone() {
    let of_zone = |zone: &str, name: &str| Limit {
        name: LimitName::new(name).unwrap(),
        count: Some(1),
        calendar: calendar(zone, Weekday::Monday),
        outcome: LimitOutcome::Shadow,
        ..bare(Window::Day, ANY)
    };
    let policy = policy(vec![of_zone("UTC", "a"), of_zone("America/Toronto", "b"), of_zone("Asia/Kolkata", "c")]);
    // In Toronto and in Kolkata it is another day than in UTC for five hours.
    let account = Account::from_movements(1, [(time("2000-01-02T12:00:00Z"), Amount::from_minor(1))]).unwrap();
    let mut judge = Judge::new(Arc::new(policy));
    let cases = [
        ("2000-01-02T12:00:00Z", vec![0, 1, 2]),
        ("2000-01-03T03:00:00Z", vec![1]),
        ("2000-01-01T19:00:00Z", vec![2]),
        ("2000-01-02T03:00:00Z", vec![0, 2]),
        ("2000-01-02T20:00:00Z", vec![0, 1]),
        ("2000-01-01T18:29:59.999999Z", vec![]),
        ("2000-01-01T18:30:00Z", vec![2]),
        ("2000-01-02T18:29:59.999999Z", vec![0, 1, 2]),
        ("2000-01-03T04:59:59.999999Z", vec![1]),
        ("2000-01-03T05:00:00Z", vec![]),
    ];
    let in_turn = cases.iter().chain(cases.iter().rev()).chain(cases.iter().step_by(3)).chain(&cases);
    for (when, places) in in_turn {
        let (amount, group) = (Amount::from_minor(1), DEFAULT_GROUP.as_bytes());
        let transaction = Transaction { id: b"1", customer_id: b"2", amount, time: time(when), group };
        let marks = account.decide(&transaction, false, &mut judge).kind.marks();
        assert_eq!(marks.iter().collect::<Vec<_>>(), *places, "{when}");
    }
}

#[test]
fn weeks_start_on_the_limits_weekday() {
    // A Saturday, and a Sunday.
    let history = [(1, "2000-01-01")];
    for (starts, counts) in [(Weekday::Monday, true), (Weekday::Sunday, false), (Weekday::Saturday, true)] {
        let week = Limit { calendar: calendar("UTC", starts), ..many(ANY, 1, Window::Week) };
        let expected = if counts { exceeded(0, Bound::Count, 1) } else { DEPOSITED };
        assert_eq!(after(&history, &alone(week), (1, "2000-01-02")), expected, "{starts}");
    }
}

#[test]
fn limit_holds_from_its_first_day_to_the_end_of_its_last_in_its_zone() {
    let day = |text: &str| Some(time(text).day());
    let (from, until) = (day("2000-02-01"), day("2000-02-29"));
    let limit = Limit {
        maximum_amount: cents(1),
        calendar: calendar("America/Toronto", Weekday::Monday),
        from,
        until,
        ..bare(Window::Transaction, ANY)
    };
    let from_on = Limit { until: None, ..limit.clone() };
    let up_to = Limit { from: None, ..limit.clone() };
    for (when, holds) in [
        ("2000-02-01T04:59:59.999999Z", [false, false, true]),
        ("2000-02-01T05:00:00Z", [true, true, true]),
        ("2000-03-01T04:59:59.999999Z", [true, true, true]),
        ("2000-03-01T05:00:00Z", [false, true, false]),
    ] {
        for (limit, holds) in [&limit, &from_on, &up_to].into_iter().zip(holds) {
            let expected = if holds { exceeded(0, Bound::MaximumAmount, 0) } else { DEPOSITED };
            assert_eq!(after(&[], &alone(limit.clone()), (2, when)), expected, "{when}");
        }
    }
}

#[test]
fn limit_restricts_the_customers_of_its_groups_alone() {
    let groups = ["default", "gold"].map(|name| GroupName::new(name).unwrap()).to_vec();
    let policy = alone(Limit { maximum_amount: cents(1), groups, ..bare(Window::Transaction, ANY) });
    for (group, restricted) in [("default", true), ("gold", true), ("Gold", false), ("gol", false), ("golden", false)] {
        let (amount, time) = (Amount::from_minor(2), Timestamp::MIN);
        let transaction = Transaction { id: b"1", customer_id: b"2", amount, time, group: group.as_bytes() };
        let kind = Account::default().decide(&transaction, false, &mut Judge::new(Arc::new(policy.clone()))).kind;
        assert_eq!(kind == DEPOSITED, !restricted, "{group}");
    }
}

#[test]
fn marks_tell_every_limit_that_was_exceeded_and_go_with_a_decline() {
    let least = |name: &str, minimum, outcome| Limit {
        name: LimitName::new(name).unwrap(),
        minimum_amount: cents(minimum),
        outcome,
        ..bare(Window::Transaction, ANY)
    };
    let [flag, shadow, decline] = [LimitOutcome::Flag, LimitOutcome::Shadow, LimitOutcome::Decline];
    let limits = vec![least("a", 50, flag), least("b", 10, decline), least("c", 40, shadow), least("d", 20, flag)];
    let policy = policy(limits);
    let marks = |places: &[u16]| {
        let mut marks = Marks::NONE;
        places.iter().for_each(|place| assert!(marks.insert(*place)));
        marks
    };
    let history = [(30, "2000-01-01")];
    for (cents, expected) in [
        (50, DEPOSITED),
        (45, AccountEventKind::AccountDeposited { marks: marks(&[0]) }),
        (20, AccountEventKind::AccountDeposited { marks: marks(&[0, 2]) }),
        (19, AccountEventKind::AccountDeposited { marks: marks(&[0, 2, 3]) }),
        (9, exceeded(1, Bound::MinimumAmount, 0)),
        (-30, AccountEventKind::AccountWithdrawn { marks: marks(&[0, 2]) }),
        (-31, AccountFundsInsufficient { balance: 30 }),
    ] {
        assert_eq!(after(&history, &policy, (cents, "2000-01-01")), expected, "{cents}");
    }
    // A plain limit marks as well as any other.
    let plain = alone(Limit { outcome: flag, ..many(ANY, 1, Window::Day) });
    let marked = AccountEventKind::AccountDeposited { marks: marks(&[0]) };
    assert_eq!(after(&history, &plain, (1, "2000-01-01")), marked);
}

#[test]
fn lateness_comes_behind_duplicates_and_before_every_limit() {
    let policy = late_after(span("24h"), vec![Limit { maximum_amount: cents(1), ..bare(Window::Transaction, ANY) }]);
    let latest = time("2000-01-03T12:00:00Z");
    let history = [(10, "2000-01-03T12:00:00Z"), (10, "2000-01-01T12:00:00Z")];
    let too_late = AccountEventKind::TxnTooLate { latest };
    for (cents, when, expected) in [
        (1, "2000-01-02T12:00:00Z", DEPOSITED),
        (1, "2000-01-02T11:59:59.999999Z", too_late),
        (i64::MIN, "2000-01-01T12:00:00Z", too_late),
        (2, "2000-01-02T12:00:00Z", exceeded(0, Bound::MaximumAmount, 0)),
        (1, "2009-01-01T00:00:00Z", DEPOSITED),
    ] {
        assert_eq!(after(&history, &policy, (cents, when)), expected, "{cents} {when}");
    }
    // Nothing is too late for an account that has accepted nothing.
    assert_eq!(after(&[], &policy, (1, "0001-01-01")), DEPOSITED);
    let account = Account::from_movements(1, [(latest, Amount::from_minor(1))]).unwrap();
    assert_eq!(decision(&account, &policy, true, (1, "2000-01-01")).kind, DuplicateTxn);
    // A span that reaches beyond the beginning of time lets everything pass.
    assert_eq!(after(&history, &late_after(span("3652059d"), vec![]), (1, "0001-01-01")), DEPOSITED);
}

#[test]
fn lifetime_counts_what_was_forgotten_and_what_has_yet_to_come() {
    let mut account = Account::from_movements(
        2,
        [(time("2000-01-01"), Amount::from_minor(60)), (time("2009-01-01"), Amount::from_minor(30))],
    )
    .unwrap();
    let lifetime = at_most(100, Window::Lifetime);
    for _ in 0..2 {
        for when in ["1999-01-01", "2005-01-01", "2010-01-01"] {
            assert_eq!(account.when(&lifetime, (10, when)), DEPOSITED, "{when}");
            assert_eq!(account.when(&lifetime, (11, when)), exceeded(0, Bound::Amount, 90), "{when}");
        }
        account.past.forget_before(time("2010-01-01").micros());
        assert_eq!((account.latest(), account.days().count()), (Some(time("2009-01-01")), 1), "the open day is left");
    }
}
