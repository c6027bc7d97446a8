//! What is said of limits, in the same words to everyone.
//!
//! The words hold the names of groups, and so they must be made printable.

use crate::domain::{
    AccountEventKind, Amount, Applies, Bound, Calendar, Limit, LimitOutcome, LimitStanding, Measure, Part, Period,
    Timestamp, Window, decimal,
};
use crate::inquiry::ExplainReport;
use crate::store::StoredDecision;

/// The stretch of time over which a limit sums, days joined by a text: `2026-01-05..2026-01-11`.
pub fn period(limit: &Limit, standing: &LimitStanding, joint: &str) -> String {
    let calendar = &limit.calendar;
    let days = match standing.period {
        Period::Transaction => return "each transaction".to_owned(),
        Period::Lifetime => return "lifetime".to_owned(),
        Period::Trailing { after: Some(after), .. } => return format!("after {}", calendar.local(after)),
        Period::Trailing { after: None, span } => return span.to_string(),
        Period::Days { first, last } if first == last => first.to_string(),
        Period::Days { first, last } => format!("{first}{joint}{last}"),
    };
    if calendar.zone.is_utc() { days } else { format!("{days} {}", calendar.zone.name()) }
}

/// The same with the name of the window before it: `week 2026-01-05..2026-01-11`.
pub fn named_period(limit: &Limit, standing: &LimitStanding) -> String {
    let period = period(limit, standing, "..");
    match standing.period {
        Period::Transaction | Period::Lifetime | Period::Trailing { after: None, .. } => period,
        Period::Trailing { span, .. } => format!("{span}, {period}"),
        Period::Days { .. } => format!("{} {period}", limit.window),
    }
}

/// What one part of a limit is about: the stretch of time over which it sums, or what else it bounds.
pub fn about(part: Part, period: String) -> String {
    match part.bound {
        Bound::Count | Bound::Amount => period,
        Bound::MinimumAmount => "minimum amount".to_owned(),
        Bound::MaximumAmount => "maximum amount".to_owned(),
        Bound::MaximumBalance => "balance".to_owned(),
        Bound::Cooldown => "cooldown".to_owned(),
    }
}

/// What a limit as a whole is about, where its parts are not told one by one.
pub fn subject(standing: &LimitStanding, period: String) -> String {
    match standing.parts.as_slice() {
        [part] => about(*part, period),
        _ => period,
    }
}

/// A number of what a bound is about: only amounts have decimals.
pub fn figure(bound: Bound, number: impl Into<u128>) -> String {
    if bound.counts_transactions() { number.into().to_string() } else { decimal(number) }
}

/// What is used, allowed and left of a part; nothing where there is no such figure.
pub fn figures(limit: &Limit, part: Part) -> [String; 3] {
    let shown = |number: u64| figure(part.bound, number);
    match (part.bound, limit.cooldown) {
        (Bound::Cooldown, Some(span)) => [near(part.used), span.to_string(), String::new()],
        (Bound::Cooldown | Bound::MinimumAmount | Bound::MaximumAmount, _) => {
            [String::new(), shown(part.limit), String::new()]
        }
        (Bound::Count | Bound::Amount | Bound::MaximumBalance, _) => {
            [shown(part.used), shown(part.limit), shown(part.left())]
        }
    }
}

fn near(count: u64) -> String {
    if count == 0 { String::new() } else { format!("{count} near") }
}

/// When less of a part is used: a day where it is a day's beginning in UTC, and otherwise a time in the limit's zone.
pub fn resets(limit: &Limit, part: Part) -> String {
    let is_day =
        limit.calendar.zone.is_utc() && !matches!(limit.window, Window::Trailing(_)) && part.bound != Bound::Cooldown;
    match part.resets {
        None => String::new(),
        Some(time) if is_day => time.day().to_string(),
        Some(time) => limit.calendar.local(time),
    }
}

/// Why a limit does not apply; nothing if it does.
pub fn exemption(limit: &Limit, applies: Applies) -> Option<String> {
    Some(match applies {
        Applies::Yes => return None,
        Applies::OtherDirection => format!("for {}s only", limit.direction.as_str()),
        Applies::NotYet => limit.from.map_or_else(String::new, |from| format!("from {from} on")),
        Applies::NoMore => limit.until.map_or_else(String::new, |until| format!("until {until}")),
        Applies::OtherGroup => for_groups(limit),
    })
}

fn for_groups(limit: &Limit) -> String {
    let names: Vec<_> = limit.groups.iter().map(|name| name.as_str()).collect();
    format!("for {} only", names.join(", "))
}

/// What else is to be known of a limit that is not as most are: `net, for gold only, until 2026-12-31, flags`.
pub fn note(limit: &Limit) -> String {
    let parts = [
        (limit.measure == Measure::Net).then(|| "net".to_owned()),
        (!limit.groups.is_empty()).then(|| for_groups(limit)),
        limit.from.map(|from| format!("from {from}")),
        limit.until.map(|until| format!("until {until}")),
        match limit.outcome {
            LimitOutcome::Decline => None,
            LimitOutcome::Flag => Some("flags".to_owned()),
            LimitOutcome::Shadow => Some("shadow".to_owned()),
        },
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What a part of a limit has to say of an amount, and what comes of that if the transaction is accepted or not.
pub fn outcome(limit: &Limit, part: Part, amount: Amount, is_accepted: bool) -> String {
    let what = match part.bound {
        Bound::Cooldown if part.used > 0 => too_near(&limit.calendar, part),
        _ => margin(part, amount),
    };
    if part.margin(amount) >= 0 { what } else { what + consequence(limit, is_accepted) }
}

/// What comes of a limit's being exceeded, behind the words that it is, if the transaction is accepted or not.
pub const fn consequence(limit: &Limit, is_accepted: bool) -> &'static str {
    match (limit.outcome, is_accepted) {
        (LimitOutcome::Decline, _) => "",
        (LimitOutcome::Flag, true) => ": flagged",
        (LimitOutcome::Shadow, true) => ": would have been declined",
        (LimitOutcome::Flag, false) => ": flags only",
        (LimitOutcome::Shadow, false) => ": shadow only",
    }
}

/// A time in the zone of the limit that declines a transaction, if one does.
pub fn in_zone(report: &ExplainReport, time: Timestamp) -> String {
    let limit = match report.explanation.kind {
        AccountEventKind::AccountLimitExceeded { limit, .. } => report.policy.limits().get(usize::from(limit)),
        _ => None,
    };
    limit.map_or_else(|| time.to_string(), |limit| limit.calendar.local(time))
}

/// Whether an amount passes a bound, and how far it is from doing so.
pub fn margin(part: Part, amount: Amount) -> String {
    let margin = part.margin(amount);
    let over = figure(part.bound, margin.unsigned_abs());
    match (margin, part.bound) {
        (0, _) if part.is_used_up() => "passes, nothing is left".to_owned(),
        (0.., _) => "passes".to_owned(),
        (_, Bound::MinimumAmount) => format!("short by {over}"),
        _ => format!("exceeded by {over}"),
    }
}

fn too_near(calendar: &Calendar, part: Part) -> String {
    let until = part.resets.map(|time: Timestamp| format!(", until {}", calendar.local(time))).unwrap_or_default();
    let plural = if part.used == 1 { "" } else { "s" };
    format!("too near to {} transaction{plural}{until}", part.used)
}

/// That a transaction was accepted and what was noted of it, or the code of the reason why it was not.
pub fn verdict(decision: &StoredDecision) -> String {
    match (decision.event.kind.is_accepted(), &decision.reason) {
        (true, _) => accepted(&codes(decision, LimitOutcome::Flag), &codes(decision, LimitOutcome::Shadow)),
        (false, Some(reason)) => reason.clone(),
        (false, None) => "declined".to_owned(),
    }
}

/// That a transaction is accepted, flagged by some limits, while others are being tried and would have declined it.
pub fn accepted(flags: &[&str], shadow: &[&str]) -> String {
    let mut text = "accepted".to_owned();
    for (what, codes) in [("flagged", flags), ("shadow", shadow)] {
        if !codes.is_empty() {
            text += &format!(", {what} {}", codes.join(" "));
        }
    }
    text
}

/// The codes of the limits of an outcome that a decision went beyond.
pub fn codes(decision: &StoredDecision, outcome: LimitOutcome) -> Vec<&str> {
    decision.marked.iter().filter(|limit| limit.outcome == outcome).map(|limit| limit.code.as_str()).collect()
}
