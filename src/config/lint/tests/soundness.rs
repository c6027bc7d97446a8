//! Nothing is called idle that some sequence of transactions reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::config::lint::idle::idle_bounds;
use crate::config::lint::impossible::excluding;
use crate::config::lint::rule::Rule;
use crate::config::lint::{About, Warning};
use crate::domain::{
    Account, AccountEvent, Amount, Calendar, Day, Direction, GroupName, Judge, Limit, LimitDirection, LimitKey,
    LimitName, LimitOutcome, Measure, Policy, PolicyParts, TimeSpan, Timestamp, Transaction, Weekday, Window, Zone,
};

const HALF_HOUR: i64 = 1_800_000_000;

/// A transaction: the half hours behind the first possible one, cents, and the group.
type Sent = (i64, i64, &'static str);

fn span(text: &str) -> TimeSpan {
    TimeSpan::parse(text).unwrap()
}

fn often<T: Clone + Debug + 'static>(usual: T, others: &[T]) -> impl Strategy<Value = T> + use<T> {
    prop_oneof![3 => Just(usual), 2 => select(others.to_vec())]
}

fn cents(chance: f64, values: &[i64]) -> impl Strategy<Value = Option<Amount>> + use<> {
    let amounts: Vec<_> = values.iter().copied().map(Amount::from_minor).collect();
    weighted(chance, select(amounts))
}

/// A limit over a transaction that has nothing but bounds.
fn bounds() -> impl Strategy<Value = Limit> {
    let spans = ["30m", "1h", "2h", "6h", "24h", "36h"].map(span);
    (
        weighted(0.4, 1_u32..12),
        cents(0.4, &[1, 3, 5, 8, 10, 12, 15, 20, 24, 30, 40, 60, 100]),
        cents(0.2, &[1, 2, 3, 5]),
        cents(0.2, &[2, 3, 5, 8, 10]),
        cents(0.2, &[3, 5, 8, 10, 15, 20]),
        weighted(0.2, select(spans.to_vec())),
    )
        .prop_map(|(count, amount, minimum_amount, maximum_amount, maximum_balance, cooldown)| Limit {
            count,
            amount,
            minimum_amount,
            maximum_amount,
            maximum_balance,
            cooldown,
            ..Limit::new(LimitName::new("a").unwrap(), Window::Transaction)
        })
}

fn window() -> impl Strategy<Value = Window> {
    use Window::{Day, Lifetime, Month, Quarter, Trailing, Transaction, Week, Year};
    let trailing = ["30m", "6h", "24h", "36h", "7d"].map(|text| Trailing(span(text)));
    prop_oneof![
        4 => Just(Day),
        4 => select(vec![Week, Month, Quarter, Year]),
        1 => Just(Transaction),
        1 => Just(Lifetime),
        3 => select(trailing.to_vec()),
    ]
}

fn calendar() -> impl Strategy<Value = Calendar> {
    let others = ["America/Toronto", "Pacific/Apia"].map(|name| Zone::named(name).unwrap());
    (often(Zone::UTC, &others), often(Weekday::Monday, &[Weekday::Sunday]))
        .prop_map(|(zone, week_starts)| Calendar { zone, week_starts })
}

fn groups() -> impl Strategy<Value = Vec<GroupName>> {
    let group = |name| GroupName::new(name).unwrap();
    prop_oneof![
        3 => Just(vec![]),
        1 => select(vec![vec![group("a")], vec![group("a"), group("b")], vec![group("default")]]),
    ]
}

/// A day about the first possible transactions, mostly none.
fn day() -> impl Strategy<Value = Option<Day>> {
    weighted(0.12, (-2..20).prop_map(|days| first_time().day().plus(days)))
}

fn limit() -> impl Strategy<Value = Limit> {
    use LimitDirection::{Any, Load, Withdrawal};
    let outcome =
        prop_oneof![4 => Just(LimitOutcome::Decline), 1 => select(vec![LimitOutcome::Flag, LimitOutcome::Shadow])];
    let measure = often(Measure::Gross, &[Measure::Net]);
    let rest = (window(), often(Load, &[Any, Withdrawal]), measure, calendar(), groups(), day(), day(), outcome);
    (bounds(), rest).prop_map(|(bounds, (window, direction, measure, calendar, groups, from, until, outcome))| Limit {
        window,
        direction,
        measure,
        calendar,
        groups,
        from,
        until,
        outcome,
        ..bounds
    })
}

/// A limit of one bound, chosen so that a few of them leave each other hardly any room.
fn narrow_limit() -> impl Strategy<Value = Limit> {
    use LimitDirection::{Any, Load, Withdrawal};
    use Window::{Day, Trailing, Week};
    let bounds = prop_oneof![
        3 => (1_u32..9).prop_map(|count| (Some(count), None, None, None, None)),
        3 => (1..40_i64).prop_map(|amount| (None, Some(amount), None, None, None)),
        2 => (1..4_i64).prop_map(|least| (None, None, Some(least), None, None)),
        2 => (1..6_i64).prop_map(|most| (None, None, None, Some(most), None)),
        2 => select(vec!["6h", "12h", "24h"]).prop_map(|cooldown| (None, None, None, None, Some(span(cooldown)))),
    ];
    let windows = prop_oneof![3 => Just(Day), 2 => Just(Week), 1 => Just(Trailing(span("24h")))];
    let narrowed = prop_oneof![
        12 => Just((vec![], None)),
        1 => groups().prop_map(|groups| (groups, None)),
        1 => day().prop_map(|from| (vec![], from)),
    ];
    let calendar = prop_oneof![6 => Just(Calendar::default()), 1 => calendar()];
    let direction = prop_oneof![4 => Just(Load), 2 => Just(Any), 1 => Just(Withdrawal)];
    let measure = prop_oneof![3 => Just(Measure::Gross), 1 => Just(Measure::Net)];
    (bounds, windows, narrowed, calendar, direction, measure).prop_map(
        |((count, amount, least, most, cooldown), window, (groups, from), calendar, direction, measure)| Limit {
            count,
            amount: amount.map(Amount::from_minor),
            minimum_amount: least.map(Amount::from_minor),
            maximum_amount: most.map(Amount::from_minor),
            cooldown,
            groups,
            from,
            calendar,
            direction,
            measure: if amount.is_some() { measure } else { Measure::Gross },
            ..Limit::new(LimitName::new("a").unwrap(), window)
        },
    )
}

/// Policies of a few limits, without those that can't be.
fn policy() -> impl Strategy<Value = Policy> {
    let late_after = weighted(0.2, select(["6h", "2d"].map(span).to_vec()));
    let limits = prop_oneof![vec(limit(), 1..7), vec(narrow_limit(), 2..6)];
    (limits, late_after).prop_map(|(limits, late_after)| {
        let mut parts = PolicyParts { late_after, ..PolicyParts::default() };
        for (place, limit) in limits.into_iter().enumerate() {
            let name = LimitName::new(&format!("limit-{place}")).unwrap();
            let mut with = parts.clone();
            with.limits.push(Limit { name, ..limit });
            if Policy::new(with.clone()).is_ok() {
                parts = with;
            }
        }
        Policy::new(parts).unwrap()
    })
}

/// Shortly before the first of November, about which weeks, months and the clocks of Toronto change.
fn first_time() -> Timestamp {
    Timestamp::parse_rfc3339(b"2026-10-28T00:30:00Z").unwrap()
}

fn sent() -> impl Strategy<Value = Vec<Sent>> {
    let time = prop_oneof![2 => 0..6_i64, 3 => 0..60_i64, 2 => 0..700_i64];
    let cents = prop_oneof![4 => 0..7_i64, 2 => 0..13_i64, 3 => -6..0_i64, 1 => 0..120_i64];
    let one = (time, cents, often("default", &["a", "b", "c"]));
    (vec(one, 1..120), any::<bool>()).prop_map(|(mut sent, in_order)| {
        if in_order {
            sent.sort_by_key(|(time, ..)| *time);
        }
        sent
    })
}

/// An account under a policy.
struct Run {
    judge: Judge,
    account: Account,
}

impl Run {
    fn new(policy: &Policy) -> Self {
        Self { judge: Judge::new(Arc::new(policy.clone())), account: Account::new(policy.memory()) }
    }

    fn process(&mut self, transaction: &Transaction<'_>) -> AccountEvent {
        let event = self.account.decide(transaction, false, &mut self.judge);
        self.account.apply(&event);
        event
    }
}

fn transaction((time, cents, group): Sent) -> Transaction<'static> {
    let time = Timestamp::from_micros(first_time().micros() + time * HALF_HOUR).unwrap();
    Transaction { id: b"1", customer_id: b"c", amount: Amount::from_minor(cents), time, group: group.as_bytes() }
}

fn place_and_key(warning: &Warning) -> Option<(usize, &'static str)> {
    match warning.about {
        About::Limit(place, key) => Some((place, key.as_str())),
        About::GroupsFile => None,
    }
}

/// The bounds that are said to be idle, as the limits' places and keys.
fn idle(policy: &Policy) -> BTreeSet<(usize, &'static str)> {
    let warnings = idle_bounds(&Rule::all_of(policy));
    warnings.iter().filter_map(place_and_key).collect()
}

/// The policy without some bounds; its limits stay in their places.
fn without(policy: &Policy, idle: &BTreeSet<(usize, &str)>) -> Policy {
    let mut parts = policy.parts().clone();
    for (place, limit) in parts.limits.iter_mut().enumerate() {
        let is_idle = |key: LimitKey| idle.contains(&(place, key.as_str()));
        let kept = |key, amount: Option<Amount>| amount.filter(|_| !is_idle(key));
        limit.count = limit.count.filter(|_| !is_idle(LimitKey::Count));
        limit.amount = kept(LimitKey::Amount, limit.amount);
        limit.minimum_amount = kept(LimitKey::MinimumAmount, limit.minimum_amount);
        limit.maximum_amount = kept(LimitKey::MaximumAmount, limit.maximum_amount);
        limit.maximum_balance = kept(LimitKey::MaximumBalance, limit.maximum_balance);
        limit.cooldown = limit.cooldown.filter(|_| !is_idle(LimitKey::Cooldown));
        if limit.amount.is_none() {
            limit.measure = Measure::Gross;
        }
        if !limit.bounds_something() {
            (limit.window, limit.count) = (Window::Transaction, Some(1));
        }
    }
    Policy::new(parts).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn policy_decides_the_same_without_its_idle_bounds(policy in policy(), sent in sent()) {
        let fewer = without(&policy, &idle(&policy));
        let (mut all, mut rest) = (Run::new(&policy), Run::new(&fewer));
        for sent in sent {
            let transaction = transaction(sent);
            let (event, other) = (all.process(&transaction), rest.process(&transaction));
            prop_assert_eq!(event.kind.is_accepted(), other.kind.is_accepted(), "{:?}: {:?} {:?}", sent, event, other);
            prop_assert_eq!(event.kind.marks(), other.kind.marks(), "{:?}", sent);
        }
    }

    #[test]
    fn nothing_passes_two_bounds_that_exclude_each_other(policy in policy(), sent in sent()) {
        let rules = Rule::all_of(&policy);
        let mut run = Run::new(&policy);
        for sent in sent {
            let transaction = transaction(sent);
            let way = transaction.amount.direction();
            let judges = |rule: &Rule<'_>| {
                rule.limit.covers_group(transaction.group) && rule.limit.holds().contains(transaction.time)
            };
            if run.process(&transaction).kind.is_accepted() {
                for rule in rules.iter().filter(|rule| judges(rule) && rule.judges(way)) {
                    let other = excluding(rule, way, &rules);
                    prop_assert!(!other.is_some_and(judges), "{:?}: {} {:?}", sent, rule.shown(), other);
                }
            }
        }
    }
}

#[test]
fn random_policies_have_all_kinds_of_idle_bounds() {
    let mut runner = TestRunner::deterministic();
    let mut found = BTreeMap::<&str, u32>::new();
    for _ in 0..1_500 {
        let policy = policy().new_tree(&mut runner).unwrap().current();
        let rules = Rule::all_of(&policy);
        for warning in idle_bounds(&rules) {
            for kind in [
                "exceeds",
                "counted alone",
                "apart) there is room",
                "in one load) and",
                "a day) there is room",
                "no balance",
            ] {
                *found.entry(kind).or_default() += u32::from(warning.why.contains(kind));
            }
            *found.entry(place_and_key(&warning).unwrap().1).or_default() += 1;
        }
        for way in [Direction::Load, Direction::Withdrawal] {
            *found.entry("excluding").or_default() +=
                u32::from(rules.iter().any(|rule| excluding(rule, way, &rules).is_some()));
        }
    }
    assert!(found.len() == 13 && found.values().all(|times| *times >= 5), "{found:?}");
}
