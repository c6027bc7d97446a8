//! Every check that a transaction has to pass, a row each.

use crate::commands::table::{Column, Table};
use crate::domain::{
    Amount, Direction, Explanation, Limit, LimitDirection, LimitFinding, LimitStanding, Measure, Part, Policy, Window,
    decimal,
};

const COLUMNS: [Column; 7] = [
    Column::Text("limit"),
    Column::Text("window"),
    Column::Number("used"),
    Column::Number("this"),
    Column::Number("of"),
    Column::Number("left"),
    Column::Text(""),
];

/// The checks in the order in which they are made, as lines: a limit's bounds, the total if it matters, the funds.
pub(super) fn table(explanation: &Explanation, policy: &Policy) -> String {
    let limits = explanation.limits.iter().zip(policy.limits());
    let limits = limits.flat_map(|(finding, limit)| rows_of(finding, limit, explanation.amount));
    let rows = limits.chain(total(explanation)).chain([funds(explanation)]);
    Table::new(&COLUMNS).lines(rows)
}

/// A row for each bound of a limit.
fn rows_of(finding: &LimitFinding, limit: &Limit, amount: Amount) -> Vec<Vec<String>> {
    let (name, window) = (limit.name.as_str(), window(limit.window, &finding.standing));
    if !finding.applies {
        let which = match limit.direction {
            LimitDirection::Load => "for loads only",
            LimitDirection::Withdrawal => "for withdrawals only",
            // This one applies to all.
            LimitDirection::Any => "",
        };
        return vec![row(name, &window, Default::default(), which)];
    }
    let count = finding.standing.count.map(|count| (Measure::Count, count, 1));
    let sum = finding.standing.amount.map(|sum| (Measure::Amount, sum, amount.magnitude()));
    let bounds = [count, sum].into_iter().flatten();
    let cells = |(measure, part, this)| bound(name, &window, measure, part, this);
    bounds.map(cells).collect()
}

/// The row of a part that a transaction adds to.
fn bound(name: &str, window: &str, measure: Measure, part: Part, this: u64) -> Vec<String> {
    let numbers = [part.used, this, part.limit, part.left()].map(|number| shown(measure, number.into()));
    let [used, plus, most, left] = numbers;
    let outcome = match (u128::from(part.used) + u128::from(this)).checked_sub(part.limit.into()) {
        None => "passes".to_owned(),
        Some(0) => "passes, nothing is left".to_owned(),
        Some(over) => format!("exceeded by {}", shown(measure, over)),
    };
    row(name, window, [used, format!("+{plus}"), most, left], &outcome)
}

fn shown(measure: Measure, number: u128) -> String {
    match measure {
        Measure::Count => number.to_string(),
        Measure::Amount => decimal(number),
    }
}

fn window(window: Window, standing: &LimitStanding) -> String {
    match (window, standing.window) {
        (Window::Week | Window::Month, Some((first, last))) => format!("{} {first}..{last}", window.as_str()),
        (_, Some((day, _))) => format!("{} {day}", window.as_str()),
        (_, None) => "each transaction".to_owned(),
    }
}

/// The bound of an account's total, where it is what declines or what the largest amount comes from.
fn total(explanation: &Explanation) -> Option<Vec<String>> {
    let Explanation { amount, room, largest, .. } = *explanation;
    let most = i64::MAX.unsigned_abs();
    let part = Part { used: most.saturating_sub(room), limit: most };
    if amount.magnitude() <= room && largest != Some(room) {
        return None;
    }
    let window = match amount.direction() {
        Direction::Load => "all loads",
        Direction::Withdrawal => "all withdrawals",
    };
    Some(bound("total", window, Measure::Amount, part, amount.magnitude()))
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
        short => format!("short by {}", shown(Measure::Amount, short.unsigned_abs())),
    };
    let (this, left) = (shown(Measure::Amount, amount.magnitude().into()), Amount::from_minor(balance).to_string());
    row("funds", "balance", [String::new(), format!("+{this}"), String::new(), left], &outcome)
}

/// A row of a name, a window, what is used, added, allowed and left, and what comes of it.
fn row(name: &str, window: &str, [used, this, most, left]: [String; 4], outcome: &str) -> Vec<String> {
    vec![name.to_owned(), window.to_owned(), used, this, most, left, outcome.to_owned()]
}
