//! A policy as a text: the configuration file that sets it and nothing else.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::document::Document;
use super::errors::{ConfigError, ConfigErrors};
use super::file;
use super::lookup::FoundFile;
use super::settings::Settings;
use crate::domain::{Duplicates, Limit, Policy};

/// What errors call the text that they are about.
const NAME: &str = "policy";

/// The text of a policy, a configuration file as it stands. Equal policies have equal texts, and no others do.
///
/// Every key is spelled out, so that the text means the same should a default ever change.
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
    let file = FoundFile { path: PathBuf::from(NAME), bytes: text.as_bytes().to_vec() };
    let document = Document::parse(&file)?;
    let mut settings = Settings::default();
    let mut errors = Vec::new();
    file::apply(&document, &mut settings, &mut errors);
    if let Some((key, _)) = document.table().get_key_value("io") {
        let place = document.place(key.span(), "io".to_owned());
        errors.push(ConfigError { place, why: "is no part of a policy".to_owned() });
    }
    match settings.policy() {
        Ok(policy) if errors.is_empty() => Ok(policy),
        Ok(_) => Err(ConfigErrors::new(errors)),
        Err(problems) => {
            errors.extend(problems);
            Err(ConfigErrors::new(errors))
        }
    }
}

fn push_limit(text: &mut String, limit: &Limit) {
    text.push_str("\n[[limits]]\n");
    push_string(text, "name", limit.name.as_str());
    push_string(text, "window", limit.window.as_str());
    push_string(text, "direction", limit.direction.as_str());
    if let Some(amount) = limit.amount {
        push_string(text, "amount", &amount.to_string());
    }
    if let Some(count) = limit.count {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "count = {count}");
    }
}

/// Appends a key and its value, which has no character that TOML would have escaped.
fn push_string(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = \"{value}\"");
}
