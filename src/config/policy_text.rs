//! A policy as a text: the configuration file that sets it and nothing else.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::document::Document;
use super::errors::{ConfigError, ConfigErrors};
use super::file;
use super::lookup::FoundFile;
use super::settings::{Setting, Settings};
use crate::domain::{Calendar, Duplicates, Limit, LimitOutcome, Measure, Policy, Weekday, Zone};

/// What errors call the text that they are about.
const NAME: &str = "policy";

/// The text of a policy, a configuration file as it stands. Equal policies have equal texts, and no others do.
///
/// The oldest keys are spelled out, and those that came later stand there only where they say something: what an older
/// version wrote of a policy is its text for ever.
pub fn policy_text(policy: &Policy) -> String {
    let limits = policy.limits();
    let mut text = String::new();
    if limits.is_empty() {
        // A file without limits would have the default ones, and behind a table this would be a key of the table.
        text.push_str("limits = []\n\n");
    }
    let duplicates = match policy.duplicates() {
        Duplicates::Decline => "decline",
        Duplicates::Ignore => "ignore",
    };
    text.push_str("[policy]\n");
    push_string(&mut text, "duplicates", duplicates);
    if let Some(span) = policy.late_after() {
        push_string(&mut text, "late_after", &span.to_string());
    }
    if let Some(hash) = policy.members() {
        push_string(&mut text, "members", &hex::encode(hash));
    }
    if let Some(version) = policy.zones() {
        push_string(&mut text, "zones", version);
    }
    for limit in limits {
        push_limit(&mut text, limit);
    }
    text
}

/// The policy that a text sets, read as a configuration file that may set nothing else; the environment has no say.
///
/// # Errors
///
/// [`ConfigErrors`] holds everything that is wrong, by line.
pub fn parse_policy_text(text: &str) -> Result<Policy, ConfigErrors> {
    let mut errors = Vec::new();
    let settings = read(text, &mut errors)?;
    match settings.policy(None) {
        Ok(policy) if errors.is_empty() => Ok(policy),
        Ok(_) => Err(ConfigErrors::new(errors)),
        Err(problems) => {
            errors.extend(problems);
            Err(ConfigErrors::new(errors))
        }
    }
}

/// What a policy's text sets; `errors` gains what is wrong with it, unless it is not TOML.
pub(super) fn read(text: &str, errors: &mut Vec<ConfigError>) -> Result<Settings, ConfigErrors> {
    let file = FoundFile { path: PathBuf::from(NAME), bytes: text.as_bytes().to_vec() };
    let document = Document::parse(&file)?;
    let mut settings = Settings::default();
    file::apply(&document, Setting::OF_POLICY_TEXT, &mut settings, errors);
    if let Some((key, _)) = document.table().get_key_value("io") {
        let place = document.place(key.span(), "io".to_owned());
        errors.push(ConfigError { place, why: "is no part of a policy".to_owned() });
    }
    Ok(settings)
}

fn push_limit(text: &mut String, limit: &Limit) {
    text.push_str("\n[[limits]]\n");
    push_string(text, "name", limit.name.as_str());
    push_string(text, "window", &limit.window.to_string());
    push_string(text, "direction", limit.direction.as_str());
    if limit.measure != Measure::Gross {
        push_string(text, "measure", limit.measure.as_str());
    }
    if let Some(amount) = limit.amount {
        push_string(text, "amount", &amount.to_string());
    }
    if let Some(count) = limit.count {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "count = {count}");
    }
    let amounts = [
        ("minimum_amount", limit.minimum_amount),
        ("maximum_amount", limit.maximum_amount),
        ("maximum_balance", limit.maximum_balance),
    ];
    for (key, amount) in amounts.into_iter().filter_map(|(key, amount)| Some((key, amount?))) {
        push_string(text, key, &amount.to_string());
    }
    if let Some(span) = limit.cooldown {
        push_string(text, "cooldown", &span.to_string());
    }
    push_scope(text, limit);
}

/// Appends when a limit holds, for whom, and what comes of it.
fn push_scope(text: &mut String, limit: &Limit) {
    let Calendar { zone, week_starts } = &limit.calendar;
    if *zone != Zone::UTC {
        push_string(text, "zone", zone.name());
    }
    if *week_starts != Weekday::Monday {
        push_string(text, "week_starts", week_starts.as_str());
    }
    if !limit.groups.is_empty() {
        let names: Vec<_> = limit.groups.iter().map(|group| quoted(group.as_str())).collect();
        let _ = writeln!(text, "groups = [{}]", names.join(", "));
    }
    for (key, day) in
        [("from", limit.from), ("until", limit.until)].into_iter().filter_map(|(key, day)| Some((key, day?)))
    {
        push_string(text, key, &day.to_string());
    }
    if limit.outcome != LimitOutcome::Decline {
        push_string(text, "outcome", limit.outcome.as_str());
    }
}

/// Appends a key and its text.
fn push_string(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {}", quoted(value));
}

/// A text in quotes as TOML has it. No control character stands in a policy, and all else but these two may stand as it is.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}
