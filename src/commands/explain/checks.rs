//! Every check that a transaction has to pass, a row each.

use crate::commands::table::{Column, Table};
use crate::domain::{
    Amount, Bound, Direction, Explanation, Lateness, Limit, LimitFinding, Measure, Part, Policy, Timestamp, decimal,
};
use crate::inquiry::words;

const COLUMNS: [Column; 7] = [
    Column::Text("limit"),
    Column::Text("window"),
    Column::Number("used"),
    Column::Number("this"),
    Column::Number("of"),
    Column::Number("left"),
    Column::Text(""),
];

/// The checks in the order in which they are made, as lines: lateness if it is bounded, a limit's bounds, the total if it
/// matters, the funds.
pub(super) fn table(explanation: &Explanation, policy: &Policy) -> String {
    let lateness = explanation.lateness.map(|lateness| late(lateness, explanation.time));
    let limits = explanation.limits.iter().zip(policy.limits());
    let limits = limits.flat_map(|(finding, limit)| rows_of(finding, limit, explanation));
    let rows = lateness.into_iter().chain(limits).chain(total(explanation)).chain([funds(explanation)]);
    Table::new(&COLUMNS).lines(rows)
}

/// How late a transaction may be.
fn late(lateness: Lateness, time: Timestamp) -> Vec<String> {
    let Lateness { late_after, latest, not_before } = lateness;
    let outcome = match not_before.filter(|_| lateness.is_missed_by(time)) {
        Some(not_before) => format!("too late: not before {not_before}"),
        None => "passes".to_owned(),
    };
    row("lateness", &format!("{late_after} before {latest}"), Default::default(), &outcome)
}

/// A row for each bound of a limit.
fn rows_of(finding: &LimitFinding, limit: &Limit, explanation: &Explanation) -> Vec<Vec<String>> {
    let (name, period) = (limit.name.as_str(), words::named_period(limit, &finding.standing));
    if let Some(why) = words::exemption(limit, finding.applies) {
        return vec![row(name, &words::subject(&finding.standing, period), Default::default(), &why)];
    }
    let cells = |part: &Part| bound(limit, *part, &period, explanation);
    finding.standing.parts.iter().map(cells).collect()
}

/// The row of a part that a transaction adds to.
fn bound(limit: &Limit, part: Part, period: &str, explanation: &Explanation) -> Vec<String> {
    let Explanation { amount, kind, .. } = *explanation;
    let is_net = part.bound == Bound::Amount && limit.measure == Measure::Net;
    let window = words::about(part, if is_net { format!("{period}, net") } else { period.to_owned() });
    if !part.bounds(amount.direction()) {
        return row(limit.name.as_str(), &window, Default::default(), "for loads only");
    }
    let [used, most, left] = words::figures(limit, part);
    let outcome = words::outcome(limit, part, amount, kind.is_accepted());
    row(limit.name.as_str(), &window, [used, this(part.bound, amount), most, left], &outcome)
}

/// What a transaction adds to a bound.
fn this(bound: Bound, amount: Amount) -> String {
    match bound {
        Bound::Cooldown => String::new(),
        Bound::Count => "+1".to_owned(),
        _ => format!("+{}", words::figure(bound, amount.magnitude())),
    }
}

/// The bound of an account's total, where it is what declines or what the largest amount comes from.
fn total(explanation: &Explanation) -> Option<Vec<String>> {
    let Explanation { amount, room, largest, .. } = *explanation;
    let most = i64::MAX.unsigned_abs();
    if amount.magnitude() <= room && largest != Some(room) {
        return None;
    }
    let window = match amount.direction() {
        Direction::Load => "all loads",
        Direction::Withdrawal => "all withdrawals",
    };
    let part = Part::new(Bound::Amount, most.saturating_sub(room), most);
    let [used, left] = [part.used, part.left()].map(decimal);
    let outcome = words::margin(part, amount);
    Some(row("total", window, [used, this(Bound::Amount, amount), decimal(most), left], &outcome))
}

/// What a withdrawal is paid from.
fn funds(explanation: &Explanation) -> Vec<String> {
    let Explanation { amount, balance, .. } = *explanation;
    if amount.direction() == Direction::Load {
        return row("funds", "balance", Default::default(), "not needed for a load");
    }
    // At a moment of the past the balance may be below zero.
    let outcome = match i128::from(amount.magnitude()) - i128::from(balance) {
        ..0 => "passes".to_owned(),
        0 => "passes, nothing is left".to_owned(),
        short => format!("short by {}", decimal(short.unsigned_abs())),
    };
    let left = Amount::from_minor(balance).to_string();
    row("funds", "balance", [String::new(), this(Bound::Amount, amount), String::new(), left], &outcome)
}

/// A row of a name, a window, what is used, added, allowed and left, and what comes of it.
fn row(name: &str, window: &str, [used, this, most, left]: [String; 4], outcome: &str) -> Vec<String> {
    vec![name.to_owned(), window.to_owned(), used, this, most, left, outcome.to_owned()]
}
