//! The first flips, each side beside the other.

use super::wrapped;
use crate::backtest::report::{ExampleForm, LimitForm, Quantity, Report, SideForm};
use crate::commands::table::{Column, Table};
use crate::console::{grouped, printable};

const COLUMNS: [Column; 7] = [
    Column::Text("  limit"),
    Column::Text("bound"),
    Column::Number("used then"),
    Column::Number("of"),
    Column::Number("used now"),
    Column::Number("of"),
    Column::Text(""),
];

/// A limit's bound on both sides, as far as each has it.
struct Beside<'a> {
    limit: &'a str,
    bound: &'a str,
    then: Option<&'a LimitForm>,
    now: Option<&'a LimitForm>,
}

/// So many of the first flips.
pub(super) fn explained(report: &Report, max: usize) -> String {
    let told: Vec<_> = report.flips.iter().take(max).collect();
    let all = grouped(&report.metrics.0.flips().to_string());
    let heading = match (told.len(), all.as_str()) {
        (0, _) => return String::new(),
        (1, "1") => "the flip\n".to_owned(),
        (1, all) => format!("the first of {all} flips\n"),
        (count, _) if report.metrics.0.flips() == count as u64 => format!("all {count} flips\n"),
        (count, all) => format!("the first {count} of {all} flips\n"),
    };
    told.into_iter().fold(heading, |text, flip| text + "\n" + &explanation(flip))
}

fn explanation(flip: &ExampleForm) -> String {
    let ExampleForm { position, line, transaction_id, account, group, amount, time, then, now, .. } = flip;
    let place = position.map_or_else(|| format!("line {line}"), |position| format!("position {position}"));
    let group = group.as_ref().map_or_else(String::new, |group| format!(" ({})", printable(group)));
    let (id, account) = (printable(transaction_id), printable(account));
    let head = format!("{place}: transaction {id} of customer {account}{group}, {amount} at {time}");
    let outcome = format!("{} then, {} now", decided(then), decided(now));
    let rows = beside(then, now).into_iter().map(|beside| row(&beside));
    let limits =
        if then.limits.is_empty() && now.limits.is_empty() { String::new() } else { Table::new(&COLUMNS).lines(rows) };
    wrapped(&head, 0) + &wrapped(&outcome, 0) + &limits
}

fn decided(side: &SideForm) -> String {
    side.reason.as_ref().map_or_else(|| "accepted".to_owned(), |reason| format!("declined for {}", printable(reason)))
}

/// The bounds of both sides, those of now first, in the order in which they are checked.
fn beside<'a>(then: &'a SideForm, now: &'a SideForm) -> Vec<Beside<'a>> {
    let is_same = |one: &LimitForm, other: &LimitForm| one.limit == other.limit && one.bound == other.bound;
    let mut rows: Vec<_> = now
        .limits
        .iter()
        .map(|form| {
            let then = then.limits.iter().find(|other| is_same(form, other));
            Beside { limit: &form.limit, bound: form.bound, then, now: Some(form) }
        })
        .collect();
    let gone = then.limits.iter().filter(|form| !now.limits.iter().any(|other| is_same(form, other)));
    rows.extend(gone.map(|form| Beside { limit: &form.limit, bound: form.bound, then: Some(form), now: None }));
    rows
}

fn row(beside: &Beside<'_>) -> Vec<String> {
    let cells =
        |form: Option<&LimitForm>| form.map_or_else(Default::default, |form| [told(&form.used), told(&form.of)]);
    let [used_then, of_then] = cells(beside.then);
    let [used_now, of_now] = cells(beside.now);
    let exceeds = |form: Option<&LimitForm>| form.is_some_and(|form| form.exceeded);
    let mark = match (exceeds(beside.then), exceeds(beside.now)) {
        (false, false) => "",
        (true, false) => "failed then",
        (false, true) => "fails now",
        (true, true) => "fails",
    };
    let limit = format!("  {}", beside.limit);
    vec![limit, beside.bound.to_owned(), used_then, of_then, used_now, of_now, mark.to_owned()]
}

fn told(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Count(count) => grouped(&count.to_string()),
        Quantity::Money(money) => grouped(money),
    }
}
