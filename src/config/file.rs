//! The file's layer: a TOML tree over the defaults.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeInteger, DeString, DeValue};
use toml::value::Datetime;

use super::document::Document;
use super::errors::{ConfigError, Place, closest, unknown};
use super::limit_setting::{LimitSetting, WINDOW_MISSING};
use super::settings::{Setting, Settings};
use crate::domain::LimitKey;

/// The keys of which a limit needs one.
const BOUNDS: [LimitKey; 6] = [
    LimitKey::Amount,
    LimitKey::Count,
    LimitKey::MinimumAmount,
    LimitKey::MaximumAmount,
    LimitKey::MaximumBalance,
    LimitKey::Cooldown,
];

/// A key of the file and its value.
type Entry<'a> = (&'a Spanned<DeString<'a>>, &'a Spanned<DeValue<'a>>);

/// Sets whatever the document sets, outside the limits only what is known; `errors` gains everything that is wrong with
/// it.
pub(super) fn apply(
    document: &Document<'_>,
    known: &'static [Setting],
    settings: &mut Settings,
    errors: &mut Vec<ConfigError>,
) {
    let mut layer = Layer { document, known, settings, errors };
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
    /// The keys that there are outside the limits.
    known: &'static [Setting],
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
        let known: Vec<_> = self.known.iter().filter(|setting| setting.section() == section).collect();
        for (key, value) in entries {
            let read = match known.iter().find(|setting| setting.key() == key.get_ref()) {
                Some(setting) => {
                    let place = self.document.place(key.span(), dotted(section, key.get_ref()));
                    string(value.get_ref()).and_then(|text| self.settings.set(**setting, text, &place))
                }
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
            Some(known) => set_limit_key(limit, known, value.get_ref(), &place),
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
    let sums = limit.has(LimitKey::Amount) || limit.has(LimitKey::Count);
    if sums && !limit.has(LimitKey::Window) {
        missing.push((Some(LimitKey::Window), WINDOW_MISSING));
    }
    if !BOUNDS.iter().any(|key| limit.has(*key)) {
        let why =
            "a limit needs an amount, a count, a minimum_amount, a maximum_amount, a maximum_balance or a cooldown";
        missing.push((None, why));
    }
    missing
}

/// Sets a limit's key to a value of the file, whether or not it is of use.
fn set_limit_key(limit: &mut LimitSetting, key: LimitKey, value: &DeValue<'_>, place: &Place) -> Result<(), String> {
    let set = match key {
        LimitKey::Groups => names(value).map(|names| limit.set_groups(&names, place.clone())),
        key => limit_text(key, value).map(|text| limit.set(key, &text, place.clone())),
    };
    set.unwrap_or_else(|why| {
        limit.refuse(key, place.clone());
        Err(why)
    })
}

/// The texts of an array.
fn names<'a>(value: &'a DeValue<'_>) -> Result<Vec<&'a str>, String> {
    let must_be = |found| format!("must be a list of names in quotes, such as [\"gold\"], not {found}");
    let DeValue::Array(values) = value else {
        return Err(must_be(kind(value).to_owned()));
    };
    let name = |value: &'a Spanned<DeValue<'_>>| {
        let value = value.get_ref();
        value.as_str().ok_or_else(|| must_be(format!("one with {}", kind(value))))
    };
    values.iter().map(name).collect()
}

/// A limit's value as the plain text that every layer understands.
fn limit_text<'a>(key: LimitKey, value: &'a DeValue<'_>) -> Result<Cow<'a, str>, String> {
    use LimitKey::{Amount, Cooldown, Count, From, MaximumAmount, MaximumBalance, MinimumAmount, Until};
    let must_be = |what: &str| Err(format!("must be {what}, not {}", kind(value)));
    match (key, value) {
        (Amount | MinimumAmount | MaximumAmount | MaximumBalance | Count, DeValue::Integer(integer)) => {
            Ok(decimal(integer))
        }
        (Amount | MinimumAmount | MaximumAmount | MaximumBalance, DeValue::Float(_)) => {
            Err("must not be a float, which may be rounded; put the amount in quotes: \"5000.00\"".to_owned())
        }
        (Count, _) => must_be("a whole number without quotes, such as 3"),
        (_, DeValue::String(text)) => Ok(Cow::Borrowed(text)),
        (Amount | MinimumAmount | MaximumAmount | MaximumBalance, _) => {
            must_be("an amount in quotes, such as \"5000.00\"")
        }
        (From | Until, DeValue::Datetime(Datetime { date: Some(date), time: None, .. })) => {
            Ok(Cow::Owned(date.to_string()))
        }
        (From | Until, DeValue::Datetime(_)) => Err("must be a date without a time, such as 2026-01-31".to_owned()),
        (From | Until, _) => must_be("a date such as 2026-01-31"),
        (Cooldown, _) => must_be("a span in quotes, such as \"10m\""),
        _ => must_be("a text in quotes"),
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
