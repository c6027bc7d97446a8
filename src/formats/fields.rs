//! What the fields of a transaction may hold, whatever the format.

use std::borrow::Cow;
use std::fmt::Display;

use super::TimeFormat;
use crate::batch::{LINE_LEN_MAX, LineError};
use crate::domain::{Amount, GroupName, GroupNameError, Timestamp};

pub(super) const ID: &str = "id";
pub(super) const CUSTOMER_ID: &str = "customer_id";
pub(super) const LOAD_AMOUNT: &str = "load_amount";
pub(super) const TIME: &str = "time";
pub(super) const TIME_FORMAT: &str = "time_format";
pub(super) const GROUP: &str = "group";
/// The line as a whole, where no single field is at fault.
pub(super) const LINE: &str = "line";

/// The most characters of the input that a message quotes.
const QUOTE_LEN_MAX: usize = 64;

/// A valid transaction, its texts borrowed from the line wherever they stand there as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarefulRecord<'a> {
    /// The transaction's id.
    pub id: Cow<'a, str>,
    /// The customer's id.
    pub customer_id: Cow<'a, str>,
    /// How much, and which way.
    pub amount: Amount,
    /// When.
    pub time: Timestamp,
    /// The group that its customer is in, if it says so and is asked.
    pub group: Option<Cow<'a, str>>,
}

/// A line of a file of groups, its texts borrowed from the line wherever they stand there as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRecord<'a> {
    /// The customer's id.
    pub customer_id: Cow<'a, str>,
    /// The name of the group that the customer is in.
    pub group: Cow<'a, str>,
}

impl<'a> MemberRecord<'a> {
    /// The record, if its fields may hold these texts.
    pub(super) fn checked(customer_id: Cow<'a, str>, group: Cow<'a, str>) -> Result<Self, LineError> {
        for (field, text) in [(CUSTOMER_ID, &customer_id), (GROUP, &group)] {
            if text.is_empty() {
                return Err(error(field, "must not be empty"));
            }
        }
        check_id(CUSTOMER_ID, &customer_id)?;
        check_group(&group)?;
        Ok(Self { customer_id, group })
    }
}

/// An error in a field, or in [`LINE`].
pub(super) fn error(field: &'static str, why: impl Into<String>) -> LineError {
    LineError { field, why: why.into() }
}

/// The text of a line, if it is one that can be read at all: not too long, and UTF-8.
pub(super) fn text_of(line: &[u8]) -> Result<&str, LineError> {
    if line.len() > LINE_LEN_MAX {
        return Err(error(LINE, format!("longer than {} KiB", LINE_LEN_MAX / 1024)));
    }
    str::from_utf8(line).map_err(|_| error(LINE, "not UTF-8"))
}

/// Checks an id: any text but the empty one, without control characters.
pub(super) fn check_id(field: &'static str, id: &str) -> Result<(), LineError> {
    if id.is_empty() {
        return Err(error(field, "empty"));
    }
    if id.chars().any(char::is_control) {
        return Err(quoting(field, "holds a control character", id));
    }
    Ok(())
}

/// Checks the name of a group, which may be that of the default one.
pub(super) fn check_group(name: &str) -> Result<(), LineError> {
    GroupName::check(name).map_err(|why| match why {
        GroupNameError::Empty => error(GROUP, "empty"),
        GroupNameError::TooLong => quoting(GROUP, "longer than 255 bytes", name),
        GroupNameError::ControlCharacter => quoting(GROUP, "holds a control character", name),
    })
}

/// Reads an amount.
pub(super) fn amount(text: &str) -> Result<Amount, LineError> {
    Amount::parse(text.as_bytes()).map_err(|why| quoting(LOAD_AMOUNT, why, text))
}

/// Compiles a line's own time format.
pub(super) fn time_format(text: &str) -> Result<TimeFormat, LineError> {
    TimeFormat::new(text).map_err(|why| error(TIME_FORMAT, why))
}

/// Reads a time by a format, or as RFC 3339 if there is none.
pub(super) fn time(text: &str, format: Option<&TimeFormat>) -> Result<Timestamp, LineError> {
    match format {
        Some(format) => format.parse(text).map_err(|why| quoting(TIME, why, text)),
        None => Timestamp::parse_rfc3339(text.as_bytes()).map_err(|why| quoting(TIME, why, text)),
    }
}

/// An error that shows the text it is about.
pub(super) fn quoting(field: &'static str, why: impl Display, text: &str) -> LineError {
    error(field, format!("{why}: {}", quoted(text)))
}

/// A text between quotes as a terminal may show it: escaped, and cut where it is long.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTE_LEN_MAX) {
        Some((end, _)) => format!("{:?}...", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_holds_no_raw_control_character_and_at_most_64_characters() {
        assert_eq!(quoted("a\u{1b}[31m\n\"é\u{9b}"), r#""a\u{1b}[31m\n\"é\u{9b}""#);
        assert_eq!(quoted(&"é".repeat(64)), format!("{:?}", "é".repeat(64)));
        assert_eq!(quoted(&"é".repeat(65)), format!("{:?}...", "é".repeat(64)));
    }

    #[test]
    fn line_of_64_kib_is_read_and_one_byte_more_is_not() {
        assert!(text_of(&vec![b'a'; LINE_LEN_MAX]).is_ok());
        let error = text_of(&vec![b'a'; LINE_LEN_MAX + 1]).unwrap_err();
        assert_eq!(error.to_string(), "line: longer than 64 KiB");
    }

    #[test]
    fn ids_are_any_text_without_control_characters() {
        for id in ["1", " ", "é", "🦀", "\"\\", "\u{feff}", "\u{a0}", "\u{2028}"] {
            assert_eq!(check_id(ID, id), Ok(()), "{id:?}");
        }
        for (id, expected) in [
            ("", "id: empty"),
            ("a\0", r#"id: holds a control character: "a\0""#),
            ("\t", r#"id: holds a control character: "\t""#),
            ("\u{7f}", r#"id: holds a control character: "\u{7f}""#),
            ("\u{85}", r#"id: holds a control character: "\u{85}""#),
        ] {
            assert_eq!(check_id(ID, id).unwrap_err().to_string(), expected);
        }
    }
}
