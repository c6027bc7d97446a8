//! A backtest as people read it.

mod facts;
mod first_flips;
mod lines;
mod reasons;
mod result;
#[cfg(test)]
mod tests;

use crate::backtest::Metric;
use crate::backtest::report::{GateLine, Report};
use crate::commands::backtest::judgement::told;
use crate::commands::canvas::Canvas;
use crate::commands::figures::{Form, figure};
use crate::commands::table::{Column, Table};

/// Where lines of prose end: the last column of a terminal stays empty.
const COLUMNS: usize = 79;

const GATES: [Column; 3] = [Column::Text("gate"), Column::Number("value"), Column::Text("")];

/// The report in whole lines, with so many flips explained, and with bars on a canvas.
pub(super) fn of(report: &Report, flips_max: usize, canvas: Option<Canvas>) -> String {
    let summary = &report.metrics.0;
    let mut sections = vec![facts::facts(report), result::sentence(report)];
    let changes = summary.flips() + summary.reason_changes > 0;
    if summary.transactions > 0 && (changes || !report.is_check) {
        sections.push(result::table(report));
    }
    if changes {
        sections.push(result::customers(report));
        sections.push(reasons::declines(report, canvas));
        sections.push(reasons::flips(report, canvas));
        sections.push(lines::groups(report, canvas));
        sections.push(lines::weeks(report, canvas));
        sections.push(lines::customers(report, canvas));
        sections.push(first_flips::explained(report, flips_max));
    }
    sections.push(gates(&report.gates));
    sections.retain(|section| !section.is_empty());
    sections.join("\n")
}

/// The gates and what came of each.
fn gates(gates: &[GateLine]) -> String {
    let row = |line: &GateLine| {
        let outcome = if line.failed { "FAILED" } else { "passed" };
        vec![line.gate.clone(), told(&line.value), outcome.to_owned()]
    };
    if gates.is_empty() { String::new() } else { Table::new(&GATES).lines(gates.iter().map(row)) }
}

/// A metric of the report, with a sign only if it is below zero.
fn plain(report: &Report, metric: Metric) -> String {
    figure(&metric.value(&report.metrics.0), Form::Plain)
}

/// A text in lines, broken between words where it would be longer than others are; all but the first are indented.
fn wrapped(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        let len = word.chars().count();
        if column > indent && column + 1 + len > COLUMNS {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += len;
    }
    out + "\n"
}
