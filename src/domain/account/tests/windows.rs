//! Which day, week and month a transaction is judged in.

use super::*;

/// What is used of the window that holds a day, as decisions see it.
fn used(account: &Account, window: Window, day: &str) -> u64 {
    let used = account.used(window, time(day).day());
    used.amount(LimitDirection::Any)
}

#[test]
fn late_transaction_is_judged_in_the_windows_of_its_own_time() {
    // Two weeks and two months before the open day, Wednesday the first of March.
    let account = given(&[(1, "2000-01-31"), (10, "2000-02-08"), (100, "2000-02-10"), (1_000, "2000-03-01")]);
    for (window, day, expected) in [
        (Window::Day, "2000-02-08", 10),
        (Window::Day, "2000-02-09", 0),
        (Window::Day, "2000-02-29", 0),
        (Window::Week, "2000-02-07", 110),
        (Window::Week, "2000-02-13", 110),
        (Window::Week, "2000-02-14", 0),
        (Window::Week, "2000-02-06", 1),
        (Window::Week, "2000-02-28", 1_000),
        (Window::Week, "2000-03-05", 1_000),
        (Window::Month, "2000-02-29", 110),
        (Window::Month, "2000-01-01", 1),
        (Window::Month, "1999-12-31", 0),
        (Window::Month, "2000-03-31", 1_000),
    ] {
        assert_eq!(used(&account, window, day), expected, "{window:?} of {day}");
        let left = 5_000 - expected as i64;
        let policy = at_most(5_000, window);
        assert_eq!(account.when(&policy, (left, day)), AccountEventKind::DEPOSITED, "{window:?} of {day}");
        assert_eq!(account.when(&policy, (left + 1, day)), exceeded(0, Bound::Amount, expected));
    }
}

#[test]
fn late_transaction_counts_in_its_day_and_in_the_open_week_and_month() {
    let account = given(&[(1, "2000-01-13"), (10, "2000-01-10"), (100, "2000-01-03"), (1_000, "1999-12-31")]);
    assert_eq!(used(&account, Window::Day, "2000-01-13"), 1);
    assert_eq!(used(&account, Window::Day, "2000-01-10"), 10);
    assert_eq!(used(&account, Window::Week, "2000-01-13"), 11);
    assert_eq!(used(&account, Window::Week, "2000-01-03"), 100);
    assert_eq!(used(&account, Window::Month, "2000-01-13"), 111);
    assert_eq!(used(&account, Window::Month, "1999-12-01"), 1_000);
    // A later day of the same week and month opens and inherits them.
    let account = given(&[(1, "2000-01-13"), (10, "2000-01-10"), (100, "2000-01-14")]);
    assert_eq!(used(&account, Window::Day, "2000-01-13"), 1);
    assert_eq!(used(&account, Window::Week, "2000-01-14"), 111);
    assert_eq!(used(&account, Window::Month, "2000-01-14"), 111);
}

#[test]
fn week_across_a_months_end_and_its_two_months_are_kept_apart() {
    // Monday the 31st of January, Tuesday the 1st of February.
    for history in [[(1, "2000-01-31"), (10, "2000-02-01")], [(10, "2000-02-01"), (1, "2000-01-31")]] {
        let account = given(&history);
        for day in ["2000-01-31", "2000-02-01"] {
            assert_eq!(used(&account, Window::Week, day), 11);
        }
        assert_eq!(used(&account, Window::Month, "2000-01-31"), 1);
        assert_eq!(used(&account, Window::Month, "2000-02-01"), 10);
    }
}

#[test]
fn weeks_run_from_monday_to_sunday_over_every_year_end() {
    for (one, other, same) in [
        ("1999-12-27", "2000-01-01", true),
        ("2000-01-01", "2000-01-02", true),
        ("2000-01-02", "2000-01-03", false),
        ("2018-12-30", "2018-12-31", false),
        ("2018-12-31", "2019-01-06", true),
        ("2018-01-01", "2018-12-31", false),
        ("2019-01-06", "2019-01-07", false),
        ("2020-12-27", "2020-12-28", false),
        ("2020-12-28", "2021-01-03", true),
        ("2020-12-31", "2021-01-01", true),
        ("2021-01-03", "2021-01-04", false),
        ("2020-01-01", "2020-12-31", false),
        ("2000-01-08", "2001-01-06", false),
    ] {
        for (first, second) in [(one, other), (other, one)] {
            let kind = given(&[(60, first)]).when(&at_most(100, Window::Week), (41, second));
            let expected = if same { exceeded(0, Bound::Amount, 60) } else { AccountEventKind::DEPOSITED };
            assert_eq!(kind, expected, "{first}, then {second}");
        }
    }
}

#[test]
fn windows_change_at_midnight_in_utc() {
    let last = "2000-02-29T23:59:59.999999Z";
    for (first, second, same) in [
        ("2000-02-29T00:00:00Z", last, true),
        (last, "2000-03-01T00:00:00Z", false),
        (last, "2000-03-01T00:59:59+01:00", true),
        ("2000-02-29T23:00:00-01:00", last, false),
    ] {
        for window in [Window::Day, Window::Month] {
            let kind = given(&[(60, first)]).when(&at_most(100, window), (41, second));
            let expected = if same { exceeded(0, Bound::Amount, 60) } else { AccountEventKind::DEPOSITED };
            assert_eq!(kind, expected, "{window:?}: {first}, then {second}");
        }
    }
}

#[test]
fn account_of_thousands_of_days_remembers_each_of_them() {
    let mut account = Account::default();
    let deposit = |day: i32, version| AccountEvent {
        version,
        kind: AccountEventKind::DEPOSITED,
        amount: Amount::from_minor(day.into()),
        time: Timestamp::from_micros(i64::from(day) * 86_400_000_000).unwrap(),
    };
    let days = 3_000;
    for (version, day) in (1..).zip((0..days).chain(0..days)) {
        account.apply(&deposit(day, version));
    }
    let used = |window, day| account.used(window, Day::from_number(day)).amount(LimitDirection::Any);
    for day in [0, 1, 1_000, 1_024, 1_025, 2_998, 2_999] {
        assert_eq!(used(Window::Day, day), 2 * day as u64);
    }
    // Day 4 was a Monday, and so is day 1,404.
    assert_eq!(used(Window::Week, 1_407), 2 * (1_404..=1_410).sum::<u64>());
    assert_eq!(used(Window::Month, 31), 2 * (31..=58).sum::<u64>());
}
