//! How much of a limit is used, as JSON.

use serde::Serialize;

use crate::domain::{Bound, Limit, LimitOutcome, LimitStanding, Measure, Part, Period, Timestamp};
use crate::formats::event::Used;

/// What is used, allowed and left of a bound, its keys in this order.
#[derive(Serialize)]
pub(super) struct PartLine {
    used: Used,
    limit: Used,
    left: Used,
}

/// The stretch of time over which a limit sums and what is used of it, its keys in this order.
#[derive(Serialize)]
pub(super) struct WindowLine {
    from: Option<String>,
    to: Option<String>,
    resets: Option<String>,
    count: Option<PartLine>,
    amount: Option<PartLine>,
}

/// What only some limits have, its keys in this order; those that a limit does not have are left out.
#[derive(Serialize)]
pub(super) struct MoreLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_amount: Option<Used>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_amount: Option<Used>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_balance: Option<PartLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cooldown: Option<CooldownLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
}

/// How many transactions are too near, its keys in this order.
#[derive(Serialize)]
struct CooldownLine {
    span: String,
    near: u64,
    resets: Option<String>,
}

impl PartLine {
    fn of(part: Part) -> Self {
        let shown = |number| used(part.bound, number);
        Self { used: shown(part.used), limit: shown(part.limit), left: shown(part.left()) }
    }
}

impl WindowLine {
    /// What is used of a limit.
    pub(super) fn of(limit: &Limit, standing: &LimitStanding) -> Self {
        let (from, to) = match standing.period {
            Period::Days { first, last } => (Some(first.to_string()), Some(last.to_string())),
            _ => (None, None),
        };
        Self {
            from,
            to,
            resets: local(limit, standing.resets()),
            count: standing.count().map(PartLine::of),
            amount: standing.amount().map(PartLine::of),
        }
    }
}

impl<'a> MoreLine<'a> {
    /// What else a limit has.
    pub(super) fn of(limit: &'a Limit, standing: &LimitStanding) -> Self {
        let bound = |bound| standing.part(bound).map(|part| used(bound, part.limit));
        let cooldown = standing.part(Bound::Cooldown).zip(limit.cooldown);
        let cooldown = cooldown.map(|(part, span)| CooldownLine {
            span: span.to_string(),
            near: part.used,
            resets: local(limit, part.resets),
        });
        let after = match standing.period {
            Period::Trailing { after, .. } => after,
            _ => None,
        };
        Self {
            minimum_amount: bound(Bound::MinimumAmount),
            maximum_amount: bound(Bound::MaximumAmount),
            maximum_balance: standing.part(Bound::MaximumBalance).map(PartLine::of),
            cooldown,
            after: local(limit, after),
            measure: (limit.measure != Measure::Gross).then(|| limit.measure.as_str()),
            zone: (!limit.calendar.zone.is_utc()).then(|| limit.calendar.zone.name()),
            groups: limit.groups.iter().map(|name| name.as_str()).collect(),
            holds_from: limit.from.map(|day| day.to_string()),
            holds_until: limit.until.map(|day| day.to_string()),
            outcome: (limit.outcome != LimitOutcome::Decline).then(|| limit.outcome.as_str()),
        }
    }
}

fn used(bound: Bound, number: u64) -> Used {
    if bound.counts_transactions() { Used::Count(number) } else { Used::Amount(number) }
}

/// A time in a limit's zone.
fn local(limit: &Limit, time: Option<Timestamp>) -> Option<String> {
    time.map(|time| limit.calendar.local(time))
}
