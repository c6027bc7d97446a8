//! Texts as values: what each key accepts, wherever it is set. Errors say what would be right, as half a sentence.

use std::path::PathBuf;

use crate::domain::{Amount, AmountError, Duplicates, LimitDirection, LimitName, Window};
use crate::formats::TimeFormat;

/// Reads `policy.duplicates`.
pub(super) fn duplicates(text: &str) -> Result<Duplicates, String> {
    one_of(text, &[("decline", Duplicates::Decline), ("ignore", Duplicates::Ignore)])
}

/// Reads a limit's `window`.
pub(super) fn window(text: &str) -> Result<Window, String> {
    use Window::{Day, Month, Transaction, Week};
    one_of(text, &[("day", Day), ("week", Week), ("month", Month), ("transaction", Transaction)])
}

/// Reads a limit's `direction`.
pub(super) fn direction(text: &str) -> Result<LimitDirection, String> {
    use LimitDirection::{Any, Load, Withdrawal};
    one_of(text, &[("load", Load), ("withdrawal", Withdrawal), ("any", Any)])
}

/// Reads a limit's `name`.
pub(super) fn name(text: &str) -> Result<LimitName, String> {
    LimitName::new(text).map_err(|error| format!("{error}; {text:?} can't be used"))
}

/// Reads a limit's `amount`, which is above zero.
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

/// Reads `io.time_format`.
pub(super) fn time_format(text: &str) -> Result<TimeFormat, String> {
    TimeFormat::new(text).map_err(|why| format!("must be a strftime format such as \"%d/%m/%Y %H:%M:%S\": {why}"))
}

fn one_of<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let chosen = choices.iter().find(|(name, _)| *name == text);
    chosen.map(|(_, value)| *value).ok_or_else(|| {
        let mut names: Vec<_> = choices.iter().map(|(name, _)| format!("{name:?}")).collect();
        let last = names.pop().unwrap_or_default();
        format!("must be {} or {last}, not {text:?}", names.join(", "))
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
}
