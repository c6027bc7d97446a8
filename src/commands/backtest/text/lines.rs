//! Flips by group, by week and by customer.

use crate::backtest::Line;
use crate::backtest::report::Report;
use crate::commands::canvas::Canvas;
use crate::commands::chart::Bar;
use crate::commands::figures::money_change;
use crate::commands::table::{Column, Table};
use crate::console::grouped;

/// The most weeks and groups that are listed.
const ROWS_MAX: usize = 12;

/// What the columns of all these tables mean.
const LEGEND: &str = "\
lost: accepted then, declined now; gained: the other way
let in: by how much more or less money is let in
";

/// The sums by group, if there are several.
pub(super) fn groups(report: &Report, canvas: Option<Canvas>) -> String {
    let rows: Vec<_> = report.groups.iter().map(|line| (line.group.as_str(), line.sums.line)).collect();
    if rows.len() < 2 { String::new() } else { flipping("group", rows, canvas) }
}

/// The sums by week, if there are several.
pub(super) fn weeks(report: &Report, canvas: Option<Canvas>) -> String {
    let rows: Vec<_> = report.weeks.iter().map(|line| (line.week.as_str(), line.sums.line)).collect();
    if rows.len() < 2 { String::new() } else { flipping("week", rows, canvas) }
}

/// The sums of those customers with the most flips, and what the columns mean.
pub(super) fn customers(report: &Report, canvas: Option<Canvas>) -> String {
    let rows: Vec<_> = report.customers.iter().map(|line| (line.account.as_str(), line.sums.line)).collect();
    let text = if rows.is_empty() { String::new() } else { table("customer", &rows, canvas) };
    // There are at least as many customers with flips as either count says.
    let has_more = report.metrics.0.customers_affected.max(report.metrics.0.customers_relieved) > rows.len() as u64;
    let more = if has_more { format!("the {} customers with the most flips\n", rows.len()) } else { String::new() };
    if text.is_empty() { text } else { text + &more + LEGEND }
}

/// All rows, or if they are many those with the most flips, in their order.
fn flipping(what: &str, mut rows: Vec<(&str, Line)>, canvas: Option<Canvas>) -> String {
    let all = rows.len();
    if all > ROWS_MAX {
        let mut flips: Vec<_> = rows.iter().map(|(_, line)| line.flips()).collect();
        flips.sort_unstable();
        let least = flips.get(all - ROWS_MAX).copied().unwrap_or(0);
        // Of those with as many flips as the last one the first are listed, as many as there is room for.
        let above = rows.iter().filter(|(_, line)| line.flips() > least).count();
        let mut room = ROWS_MAX.saturating_sub(above);
        rows.retain(|(_, line)| {
            let has_room = line.flips() == least && room > 0;
            room -= usize::from(has_room);
            line.flips() > least || has_room
        });
    }
    let text = table(what, &rows, canvas);
    match all - rows.len() {
        0 => text,
        more => format!("{text}the {ROWS_MAX} {what}s with the most flips; --json has {more} more\n"),
    }
}

fn table(what: &str, rows: &[(&str, Line)], canvas: Option<Canvas>) -> String {
    let columns = [
        Column::Text(what),
        Column::Number("number"),
        Column::Number("accepted"),
        Column::Number("now"),
        Column::Number("lost"),
        Column::Number("gained"),
        Column::Number("let in"),
    ];
    let largest = rows.iter().map(|(_, line)| line.flips()).max().unwrap_or(0);
    let row = |(name, line): &(&str, Line)| {
        let counts = [line.transactions, line.accepted_then, line.accepted_now, line.to_declined, line.to_accepted];
        let counts = counts.map(|count| grouped(&count.to_string()));
        let change = money_change(line.loads_then, line.loads_now);
        let cells = std::iter::once((*name).to_owned()).chain(counts).chain([change]).collect();
        (cells, Some(Bar::beside(line.flips().into(), largest.into())))
    };
    Table::new(&columns).lines_with_bars(rows.iter().map(row), canvas)
}
