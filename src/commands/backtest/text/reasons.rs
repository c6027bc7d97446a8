//! Declines and flips by reason.

use crate::backtest::report::{FlipLine, ReasonLine, Report};
use crate::commands::canvas::Canvas;
use crate::commands::chart::Bar;
use crate::commands::figures::change;
use crate::commands::table::{Column, Table};
use crate::console::grouped;

const DECLINES: [Column; 4] =
    [Column::Text("declined for"), Column::Number("then"), Column::Number("now"), Column::Number("change")];

const FLIPS: [Column; 5] = [
    Column::Text("flips to"),
    Column::Text("reason"),
    Column::Number("flips"),
    Column::Number("loads"),
    Column::Number("withdrawals"),
];

/// How often each reason declined and would have, the most frequent first.
pub(super) fn declines(report: &Report, canvas: Option<Canvas>) -> String {
    let told = || report.reasons.iter().filter_map(|line| Some((line.reason.as_ref()?, line)));
    let largest = told().map(|(_, line)| line.then.max(line.now)).max().unwrap_or(0);
    let row = |(reason, line): (&String, &ReasonLine)| {
        let cells = [line.then, line.now].map(|count| grouped(&count.to_string()));
        let [then, now] = cells;
        let bar = Bar::changed(line.then.into(), line.now.into(), largest.into());
        (vec![reason.clone(), then, now, change(line.then, line.now)], Some(bar))
    };
    if largest == 0 { String::new() } else { Table::new(&DECLINES).lines_with_bars(told().map(row), canvas) }
}

/// The flips by the reason that came, or that went, and the money in them.
pub(super) fn flips(report: &Report, canvas: Option<Canvas>) -> String {
    let lines = &report.flips_by_reason;
    let largest = lines.iter().map(|line| line.flips).max().unwrap_or(0);
    let row = |line: &FlipLine| {
        let reason = match line.to {
            "accepted" => format!("no longer {}", line.reason),
            _ => line.reason.clone(),
        };
        let flips = grouped(&line.flips.to_string());
        let cells = vec![line.to.to_owned(), reason, flips, grouped(&line.loads), grouped(&line.withdrawals)];
        (cells, Some(Bar::beside(line.flips.into(), largest.into())))
    };
    if largest == 0 { String::new() } else { Table::new(&FLIPS).lines_with_bars(lines.iter().map(row), canvas) }
}
