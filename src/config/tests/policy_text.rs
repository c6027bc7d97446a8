//! Policies as texts and back.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::config::{parse_policy_text, policy_text};
use crate::domain::{
    Amount, Calendar, Day, Duplicates, GroupName, Limit, LimitDirection, LimitName, LimitOutcome, Measure, Policy,
    PolicyParts, TimeSpan, Weekday, Window, Zone,
};

#[test]
fn text_of_the_default_policy_is_exactly_this() {
    assert_snapshot!(policy_text(&Policy::default()), @r#"
    [policy]
    duplicates = "decline"

    [[limits]]
    name = "daily-count"
    window = "day"
    direction = "any"
    count = 3

    [[limits]]
    name = "daily-amount"
    window = "day"
    direction = "load"
    amount = "5000.00"

    [[limits]]
    name = "weekly-amount"
    window = "week"
    direction = "load"
    amount = "20000.00"
    "#);
}

#[test]
fn policy_without_limits_says_so_and_reads_back() {
    let policy = Policy::new(PolicyParts { duplicates: Duplicates::Ignore, ..PolicyParts::default() }).unwrap();
    let text = policy_text(&policy);
    assert_eq!(text, "limits = []\n\n[policy]\nduplicates = \"ignore\"\n");
    assert_eq!(parse_policy_text(&text).unwrap(), policy);
}

#[test]
fn text_does_not_tell_how_its_policy_was_written() {
    let plain = "[[limits]]\nname = \"a\"\nwindow = \"day\"\namount = 70\ncount = 1_0\n";
    let others = [
        "# A comment\n[io]\ninput = \"-\"\n[policy]\n[[limits]]\ncount = 10\namount = \"$70.0\"\ndirection = \"any\"\n\
         window = 'day' # daily\nname = 'a'\n",
        "limits = [{ name = \"a\", amount = \"+70\", count = 0xa, window = \"day\" }]\npolicy.duplicates = \"decline\"",
    ];
    let text = policy_text(&layered(plain, &[], &[]).unwrap().policy);
    assert!(text.ends_with("direction = \"any\"\namount = \"70.00\"\ncount = 10\n"), "{text}");
    for other in others {
        assert_eq!(policy_text(&layered(other, &[], &[]).unwrap().policy), text, "{other}");
    }
    let overridden = layered(plain.replace("70", "80"), &[], &["a.amount=70"]).unwrap();
    assert_eq!(policy_text(&overridden.policy), text);
}

#[test]
fn text_that_sets_more_than_a_policy_is_refused_with_everything_else_that_is_wrong() {
    let refused = |text: &str| parse_policy_text(text).unwrap_err().to_string();
    assert_eq!(refused("limits = []\nio.input = \"-\"\n"), "policy:2: io: is no part of a policy");
    assert_eq!(refused("[policy]\nlimits"), "policy:2: not TOML: key with no value, expected `=`");
    let text = "[io]\n[policy]\nduplicates = \"no\"\n[[limits]]\nname = \"a\"\nwindow = \"day\"\ncount = 1\n\
                [[limits]]\nname = \"a\"\nwindow = \"day\"\ncount = 1\n";
    let expected = "policy:1: io: is no part of a policy\n\
                    policy:3: policy.duplicates: must be \"decline\" or \"ignore\", not \"no\"\n\
                    policy:9: limits.name: a second limit of the name \"a\"";
    assert_eq!(refused(text), expected);
}

#[test]
fn text_of_a_policy_with_everything_is_exactly_this() {
    let file = r#"
[policy]
zone = "america/toronto"
week_starts = "sunday"
late_after = "90d"

[[limits]]
outcome = "flag"
until = 2026-12-31
from = "2026-01-01"
groups = ["gold", "a\"b\\c", "é"]
week_starts = "monday"
zone = "Europe/Berlin"
cooldown = "600s"
maximum_balance = 20000
maximum_amount = "500"
minimum_amount = "10"
count = 5
amount = "3000.00"
measure = "net"
direction = "load"
window = "1d"
name = "gold-daily"

[[limits]]
name = "most"
maximum_amount = 100
"#;
    let text = policy_text(&layered(file, &[], &[]).unwrap().policy);
    assert_snapshot!(text.replace(Zone::VERSION, "VERSION"), @r#"
    [policy]
    duplicates = "decline"
    late_after = "90d"
    zones = "VERSION"

    [[limits]]
    name = "gold-daily"
    window = "24h"
    direction = "load"
    measure = "net"
    amount = "3000.00"
    count = 5
    minimum_amount = "10.00"
    maximum_amount = "500.00"
    maximum_balance = "20000.00"
    cooldown = "10m"
    zone = "Europe/Berlin"
    groups = ["a\"b\\c", "gold", "é"]
    from = "2026-01-01"
    until = "2026-12-31"
    outcome = "flag"

    [[limits]]
    name = "most"
    window = "transaction"
    direction = "any"
    maximum_amount = "100.00"
    zone = "America/Toronto"
    week_starts = "sunday"
    "#);
}

#[test]
fn membership_stands_in_a_text_as_its_hash_and_only_there() {
    let policy = Policy::new(PolicyParts { members: Some([0xa5; 32]), ..PolicyParts::default() }).unwrap();
    let text = policy_text(&policy);
    assert_eq!(text, format!("limits = []\n\n[policy]\nduplicates = \"decline\"\nmembers = \"{}\"\n", "a5".repeat(32)));
    assert_eq!(parse_policy_text(&text).unwrap(), policy);
    let expected = "tidegate.toml:5: policy.members: unknown key; there are duplicates, zone, week_starts, late_after, groups_file";
    assert_eq!(errors_of(&text), expected);
    for wrong in ["", "a5", &"A5".repeat(32), &"g5".repeat(32), &"a5".repeat(33)] {
        let text = format!("policy.members = {wrong:?}");
        let expected = format!("policy:1: policy.members: must be 64 digits of a SHA-256, not {wrong:?}");
        assert_eq!(parse_policy_text(&text).unwrap_err().to_string(), expected);
    }
}

#[test]
fn version_of_the_zones_stands_in_a_text_as_it_was_and_only_there() {
    let file = "[[limits]]\nname = \"a\"\ncooldown = \"1s\"\nzone = \"Asia/Tokyo\"\n";
    let text = policy_text(&layered(file, &[], &[]).unwrap().policy).replace(Zone::VERSION, "1999z");
    assert_eq!(policy_text(&parse_policy_text(&text).unwrap()), text);
    assert!(text.contains("\nzones = \"1999z\"\n"), "{text}");
    assert!(errors_of(&text).starts_with("tidegate.toml:3: policy.zones: unknown key; "), "{}", errors_of(&text));
    for wrong in ["", "1999 z", "\""] {
        let expected = format!("policy:1: policy.zones: must be a version such as \"2026e\", not {wrong:?}");
        assert_eq!(parse_policy_text(&format!("policy.zones = {wrong:?}")).unwrap_err().to_string(), expected);
    }
}

#[test]
fn text_sets_calendars_limit_by_limit_and_names_no_file() {
    for key in ["zone = \"UTC\"", "week_starts = \"monday\"", "groups_file = \"groups.csv\""] {
        let error = parse_policy_text(&format!("[policy]\n{key}\n")).unwrap_err().to_string();
        assert!(error.starts_with("policy:2: policy.") && error.contains(": unknown key; "), "{error}");
    }
}

fn spans() -> impl Strategy<Value = TimeSpan> {
    (1..=100u32, prop_oneof![Just('s'), Just('m'), Just('h'), Just('d')])
        .prop_map(|(number, unit)| TimeSpan::parse(&format!("{number}{unit}")).unwrap())
}

fn amounts() -> impl Strategy<Value = Option<Amount>> {
    proptest::option::of(prop_oneof![1..=20_000i64, 1..=i64::MAX].prop_map(Amount::from_minor))
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let zones = prop_oneof![
        3 => Just("UTC"),
        1 => Just("Etc/UTC"),
        1 => Just("America/Toronto"),
        1 => Just("Asia/Kathmandu")
    ];
    let weekdays = prop_oneof![2 => Just(Weekday::Monday), 1 => (0..7usize).prop_map(|place| Weekday::ALL[place])];
    (zones, weekdays).prop_map(|(zone, week_starts)| Calendar { zone: Zone::named(zone).unwrap(), week_starts })
}

fn scopes() -> impl Strategy<Value = (Vec<GroupName>, Option<Day>, Option<Day>, LimitOutcome)> {
    let names = prop_oneof![Just("gold".to_owned()), Just("\\\"'#".to_owned()), "\\PC{1,4}"];
    let groups = proptest::collection::btree_set(names.prop_map(|name| GroupName::new(&name).unwrap()), 0..4);
    let days = || proptest::option::of(prop_oneof![20_000..=20_400, -719_162..=2_932_896].prop_map(Day::from_number));
    let outcomes = prop_oneof![Just(LimitOutcome::Decline), Just(LimitOutcome::Flag), Just(LimitOutcome::Shadow)];
    (groups, days(), days(), outcomes)
        .prop_map(|(groups, from, until, outcome)| (groups.into_iter().collect(), from, until, outcome))
}

/// Limits of all kinds that can stand alone.
fn limits() -> impl Strategy<Value = Limit> {
    use LimitDirection::{Any, Load, Withdrawal};
    use Window::{Day, Lifetime, Month, Quarter, Trailing, Transaction, Week, Year};
    let names = "[a-z][a-z0-9-]{0,6}".prop_filter_map("a built-in code", |name| LimitName::new(&name).ok());
    let windows = prop_oneof![
        proptest::sample::select(vec![Transaction, Day, Week, Month, Quarter, Year, Lifetime]),
        spans().prop_map(Trailing),
    ];
    let directions = prop_oneof![Just(Load), Just(Withdrawal), Just(Any)];
    let measures = prop_oneof![Just(Measure::Gross), Just(Measure::Net)];
    let counts = proptest::option::of(prop_oneof![1..=20u32, 1..=u32::MAX]);
    let bounds = (amounts(), counts, amounts(), amounts(), amounts(), proptest::option::of(spans()));
    (names, windows, directions, measures, bounds, calendars(), scopes()).prop_filter_map(
        "a fault",
        |(name, window, direction, measure, bounds, calendar, (groups, from, until, outcome))| {
            let (amount, count, minimum_amount, maximum_amount, maximum_balance, cooldown) = bounds;
            let limit = Limit {
                name,
                window,
                direction,
                measure,
                amount,
                count,
                minimum_amount,
                maximum_amount,
                maximum_balance,
                cooldown,
                calendar,
                groups,
                from,
                until,
                outcome,
            };
            let alone = PolicyParts { limits: vec![limit.clone()], ..PolicyParts::default() };
            Policy::new(alone).is_ok().then_some(limit)
        },
    )
}

/// Policies of those of some limits that can stand together.
fn policies() -> impl Strategy<Value = Policy> {
    let duplicates = prop_oneof![Just(Duplicates::Decline), Just(Duplicates::Ignore)];
    let members = proptest::option::of(any::<[u8; 32]>());
    (proptest::collection::vec(limits(), 0..8), duplicates, proptest::option::of(spans()), members).prop_map(
        |(limits, duplicates, late_after, members)| {
            let parts = |limits| PolicyParts { limits, duplicates, late_after, members, zones: None };
            let mut policy = Policy::new(parts(Vec::new())).unwrap();
            for limit in limits {
                let more = [policy.limits(), &[limit]].concat();
                policy = Policy::new(parts(more)).unwrap_or(policy);
            }
            policy
        },
    )
}

proptest! {
    #[test]
    fn policy_reads_back_from_its_text_and_from_a_file_of_it(policy in policies()) {
        let text = policy_text(&policy);
        let read = parse_policy_text(&text).unwrap();
        prop_assert_eq!(&read, &policy);
        prop_assert_eq!(&policy_text(&read), &text);
        if policy.members().is_none() && policy.zones().is_none() {
            prop_assert_eq!(layered(text, &[], &[]).unwrap().policy, policy);
        }
    }

    #[test]
    fn texts_are_equal_where_policies_are(policy in policies(), other in policies(), place in 0..8usize) {
        prop_assert_eq!(policy_text(&policy) == policy_text(&other), policy == other);
        let mut limits = policy.limits().to_vec();
        if let Some(limit) = limits.get_mut(place) {
            limit.count = Some(limit.count.map_or(u32::MAX, |count| count - 1));
            if let Ok(changed) = Policy::new(PolicyParts { limits, ..policy.parts().clone() }) {
                prop_assert_ne!(policy_text(&policy), policy_text(&changed));
            }
        }
    }
}
