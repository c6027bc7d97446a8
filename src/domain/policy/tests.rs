//! Policies that are refused, and those that are not.

use super::*;
use crate::domain::{Calendar, Day, GroupName, LimitDirection, Measure, Weekday, Window, Zone};

fn limit(name: &str, window: Window, amount: Option<i64>, count: Option<u32>) -> Limit {
    Limit {
        direction: LimitDirection::Load,
        amount: amount.map(Amount::from_minor),
        count,
        ..Limit::new(LimitName::new(name).unwrap(), window)
    }
}

fn problems(limits: Vec<Limit>) -> Vec<(usize, LimitKey)> {
    match Policy::new(PolicyParts { limits, ..PolicyParts::default() }) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|problem| (problem.limit, problem.key)).collect(),
    }
}

#[test]
fn default_policy_passes_its_own_checks() {
    let policy = Policy::default();
    assert_eq!(Policy::new(policy.parts().clone()), Ok(policy));
}

#[test]
fn two_limits_of_one_name_are_refused() {
    let twice = vec![limit("a", Window::Day, Some(1), None), limit("a", Window::Week, Some(1), None)];
    assert_eq!(problems(twice), [(1, LimitKey::Name)]);
}

#[test]
fn bounds_of_nothing_are_refused() {
    assert_eq!(problems(vec![limit("a", Window::Day, None, None)]), [(0, LimitKey::Name)]);
    assert_eq!(problems(vec![limit("a", Window::Day, Some(0), None)]), [(0, LimitKey::Amount)]);
    assert_eq!(problems(vec![limit("a", Window::Day, Some(-5), None)]), [(0, LimitKey::Amount)]);
    assert_eq!(problems(vec![limit("a", Window::Day, None, Some(0))]), [(0, LimitKey::Count)]);
}

#[test]
fn bounds_of_one_transaction_are_above_zero_too() {
    let zero = Some(Amount::from_minor(0));
    let bare = || limit("a", Window::Transaction, None, None);
    let limits = [
        (Limit { minimum_amount: zero, ..bare() }, LimitKey::MinimumAmount),
        (Limit { maximum_amount: zero, ..bare() }, LimitKey::MaximumAmount),
        (Limit { maximum_balance: zero, ..bare() }, LimitKey::MaximumBalance),
    ];
    for (limit, key) in limits {
        assert_eq!(problems(vec![limit]), [(0, key)]);
    }
}

#[test]
fn each_bound_alone_is_enough() {
    let cent = Some(Amount::from_minor(1));
    let bare = || limit("a", Window::Day, None, None);
    for limit in [
        Limit { amount: cent, ..bare() },
        Limit { count: Some(1), ..bare() },
        Limit { minimum_amount: cent, ..bare() },
        Limit { maximum_amount: cent, ..bare() },
        Limit { maximum_balance: cent, ..bare() },
        Limit { cooldown: TimeSpan::parse("1s"), ..bare() },
    ] {
        assert_eq!(problems(vec![limit]), []);
    }
}

#[test]
fn net_needs_an_amount_a_direction_and_a_window() {
    let net = |limit| problems(vec![Limit { measure: Measure::Net, ..limit }]);
    for direction in [LimitDirection::Load, LimitDirection::Withdrawal] {
        for window in [Window::Day, Window::Lifetime, Window::parse("1s").unwrap()] {
            assert_eq!(net(Limit { direction, ..limit("a", window, Some(1), Some(1)) }), []);
        }
    }
    assert_eq!(net(limit("a", Window::Day, None, Some(1))), [(0, LimitKey::Measure)]);
    assert_eq!(net(limit("a", Window::Transaction, Some(1), None)), [(0, LimitKey::Measure)]);
    let any = Limit { direction: LimitDirection::Any, ..limit("a", Window::Day, Some(1), None) };
    assert_eq!(net(any), [(0, LimitKey::Measure)]);
}

#[test]
fn least_amount_may_be_the_highest_and_no_more() {
    let between = |least, most| {
        let (least, most) = (Some(Amount::from_minor(least)), Some(Amount::from_minor(most)));
        let limit = limit("a", Window::Transaction, None, None);
        problems(vec![Limit { minimum_amount: least, maximum_amount: most, ..limit }])
    };
    assert_eq!(between(5, 5), []);
    assert_eq!(between(6, 5), [(0, LimitKey::MinimumAmount)]);
}

#[test]
fn balance_is_bounded_for_loads_and_for_both() {
    let of = |direction| {
        let maximum_balance = Some(Amount::from_minor(1));
        problems(vec![Limit { direction, maximum_balance, ..limit("a", Window::Transaction, None, None) }])
    };
    assert_eq!((of(LimitDirection::Load), of(LimitDirection::Any)), (vec![], vec![]));
    assert_eq!(of(LimitDirection::Withdrawal), [(0, LimitKey::MaximumBalance)]);
}

#[test]
fn limit_holds_for_a_day_at_least() {
    let between = |from, until| {
        let (from, until) = (Some(Day::from_number(from)), Some(Day::from_number(until)));
        problems(vec![Limit { from, until, ..limit("a", Window::Day, Some(1), None) }])
    };
    assert_eq!(between(7, 7), []);
    assert_eq!(between(7, 6), [(0, LimitKey::Until)]);
}

#[test]
fn only_limits_that_marks_have_room_for_can_leave_one() {
    let many = |outcome, place: usize| {
        let mut limits: Vec<_> = (0..66).map(|n| limit(&format!("a{n}"), Window::Day, Some(1), None)).collect();
        limits[place].outcome = outcome;
        problems(limits)
    };
    for outcome in [LimitOutcome::Flag, LimitOutcome::Shadow] {
        assert_eq!(many(outcome, 63), []);
        assert_eq!(many(outcome, 64), [(64, LimitKey::Outcome)]);
    }
    assert_eq!(many(LimitOutcome::Decline, 65), []);
}

#[test]
fn highest_number_of_limits_has_a_place_for_each() {
    // Unchecked, since so many names would be compared with each other for seconds.
    let limits = vec![limit("a", Window::Day, Some(1), None); 65_535];
    let policy = Policy::compiled(PolicyParts { limits, ..PolicyParts::default() });
    assert_eq!(policy.rules().last().map(|rule| rule.place), Some(65_534));
}

#[test]
fn limits_that_need_each_transaction_make_accounts_remember_it() {
    let memory = |limits, late_after: Option<&str>| {
        let late_after = late_after.and_then(TimeSpan::parse);
        Policy::new(PolicyParts { limits, late_after, ..PolicyParts::default() }).unwrap().memory()
    };
    let day = limit("day", Window::Day, Some(1), None);
    let year = limit("year", Window::Year, Some(1), None);
    assert_eq!(memory(vec![], None), Memory::Days);
    assert_eq!(memory(vec![day.clone()], None), Memory::Days);
    assert_eq!(memory(vec![day.clone(), year.clone()], None), Memory::Transactions);
    // The latest time is needed to the microsecond, whatever the limits are.
    assert_eq!(memory(vec![], Some("1d")), Memory::Recent);
    assert_eq!(memory(vec![day], Some("1d")), Memory::Recent);
    assert_eq!(memory(vec![year], Some("1d")), Memory::Recent);
}

#[test]
fn policies_are_equal_if_they_decide_alike_by_their_words() {
    let toronto = Calendar { zone: Zone::named("America/Toronto").unwrap(), week_starts: Weekday::Monday };
    let local = Limit { calendar: toronto, ..limit("a", Window::Day, Some(1), None) };
    let of = |limit: &Limit, zones: Option<&str>| {
        let zones = zones.map(str::to_owned);
        Policy::new(PolicyParts { limits: vec![limit.clone()], zones, ..PolicyParts::default() }).unwrap()
    };
    assert_eq!(of(&local, None), of(&local, Some(Zone::VERSION)));
    assert_eq!(of(&local, None).zones(), Some(Zone::VERSION));
    // Another database may let days begin elsewhere.
    assert_ne!(of(&local, None), of(&local, Some("1999a")));
    let utc = Limit { calendar: Calendar::default(), ..local.clone() };
    assert_eq!(of(&utc, None), of(&utc, Some("1999a")), "days in UTC begin where they do");
    assert_eq!(of(&utc, Some("1999a")).zones(), None);
    assert_ne!(of(&utc, None), of(&local, None));
    let [day, hours] = ["1d", "24h"].map(|span| of(&limit("a", Window::parse(span).unwrap(), Some(1), None), None));
    assert_eq!(day, hours);
    for other in [
        Limit { outcome: LimitOutcome::Flag, ..utc.clone() },
        Limit { until: Some(Day::from_number(0)), ..utc.clone() },
        Limit { maximum_balance: Some(Amount::from_minor(1)), ..utc.clone() },
        Limit { groups: vec![GroupName::new("gold").unwrap()], ..utc.clone() },
    ] {
        assert_ne!(of(&utc, None), of(&other, None));
    }
}

#[test]
fn name_too_late_is_taken_only_where_lateness_declines() {
    let limits = vec![limit("too-late", Window::Day, Some(1), None)];
    assert_eq!(problems(limits.clone()), []);
    let late = PolicyParts { limits, late_after: TimeSpan::parse("1d"), ..PolicyParts::default() };
    let problems = Policy::new(late).unwrap_err();
    assert_eq!(problems.iter().map(|problem| (problem.limit, problem.key)).collect::<Vec<_>>(), [(0, LimitKey::Name)]);
}

#[test]
fn longer_window_that_never_binds_the_same_transactions_alike_contradicts_no_day() {
    let day = limit("day", Window::Day, Some(100), Some(3));
    let week = limit("week", Window::Week, Some(99), Some(2));
    let tokyo = Calendar { zone: Zone::named("Asia/Tokyo").unwrap(), week_starts: Weekday::Monday };
    for week in [
        Limit { calendar: tokyo, ..week.clone() },
        Limit { groups: vec![GroupName::new("gold").unwrap()], ..week.clone() },
        Limit { from: Some(Day::from_number(1)), ..week.clone() },
        Limit { until: Some(Day::from_number(1)), ..week.clone() },
        Limit { outcome: LimitOutcome::Flag, ..week.clone() },
        Limit { window: Window::parse("90d").unwrap(), ..week.clone() },
    ] {
        assert_eq!(problems(vec![day.clone(), week]), []);
    }
    assert_eq!(problems(vec![Limit { outcome: LimitOutcome::Shadow, ..day.clone() }, week.clone()]), []);
    let sunday = Calendar { zone: Zone::UTC, week_starts: Weekday::Sunday };
    let week = Limit { calendar: sunday, ..week };
    assert_eq!(problems(vec![day.clone(), week.clone()]), [(1, LimitKey::Amount), (1, LimitKey::Count)]);
    let net = Limit { measure: Measure::Net, ..week };
    assert_eq!(problems(vec![day.clone(), net.clone()]), []);
    assert_eq!(problems(vec![Limit { measure: Measure::Net, ..day }, net]), [(1, LimitKey::Count)]);
}

#[test]
fn longer_window_below_the_day_is_refused_for_the_same_direction_only() {
    for window in [Window::Week, Window::Month] {
        let day = limit("day", Window::Day, Some(100), Some(3));
        let amount = limit("long", window, Some(99), None);
        assert_eq!(problems(vec![day.clone(), amount.clone()]), [(1, LimitKey::Amount)]);
        assert_eq!(problems(vec![amount.clone(), day.clone()]), [(0, LimitKey::Amount)]);
        let count = limit("long", window, None, Some(2));
        assert_eq!(problems(vec![day.clone(), count]), [(1, LimitKey::Count)]);
        let equal = limit("long", window, Some(100), Some(3));
        assert_eq!(problems(vec![day.clone(), equal]), []);
        let other_way = Limit { direction: LimitDirection::Withdrawal, ..amount };
        assert_eq!(problems(vec![day, other_way]), []);
    }
}

#[test]
fn names_have_one_form_and_leave_built_in_codes_alone() {
    use crate::domain::LimitNameError::{BuiltIn, Malformed};
    for name in ["", "A", "1a", "-a", "a_b", "a b", "ä", "daily.count"] {
        assert_eq!(LimitName::new(name), Err(Malformed), "{name}");
    }
    for name in ["duplicate", "total-overflow", "insufficient-funds"] {
        assert_eq!(LimitName::new(name), Err(BuiltIn), "{name}");
    }
    assert_eq!(LimitName::new("a1-b").unwrap().code(), "a1_b");
}
