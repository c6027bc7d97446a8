//! An account as people read it.

use crate::commands::canvas::Canvas;
use crate::commands::chart::{Bar, sparkline};
use crate::commands::figures::counted;
use crate::commands::table::{Column, Table};
use crate::console::printable;
use crate::domain::{Amount, Limit, LimitDirection, LimitStanding, Part, decimal};
use crate::inquiry::{AccountReport, AsOf, LimitReport, Moment, Movement};

const LIMITS: [Column; 7] = [
    Column::Text("limit"),
    Column::Text("counts"),
    Column::Text("window"),
    Column::Number("used"),
    Column::Number("of"),
    Column::Number("left"),
    Column::Text("resets"),
];

const DECISIONS: [Column; 9] = [
    Column::Number("position"),
    Column::Text("transaction"),
    Column::Number("amount"),
    Column::Text("time"),
    Column::Text("verdict"),
    Column::Number("balance"),
    Column::Text("batch"),
    Column::Number("line"),
    Column::Text("recorded"),
];

/// How many days a sparkline goes back, the last one included.
const DAYS: i32 = 30;

/// How an account stands, in whole lines.
pub(super) fn text(report: &AccountReport, moment: Moment, canvas: Option<Canvas>) -> String {
    let mut text = facts(report, moment);
    if !report.limits.is_empty() {
        text.push('\n');
        text += &Table::new(&LIMITS).lines_with_bars(report.limits.iter().flat_map(limit_rows), canvas);
    }
    if let Some(canvas) = canvas {
        text += &sparklines(report, canvas);
    }
    if !report.movements.is_empty() {
        text += &format!("\n{}\n", listed(report));
        text += &Table::new(&DECISIONS).lines(report.movements.iter().map(decision_row));
    }
    text
}

/// The account's figures, and which part of the log they come from.
fn facts(report: &AccountReport, moment: Moment) -> String {
    let total = |direction| (decimal(report.total.amount(direction)), report.total.count(direction));
    let (loads, load_count) = total(LimitDirection::Load);
    let (withdrawals, withdrawal_count) = total(LimitDirection::Withdrawal);
    let balance = Amount::from_minor(report.balance).to_string();
    let len = balance.len().max(loads.len()).max(withdrawals.len());
    let mut text = format!("account {}\n", printable(&String::from_utf8_lossy(&report.account)));
    text += &format!("balance      {balance:>len$}\n");
    text += &format!("loads        {loads:>len$}  {}\n", counted(load_count, "transaction"));
    text += &format!("withdrawals  {withdrawals:>len$}  {}\n", counted(withdrawal_count, "transaction"));
    text += &format!("declined     {}\n", counted(report.declined, "transaction"));
    text += &format!("moment       {}\n", moment_shown(report, moment));
    let whose = if moment.at.is_some() { "as asked" } else { "the time of the latest transaction" };
    text += &format!("limits at    {}, {whose}, by the policy at position {}\n", report.limits_at, report.policy);
    text
}

/// The moment that is shown, and how it was chosen.
fn moment_shown(report: &AccountReport, moment: Moment) -> String {
    let position = report.known.position;
    let recorded = match moment.as_of {
        None => format!("all that is recorded, up to position {position}"),
        Some(AsOf::Position(position)) => format!("what had been recorded up to position {position}"),
        Some(AsOf::Recorded(time)) => format!("what had been recorded by {time}, up to position {position}"),
    };
    let Some(at) = moment.at else { return recorded };
    if report.total.count(LimitDirection::Any) == 0 && report.declined == 0 {
        return format!("nothing had happened on this account by {at}, of {recorded}");
    }
    format!("what had happened by {at}, of {recorded}")
}

/// A row for each of the two things that a limit can bound; only amounts have decimals.
fn limit_rows(report: &LimitReport) -> Vec<(Vec<String>, Option<Bar>)> {
    let LimitReport { limit, standing } = report;
    let count = standing.count.map(|part| limit_row(limit, standing, part, |count| count.to_string()));
    let amount = standing.amount.map(|part| limit_row(limit, standing, part, decimal));
    [count, amount].into_iter().flatten().collect()
}

fn limit_row(
    limit: &Limit,
    standing: &LimitStanding,
    part: Part,
    shown: impl Fn(u64) -> String,
) -> (Vec<String>, Option<Bar>) {
    let counts = match limit.direction {
        LimitDirection::Load => "loads",
        LimitDirection::Withdrawal => "withdrawals",
        LimitDirection::Any => "both",
    };
    let window = match standing.window {
        None => "each transaction".to_owned(),
        Some((first, last)) if first == last => first.to_string(),
        Some((first, last)) => format!("{first}..{last}"),
    };
    let row = vec![
        limit.name.as_str().to_owned(),
        counts.to_owned(),
        window,
        shown(part.used),
        shown(part.limit),
        shown(part.left()),
        standing.resets().map(|time| time.day().to_string()).unwrap_or_default(),
    ];
    // Of a limit on each transaction nothing is ever used.
    (row, standing.window.map(|_| Bar::used(part)))
}

/// What was accepted on each of the last days up to the moment, if anything was and it fits the canvas.
fn sparklines(report: &AccountReport, canvas: Canvas) -> String {
    let last = report.limits_at.day();
    let first = last.plus(1 - DAYS);
    let values = |direction| -> Vec<u64> {
        let used =
            |day| report.days.iter().find(|(used, _)| *used == day).map_or(0, |(_, usage)| usage.amount(direction));
        (0..DAYS).map(|after| used(first.plus(after))).collect()
    };
    let mut lines = String::new();
    for (what, direction) in [("loads", LimitDirection::Load), ("withdrawals", LimitDirection::Withdrawal)] {
        let values = values(direction);
        if let Some(most) = values.iter().max().filter(|most| **most > 0) {
            let line = format!("{what:<11}  {}  at most {} a day", sparkline(&values), decimal(*most));
            if line.chars().count() < canvas.columns {
                lines += &(line + "\n");
            }
        }
    }
    if lines.is_empty() { lines } else { format!("\naccepted on each day from {first} to {last}\n{lines}") }
}

/// Which decisions are listed.
fn listed(report: &AccountReport) -> String {
    let all = report.total.count(LimitDirection::Any) + report.declined;
    let listed = report.movements.len() as u64;
    if listed < all { format!("the last {listed} of {}", counted(all, "decision")) } else { counted(all, "decision") }
}

fn decision_row(movement: &Movement) -> Vec<String> {
    let Movement { told, balance } = movement;
    let decision = &told.decision;
    vec![
        decision.position.to_string(),
        told.transaction_id(),
        decision.event.amount.to_string(),
        decision.event.time.to_string(),
        decision.reason.clone().unwrap_or_else(|| "accepted".to_owned()),
        Amount::from_minor(*balance).to_string(),
        told.batch.clone(),
        decision.line.to_string(),
        told.recorded_at.clone(),
    ]
}
