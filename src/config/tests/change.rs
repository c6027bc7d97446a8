//! Changes of a policy: laid over it, and told in words.

use proptest::prelude::*;

use super::layered;
use crate::config::{changes, check_path, policy_text, with_changes};
use crate::domain::{Calendar, Limit, LimitName, Policy, PolicyParts, Weekday, Window, Zone};

fn policy(file: &str) -> Policy {
    layered(file, &[], &[]).unwrap().policy
}

fn owned(changes: &[&str]) -> Vec<String> {
    changes.iter().map(ToString::to_string).collect()
}

fn changed(policy: &Policy, changes: &[&str]) -> Result<Policy, String> {
    with_changes(policy, "--vary", &owned(changes)).map_err(|errors| errors.to_string())
}

const RICH: &str = "\
[policy]
duplicates = \"ignore\"
late_after = \"2d\"
zone = \"America/Toronto\"
week_starts = \"sunday\"

[[limits]]
name = \"a\"
window = \"week\"
amount = 5000
count = 20
groups = [\"gold\", \"silver\"]

[[limits]]
name = \"b\"
cooldown = \"10m\"
outcome = \"flag\"
";

#[test]
fn changes_are_those_that_set_would_make_over_the_file() {
    let every = ["a.amount=6000.50", "a.count=7", "a.window=24h", "a.zone=UTC", "a.groups=basic", "b.cooldown=1h"];
    for changes in [&every[..], &every[..1], &["a.amount=1", "a.amount=2"], &["b.outcome=shadow"], &[]] {
        let expected = layered(RICH, &[], changes).unwrap().policy;
        assert_eq!(changed(&policy(RICH), changes), Ok(expected), "{changes:?}");
    }
}

#[test]
fn what_is_wrong_begins_with_the_flag_even_where_another_limit_has_it() {
    for (given, expected) in [
        (&["daily-amount.amuont=3"][..], "--vary daily-amount.amuont=3: unknown key; did you mean \"amount\"?"),
        (&["daily-amount=3"], "--vary daily-amount=3: must be NAME.KEY=VALUE, such as daily-amount.amount=3000"),
        (&["weekly-amount.amount=0"], "--vary weekly-amount.amount=0: must be above zero"),
        (
            &["daily-count.count=4", "daily-amount.amount=30000"],
            "--vary daily-count.count=4 --vary daily-amount.amount=30000: limits.weekly-amount.amount: 20000.00 is below \
             the 30000.00 of \"daily-amount\", which could never be reached",
        ),
    ] {
        assert_eq!(changed(&Policy::default(), given), Err(expected.to_owned()));
    }
}

#[test]
fn members_stay_and_time_zones_become_those_that_will_decide() {
    let calendar = Calendar { zone: Zone::named("Europe/Berlin").unwrap(), week_starts: Weekday::Monday };
    let limit = Limit { count: Some(1), calendar, ..Limit::new(LimitName::new("a").unwrap(), Window::Day) };
    let parts = PolicyParts {
        limits: vec![limit],
        members: Some([7; 32]),
        zones: Some("1999a".to_owned()),
        ..PolicyParts::default()
    };
    let then = Policy::new(parts).unwrap();
    let now = changed(&then, &["a.count=2"]).unwrap();
    assert_eq!((now.members(), now.zones()), (Some([7; 32]), Some(Zone::VERSION)));
    let expected = vec!["a: count 2, was 1".to_owned(), format!("time zones of {}, was 1999a", Zone::VERSION)];
    assert_eq!(changes(&then, &now), expected);
    assert_eq!(changed(&then, &["a.zone=UTC"]).unwrap().zones(), None);
}

#[test]
fn path_is_a_limit_and_a_key_of_it_that_can_be_changed() {
    let policy = Policy::default();
    assert_eq!(check_path(&policy, "daily-amount.cooldown"), Ok(()));
    for (path, expected) in [
        ("daily-amount", "must be NAME.KEY, such as daily-amount.amount"),
        ("daily-amonut.amount", "unknown limit; did you mean \"daily-amount\"?"),
        ("daily-amount.amonut", "unknown key; did you mean \"amount\"?"),
        ("policy.zone", "not a key of a limit; set it in the file or as TIDEGATE_POLICY__ZONE"),
    ] {
        assert_eq!(check_path(&policy, path), Err(expected.to_owned()));
    }
    assert!(check_path(&policy, "daily-amount.name").is_err_and(|why| why.starts_with("unknown key; ")));
}

#[test]
fn equal_policies_differ_in_nothing() {
    assert_eq!(changes(&policy(RICH), &policy(RICH)), Vec::<String>::new());
}

#[test]
fn each_key_of_a_limit_is_told_with_what_it_was() {
    let set = [
        "a.window=30d",
        "a.direction=load",
        "a.measure=net",
        "a.amount=3000",
        "a.count=5",
        "a.minimum_amount=1",
        "a.maximum_amount=200",
        "a.maximum_balance=900",
        "a.cooldown=90s",
        "a.zone=UTC",
        "a.week_starts=monday",
        "a.groups=gold",
        "a.from=2026-01-31",
        "a.until=2026-02-01",
        "a.outcome=shadow",
    ];
    let then = policy(RICH);
    let expected = [
        "a: window 30d, was week",
        "a: direction load, was any",
        "a: measure net, was gross",
        "a: amount 3000.00, was 5000.00",
        "a: count 5, was 20",
        "a: minimum_amount 1.00, was none",
        "a: maximum_amount 200.00, was none",
        "a: maximum_balance 900.00, was none",
        "a: cooldown 90s, was none",
        "a: zone UTC, was America/Toronto",
        "a: week_starts monday, was sunday",
        "a: groups gold, was gold,silver",
        "a: from 2026-01-31, was none",
        "a: until 2026-02-01, was none",
        "a: outcome shadow, was decline",
    ];
    assert_eq!(changes(&then, &changed(&then, &set).unwrap()), expected);
}

#[test]
fn everything_beside_the_keys_of_limits_is_told_too() {
    let then = policy(RICH);
    let other = "[[limits]]\nname = \"c\"\nwindow = \"day\"\ncount = 3\n[[limits]]\nname = \"b\"\ncooldown = \"10m\"\n\
                 zone = \"America/Toronto\"\nweek_starts = \"sunday\"\n[[limits]]\nname = \"d\"\nmaximum_amount = 9\n";
    assert_eq!(
        changes(&then, &policy(other)),
        [
            "policy: duplicates decline, was ignore",
            "policy: late_after none, was 2d",
            "new limit c: At most 3 transactions a day (UTC), loads and withdrawals together.",
            "b: outcome decline, was flag",
            "new limit d: At most 9.00 in any one transaction.",
            "no limit a any more",
        ]
    );
    let (before, behind) = RICH.split_at(RICH.find("[[limits]]").unwrap());
    let (a, b) = behind.split_at(behind.rfind("[[limits]]").unwrap());
    let turned = policy(&format!("{before}{b}\n{a}"));
    assert_eq!(changes(&then, &turned), ["limits in another order: b, a"]);
}

#[test]
fn groups_are_told_by_what_became_of_the_file() {
    let with = |members| Policy::new(PolicyParts { members, ..PolicyParts::default() }).unwrap();
    for (then, now, expected) in [
        (None, Some([1; 32]), "new file of groups"),
        (Some([1; 32]), None, "no file of groups any more"),
        (Some([1; 32]), Some([2; 32]), "the file of groups puts customers into other groups"),
    ] {
        assert_eq!(changes(&with(then), &with(now)), [expected]);
    }
}

proptest! {
    #[test]
    fn policies_differ_in_words_exactly_if_their_texts_differ(
        amounts in proptest::collection::vec(0u8..3, 2),
        order in any::<[bool; 2]>(),
    ) {
        let made = |amount: &u8, turned: bool| {
            let mut limits = vec![
                Limit { count: Some(1 + u32::from(*amount)), ..Limit::new(LimitName::new("a").unwrap(), Window::Day) },
                Limit { count: Some(9), ..Limit::new(LimitName::new("b").unwrap(), Window::Month) },
            ];
            if turned { limits.reverse(); }
            Policy::new(PolicyParts { limits, ..PolicyParts::default() }).unwrap()
        };
        let (then, now) = (made(&amounts[0], order[0]), made(&amounts[1], order[1]));
        prop_assert_eq!(changes(&then, &now).is_empty(), policy_text(&then) == policy_text(&now));
    }
}
