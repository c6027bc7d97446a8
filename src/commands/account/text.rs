//! An account as people read it.

use crate::commands::canvas::Canvas;
use crate::commands::chart::{Bar, sparkline};
use crate::commands::figures::counted;
use crate::commands::table::{Column, Table};
use crate::console::printable;
use crate::domain::{Amount, Applies, Bound, LimitDirection, Part, Period, decimal};
use crate::inquiry::{AccountReport, AsOf, CustomerGroup, GroupOrigin, LimitReport, Moment, Movement, words};

const LIMITS: [Column; 7] = [
    Column::Text("limit"),
    Column::Text("counts"),
    Column::Text("window"),
    Column::Number("used"),
    Column::Number("of"),
    Column::Number("left"),
    Column::Text("resets"),
];

/// The same for policies whose limits have more to say.
const NOTED_LIMITS: [Column; 8] = {
    let [limit, counts, window, used, of, left, resets] = LIMITS;
    [limit, counts, window, used, of, left, resets, Column::Text("note")]
};

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
        text += &limits(report, canvas);
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
    text + &report.group.as_ref().map(group).unwrap_or_default()
}

/// The group that the customer is taken to be in, and why.
fn group(group: &CustomerGroup) -> String {
    let why = match group.origin {
        GroupOrigin::Asked => "as asked".to_owned(),
        GroupOrigin::LastDecision(position) => format!("that of the last decision, at position {position}"),
        GroupOrigin::Decision | GroupOrigin::Nobody => "as no decision says otherwise".to_owned(),
    };
    format!("group        {}, {why}\n", printable(&group.name))
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

/// The limits and how much of them is used.
fn limits(report: &AccountReport, canvas: Option<Canvas>) -> String {
    let has_notes = report.limits.iter().any(|limit| !note(limit).is_empty());
    let rows = report.limits.iter().flat_map(limit_rows);
    if has_notes {
        return Table::new(&NOTED_LIMITS).lines_with_bars(rows, canvas);
    }
    let without_note = |(mut row, bar): (Vec<String>, _)| {
        row.truncate(LIMITS.len());
        (row, bar)
    };
    Table::new(&LIMITS).lines_with_bars(rows.map(without_note), canvas)
}

/// What else is to be known of a limit, and whether it applies at all.
fn note(report: &LimitReport) -> String {
    match (words::exemption(&report.limit, report.applies), words::note(&report.limit)) {
        (None, note) => note,
        (Some(why), _) => format!("does not apply: {why}"),
    }
}

/// A row for each bound of a limit, or one that says that it does not apply.
fn limit_rows(report: &LimitReport) -> Vec<(Vec<String>, Option<Bar>)> {
    if report.applies == Applies::Yes {
        return report.standing.parts.iter().map(|part| limit_row(report, *part)).collect();
    }
    let period = words::period(&report.limit, &report.standing, "..");
    let subject = words::subject(&report.standing, period);
    vec![(row(report, subject, Default::default(), String::new()), None)]
}

fn limit_row(report: &LimitReport, part: Part) -> (Vec<String>, Option<Bar>) {
    let LimitReport { limit, standing, .. } = report;
    let period = words::period(limit, standing, "..");
    let has_bar = part.is_used_up() && (standing.period != Period::Transaction || part.bound == Bound::MaximumBalance);
    let cells = row(report, words::about(part, period), words::figures(limit, part), words::resets(limit, part));
    // Of a limit on each transaction nothing is ever used.
    (cells, has_bar.then(|| Bar::used(part)))
}

fn row(report: &LimitReport, window: String, [used, most, left]: [String; 3], resets: String) -> Vec<String> {
    let counts = match report.limit.direction {
        LimitDirection::Load => "loads",
        LimitDirection::Withdrawal => "withdrawals",
        LimitDirection::Any => "both",
    };
    let (name, counts) = (report.limit.name.as_str().to_owned(), counts.to_owned());
    vec![name, counts, window, used, most, left, resets, note(report)]
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
        words::verdict(decision),
        Amount::from_minor(*balance).to_string(),
        told.batch.clone(),
        decision.line.to_string(),
        told.recorded_at.clone(),
    ]
}
