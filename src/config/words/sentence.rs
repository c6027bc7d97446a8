//! A limit as one plain sentence.

use super::phrases::{
    amount_in_words, count_in_words, dates_in_words, groups_in_words, list_in_words, week_in_words, window_in_words,
    zone_in_words,
};
use crate::domain::{Amount, Bound, Limit, LimitDirection, LimitOutcome, Measure, Policy, Window};

/// What the limits of a policy don't have in common, so that each of them says it.
#[derive(Clone, Copy, Debug)]
struct Differ {
    zones: bool,
    weeks: bool,
    outcomes: bool,
}

/// Each limit of a policy as a sentence, in order.
pub fn sentences(policy: &Policy) -> Vec<String> {
    let limits = policy.limits();
    let differ = |is_like: fn(&Limit, &Limit) -> bool| {
        limits.windows(2).any(|two| match two {
            [one, next] => !is_like(one, next),
            _ => false,
        })
    };
    let differ = Differ {
        zones: differ(|one, next| one.calendar.zone == next.calendar.zone),
        weeks: differ(|one, next| one.calendar.week_starts == next.calendar.week_starts),
        outcomes: limits.iter().any(|limit| limit.outcome != LimitOutcome::Decline),
    };
    limits.iter().map(|limit| sentence(limit, differ)).collect()
}

/// One bound of a limit without the limit's dates, groups and zone, as half a sentence.
pub(in crate::config) fn bound_in_words(limit: &Limit, bound: Bound) -> String {
    let one = noun(limit.direction);
    let in_one = |amount: Option<Amount>| format!("{} in one {one}", amount.map_or_else(String::new, amount_in_words));
    match bound {
        Bound::Count => format!("{} {}", limit.count.unwrap_or_default(), window_in_words(limit.window)),
        Bound::Amount if limit.window == Window::Transaction => in_one(limit.amount),
        Bound::Amount => {
            let amount = limit.amount.map_or_else(String::new, amount_in_words);
            format!("{amount} {}", window_in_words(limit.window))
        }
        Bound::MinimumAmount => in_one(limit.minimum_amount),
        Bound::MaximumAmount => in_one(limit.maximum_amount),
        Bound::MaximumBalance => limit.maximum_balance.map_or_else(String::new, amount_in_words),
        Bound::Cooldown => limit.cooldown.map_or_else(String::new, |span| format!("{} apart", span.in_words())),
    }
}

fn sentence(limit: &Limit, differ: Differ) -> String {
    let when = calendar(limit, differ);
    let sums = limit.count.is_some() || limit.amount.is_some();
    let is_of_calendar = !matches!(limit.window, Window::Transaction | Window::Lifetime | Window::Trailing(_));
    let (at_window, at_dates) = if sums && is_of_calendar { (when.as_str(), "") } else { ("", when.as_str()) };
    let mut text = list_in_words(&bounds(limit, at_window));
    if let Some(dates) = dates_in_words(limit.from, limit.until) {
        text = format!("{text}, {dates}{at_dates}");
    }
    if !limit.groups.is_empty() {
        text = format!("{text}, for {}", groups_in_words(&limit.groups));
    }
    if differ.outcomes && !declines_nothing(limit) {
        text = format!("{text}; {} is {}", excess(limit), consequence(limit.outcome));
    }
    capitalised(&text) + "."
}

/// What is to be said about the calendar of a limit that looks at one, in parentheses.
fn calendar(limit: &Limit, differ: Differ) -> String {
    let is_weekly = limit.window == Window::Week && (limit.count.is_some() || limit.amount.is_some());
    let says_week = is_weekly && (differ.weeks || limit.calendar.week_starts != Default::default());
    let week = says_week.then(|| week_in_words(limit.calendar.week_starts));
    let says_zone = differ.zones || !limit.calendar.zone.is_utc();
    let zone = says_zone.then(|| zone_in_words(&limit.calendar.zone));
    let said: Vec<_> = week.into_iter().chain(zone).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

/// Each of the limit's bounds as a phrase; what is to be said about the calendar stands behind the window.
fn bounds(limit: &Limit, calendar: &str) -> Vec<String> {
    let one = noun(limit.direction);
    let mut bounds = Vec::new();
    if limit.window != Window::Transaction {
        bounds.extend(in_window(limit, calendar));
    }
    bounds.extend(match (limit.minimum_amount.map(amount_in_words), limit.maximum_amount.map(amount_in_words)) {
        (Some(least), Some(most)) if least == most => Some(format!("exactly {least} in any one {one}")),
        (Some(least), Some(most)) => Some(format!("from {least} to {most} in any one {one}")),
        (Some(least), None) => Some(format!("at least {least} in any one {one}")),
        (None, Some(most)) => Some(format!("at most {most} in any one {one}")),
        (None, None) => None,
    });
    if limit.window == Window::Transaction {
        bounds.extend(limit.amount.map(|amount| format!("at most {} in any one {one}", amount_in_words(amount))));
        bounds.extend(limit.count.map(|count| {
            let count = count_in_words(count);
            format!("a count of {count}, which declines nothing as each {one} is counted alone")
        }));
    }
    bounds.extend(limit.cooldown.map(|span| format!("at least {} between two {one}s", span.in_words())));
    bounds.extend(
        limit.maximum_balance.map(|most| format!("a balance of at most {} after a load", amount_in_words(most))),
    );
    bounds
}

/// The limit's count and amount of a window.
fn in_window(limit: &Limit, calendar: &str) -> Option<String> {
    let one = noun(limit.direction);
    let count = limit.count.map(|count| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{} {one}{plural}", count_in_words(count))
    });
    let amount = limit.amount.map(|amount| {
        let what = match (limit.measure, limit.direction) {
            (_, LimitDirection::Any) => "",
            (Measure::Gross, LimitDirection::Load) => " loaded",
            (Measure::Gross, LimitDirection::Withdrawal) => " withdrawn",
            (Measure::Net, LimitDirection::Load) => " of loads less withdrawals",
            (Measure::Net, LimitDirection::Withdrawal) => " of withdrawals less loads",
        };
        format!("{}{what}", amount_in_words(amount))
    });
    let both: Vec<_> = [count, amount].into_iter().flatten().collect();
    let both_ways = if limit.direction == LimitDirection::Any { ", loads and withdrawals together" } else { "" };
    let window = window_in_words(limit.window);
    (!both.is_empty()).then(|| format!("at most {} {window}{calendar}{both_ways}", both.join(" and ")))
}

/// Whether a limit has no other bound than a count of single transactions.
fn declines_nothing(limit: &Limit) -> bool {
    limit.window == Window::Transaction && !Limit { count: None, ..limit.clone() }.bounds_something()
}

/// What a limit lets not pass, in a word.
const fn excess(limit: &Limit) -> &'static str {
    let more = limit.count.is_some()
        || limit.amount.is_some()
        || limit.maximum_amount.is_some()
        || limit.maximum_balance.is_some();
    match (more, limit.minimum_amount.is_some(), limit.cooldown.is_some()) {
        (true, false, false) => "more",
        (false, true, false) => "less",
        (false, false, true) => "what comes sooner",
        _ => "anything else",
    }
}

const fn consequence(outcome: LimitOutcome) -> &'static str {
    match outcome {
        LimitOutcome::Decline => "declined",
        LimitOutcome::Flag => "accepted and flagged",
        LimitOutcome::Shadow => "only counted: the limit is being tried",
    }
}

const fn noun(direction: LimitDirection) -> &'static str {
    match direction {
        LimitDirection::Load => "load",
        LimitDirection::Withdrawal => "withdrawal",
        LimitDirection::Any => "transaction",
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str())).unwrap_or_default()
}
