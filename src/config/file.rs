//! The file's layer: a TOML tree over the defaults.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeInteger, DeString, DeValue};

use super::document::Document;
use super::errors::{ConfigError, Place, closest, unknown};
use super::settings::{LimitSetting, Setting, Settings};
use crate::domain::LimitKey;

/// A key of the file and its value.
type Entry<'a> = (&'a Spanned<DeString<'a>>, &'a Spanned<DeValue<'a>>);

/// Sets whatever the document sets; `errors` gains everything that is wrong with it.
pub(super) fn apply(document: &Document<'_>, settings: &mut Settings, errors: &mut Vec<ConfigError>) {
    let mut layer = Layer { document, settings, errors };
    for entry in document.table() {
        match entry.0.get_ref().as_ref() {
            section @ ("io" | "policy") => layer.section(section, entry),
            "limits" => layer.limits(entry),
            other => layer.report(entry.0, "", unknown("key", other, &["io", "policy", "limits"])),
        }
    }
}

struct Layer<'a> {
    document: &'a Document<'a>,
    settings: &'a mut Settings,
    errors: &'a mut Vec<ConfigError>,
}

impl Layer<'_> {
    /// Reads `[io]` or `[policy]`.
    fn section(&mut self, section: &str, (key, value): Entry<'_>) {
        let DeValue::Table(entries) = value.get_ref() else {
            let why = format!("must be a table, begun by [{section}], not {}", kind(value.get_ref()));
            return self.report(key, "", why);
        };
        let known: Vec<_> = Setting::ALL.into_iter().filter(|setting| setting.section() == section).collect();
        for (key, value) in entries {
            let read = match known.iter().find(|setting| setting.key() == key.get_ref()) {
                Some(setting) => string(value.get_ref()).and_then(|text| self.settings.set(*setting, text)),
                None => {
                    let known: Vec<_> = known.iter().map(|setting| setting.key()).collect();
                    Err(unknown("key", key.get_ref(), &known))
                }
            };
            if let Err(why) = read {
                self.report(key, section, why);
            }
        }
    }

    /// Reads `[[limits]]`, which replace all others.
    fn limits(&mut self, (key, value): Entry<'_>) {
        let DeValue::Array(entries) = value.get_ref() else {
            let why = format!("must be a list of tables, each begun by [[limits]], not {}", kind(value.get_ref()));
            return self.report(key, "", why);
        };
        self.settings.limits.clear();
        for entry in entries {
            let limit = self.limit(entry);
            self.settings.limits.extend(limit.filter(|limit| limit.name().is_some()));
        }
    }

    /// Reads one `[[limits]]`; nothing if it is no table.
    fn limit(&mut self, entry: &Spanned<DeValue<'_>>) -> Option<LimitSetting> {
        let DeValue::Table(entries) = entry.get_ref() else {
            let why = format!("each must be a table, not {}", kind(entry.get_ref()));
            self.report_at(self.document.place(entry.span(), "limits".to_owned()), why);
            return None;
        };
        let mut limit = LimitSetting::new(self.document.place(entry.span(), "limits".to_owned()));
        // The name comes first, because errors about the other keys tell it.
        let (name, others): (Vec<_>, Vec<_>) =
            entries.iter().partition(|(key, _)| key.get_ref() == LimitKey::Name.as_str());
        for entry in name {
            self.limit_key(&mut limit, "limits", entry);
        }
        let path = limit.name().map_or_else(|| "limits".to_owned(), |name| format!("limits.{name}"));
        for entry in others {
            self.limit_key(&mut limit, &path, entry);
        }
        for (missing, why) in missing_keys(&limit) {
            limit.blame();
            let path = missing.map_or_else(|| path.clone(), |key| format!("{path}.{key}"));
            self.report_at(self.document.place(entry.span(), path), why.to_owned());
        }
        Some(limit)
    }

    fn limit_key(&mut self, limit: &mut LimitSetting, path: &str, (key, value): Entry<'_>) {
        let find = |name: &str| LimitKey::ALL.into_iter().find(|known| known.as_str() == name);
        let place = self.document.place(key.span(), dotted(path, key.get_ref()));
        let known = LimitKey::ALL.map(LimitKey::as_str);
        let read = match find(key.get_ref()) {
            Some(known) => match limit_text(known, value.get_ref()) {
                Ok(text) => limit.set(known, &text, place.clone()),
                Err(why) => {
                    limit.refuse(known, place.clone());
                    Err(why)
                }
            },
            None => {
                if let Some(meant) = closest(key.get_ref(), &known).and_then(find) {
                    limit.refuse(meant, place.clone());
                }
                Err(unknown("key", key.get_ref(), &known))
            }
        };
        if let Err(why) = read {
            self.report_at(place, why);
        }
    }

    fn report(&mut self, key: &Spanned<DeString<'_>>, path: &str, why: String) {
        self.report_at(self.document.place(key.span(), dotted(path, key.get_ref())), why);
    }

    fn report_at(&mut self, place: Place, why: String) {
        self.errors.push(ConfigError { place, why });
    }
}

/// The keys without which this is no limit, and what to say about each.
fn missing_keys(limit: &LimitSetting) -> Vec<(Option<LimitKey>, &'static str)> {
    let mut missing = Vec::new();
    if !limit.has(LimitKey::Name) {
        missing.push((Some(LimitKey::Name), "missing; every limit has a name, such as \"daily-count\""));
    }
    if !limit.has(LimitKey::Window) {
        missing.push((Some(LimitKey::Window), "missing; must be \"day\", \"week\", \"month\" or \"transaction\""));
    }
    if !limit.has(LimitKey::Amount) && !limit.has(LimitKey::Count) {
        missing.push((None, "a limit needs an amount, a count, or both"));
    }
    missing
}

/// A limit's value as the plain text that every layer understands.
fn limit_text<'a>(key: LimitKey, value: &'a DeValue<'_>) -> Result<Cow<'a, str>, String> {
    match (key, value) {
        (LimitKey::Amount | LimitKey::Count, DeValue::Integer(integer)) => Ok(decimal(integer)),
        (LimitKey::Amount, DeValue::Float(_)) => {
            Err("must not be a float, which may be rounded; put the amount in quotes: \"5000.00\"".to_owned())
        }
        (LimitKey::Amount, DeValue::String(text)) => Ok(Cow::Borrowed(text)),
        (LimitKey::Amount, other) => {
            Err(format!("must be an amount in quotes, such as \"5000.00\", not {}", kind(other)))
        }
        (LimitKey::Count, other) => {
            Err(format!("must be a whole number without quotes, such as 3, not {}", kind(other)))
        }
        (LimitKey::Name | LimitKey::Window | LimitKey::Direction, other) => string(other).map(Cow::Borrowed),
    }
}

/// An integer in decimal digits. One beyond 128 bits stays as it is written, which is out of every range anyway.
fn decimal<'a>(integer: &'a DeInteger<'_>) -> Cow<'a, str> {
    match i128::from_str_radix(integer.as_str(), integer.radix()) {
        Ok(value) => Cow::Owned(value.to_string()),
        Err(_) => Cow::Borrowed(integer.as_str()),
    }
}

fn string<'a>(value: &'a DeValue<'_>) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| format!("must be a text in quotes, not {}", kind(value)))
}

/// What a value is, in TOML's words.
const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// A key behind its path, in quotes where TOML needs them.
fn dotted(path: &str, key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let key = if bare { key.to_owned() } else { format!("{key:?}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}
