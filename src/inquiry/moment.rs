//! Which part of a log counts.

use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::{StatementLine, TimeError, Timestamp};
use crate::exit::UsageError;
use crate::store::Ledger;

/// A moment to look at accounts from: in the time of transactions, in the time of recording, both or neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Only what had happened by this time, as the transactions say, whenever it was recorded.
    pub at: Option<Timestamp>,
    /// Only what had been recorded by then, whenever it happened.
    pub as_of: Option<AsOf>,
}

/// How much of a log had been recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The events up to a position.
    Position(u64),
    /// The commits up to a time.
    Recorded(Timestamp),
}

/// A [`Moment`] of one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Only what had happened by this time.
    pub at: Option<Timestamp>,
    /// Only what had been recorded up to this position.
    pub position: u64,
}

impl Moment {
    /// The moment in a log.
    ///
    /// # Errors
    ///
    /// A [`UsageError`] if the log does not reach so far, or the error of the store.
    pub fn of(self, ledger: &Ledger) -> anyhow::Result<Known> {
        let position = match self.as_of {
            None => ledger.head()?.size,
            Some(as_of) => as_of.position(ledger, "--as-of")?,
        };
        Ok(Known { at: self.at, position })
    }
}

impl AsOf {
    /// The last position of a log that had been recorded, as a flag asks for it.
    ///
    /// # Errors
    ///
    /// A [`UsageError`] if the log does not reach so far, or the error of the store.
    pub fn position(self, ledger: &Ledger, flag: &str) -> anyhow::Result<u64> {
        let position = match self {
            Self::Position(position) => position,
            Self::Recorded(time) => return Ok(ledger.position_recorded_by(time)?),
        };
        let size = ledger.head()?.size;
        if position > size {
            return Err(UsageError(format!("{flag} {position}: the log ends at position {size}")).into());
        }
        Ok(position)
    }
}

impl Known {
    /// Whether a line of a statement counts.
    pub fn counts(&self, line: &StatementLine) -> bool {
        line.position <= self.position && self.at.is_none_or(|at| line.time <= at)
    }
}

impl FromStr for AsOf {
    type Err = String;

    /// Reads a position, which is a number, or a time as [`parse_time`] does.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().map(Self::Position).map_err(|_| "no log has so many events".to_owned());
        }
        match parse_time(text) {
            Ok(time) => Ok(Self::Recorded(time)),
            Err(why) => Err(format!("neither a position nor a time: {why}")),
        }
    }
}

/// Reads a time in RFC 3339, or `now`: the only word for which anything here looks at the clock.
///
/// # Errors
///
/// What is wrong with the text.
pub fn parse_time(text: &str) -> Result<Timestamp, String> {
    if text == "now" {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(since.as_micros()).ok().and_then(Timestamp::from_micros);
        return now.ok_or_else(|| "the clock is beyond the year 9999".to_owned());
    }
    Timestamp::parse_rfc3339(text.as_bytes()).map_err(|error| match error {
        TimeError::Malformed => format!("{error}, such as 2000-01-04T15:00:00Z"),
        _ => error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_a_position_and_anything_else_a_time() {
        assert_eq!("1200".parse(), Ok(AsOf::Position(1200)));
        let time = Timestamp::parse_rfc3339(b"2000-01-04T15:00:00Z").unwrap();
        assert_eq!("2000-01-04T16:00:00+01:00".parse(), Ok(AsOf::Recorded(time)));
        for text in ["", "-1", "+1", "1.5", "2000-01-04", "yesterday", "18446744073709551616"] {
            assert!(text.parse::<AsOf>().is_err(), "{text}");
        }
    }

    #[test]
    fn time_of_the_right_form_that_there_is_not_is_no_example_of_itself() {
        assert_eq!(parse_time("2000-02-30T00:00:00Z"), Err("no such date".to_owned()));
        let error = "2000-01-04T24:00:00Z".parse::<AsOf>();
        assert_eq!(error, Err("neither a position nor a time: no such time of day".to_owned()));
    }

    #[test]
    fn bare_date_is_no_time_since_nobody_could_tell_which_end_of_the_day_is_meant() {
        let error = parse_time("2000-01-04").unwrap_err();
        assert_eq!(error, "not an RFC 3339 time, such as 2000-01-04T15:00:00Z");
        assert!(parse_time("now").unwrap() > Timestamp::parse_rfc3339(b"2020-01-01T00:00:00Z").unwrap());
    }
}
