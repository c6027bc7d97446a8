//! Policies as texts and back.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::config::{parse_policy_text, policy_text};
use crate::domain::{Amount, Duplicates, Limit, LimitDirection, LimitName, Policy, Window};

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
    let policy = Policy::new(Vec::new(), Duplicates::Ignore).unwrap();
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

fn limits() -> impl Strategy<Value = Limit> {
    use LimitDirection::{Any, Load, Withdrawal};
    let names = "[a-z][a-z0-9-]{0,6}".prop_filter_map("a built-in code", |name| LimitName::new(&name).ok());
    let windows = prop_oneof![Just(Window::Transaction), Just(Window::Day), Just(Window::Week), Just(Window::Month)];
    let directions = prop_oneof![Just(Load), Just(Withdrawal), Just(Any)];
    let amounts = proptest::option::of(prop_oneof![1..=20_000i64, 1..=i64::MAX].prop_map(Amount::from_minor));
    let counts = proptest::option::of(prop_oneof![1..=20u32, 1..=u32::MAX]);
    (names, windows, directions, amounts, counts).prop_map(|(name, window, direction, amount, count)| Limit {
        name,
        window,
        direction,
        amount,
        count,
    })
}

/// Policies of those of some limits that can stand together.
fn policies() -> impl Strategy<Value = Policy> {
    let duplicates = prop_oneof![Just(Duplicates::Decline), Just(Duplicates::Ignore)];
    (proptest::collection::vec(limits(), 0..8), duplicates).prop_map(|(limits, duplicates)| {
        let mut policy = Policy::new(Vec::new(), duplicates).unwrap();
        for limit in limits {
            let more = [policy.limits(), &[limit]].concat();
            policy = Policy::new(more, duplicates).unwrap_or(policy);
        }
        policy
    })
}

proptest! {
    #[test]
    fn policy_reads_back_from_its_text_and_from_a_file_of_it(policy in policies()) {
        let text = policy_text(&policy);
        prop_assert_eq!(&parse_policy_text(&text).unwrap(), &policy);
        prop_assert_eq!(layered(text, &[], &[]).unwrap().policy, policy);
    }

    #[test]
    fn texts_are_equal_where_policies_are(policy in policies(), other in policies(), place in 0..8usize) {
        prop_assert_eq!(policy_text(&policy) == policy_text(&other), policy == other);
        let mut limits = policy.limits().to_vec();
        if let Some(limit) = limits.get_mut(place) {
            limit.count = Some(limit.count.map_or(u32::MAX, |count| count - 1));
            if let Ok(changed) = Policy::new(limits, policy.duplicates()) {
                prop_assert_ne!(policy_text(&policy), policy_text(&changed));
            }
        }
    }
}
