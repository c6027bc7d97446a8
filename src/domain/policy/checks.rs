//! What keeps a limit from being one, by itself or beside others.

use std::fmt;

use super::LimitKey;
use crate::domain::{Limit, LimitDirection, LimitOutcome, Measure, Window};

/// What is wrong with a limit by itself.
pub(super) fn faults(limit: &Limit) -> Vec<(LimitKey, String)> {
    let mut found = Vec::new();
    let mut report = |key, why: &str| found.push((key, why.to_owned()));
    if !limit.bounds_something() {
        report(LimitKey::Name, "a limit needs an amount, a count, or another bound");
    }
    let amounts = [
        (LimitKey::Amount, limit.amount),
        (LimitKey::MinimumAmount, limit.minimum_amount),
        (LimitKey::MaximumAmount, limit.maximum_amount),
        (LimitKey::MaximumBalance, limit.maximum_balance),
    ];
    for (key, _) in amounts.iter().filter(|(_, amount)| amount.is_some_and(|amount| amount.minor() <= 0)) {
        report(*key, "must be above zero");
    }
    if limit.count == Some(0) {
        report(LimitKey::Count, "must be above zero");
    }
    if limit.measure == Measure::Net {
        if limit.amount.is_none() {
            report(LimitKey::Measure, "\"net\" needs an amount");
        }
        if limit.direction == LimitDirection::Any {
            report(LimitKey::Measure, "\"net\" needs the direction \"load\" or \"withdrawal\"");
        }
        if limit.window == Window::Transaction {
            report(LimitKey::Measure, "\"net\" needs a window of more than one transaction");
        }
    }
    if let (Some(least), Some(most)) = (limit.minimum_amount, limit.maximum_amount)
        && least > most
    {
        let why = format!("{least} is above the maximum_amount of {most}, so that nothing could pass");
        found.push((LimitKey::MinimumAmount, why));
    }
    if limit.maximum_balance.is_some() && limit.direction == LimitDirection::Withdrawal {
        let why = "a withdrawal never raises the balance; the direction must be \"load\" or \"any\"".to_owned();
        found.push((LimitKey::MaximumBalance, why));
    }
    if let (Some(from), Some(until)) = (limit.from, limit.until)
        && until < from
    {
        found.push((LimitKey::Until, format!("{until} is before {from}, from which the limit holds")));
    }
    found
}

/// The bounds of a week's or month's limit that lie below a day's for the same transactions, which could then never be
/// reached: a mistake in one of the two. Other bounds that make no difference are no errors.
pub(super) fn contradictions(limit: &Limit, limits: &[Limit]) -> Vec<(LimitKey, String)> {
    // What only flags lets the other be reached.
    if !matches!(limit.window, Window::Week | Window::Month) || limit.outcome != LimitOutcome::Decline {
        return Vec::new();
    }
    // Limits that differ in anything else may well bind each other's transactions apart.
    let is_like = |day: &&Limit| {
        (day.window, day.outcome) == (Window::Day, LimitOutcome::Decline)
            && (day.direction, day.measure, &day.calendar.zone)
                == (limit.direction, limit.measure, &limit.calendar.zone)
            && (&day.groups, day.from, day.until) == (&limit.groups, limit.from, limit.until)
    };
    let below = |long: &dyn fmt::Display, short: &dyn fmt::Display, day: &Limit| {
        format!("{long} is below the {short} of {:?}, which could never be reached", day.name.as_str())
    };
    let mut found = Vec::new();
    for day in limits.iter().filter(is_like) {
        if let (Some(long), Some(short)) = (limit.amount, day.amount)
            && long < short
            // A net sum over several days can be less than that of one of them.
            && limit.measure == Measure::Gross
        {
            found.push((LimitKey::Amount, below(&long, &short, day)));
        }
        if let (Some(long), Some(short)) = (limit.count, day.count)
            && long < short
        {
            found.push((LimitKey::Count, below(&long, &short, day)));
        }
    }
    found
}
