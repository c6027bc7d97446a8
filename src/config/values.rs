//! Texts as values: what each key accepts, wherever it is set. Errors say what would be right, as half a sentence.

use std::path::PathBuf;

use super::errors::{closest, meant};
use crate::domain::{
    Amount, AmountError, CivilTime, Day, Duplicates, GroupName, LimitDirection, LimitName, LimitOutcome, Measure,
    TimeSpan, Weekday, Window, Zone,
};
use crate::formats::TimeFormat;

/// The most days that a span of time has.
const SPAN_DAYS_MAX: &str = "3652059";

/// Reads `policy.duplicates`.
pub(super) fn duplicates(text: &str) -> Result<Duplicates, String> {
    one_of(text, &[("decline", Duplicates::Decline), ("ignore", Duplicates::Ignore)])
}

/// Reads `policy.late_after` or a limit's `cooldown`.
pub(super) fn span(text: &str) -> Result<TimeSpan, String> {
    TimeSpan::parse(text).ok_or_else(|| {
        format!("must be a span such as \"10m\" or \"90d\" (s, m, h or d), from 1s to {SPAN_DAYS_MAX}d, not {text:?}")
    })
}

/// Reads `zone` of the policy or of a limit.
pub(super) fn zone(text: &str) -> Result<Zone, String> {
    Zone::named(text).ok_or_else(|| {
        let names: Vec<_> = Zone::names().collect();
        let meant = meant(zone_meant(text, &names));
        format!("must be a time zone's name, such as \"America/Toronto\", not {text:?}{meant}")
    })
}

/// The zone's name that a mistyped one probably stands for: people leave out the region.
fn zone_meant<'a>(text: &str, names: &'a [String]) -> Option<&'a str> {
    let city = text.replace(' ', "_");
    let is_city = |name: &&str| name.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(&city));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.iter().copied().find(is_city).or_else(|| closest(&city, &names))
}

/// Reads `week_starts` of the policy or of a limit.
pub(super) fn week_starts(text: &str) -> Result<Weekday, String> {
    one_of(text, &Weekday::ALL.map(|weekday| (weekday.as_str(), weekday)))
}

/// Reads a limit's `window`.
pub(super) fn window(text: &str) -> Result<Window, String> {
    const WORDS: [&str; 7] = ["transaction", "day", "week", "month", "quarter", "year", "lifetime"];
    Window::parse(text).ok_or_else(|| {
        let words = WORDS.map(|word| format!("{word:?}")).join(", ");
        let meant = meant(closest(text, &WORDS));
        let spans = format!("a span such as \"24h\" or \"90d\" (s, m, h or d), from 1s to {SPAN_DAYS_MAX}d");
        format!("must be {words}, or {spans}, not {text:?}{meant}")
    })
}

/// Reads a limit's `direction`.
pub(super) fn direction(text: &str) -> Result<LimitDirection, String> {
    use LimitDirection::{Any, Load, Withdrawal};
    one_of(text, &[("load", Load), ("withdrawal", Withdrawal), ("any", Any)])
}

/// Reads a limit's `measure`.
pub(super) fn measure(text: &str) -> Result<Measure, String> {
    one_of(text, &[Measure::Gross, Measure::Net].map(|measure| (measure.as_str(), measure)))
}

/// Reads a limit's `outcome`.
pub(super) fn outcome(text: &str) -> Result<LimitOutcome, String> {
    use LimitOutcome::{Decline, Flag, Shadow};
    one_of(text, &[Decline, Flag, Shadow].map(|outcome| (outcome.as_str(), outcome)))
}

/// Reads a limit's `from` or `until`, a date from year 0001 on.
pub(super) fn date(text: &str) -> Result<Day, String> {
    day(text).ok_or_else(|| format!("must be a date such as \"2026-01-31\", not {text:?}"))
}

fn day(text: &str) -> Option<Day> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text.as_bytes() else { return None };
    let number = |digits: &[&u8]| {
        let digit = |digit: &u8| digit.is_ascii_digit().then(|| u32::from(digit - b'0'));
        digits.iter().try_fold(0, |sum, byte| Some(sum * 10 + digit(byte)?))
    };
    let (year, month, day) = (number(&[y0, y1, y2, y3])?, number(&[m0, m1])?, number(&[d0, d1])?);
    let midnight = CivilTime {
        year: i32::try_from(year).ok()?,
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        micro: 0,
        offset_seconds: 0,
    };
    Some(midnight.to_timestamp().ok()?.day())
}

/// Reads a limit's `groups` from its names: at least one, none twice; gives them in order.
pub(super) fn groups<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<GroupName>, String> {
    let mut groups = Vec::new();
    for name in names {
        let group = GroupName::new(name).map_err(|why| format!("a group's name {why}; {name:?} can't be used"))?;
        if groups.contains(&group) {
            return Err(format!("{name:?} stands twice"));
        }
        groups.push(group);
    }
    if groups.is_empty() {
        return Err("must name a group; leave the key out if the limit is for everyone".to_owned());
    }
    groups.sort_unstable();
    Ok(groups)
}

/// Reads a limit's `groups` where a list is written with commas.
pub(super) fn groups_of_text(text: &str) -> Result<Vec<GroupName>, String> {
    let is_padded = |name: &&str| name.trim() != *name;
    match text.split(',').find(is_padded) {
        Some(name) => {
            Err(format!("must be names with commas between, without spaces, such as gold,silver, not {name:?}"))
        }
        None => groups(text.split(',')),
    }
}

/// Reads `policy.members` of a policy's text.
pub(super) fn members(text: &str) -> Result<[u8; 32], String> {
    let mut hash = [0; 32];
    let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    match hex::decode_to_slice(text, &mut hash) {
        Ok(()) if is_lower => Ok(hash),
        _ => Err(format!("must be 64 digits of a SHA-256, not {text:?}")),
    }
}

/// Reads `policy.zones` of a policy's text.
pub(super) fn zones(text: &str) -> Result<String, String> {
    let is_version = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_version.then(|| text.to_owned()).ok_or_else(|| format!("must be a version such as \"2026e\", not {text:?}"))
}

/// Reads a limit's `name`.
pub(super) fn name(text: &str) -> Result<LimitName, String> {
    LimitName::new(text).map_err(|error| format!("{error}; {text:?} can't be used"))
}

/// Reads a limit's `amount` or another of its amounts, which is above zero.
pub(super) fn amount(text: &str) -> Result<Amount, String> {
    match Amount::parse(text.as_bytes()) {
        Ok(amount) if amount.minor() > 0 => Ok(amount),
        Ok(_) => Err("must be above zero".to_owned()),
        Err(AmountError::Malformed) => Err(format!("must be an amount such as 5000.00, not {text:?}")),
        Err(AmountError::OutOfRange) => Err(format!("must be at most {}, not {text:?}", Amount::from_minor(i64::MAX))),
    }
}

/// Reads a limit's `count`, which is above zero.
pub(super) fn count(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(format!("must be a whole number from 1 to {}, not {text:?}", u32::MAX)),
    }
}

/// Reads `io.input` or `io.output`.
pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("must name a file, or be \"-\"".to_owned()) } else { Ok(PathBuf::from(text)) }
}

/// Reads `policy.groups_file`, which is read before the input is, and so can't be standard input.
pub(super) fn groups_file(text: &str) -> Result<PathBuf, String> {
    if matches!(text, "" | "-") { Err("must name a file".to_owned()) } else { Ok(PathBuf::from(text)) }
}

/// Reads `io.time_format`.
pub(super) fn time_format(text: &str) -> Result<TimeFormat, String> {
    TimeFormat::new(text).map_err(|why| format!("must be a strftime format such as \"%d/%m/%Y %H:%M:%S\": {why}"))
}

/// One of several words, all of which an error lists; of many the one that was meant.
fn one_of<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let chosen = choices.iter().find(|(name, _)| *name == text);
    chosen.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        let mut names: Vec<_> = words.iter().map(|name| format!("{name:?}")).collect();
        let last = names.pop().unwrap_or_default();
        let meant = meant(closest(text, &words).filter(|_| words.len() > 3));
        format!("must be {} or {last}, not {text:?}{meant}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amount_is_read_by_its_digits_and_lies_above_zero() {
        assert_eq!(amount("3000"), Ok(Amount::from_minor(300_000)));
        assert_eq!(amount("$0.01"), Ok(Amount::from_minor(1)));
        assert_eq!(amount("0.00"), Err("must be above zero".to_owned()));
        assert_eq!(amount("-1"), Err("must be above zero".to_owned()));
        assert_eq!(amount("5,000"), Err(r#"must be an amount such as 5000.00, not "5,000""#.to_owned()));
        assert_eq!(
            amount("92233720368547758.08"),
            Err(r#"must be at most 92233720368547758.07, not "92233720368547758.08""#.to_owned())
        );
    }

    #[test]
    fn count_fits_into_32_bits_and_lies_above_zero() {
        assert_eq!((count("1"), count("4294967295")), (Ok(1), Ok(u32::MAX)));
        for text in ["0", "-1", "4294967296", "3.0", "", " 3", "three"] {
            let expected = format!("must be a whole number from 1 to 4294967295, not {text:?}");
            assert_eq!(count(text), Err(expected));
        }
    }

    #[test]
    fn choices_are_listed_where_none_was_taken() {
        assert_eq!(window("month"), Ok(Window::Month));
        assert_eq!(duplicates("Ignore"), Err(r#"must be "decline" or "ignore", not "Ignore""#.to_owned()));
        assert_eq!(direction("out"), Err(r#"must be "load", "withdrawal" or "any", not "out""#.to_owned()));
    }

    #[test]
    fn time_format_must_be_strftime() {
        assert_eq!(time_format("%d/%m/%Y").unwrap().as_str(), "%d/%m/%Y");
        assert!(time_format("%Q").is_err_and(|why| why.ends_with(r#"not a strftime format: "%Q""#)));
    }

    #[test]
    fn path_is_not_empty() {
        assert_eq!(path("-"), Ok(PathBuf::from("-")));
        assert_eq!(path(""), Err("must name a file, or be \"-\"".to_owned()));
    }

    #[test]
    fn zone_is_suggested_by_its_city_or_by_likeness() {
        for (text, meant) in [
            ("toronto", Some("America/Toronto")),
            ("New York", Some("America/New_York")),
            ("America/New York", Some("America/New_York")),
            ("Europe/Berln", Some("Europe/Berlin")),
            ("Erope/Berlin", Some("Europe/Berlin")),
            ("Middle-earth", None),
            ("", None),
        ] {
            let error = zone(text).unwrap_err();
            assert!(error.starts_with("must be a time zone's name, such as \"America/Toronto\", not "), "{error}");
            let suggestion = meant.map(|name| format!("; did you mean {name:?}?"));
            assert_eq!(error.split_once("; did").map(|(_, rest)| format!("; did{rest}")), suggestion, "{text}");
        }
        assert_eq!(zone("europe/berlin"), zone("Europe/Berlin"));
    }

    #[test]
    fn date_is_a_day_of_the_calendar() {
        assert_eq!(date("1970-01-02"), Ok(Day::from_number(1)));
        assert_eq!(date("0001-01-01").map(Day::number), Ok(-719_162));
        assert_eq!(date("9999-12-31").map(Day::number), Ok(2_932_896));
        assert_eq!(date("2024-02-29").map(|day| day.to_string()).as_deref(), Ok("2024-02-29"));
        for text in ["", "2026-1-1", "2026-13-01", "2026-02-29", "0000-01-01", "20260101", "2026-01-01 ", "+026-01-01"]
        {
            assert_eq!(date(text), Err(format!("must be a date such as \"2026-01-31\", not {text:?}")));
        }
    }

    #[test]
    fn groups_are_in_order_and_each_once() {
        let name = |name: &str| GroupName::new(name).unwrap();
        assert_eq!(groups(["b", "a, c"].into_iter()), Ok(vec![name("a, c"), name("b")]));
        assert_eq!(groups_of_text("silver,gold"), Ok(vec![name("gold"), name("silver")]));
        assert!(groups(std::iter::empty()).is_err_and(|why| why.starts_with("must name a group; ")));
        assert_eq!(groups(["a", "b", "a"].into_iter()), Err("\"a\" stands twice".to_owned()));
        assert!(groups_of_text("gold, silver").is_err_and(|why| why.ends_with("not \" silver\"")));
    }
}
