//! What was looked at, and what is tried.

use super::wrapped;
use crate::backtest::report::Report;
use crate::commands::figures::counted;
use crate::console::{escaped, grouped, printable};

/// How wide the names of facts are.
const NAME_LEN: usize = 10;

/// A fact a line.
pub(super) fn facts(report: &Report) -> String {
    let mut text = fact(if report.is_check { "check" } else { "backtest" }, &source(report));
    text += &fact("then", &then(report));
    if report.is_check {
        text += &fact("now", "the same, each on what it decided");
    } else if report.changes.is_empty() {
        text += &fact("now", "the same: nothing is changed");
    }
    for (index, change) in report.changes.iter().enumerate() {
        text += &fact(if index == 0 { "now" } else { "" }, &escaped(change));
    }
    text += &period(report);
    if report.rejected > 0 {
        let are = if report.rejected == 1 { "is no transaction" } else { "are no transactions" };
        text += &fact("rejected", &format!("{}, which {are}", counted(report.rejected, "line")));
    }
    text + &report.notes.iter().map(|note| fact("note", &escaped(note))).collect::<String>()
}

fn fact(name: &str, text: &str) -> String {
    format!("{name:NAME_LEN$}{}", wrapped(text, NAME_LEN))
}

fn source(report: &Report) -> String {
    let source = printable(&report.about.source);
    match report.about.head.as_deref().and_then(|head| head.split(':').next()) {
        Some(size) => format!("{source}, up to position {}", grouped(size)),
        None if source == "-" => "standard input".to_owned(),
        None => source,
    }
}

/// Which policies decided.
fn then(report: &Report) -> String {
    let positions: Vec<_> = report.then.iter().filter_map(|policy| policy.position).collect();
    match positions.as_slice() {
        [] if report.about.head.is_some() => "no policy: the ledger has none".to_owned(),
        [] => "every transaction decided by the baseline".to_owned(),
        [one] => format!("the policy at position {one}"),
        [first, .., last] => {
            let told = if report.is_check { String::new() } else { "; changes are told from the last".to_owned() };
            let count = positions.len();
            format!("{count} policies, the first at position {first}, the last at {last}{told}")
        }
    }
}

/// Which days are reported on, and from when to when there were transactions.
fn period(report: &Report) -> String {
    let about = &report.about;
    let mut text = String::new();
    let asked = match (about.from, about.to) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("{from} and later")),
        (None, Some(to)) => Some(format!("{to} and earlier")),
        (None, None) => None,
    };
    if let Some(days) = asked {
        text += &fact("days", &format!("{days}; what lies outside is decided anew all the same"));
    }
    if let (Some(first), Some(last)) = (about.first, about.last) {
        text += &fact("times", &format!("{first} to {last}"));
    }
    text
}
