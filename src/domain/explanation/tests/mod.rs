mod kinds;
mod plain;

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::domain::{Account, DEFAULT_GROUP, Judge, Limit, LimitDirection, LimitName, PolicyParts, Window};

/// A rule as plainly as it can be told: window, direction, count, amount.
type Rule = (Window, LimitDirection, Option<u32>, Option<i64>);

/// A transaction that was accepted: when, in hours since 2000-01-01, and cents.
type Moved = (i64, i64);

const HOUR: i64 = 3_600_000_000;
const START: i64 = 946_684_800_000_000;

fn time(hours: i64) -> Timestamp {
    Timestamp::from_micros(START + hours * HOUR).unwrap()
}

fn policy(rules: &[Rule]) -> Policy {
    let limit = |(place, &(window, direction, count, amount)): (usize, &Rule)| Limit {
        direction,
        count,
        amount: amount.map(Amount::from_minor),
        ..Limit::new(LimitName::new(&format!("limit-{place}")).unwrap(), window)
    };
    let limits = rules.iter().enumerate().map(limit).collect();
    Policy::new(PolicyParts { limits, ..PolicyParts::default() }).unwrap()
}

fn transaction(amount: Amount, time: Timestamp) -> Transaction<'static> {
    Transaction { id: b"1", customer_id: b"1", amount, time, group: DEFAULT_GROUP.as_bytes() }
}

/// Whether two hours since 2000-01-01, a Saturday, share a window.
fn shared(window: Window, one: i64, other: i64) -> bool {
    let date = |hours: i64| chrono::DateTime::from_timestamp_micros(START + hours * HOUR).unwrap().date_naive();
    let (one, other) = (date(one), date(other));
    use chrono::Datelike;
    match window {
        Window::Quarter | Window::Year | Window::Lifetime | Window::Trailing(_) => panic!("no such rule here"),
        Window::Transaction => false,
        Window::Day => one == other,
        Window::Week => one.iso_week() == other.iso_week(),
        Window::Month => (one.year(), one.month()) == (other.year(), other.month()),
    }
}

/// Whether a limit of a direction restricts and sums so many cents.
fn covers(direction: LimitDirection, cents: i64) -> bool {
    match direction {
        LimitDirection::Any => true,
        LimitDirection::Load => cents >= 0,
        LimitDirection::Withdrawal => cents < 0,
    }
}

/// The rules as plainly as they can be told: the place of the first limit that fails, the number of limits if it is the
/// funds, none if it passes.
fn naive(rules: &[Rule], past: &[Moved], hours: i64, cents: i64) -> Option<usize> {
    for (place, (window, direction, count, amount)) in rules.iter().enumerate() {
        if !covers(*direction, cents) {
            continue;
        }
        let uses = |(when, moved): &&Moved| covers(*direction, *moved) && shared(*window, *when, hours);
        let same: Vec<_> = past.iter().filter(uses).collect();
        let sum: i64 = same.iter().map(|(_, moved)| moved.abs()).sum();
        if count.is_some_and(|count| same.len() as i64 + 1 > i64::from(count))
            || amount.is_some_and(|amount| sum + cents.abs() > amount)
        {
            return Some(place);
        }
    }
    let balance: i64 = past.iter().map(|(_, cents)| cents).sum();
    (cents < 0 && balance + cents < 0).then_some(rules.len())
}

fn place_of(kind: AccountEventKind, limits: usize) -> Option<usize> {
    match kind {
        AccountEventKind::AccountDeposited { .. } | AccountEventKind::AccountWithdrawn { .. } => None,
        AccountEventKind::AccountLimitExceeded { limit, .. } => Some(usize::from(limit)),
        AccountEventKind::AccountFundsInsufficient { .. } => Some(limits),
        other => panic!("{other:?}"),
    }
}

/// What an account decides on transactions, line by line.
fn statement(rules: &[Rule], transactions: &[Moved]) -> Vec<StatementLine> {
    let (mut judge, mut account) = (Judge::new(Arc::new(policy(rules))), Account::default());
    let lines = transactions.iter().zip(2..).map(|(&(hours, cents), position)| {
        let amount = Amount::from_minor(cents);
        let transaction = transaction(amount, time(hours));
        let event = account.decide(&transaction, false, &mut judge);
        account.apply(&event);
        StatementLine::new(position, &event)
    });
    lines.collect()
}

fn moved<'a>(lines: impl IntoIterator<Item = &'a StatementLine>) -> Vec<Moved> {
    let accepted = lines.into_iter().filter(|line| line.outcome.is_accepted());
    accepted.map(|line| ((line.time.micros() - START) / HOUR, line.amount.minor())).collect()
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let window = prop::sample::select(vec![Window::Transaction, Window::Day, Window::Week, Window::Month]);
    let direction = prop::sample::select(vec![LimitDirection::Load, LimitDirection::Withdrawal, LimitDirection::Any]);
    let rule = (window, direction, prop::option::of(1..5u32), 1..1_500i64, any::<bool>());
    let rule = rule.prop_map(|(window, direction, count, amount, both)| {
        (window, direction, count, (both || count.is_none()).then_some(amount))
    });
    let valid = |rules: &Vec<Rule>| {
        let short = rules.iter().filter(|rule| rule.0 == Window::Day);
        short.clone().all(|day| {
            rules.iter().filter(|long| matches!(long.0, Window::Week | Window::Month) && long.1 == day.1).all(|long| {
                long.2.zip(day.2).is_none_or(|(long, day)| long >= day)
                    && long.3.zip(day.3).is_none_or(|(long, day)| long >= day)
            })
        })
    };
    prop::collection::vec(rule, 0..5).prop_filter("a policy that is refused", valid)
}

fn any_move() -> impl Strategy<Value = Moved> {
    // Five weeks, so that times come in any order and share days, weeks and months.
    (0..35 * 24i64, prop_oneof![0..800i64, -400..0i64])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_decision_is_explained_as_it_was_made(
        rules in rules(),
        transactions in prop::collection::vec(any_move(), 1..25),
    ) {
        let (policy, lines) = (policy(&rules), statement(&rules, &transactions));
        for (count, line) in lines.iter().enumerate() {
            let standing = Standing::of(&lines[..count]).unwrap();
            let explanation = Explanation::of(&standing, &transaction(line.amount, line.time), &policy);
            prop_assert_eq!(crate::domain::Outcome::from(explanation.kind), line.outcome);
        }
    }

    #[test]
    fn every_figure_is_that_of_the_plain_rules_whatever_moment_is_asked_for(
        rules in rules(),
        transactions in prop::collection::vec(any_move(), 0..25),
        known in 0..26usize,
        until in prop::option::of(0..40 * 24i64),
        (hours, cents) in any_move(),
    ) {
        let (policy, lines) = (policy(&rules), statement(&rules, &transactions));
        let happened = |line: &&StatementLine| until.is_none_or(|until| line.time <= time(until));
        let chosen = || lines.iter().take(known).filter(happened);
        let (standing, past) = (Standing::of(chosen()).unwrap(), moved(chosen()));
        let explanation = Explanation::of(&standing, &transaction(Amount::from_minor(cents), time(hours)), &policy);
        let fails = |hours: i64, cents: i64| naive(&rules, &past, hours, cents);

        prop_assert_eq!(place_of(explanation.kind, rules.len()), fails(hours, cents));
        prop_assert_eq!(explanation.balance, past.iter().map(|(_, cents)| cents).sum::<i64>());
        prop_assert_eq!(standing.declined(), chosen().filter(|line| !line.outcome.is_accepted()).count() as u64);
        prop_assert_eq!(standing.latest(), chosen().map(|line| line.time).max());

        // One cent apart: all up to the largest amount pass, and none above it.
        let sign = if cents < 0 { -1 } else { 1 };
        let amounts = (if cents < 0 { 1 } else { 0 })..2_000;
        let largest = amounts.clone().take_while(|amount| fails(hours, sign * amount).is_none()).last();
        let free = rules.iter().all(|(_, direction, _, amount)| amount.is_none() || !covers(*direction, cents));
        if free && sign == 1 && largest.is_some() {
            prop_assert_eq!(explanation.largest, Some(explanation.room));
        } else if largest != Some(1_999) {
            prop_assert_eq!(explanation.largest, largest.map(|amount| amount as u64));
            let mut larger = amounts.skip_while(|amount| Some(*amount) <= largest);
            prop_assert!(larger.all(|amount| fails(hours, sign * amount).is_some()));
        }

        // Day by day: the earliest time is the first that passes, for far longer than any window lasts.
        let day = hours - hours.rem_euclid(24);
        let days = std::iter::once(hours).chain((1..100).map(|later| day + later * 24));
        let earliest = days.into_iter().find(|hours| fails(*hours, cents).is_none());
        prop_assert_eq!(explanation.earliest, earliest.map(time));

        for (finding, (window, direction, count, amount)) in explanation.limits.iter().zip(&rules) {
            let uses = |(when, cents): &Moved| covers(*direction, *cents) && shared(*window, *when, hours);
            let same: Vec<_> = past.iter().copied().filter(uses).collect();
            let sum = same.iter().map(|(_, cents)| cents.unsigned_abs()).sum::<u64>();
            prop_assert_eq!(finding.applies.is_yes(), covers(*direction, cents));
            prop_assert_eq!(moved(&finding.users), same.clone());
            let part = finding.standing.count().map(|part| (part.used, part.limit));
            prop_assert_eq!(part, count.map(|count| (same.len() as u64, u64::from(count))));
            let part = finding.standing.amount().map(|part| (part.used, part.limit));
            prop_assert_eq!(part, amount.map(|amount| (sum, amount as u64)));
            let exceeded = naive(&[(*window, *direction, *count, *amount)], &past, hours, cents) == Some(0);
            prop_assert_eq!(finding.exceeded.is_some(), exceeded);
            if let Some(resets) = finding.standing.resets() {
                let resets = (resets.micros() - START) / HOUR;
                prop_assert!(resets > hours && shared(*window, hours, resets - 1) && !shared(*window, hours, resets));
            }
        }
    }
}

#[test]
fn withdrawal_before_the_load_that_it_came_from_leaves_less_than_nothing() {
    let lines = statement(&[], &[(48, 500), (24, -300)]);
    let then: Vec<_> = lines.iter().filter(|line| line.time <= time(30)).collect();
    let standing = Standing::of(then.iter().copied()).unwrap();
    assert_eq!(standing.balance(), -300);
    let explanation = Explanation::of(&standing, &transaction(Amount::from_minor(-1), time(30)), &policy(&[]));
    assert_eq!((explanation.largest, explanation.earliest), (None, None));
    assert_eq!(explanation.kind, AccountEventKind::AccountFundsInsufficient { balance: 0 });
}

#[test]
fn full_limit_lets_a_load_of_nothing_pass_and_a_full_count_nothing() {
    let amount = [(Window::Day, LimitDirection::Load, None, Some(500))];
    let lines = statement(&amount, &[(0, 500)]);
    let standing = Standing::of(&lines).unwrap();
    let largest = |rules: &[Rule]| {
        Explanation::of(&standing, &transaction(Amount::from_minor(1), time(1)), &policy(rules)).largest
    };
    assert_eq!(largest(&amount), Some(0));
    assert_eq!(largest(&[(Window::Day, LimitDirection::Load, Some(1), None)]), None);
    let tightened = [(Window::Day, LimitDirection::Load, None, Some(499))];
    assert_eq!(largest(&tightened), None, "a lower limit than was used");
}

#[test]
fn earliest_time_of_what_no_window_can_hold_is_never() {
    let rules = [(Window::Week, LimitDirection::Load, None, Some(500))];
    let lines = statement(&rules, &[(0, 400)]);
    let standing = Standing::of(&lines).unwrap();
    let earliest =
        |cents| Explanation::of(&standing, &transaction(Amount::from_minor(cents), time(1)), &policy(&rules)).earliest;
    assert_eq!(earliest(501), None);
    assert_eq!(earliest(500), Some(time(48)), "the Monday after a Saturday");
    assert_eq!(earliest(100), Some(time(1)));
}

#[test]
fn total_that_is_nearly_full_bounds_the_largest_amount() {
    let lines = statement(&[], &[(0, i64::MAX - 5)]);
    let standing = Standing::of(&lines).unwrap();
    let explanation = Explanation::of(&standing, &transaction(Amount::from_minor(6), time(1)), &policy(&[]));
    assert_eq!(explanation.kind, AccountEventKind::AccountTotalOverflowed);
    assert_eq!((explanation.room, explanation.largest, explanation.earliest), (5, Some(5), None));
}

#[test]
fn lines_that_no_account_can_have_are_none() {
    let line = StatementLine {
        position: 2,
        outcome: crate::domain::Outcome::Accepted,
        amount: Amount::from_minor(i64::MAX),
        time: time(0),
    };
    assert!(Standing::of([&line, &line]).is_none());
    assert!(Standing::of([&StatementLine { amount: Amount::from_minor(i64::MIN), ..line }]).is_none());
}
