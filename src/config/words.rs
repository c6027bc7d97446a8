//! What a configuration means, in words.

use std::fmt::Write as _;

use super::{Config, Io, Origin};
use crate::console::{grouped, printable_path};
use crate::domain::{Amount, Duplicates, Limit, LimitDirection, Window};

/// Says what a configuration means, in whole lines.
pub fn describe(config: &Config, origin: &Origin) -> String {
    let limits = config.policy.limits();
    let mut text = format!("{}: ", origin_in_words(origin));
    text.push_str(&match limits.len() {
        0 => "no limits\n\n".to_owned(),
        1 => "1 limit\n\n".to_owned(),
        count => format!("{count} limits, checked in this order\n\n"),
    });
    let place_width = limits.len().to_string().len();
    let name_width = limits.iter().map(|limit| limit.name.as_str().len()).max().unwrap_or_default();
    for (place, limit) in (1..).zip(limits) {
        let (name, rule) = (limit.name.as_str(), limit_in_words(limit));
        // Writing into a string cannot fail.
        let _ = writeln!(text, "  {place:>place_width$}. {name:name_width$}  {rule}");
    }
    if !limits.is_empty() {
        text.push_str(
            "\nA day, a week (Monday to Sunday) and a month are those of the UTC calendar; only accepted transactions \
             count.\nReaching a limit exactly is allowed.\n",
        );
    }
    text.push_str("A withdrawal is never more than the balance.\n");
    text.push_str(match config.policy.duplicates() {
        Duplicates::Decline => "An id that its customer has sent before is a duplicate and declined.\n",
        Duplicates::Ignore => "An id that its customer has sent before is a duplicate and gets no verdict.\n",
    });
    text.push_str(&io_in_words(&config.io));
    text
}

fn origin_in_words(Origin { file, overrides }: &Origin) -> String {
    let mut text = match file {
        Some(path) => printable_path(path),
        None => "The defaults, as there is no configuration file".to_owned(),
    };
    if !overrides.is_empty() {
        text.push_str(", changed by ");
        text.push_str(&overrides.join(" and "));
    }
    text
}

fn io_in_words(io: &Io) -> String {
    let times = match &io.time_format {
        Some(format) => format!("Times are in the format {:?}, and in UTC where they have no offset", format.as_str()),
        None => "Times are in the format of RFC 3339".to_owned(),
    };
    let name = |path, standard: &str| match printable_path(path) {
        dash if dash == "-" => standard.to_owned(),
        file => file,
    };
    let input = name(&io.input, "standard input");
    let output = name(&io.output, "standard output");
    format!(
        "{times}, unless a transaction has its own.\n\
         Reads {input} and writes {output}, unless the command line says otherwise.\n"
    )
}

/// A limit's rule as a phrase.
fn limit_in_words(limit: &Limit) -> String {
    let of_one = match limit.direction {
        LimitDirection::Load => "load",
        LimitDirection::Withdrawal => "withdrawal",
        LimitDirection::Any => "transaction",
    };
    let window = match limit.window {
        Window::Transaction => return single_in_words(limit, of_one),
        Window::Day => "day",
        Window::Week => "week",
        Window::Month => "month",
    };
    let count = limit.count.map(|count| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{} {of_one}{plural}", grouped(&count.to_string()))
    });
    let amount = limit.amount.map(|amount| {
        let moved = match limit.direction {
            LimitDirection::Load => " loaded",
            LimitDirection::Withdrawal => " withdrawn",
            LimitDirection::Any => "",
        };
        format!("{}{moved}", shown(amount))
    });
    let bounds: Vec<_> = [count, amount].into_iter().flatten().collect();
    let both_ways = if limit.direction == LimitDirection::Any { ", loads and withdrawals together" } else { "" };
    format!("at most {} a {window}{both_ways}", bounds.join(" and "))
}

/// The rule of a limit over single transactions, which a count never restricts.
fn single_in_words(limit: &Limit, of_one: &str) -> String {
    let amount = limit.amount.map(|amount| format!("at most {} in any one {of_one}", shown(amount)));
    let count = limit.count.map(|count| {
        let count = grouped(&count.to_string());
        format!("a count of {count}, which declines nothing as each {of_one} is counted alone")
    });
    let bounds: Vec<_> = [amount, count].into_iter().flatten().collect();
    bounds.join("; ")
}

fn shown(amount: Amount) -> String {
    grouped(&amount.to_string())
}
