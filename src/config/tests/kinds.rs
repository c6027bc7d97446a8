//! The keys of all kinds of limits, in each layer, and what their mistakes are told.

use insta::assert_snapshot;

use super::*;
use crate::domain::{
    Amount, Calendar, CivilTime, Day, GroupName, Limit, LimitDirection, LimitName, LimitOutcome, Measure, TimeSpan,
    Weekday, Window, Zone,
};

const EVERYTHING: &str = r#"
[policy]
late_after = "90d"

[[limits]]
name = "a"
window = "quarter"
direction = "load"
measure = "net"
amount = "3000.00"
count = 5
minimum_amount = 10
maximum_amount = "500.00"
maximum_balance = "20000.00"
cooldown = "10m"
zone = "Europe/Berlin"
week_starts = "saturday"
groups = ["silver", "gold, too", "default"]
from = 2026-01-01
until = "2026-12-31"
outcome = "shadow"
"#;

fn day(year: i32, month: u32, day: u32) -> Day {
    let midnight = CivilTime { year, month, day, hour: 0, minute: 0, second: 0, micro: 0, offset_seconds: 0 };
    midnight.to_timestamp().unwrap().day()
}

fn groups(names: &[&str]) -> Vec<GroupName> {
    names.iter().map(|name| GroupName::new(name).unwrap()).collect()
}

fn amount(minor: i64) -> Option<Amount> {
    Some(Amount::from_minor(minor))
}

/// The one limit that a configuration has.
fn only_limit(config: &Config) -> &Limit {
    let [limit] = config.policy.limits() else { panic!("{:?}", config.policy) };
    limit
}

#[test]
fn file_sets_every_key() {
    let config = layered(EVERYTHING, &[], &[]).unwrap();
    let expected = Limit {
        direction: LimitDirection::Load,
        measure: Measure::Net,
        amount: amount(300_000),
        count: Some(5),
        minimum_amount: amount(1_000),
        maximum_amount: amount(50_000),
        maximum_balance: amount(2_000_000),
        cooldown: TimeSpan::parse("600s"),
        calendar: Calendar { zone: Zone::named("Europe/Berlin").unwrap(), week_starts: Weekday::Saturday },
        groups: groups(&["default", "gold, too", "silver"]),
        from: Some(day(2026, 1, 1)),
        until: Some(day(2026, 12, 31)),
        outcome: LimitOutcome::Shadow,
        ..Limit::new(LimitName::new("a").unwrap(), Window::Quarter)
    };
    assert_eq!(only_limit(&config), &expected);
    assert_eq!(config.policy.late_after(), TimeSpan::parse("90d"));
}

#[test]
fn every_key_but_the_name_is_changed_by_variables_and_by_flags() {
    let values = [
        ("window", "36h"),
        ("direction", "withdrawal"),
        ("measure", "gross"),
        ("amount", "1"),
        ("count", "2"),
        ("minimum_amount", "3"),
        ("maximum_amount", "4"),
        ("cooldown", "6s"),
        ("zone", "Asia/Tokyo"),
        ("week_starts", "friday"),
        ("groups", "b,a"),
        ("from", "2027-01-01"),
        ("until", "2027-01-01"),
        ("outcome", "flag"),
    ];
    // A withdrawal, which the direction becomes, raises no balance.
    let file = EVERYTHING.replace("maximum_balance = \"20000.00\"\n", "");
    let variables: Vec<_> =
        values.iter().map(|(key, value)| (format!("TIDEGATE_LIMITS__A__{}", key.to_uppercase()), *value)).collect();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let flags: Vec<_> = values.iter().map(|(key, value)| format!("a.{key}={value}")).collect();
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let expected = Limit {
        direction: LimitDirection::Withdrawal,
        measure: Measure::Gross,
        amount: amount(100),
        count: Some(2),
        minimum_amount: amount(300),
        maximum_amount: amount(400),
        maximum_balance: None,
        cooldown: TimeSpan::parse("6s"),
        calendar: Calendar { zone: Zone::named("Asia/Tokyo").unwrap(), week_starts: Weekday::Friday },
        groups: groups(&["a", "b"]),
        from: Some(day(2027, 1, 1)),
        until: Some(day(2027, 1, 1)),
        outcome: LimitOutcome::Flag,
        ..Limit::new(LimitName::new("a").unwrap(), Window::Trailing(TimeSpan::parse("36h").unwrap()))
    };
    for (variables, flags) in [(&variables[..], &[][..]), (&[][..], &flags[..])] {
        let config = layered(&file, variables, flags).unwrap();
        assert_eq!(only_limit(&config), &expected);
    }
    let config = layered(EVERYTHING, &[], &["a.maximum_balance=5"]).unwrap();
    assert_eq!(only_limit(&config).maximum_balance, amount(500));
}

#[test]
fn zone_and_week_of_the_policy_are_those_of_limits_without_their_own() {
    let limits = "[[limits]]\nname = \"a\"\nwindow = \"day\"\ncount = 1\n\
                  [[limits]]\nname = \"b\"\nwindow = \"week\"\ncount = 1\nzone = \"Asia/Tokyo\"\n\
                  [[limits]]\nname = \"c\"\nwindow = \"week\"\ncount = 1\nweek_starts = \"monday\"\n";
    let policy = "[policy]\nzone = \"Europe/Berlin\"\nweek_starts = \"sunday\"\n";
    let expected = ["Europe/Berlin sunday", "Asia/Tokyo sunday", "Europe/Berlin monday"];
    let variables = [("TIDEGATE_POLICY__ZONE", "Europe/Berlin"), ("TIDEGATE_POLICY__WEEK_STARTS", "sunday")];
    for (file, variables) in
        [(policy.to_owned() + limits, &[][..]), (limits.to_owned() + policy, &[]), (limits.to_owned(), &variables[..])]
    {
        let config = layered(file, variables, &[]).unwrap();
        let calendars = config.policy.limits().iter().map(|limit| &limit.calendar);
        let found: Vec<_> =
            calendars.map(|calendar| format!("{} {}", calendar.zone.name(), calendar.week_starts)).collect();
        assert_eq!(found, expected);
    }
    let config = layered(policy, &[], &[]).unwrap();
    assert!(config.policy.limits().iter().all(|limit| limit.calendar.zone.name() == "Europe/Berlin"), "{config:?}");
}

#[test]
fn limit_of_single_transactions_needs_no_window() {
    for bound in ["minimum_amount = 1", "maximum_amount = 1", "maximum_balance = 1", "cooldown = \"1s\""] {
        let config = layered(format!("[[limits]]\nname = \"a\"\n{bound}\n"), &[], &[]).unwrap();
        assert_eq!(only_limit(&config).window, Window::Transaction, "{bound}");
    }
    let file =
        "[[limits]]\nname = \"a\"\nmaximum_amount = 1\n[[limits]]\nname = \"b\"\nmaximum_amount = 1\namount = 7\n";
    assert_snapshot!(layered(file, &[("TIDEGATE_LIMITS__A__AMOUNT", "5")], &[]).unwrap_err(), @r#"
    tidegate.toml:4: limits.b.window: missing; must be "day", "week", "month", ... where there is an amount or a count
    TIDEGATE_LIMITS__A__AMOUNT: the limit needs a window for its amount, such as window = "day"
    "#);
    assert!(layered(file.replace("amount = 7", ""), &[], &["a.amount=5", "a.window=day"]).is_ok());
}

#[test]
fn values_that_no_key_takes_are_told_what_would_be_right() {
    let file = r#"
[policy]
zone = "Toronto"
week_starts = "Sunday"
late_after = "90 days"
groups_file = "-"

[[limits]]
name = "a"
window = "dya"
measure = "nett"
minimum_amount = 0
maximum_amount = "1,000"
maximum_balance = 1.5
cooldown = 600
zone = "Europe/Berln"
week_starts = "sun"
groups = []
from = 2026-01-01T00:00:00
until = "31/12/2026"
outcome = "ignore"
[[limits]]
name = "b"
count = 1
window = "0d"
zone = "New York"
groups = "gold"
from = 2026-01-01T00:00:00Z
until = "2026-02-29"
cooldown = "4000000d"
[[limits]]
name = "c"
count = 1
window = "day"
zone = "Middle-earth"
groups = ["gold", 1]
from = 00:00:00
until = 2026
[[limits]]
name = "d"
count = 1
window = "day"
groups = ["gold", "silver", "gold"]
from = "0000-01-01"
[[limits]]
name = "e"
count = 1
window = "day"
groups = ["gold", "a\u001b"]
minimum_amounts = 1
"#;
    assert_snapshot!(errors_of(file), @r#"
    tidegate.toml:3: policy.zone: must be a time zone's name, such as "America/Toronto", not "Toronto"; did you mean "America/Toronto"?
    tidegate.toml:4: policy.week_starts: must be "monday", "tuesday", "wednesday", "thursday", "friday", "saturday" or "sunday", not "Sunday"; did you mean "sunday"?
    tidegate.toml:5: policy.late_after: must be a span such as "10m" or "90d" (s, m, h or d), from 1s to 3652059d, not "90 days"
    tidegate.toml:6: policy.groups_file: must name a file
    tidegate.toml:10: limits.a.window: must be "transaction", "day", "week", "month", "quarter", "year", "lifetime", or a span such as "24h" or "90d" (s, m, h or d), from 1s to 3652059d, not "dya"; did you mean "day"?
    tidegate.toml:11: limits.a.measure: must be "gross" or "net", not "nett"
    tidegate.toml:12: limits.a.minimum_amount: must be above zero
    tidegate.toml:13: limits.a.maximum_amount: must be an amount such as 5000.00, not "1,000"
    tidegate.toml:14: limits.a.maximum_balance: must not be a float, which may be rounded; put the amount in quotes: "5000.00"
    tidegate.toml:15: limits.a.cooldown: must be a span in quotes, such as "10m", not an integer
    tidegate.toml:16: limits.a.zone: must be a time zone's name, such as "America/Toronto", not "Europe/Berln"; did you mean "Europe/Berlin"?
    tidegate.toml:17: limits.a.week_starts: must be "monday", "tuesday", "wednesday", "thursday", "friday", "saturday" or "sunday", not "sun"
    tidegate.toml:18: limits.a.groups: must name a group; leave the key out if the limit is for everyone
    tidegate.toml:19: limits.a.from: must be a date without a time, such as 2026-01-31
    tidegate.toml:20: limits.a.until: must be a date such as "2026-01-31", not "31/12/2026"
    tidegate.toml:21: limits.a.outcome: must be "decline", "flag" or "shadow", not "ignore"
    tidegate.toml:25: limits.b.window: must be "transaction", "day", "week", "month", "quarter", "year", "lifetime", or a span such as "24h" or "90d" (s, m, h or d), from 1s to 3652059d, not "0d"
    tidegate.toml:26: limits.b.zone: must be a time zone's name, such as "America/Toronto", not "New York"; did you mean "America/New_York"?
    tidegate.toml:27: limits.b.groups: must be a list of names in quotes, such as ["gold"], not a string
    tidegate.toml:28: limits.b.from: must be a date without a time, such as 2026-01-31
    tidegate.toml:29: limits.b.until: must be a date such as "2026-01-31", not "2026-02-29"
    tidegate.toml:30: limits.b.cooldown: must be a span such as "10m" or "90d" (s, m, h or d), from 1s to 3652059d, not "4000000d"
    tidegate.toml:35: limits.c.zone: must be a time zone's name, such as "America/Toronto", not "Middle-earth"
    tidegate.toml:36: limits.c.groups: must be a list of names in quotes, such as ["gold"], not one with an integer
    tidegate.toml:37: limits.c.from: must be a date without a time, such as 2026-01-31
    tidegate.toml:38: limits.c.until: must be a date such as 2026-01-31, not an integer
    tidegate.toml:43: limits.d.groups: "gold" stands twice
    tidegate.toml:44: limits.d.from: must be a date such as "2026-01-31", not "0000-01-01"
    tidegate.toml:49: limits.e.groups: a group's name must not hold a control character; "a\u{1b}" can't be used
    tidegate.toml:50: limits.e.minimum_amounts: unknown key; did you mean "minimum_amount"?
    "#);
}

#[test]
fn groups_of_flags_and_variables_stand_between_commas() {
    let file = "[[limits]]\nname = \"a\"\nmaximum_amount = 1\n";
    let flags = ["a.groups=", "a.groups=gold,", "a.groups=gold, silver", "a.groups=gold,gold", "a.from=today"];
    let variables = [("TIDEGATE_LIMITS__A__GROUPS", "gold,,silver"), ("TIDEGATE_LIMITS__A__ZONE", "europe/berln")];
    assert_snapshot!(layered(file, &variables, &flags).unwrap_err(), @r#"
    TIDEGATE_LIMITS__A__GROUPS: a group's name must not be empty; "" can't be used
    TIDEGATE_LIMITS__A__ZONE: must be a time zone's name, such as "America/Toronto", not "europe/berln"; did you mean "Europe/Berlin"?
    --set a.groups=: a group's name must not be empty; "" can't be used
    --set a.groups=gold,: a group's name must not be empty; "" can't be used
    --set a.groups=gold, silver: must be names with commas between, without spaces, such as gold,silver, not " silver"
    --set a.groups=gold,gold: "gold" stands twice
    --set a.from=today: must be a date such as "2026-01-31", not "today"
    "#);
}

#[test]
fn contradictions_are_told_at_the_key_at_fault() {
    let file = r#"
[policy]
late_after = "1d"
[[limits]]
name = "too-late"
minimum_amount = 2
maximum_amount = 1
[[limits]]
name = "b"
window = "day"
count = 1
measure = "net"
[[limits]]
name = "c"
direction = "withdrawal"
maximum_balance = 5
[[limits]]
name = "d"
cooldown = "1m"
until = "2026-01-01"
from = "2026-01-02"
"#;
    assert_snapshot!(layered(file, &[], &["d.from=2026-01-03"]).unwrap_err(), @r#"
    tidegate.toml:5: limits.name: this name is the code of a built-in reason where policy.late_after is set
    tidegate.toml:6: limits.too-late.minimum_amount: 2.00 is above the maximum_amount of 1.00, so that nothing could pass
    tidegate.toml:12: limits.b.measure: "net" needs an amount
    tidegate.toml:12: limits.b.measure: "net" needs the direction "load" or "withdrawal"
    tidegate.toml:16: limits.c.maximum_balance: a withdrawal never raises the balance; the direction must be "load" or "any"
    tidegate.toml:20: limits.d.until: 2026-01-01 is before 2026-01-03, from which the limit holds
    "#);
    assert!(layered("[[limits]]\nname = \"too-late\"\ncooldown = \"1m\"\n", &[], &[]).is_ok());
}
