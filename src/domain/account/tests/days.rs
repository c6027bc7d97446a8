//! An account is its version and the usage of its days.

use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Day {
    time(text).day()
}

fn loads(cents: u64) -> Usage {
    Usage::from_parts(cents, 0, 1, 0).unwrap()
}

proptest! {
    #[test]
    fn account_of_its_version_and_days_equals_the_one_folded_from_events(
        movements in prop::collection::vec((-300..1_000i64, prop_oneof![0..40, 0..4_000], any::<bool>()), 0..60),
    ) {
        let limited = policy(vec![limit(Window::Week, LimitDirection::Load, Some(2_000), None)]);
        let mut account = Account::default();
        for (cents, number, seen) in movements {
            let when = Day::from_number(10_950 + number).to_string();
            account.apply(&decision(&account, &limited, seen, (cents, &when)));
            prop_assert_eq!(&Account::from_days(account.version(), account.days()), &Some(account.clone()));
        }
    }
}

#[test]
fn account_of_very_many_days_equals_the_one_folded_from_events() {
    let days = (0..3_000).map(|number| Day::from_number(number * 7 % 3_001).to_string());
    let movements: Vec<_> = days.collect();
    let account = given(&movements.iter().map(|day| (5, day.as_str())).collect::<Vec<_>>());
    assert_eq!(Account::from_days(3_000, account.days()), Some(account));
}

#[test]
fn days_that_no_events_leave_make_no_account() {
    let (first, second) = (day("2000-01-01"), day("2000-01-02"));
    let max = i64::MAX as u64;
    assert!(Account::from_days(2, [(first, loads(1)), (second, loads(1))]).is_some());
    assert_eq!(Account::from_days(2, [(second, loads(1)), (first, loads(1))]), None, "not ascending");
    assert_eq!(Account::from_days(2, [(first, loads(1)), (first, loads(1))]), None, "twice the same");
    assert_eq!(Account::from_days(2, [(first, loads(max)), (second, loads(1))]), None, "beyond 63 bits");
    assert_eq!(Account::from_days(1, [(first, Usage::from_parts(0, 1, 0, 1).unwrap())]), None, "below zero");
    for number in [i32::MIN, Timestamp::MIN.day().number() - 1, Timestamp::MAX.day().number() + 1, i32::MAX] {
        assert_eq!(Account::from_days(1, [(Day::from_number(number), loads(1))]), None, "day {number}");
    }
    assert_eq!(Account::from_days(u32::MAX, []), None, "no version is left");
}

#[test]
fn usage_stays_within_63_bits_in_each_direction() {
    let max = i64::MAX as u64;
    for (loads, withdrawals, fits) in [(max, max, true), (max + 1, 0, false), (0, max + 1, false)] {
        assert_eq!(Usage::from_parts(loads, withdrawals, 0, 0).is_some(), fits, "{loads} and {withdrawals}");
    }
    let full = Usage::from_parts(max, max, u32::MAX, u32::MAX).unwrap();
    assert_eq!(full.plus(&Usage::ZERO), Some(full));
    assert_eq!(full.plus(&Usage::from_parts(0, 0, 1, 1).unwrap()), Some(full), "counts stop at their highest");
    assert_eq!(full.plus(&loads(1)), None);
    assert_eq!(full.plus(&full), None);
}
