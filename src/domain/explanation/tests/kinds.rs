//! Limits of every kind beside the plain rules: each figure, the largest amount among all, the earliest time among all.

use std::sync::Arc;

use proptest::prelude::*;

use super::super::*;
use super::plain::{Moved, Plain, STEP, covers, shares_window};
use crate::domain::{
    Account, Calendar, Day, GroupName, Judge, Limit, LimitDirection, LimitName, Measure, Part, PolicyParts, Weekday,
    Window, Zone,
};

const HOUR: i64 = 2 * STEP;
const DAY: i64 = 24 * HOUR;

/// 2026-02-20T00:00:00Z: within three weeks a month ends and clocks in Toronto are put forward.
const SPRING: i64 = 1_771_545_600_000_000;
/// 2025-12-18T00:00:00Z: within three weeks a year ends.
const WINTER: i64 = 1_766_016_000_000_000;

/// How many days transactions are spread over.
const DAYS: i64 = 21;

fn time(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

fn amount(cents: i64) -> Amount {
    Amount::from_minor(cents)
}

fn transaction(cents: i64, micros: i64, group: &str) -> Transaction<'_> {
    Transaction { id: b"1", customer_id: b"1", amount: amount(cents), time: time(micros), group: group.as_bytes() }
}

fn span(hours: i64) -> TimeSpan {
    TimeSpan::parse(&format!("{hours}h")).unwrap()
}

fn window() -> impl Strategy<Value = Window> {
    let calendar = [Window::Day, Window::Week, Window::Month, Window::Quarter, Window::Year];
    prop_oneof![
        4 => prop::sample::select(calendar.to_vec()),
        1 => Just(Window::Transaction),
        1 => Just(Window::Lifetime),
        6 => (1..200i64).prop_map(|hours| Window::Trailing(span(hours))),
    ]
}

/// A limit of some window, direction and bounds; those of time come in days since the start.
fn limit() -> impl Strategy<Value = (Limit, Option<i64>, Option<i64>)> {
    let direction = prop::sample::select(vec![LimitDirection::Load, LimitDirection::Withdrawal, LimitDirection::Any]);
    let zone = prop::sample::select(vec!["UTC", "America/Toronto", "Asia/Kolkata"]);
    let groups = prop::sample::select(vec![vec![], vec![], vec![], vec!["gold"], vec!["default", "silver"]]);
    let outcome = prop_oneof![
        4 => Just(LimitOutcome::Decline),
        1 => Just(LimitOutcome::Flag),
        1 => Just(LimitOutcome::Shadow),
    ];
    let rarely = |values: std::ops::Range<i64>| prop::option::weighted(0.15, values);
    let what = (window(), direction, any::<bool>(), zone, any::<bool>(), groups, outcome);
    let bounds = (
        prop::option::weighted(0.4, 1..5u32),
        prop::option::weighted(0.6, 1..1_500i64),
        rarely(1..300),
        rarely(300..900),
        rarely(200..3_000),
        rarely(1..60),
    );
    (what, bounds, rarely(0..DAYS), rarely(0..DAYS)).prop_map(|(what, bounds, from, until)| {
        let (window, direction, is_net, zone, from_sunday, groups, outcome) = what;
        let (count, sum, least, most, balance, cooldown) = bounds;
        let week_starts = if from_sunday { Weekday::Sunday } else { Weekday::Monday };
        let is_net = is_net && sum.is_some() && direction != LimitDirection::Any && window != Window::Transaction;
        let limit = Limit {
            direction,
            measure: if is_net { Measure::Net } else { Measure::Gross },
            amount: sum.map(amount),
            count,
            minimum_amount: least.map(amount),
            maximum_amount: most.map(amount),
            maximum_balance: balance.filter(|_| direction != LimitDirection::Withdrawal).map(amount),
            cooldown: cooldown.map(span),
            calendar: Calendar { zone: Zone::named(zone).unwrap(), week_starts },
            groups: groups.into_iter().map(|name| GroupName::new(name).unwrap()).collect(),
            outcome,
            ..Limit::new(LimitName::new("a").unwrap(), window)
        };
        (limit, from, until)
    })
}

/// A start, and a policy whose limits hold from and until days behind it.
fn world() -> impl Strategy<Value = (i64, Policy)> {
    let limits = prop::collection::vec(limit(), 0..5);
    let late_after = prop::option::weighted(0.2, 1..300i64);
    (prop::sample::select(vec![SPRING, WINTER]), limits, late_after).prop_filter_map(
        "a policy that is refused",
        |(start, limits, late_after)| {
            let day = |after: i64| Day::from_number((start / DAY + after) as i32);
            let limits = limits.into_iter().enumerate().map(|(place, (limit, from, until))| Limit {
                name: LimitName::new(&format!("limit-{place}")).unwrap(),
                from: from.map(day),
                until: until.map(day),
                ..limit
            });
            let parts = PolicyParts {
                limits: limits.filter(Limit::bounds_something).collect(),
                late_after: late_after.map(span),
                ..PolicyParts::default()
            };
            Policy::new(parts).ok().map(|policy| (start, policy))
        },
    )
}

/// When, in steps since the start, how many cents, and of which group.
fn any_move() -> impl Strategy<Value = (i64, i64, &'static str)> {
    let group = prop::sample::select(vec!["default", "gold", "silver"]);
    // Close together at first, so that windows are full and there is something behind what is asked for.
    let steps = prop_oneof![0..4 * DAY / STEP, 0..DAYS * DAY / STEP];
    (steps, prop_oneof![0..800i64, -400..0i64], group)
}

/// What an account decides on transactions, line by line.
fn statement(start: i64, policy: &Policy, moves: &[(i64, i64, &str)]) -> Vec<(StatementLine, AccountEventKind)> {
    let (mut judge, mut account) = (Judge::new(Arc::new(policy.clone())), Account::new(policy.memory()));
    let lines = moves.iter().zip(2..).map(|(&(steps, cents, group), position)| {
        let event = account.decide(&transaction(cents, start + steps * STEP, group), false, &mut judge);
        account.apply(&event);
        (StatementLine::new(position, &event), event.kind)
    });
    lines.collect()
}

fn moved<'a>(lines: impl IntoIterator<Item = &'a StatementLine>) -> Vec<Moved> {
    let accepted = lines.into_iter().filter(|line| line.outcome.is_accepted());
    accepted.map(|line| (line.time.micros(), line.amount.minor())).collect()
}

/// Every instant behind one at which anything can ease: each step for as long as transactions, spans and dates reach, and
/// then those around the first of each month for longer than a year.
fn instants(start: i64, now: i64) -> impl Iterator<Item = i64> {
    let reach = start + (DAYS + 10) * DAY;
    let near = (0..).map(move |step| now + step * STEP).take_while(move |at| *at < reach);
    let of_months = (0..400i64).map(move |days| start + days * DAY).filter(|at| {
        let day = Timestamp::from_micros(*at).unwrap().day();
        day.plus(1) == day.plus(1).first_of_month() || day == day.first_of_month()
    });
    let far = of_months.flat_map(|at| (0..48).map(move |step| at + step * STEP));
    near.chain(far.filter(move |at| *at >= reach.max(now)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_decision_is_explained_as_it_was_made(
        (start, policy) in world(),
        moves in prop::collection::vec(any_move(), 1..25),
    ) {
        let lines = statement(start, &policy, &moves);
        for (count, (line, kind)) in lines.iter().enumerate() {
            let standing = Standing::of(lines[..count].iter().map(|(line, _)| line)).unwrap();
            let transaction = transaction(line.amount.minor(), line.time.micros(), moves[count].2);
            prop_assert_eq!(Explanation::of(&standing, &transaction, &policy).kind, *kind);
        }
    }

    #[test]
    fn every_figure_of_every_kind_is_that_of_the_plain_rules(
        (start, policy) in world(),
        moves in prop::collection::vec(any_move(), 0..25),
        until in prop::option::weighted(0.3, 0..DAYS * DAY / STEP),
        (steps, cents, group) in any_move(),
    ) {
        let lines = statement(start, &policy, &moves);
        let happened = |line: &&StatementLine| until.is_none_or(|until| line.time <= time(start + until * STEP));
        let chosen = || lines.iter().map(|(line, _)| line).filter(happened);
        let (standing, past, now) = (Standing::of(chosen()).unwrap(), moved(chosen()), start + steps * STEP);
        let plain = Plain::new(policy.limits(), policy.late_after(), &past, group);
        let explanation = Explanation::of(&standing, &transaction(cents, now, group), &policy);
        prop_assert_eq!(explanation.kind, plain.decide(now, i128::from(cents)));
        check_largest(&explanation, &plain, now)?;

        let mut instants = instants(start, now);
        let earliest = instants.find(|at| plain.decide(*at, i128::from(cents)).is_accepted());
        prop_assert_eq!(explanation.earliest, earliest.map(time));

        for (finding, limit) in explanation.limits.iter().zip(policy.limits()) {
            check_finding(finding, limit, &plain, now, cents)?;
        }
    }
}

/// The largest amount passes, and none above it; without one none passes.
fn check_largest(explanation: &Explanation, plain: &Plain<'_>, now: i64) -> Result<(), TestCaseError> {
    let sign = if explanation.amount.minor() < 0 { -1 } else { 1 };
    let passes = |amount: i128| plain.decide(now, sign * amount).is_accepted() && (sign == 1 || amount > 0);
    let largest = explanation.largest.map(i128::from);
    if let Some(largest) = largest {
        prop_assert!(passes(largest) && !passes(largest + 1), "{largest}");
    }
    let above = largest.map_or(0, |largest| largest + 1);
    prop_assert!(!(above..3_100).any(passes), "more than {largest:?}");
    Ok(())
}

fn check_finding(
    finding: &LimitFinding,
    limit: &Limit,
    plain: &Plain<'_>,
    now: i64,
    cents: i64,
) -> Result<(), TestCaseError> {
    let applies = plain.holds(limit, now) && covers(limit.direction, cents);
    prop_assert_eq!(finding.applies.is_yes(), applies);
    let alone = [Limit { outcome: LimitOutcome::Decline, ..limit.clone() }];
    let exceeded = match Plain::new(&alone, None, plain.past, plain.group).decide(now, i128::from(cents)) {
        AccountEventKind::AccountLimitExceeded { bound, .. } => Some(bound),
        _ => None,
    };
    prop_assert_eq!(finding.exceeded, exceeded);

    let parts = finding.standing.parts.iter().filter(|part| part.bounds(amount(cents).direction()));
    let first = parts.clone().find(|part| part.margin(amount(cents)) < 0).map(|part| part.bound);
    prop_assert!(!applies || first == finding.exceeded, "margins say {first:?}");
    for part in &finding.standing.parts {
        check_part(*part, limit, plain, now)?;
    }
    Ok(())
}

/// The first step behind one that is no longer of the same window of a calendar, found by halves.
fn end_of_window(limit: &Limit, now: i64) -> i64 {
    let (mut inside, mut behind) = (now, now + 400 * DAY);
    while behind - inside > STEP {
        let middle = inside + (behind - inside) / STEP / 2 * STEP;
        if shares_window(limit, now, middle) { inside = middle } else { behind = middle }
    }
    behind
}

/// What is used and left of a bound, and when less is.
fn check_part(part: Part, limit: &Limit, plain: &Plain<'_>, now: i64) -> Result<(), TestCaseError> {
    let same =
        plain.past.iter().filter(|(then, cents)| covers(limit.direction, *cents) && shares_window(limit, now, *then));
    let resets = match limit.window {
        Window::Transaction | Window::Lifetime => None,
        Window::Trailing(span) => same.clone().map(|(then, _)| then + span.micros()).min().filter(|_| part.used > 0),
        _ => Some(end_of_window(limit, now)),
    };
    let near = plain.near(limit, now);
    let (used, limit, resets) = match part.bound {
        Bound::MinimumAmount => (0, limit.minimum_amount.map(Amount::magnitude), None),
        Bound::MaximumAmount => (0, limit.maximum_amount.map(Amount::magnitude), None),
        Bound::Cooldown => {
            let last = near.iter().max().zip(limit.cooldown);
            (near.len() as i128, Some(0), last.map(|(last, span)| last + span.micros()))
        }
        Bound::Count => (plain.count(limit, now) as i128, limit.count.map(u64::from), resets),
        Bound::Amount => (plain.sum(limit, now), limit.amount.map(Amount::magnitude), resets),
        Bound::MaximumBalance => (plain.balance(), limit.maximum_balance.map(Amount::magnitude), None),
    };
    prop_assert_eq!((part.used, Some(part.limit)), (used.max(0) as u64, limit));
    prop_assert_eq!(part.resets, resets.map(time));
    if part.is_used_up() {
        prop_assert_eq!(i128::from(part.left()), (i128::from(part.limit) - used).max(0));
    }
    Ok(())
}
