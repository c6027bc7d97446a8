//! What a configuration means, in words.

mod changes;
mod phrases;
mod sentence;

use std::fmt::Write as _;

pub use changes::changes;
pub(super) use phrases::groups_in_words;
pub(super) use sentence::bound_in_words;
pub use sentence::sentences;

use super::{Config, Finding, Io, Origin};
use crate::console::printable_path;
use crate::domain::{Duplicates, Limit, Window};
use phrases::{count_in_words, group_in_words, shortened, week_in_words};

/// Says what a configuration means and what is odd about it, in whole lines.
pub fn describe(config: &Config, origin: &Origin, warnings: &[Finding]) -> String {
    let limits = config.policy.limits();
    let mut text = format!("{}: ", origin_in_words(origin));
    text.push_str(&match limits.len() {
        0 => "no limits\n\n".to_owned(),
        1 => "1 limit\n\n".to_owned(),
        count => format!("{count} limits, checked in this order\n\n"),
    });
    let place_width = limits.len().to_string().len();
    let name_width = limits.iter().map(|limit| limit.name.as_str().len()).max().unwrap_or_default();
    for (place, (limit, sentence)) in (1..).zip(limits.iter().zip(sentences(&config.policy))) {
        let name = limit.name.as_str();
        // Writing into a string cannot fail.
        let _ = writeln!(text, "  {place:>place_width$}. {name:name_width$}  {sentence}");
    }
    if !limits.is_empty() {
        text.push('\n');
        text.push_str(&limits_in_words(limits));
    }
    text.push_str("A withdrawal is never more than the balance.\n");
    text.push_str(match config.policy.duplicates() {
        Duplicates::Decline => "An id that its customer has sent before is a duplicate and declined.\n",
        Duplicates::Ignore => "An id that its customer has sent before is a duplicate and gets no verdict.\n",
    });
    if let Some(span) = config.policy.late_after() {
        let span = span.in_words();
        let _ = writeln!(
            text,
            "A transaction more than {span} older than its customer's latest accepted one is too late and declined."
        );
    }
    text.push_str(&membership_in_words(config));
    text.push_str(&io_in_words(&config.io));
    if !warnings.is_empty() {
        text.push_str("\nwarnings:\n");
        for warning in warnings {
            let _ = writeln!(text, "{warning}");
        }
    }
    text
}

fn origin_in_words(Origin { file, overrides }: &Origin) -> String {
    let mut text = match file {
        Some(path) => printable_path(path),
        None => "The defaults, as there is no configuration file".to_owned(),
    };
    if !overrides.is_empty() {
        text.push_str(", changed by ");
        text.push_str(&overrides.join(", "));
    }
    text
}

/// What all limits have in common.
fn limits_in_words(limits: &[Limit]) -> String {
    let is_of_calendar =
        |limit: &Limit| !matches!(limit.window, Window::Transaction | Window::Lifetime | Window::Trailing(_));
    let mut text = if limits.iter().any(is_of_calendar) {
        format!("{}; only accepted transactions count.\n", calendar_in_words(limits))
    } else {
        "Only accepted transactions count.\n".to_owned()
    };
    if limits.iter().any(|limit| matches!(limit.window, Window::Trailing(_))) {
        text.push_str("A span such as 24 hours ends with the transaction that is judged: later ones don't count.\n");
    }
    text.push_str("Reaching a limit exactly is allowed.\n");
    text
}

/// By which clocks windows begin.
fn calendar_in_words(limits: &[Limit]) -> String {
    let has = |window: Window| limits.iter().any(|limit| limit.window == window);
    let mut calendars = limits.iter().map(|limit| &limit.calendar);
    let first = calendars.next().cloned().unwrap_or_default();
    let one_zone = calendars.clone().all(|other| other.zone == first.zone);
    let one_week = calendars.all(|other| other.week_starts == first.week_starts);
    let mut windows = vec!["A day".to_owned()];
    windows.push(if one_week { format!("a week ({})", week_in_words(first.week_starts)) } else { "a week".to_owned() });
    windows.push("a month".to_owned());
    windows.extend(has(Window::Quarter).then(|| "a quarter".to_owned()));
    windows.extend(has(Window::Year).then(|| "a year".to_owned()));
    let whose = match first.zone {
        _ if !one_zone => "the time that each limit names".to_owned(),
        zone if zone.is_utc() => "the UTC calendar".to_owned(),
        zone => format!("the clocks in {}", zone.name()),
    };
    format!("{} are those of {whose}", shortened(windows))
}

/// Where groups come from, if they decide.
fn membership_in_words(config: &Config) -> String {
    let Some(members) = &config.members else {
        let decides = config.policy.decides_by_groups();
        return if decides { "A customer's group is the one that the transaction names.\n" } else { "" }.to_owned();
    };
    let file = config.groups_file.as_deref().map(printable_path).unwrap_or_default();
    let sizes = members.groups().map(|(group, customers)| {
        let plural = if customers == 1 { "" } else { "s" };
        format!("{} ({} customer{plural})", group_in_words(group), count_in_words(customers))
    });
    let sizes = match sizes.collect::<Vec<_>>() {
        sizes if sizes.is_empty() => "nobody is in any".to_owned(),
        sizes => shortened(sizes),
    };
    format!("Groups are those of {file}, unless a transaction names its own: {sizes}.\n")
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
