//! A sweep as a table for people.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt::Write as _;

use super::report::Report;
use crate::backtest::Metric;
use crate::commands::canvas::Canvas;
use crate::commands::chart::Bar;
use crate::commands::figures::{Form, counted, figure};
use crate::commands::table::{Column, Table};
use crate::console::{escaped, grouped};
use crate::sweep::{Axis, Invalid, Tried};

/// The most candidates that are listed on a terminal.
const ROWS_MAX: usize = 40;

/// The most reasons that are told of what makes no policy.
const REASONS_MAX: usize = 5;

/// What stands before a candidate that nothing beats.
const UNBEATEN: &str = "*";

/// Below what each value stands, behind the keys that are varied.
const FIGURES: [(Column<'_>, Metric, Form); 6] = [
    (Column::Number("accepted %"), Metric::AcceptedRateNow, Form::Plain),
    (Column::Number("change"), Metric::AcceptedChangePp, Form::Signed),
    (Column::Number("money let in"), Metric::LoadsNow, Form::Plain),
    (Column::Number("change"), Metric::LoadsChange, Form::Signed),
    (Column::Number("affected"), Metric::CustomersAffected, Form::Plain),
    (Column::Number("flips"), Metric::Flips, Form::Plain),
];

/// The sweep as lines; with bars, and no more candidates than one looks through, on a canvas.
pub(super) fn text(report: &Report<'_>, canvas: Option<Canvas>) -> String {
    let keys = report.axes.iter().map(key);
    let mut columns: Vec<_> = std::iter::once(Column::Text("")).chain(keys).collect();
    columns.extend(FIGURES.iter().map(|(column, ..)| *column));
    // Cells of a header that no row needs would only take room for bars.
    let has_gates = !report.gates.is_empty();
    columns.extend(has_gates.then_some(Column::Text("fails")));
    let listed = listed(&report.tried, canvas.is_some());
    let largest = listed.iter().map(|tried| tried.summary.now.loads).max().unwrap_or(0);
    let rows =
        listed.iter().map(|tried| (cells(tried, has_gates), Some(Bar::beside(tried.summary.now.loads, largest))));
    let mut text = head(report);
    text.push_str(&Table::new(&columns).lines_with_bars(rows, canvas));
    text.push('\n');
    text.push_str(&foot(report, listed.len()));
    text
}

/// The column of what is varied.
fn key(axis: &Axis) -> Column<'_> {
    let is_number = |value: &String| value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if axis.values.iter().all(is_number) { Column::Number(&axis.key) } else { Column::Text(&axis.key) }
}

/// What was decided, which all candidates are compared with.
fn head(report: &Report<'_>) -> String {
    let then = |metric: Metric| figure(&metric.value(&report.then), Form::Plain);
    let days = match (report.about.first, report.about.last) {
        (Some(first), Some(last)) => format!(" from {} to {}", first.day(), last.day()),
        _ => String::new(),
    };
    let mut text = format!(
        "{} of {}{days}: {} % were accepted, {} let in\n",
        counted(report.then.transactions, "transaction"),
        counted(report.then.customers, "customer"),
        then(Metric::AcceptedRateNow),
        then(Metric::LoadsNow),
    );
    if report.rejected > 0 {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "left out: {} that could not be read", counted(report.rejected, "line"));
    }
    for note in &report.notes {
        let _ = writeln!(text, "{}", escaped(note));
    }
    text.push('\n');
    text
}

fn foot(report: &Report<'_>, listed: usize) -> String {
    let mut text = String::new();
    let all = report.tried.len();
    if listed < all {
        let all = grouped(&all.to_string());
        let passed = if report.gates.is_empty() { "" } else { "those that pass all gates, then " };
        let order = format!("first {passed}what nothing beats, then what accepts most");
        let _ = writeln!(text, "{listed} of {all} candidates, {order}; --csv and --json have all");
    }
    let _ = writeln!(
        text,
        "{UNBEATEN}  no other accepts as many, lets in no more money, affects no more customers, and is better in one of \
         these"
    );
    text.push_str("affected: customers of whom something accepted would be declined\n");
    text.push_str(&no_policies(&report.invalid));
    text
}

/// The combinations that make no policy, by their reasons: one bad value makes many of them bad.
fn no_policies(invalid: &[Invalid]) -> String {
    if invalid.is_empty() {
        return String::new();
    }
    let count = invalid.len() as u64;
    let makes = if count == 1 { "makes" } else { "make" };
    let mut text = format!("\n{} {makes} no policy:\n", counted(count, "combination"));
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for Invalid { why, .. } in invalid {
        let place = *places.entry(why).or_insert(reasons.len());
        match reasons.get_mut(place) {
            Some((_, count)) => *count += 1,
            None => reasons.push((why, 1)),
        }
    }
    for (why, count) in reasons.iter().take(REASONS_MAX) {
        let times = if *count == 1 { String::new() } else { format!(" ({})", grouped(&count.to_string())) };
        let _ = writeln!(text, "  {}{times}", escaped(why));
    }
    if let Some(more @ 1..) = reasons.len().checked_sub(REASONS_MAX) {
        let _ = writeln!(text, "  and for {} more", counted(more as u64, "reason"));
    }
    text
}

/// The candidates that are listed: all in their order, or on a terminal only so many, the best first.
fn listed(tried: &[Tried], on_terminal: bool) -> Vec<&Tried> {
    let mut listed: Vec<_> = tried.iter().collect();
    if on_terminal && listed.len() > ROWS_MAX {
        let rank = |tried: &&Tried| {
            let now = &tried.summary.now;
            (!tried.passes(), !tried.is_unbeaten, Reverse(now.count), now.loads, tried.summary.customers_affected)
        };
        listed.sort_by_key(rank);
        listed.truncate(ROWS_MAX);
    }
    listed
}

fn cells(tried: &Tried, has_gates: bool) -> Vec<String> {
    let mark = if tried.is_unbeaten { UNBEATEN } else { "" };
    let values = tried.candidate.values.iter().cloned();
    let mut cells: Vec<_> = std::iter::once(mark.to_owned()).chain(values).collect();
    cells.extend(FIGURES.iter().map(|(_, metric, form)| figure(&metric.value(&tried.summary), *form)));
    if has_gates {
        let failed: Vec<_> = tried.failed.iter().map(ToString::to_string).collect();
        cells.push(failed.join("; "));
    }
    cells
}
