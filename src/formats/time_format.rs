//! Times in another form than RFC 3339.

use std::fmt::Write as _;

use chrono::format::{Fixed, Item, ParseError, ParseErrorKind, Parsed, StrftimeItems};
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike};

use crate::domain::{CivilTime, Timestamp};

/// An instant whose every part has all its digits: 2000-12-31T23:59:58Z. It tells whether a format gives a whole time.
const PROBE_SECONDS: i64 = 978_307_198;

/// The nanoseconds that chrono adds to a second in which a leap second falls.
const LEAP: u32 = 1_000_000_000;

/// A strftime format, compiled.
///
/// Without an offset a time is UTC, and without any time of day it is midnight; a missing minute or second is zero.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeFormat {
    text: String,
    items: Vec<Item<'static>>,
}

impl TimeFormat {
    /// Compiles a format such as `%d.%m.%Y %H:%M`.
    ///
    /// # Errors
    ///
    /// What is wrong with it: it is empty or has an unknown specifier, names a zone without its offset, or gives no
    /// whole time. All but the first quote the format.
    pub fn new(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("empty".to_owned());
        }
        let shown = super::fields::quoted(text);
        let items = StrftimeItems::new(text).parse_to_owned().map_err(|_| format!("not a strftime format: {shown}"))?;
        if items.contains(&Item::Fixed(Fixed::TimezoneName)) {
            return Err(format!("%Z gives no offset, %z does: {shown}"));
        }
        let format = Self { text: text.to_owned(), items };
        if format.gives_whole_time() { Ok(format) } else { Err(format!("gives no whole date and time: {shown}")) }
    }

    /// The format as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Reads a time.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, as half a sentence.
    pub fn parse(&self, text: &str) -> Result<Timestamp, String> {
        let (local, offset_seconds) = self.read(text).map_err(|why| match why.kind() {
            ParseErrorKind::OutOfRange => "no such date or time of day".to_owned(),
            ParseErrorKind::Impossible => "its parts contradict each other".to_owned(),
            _ => format!("not of the form {}", super::fields::quoted(&self.text)),
        })?;
        let nanosecond = local.nanosecond();
        let civil = CivilTime {
            year: local.year(),
            month: local.month(),
            day: local.day(),
            hour: local.hour(),
            minute: local.minute(),
            second: local.second() + nanosecond / LEAP,
            micro: nanosecond % LEAP / 1_000,
            offset_seconds,
        };
        civil.to_timestamp().map_err(|why| why.to_string())
    }

    /// Whether a time that was written in this format can be read back.
    fn gives_whole_time(&self) -> bool {
        let mut text = String::new();
        let probe = DateTime::from_timestamp(PROBE_SECONDS, 0);
        probe.is_some_and(|probe| write!(text, "{}", probe.format_with_items(self.items.iter())).is_ok())
            && self.read(&text).is_ok()
    }

    /// The local time and how far it is ahead of UTC, in seconds.
    fn read(&self, text: &str) -> Result<(NaiveDateTime, i32), ParseError> {
        let mut parsed = Parsed::new();
        chrono::format::parse(&mut parsed, text, self.items.iter())?;
        if parsed.timestamp().is_none() {
            fill_time_of_day(&mut parsed)?;
        }
        let offset_seconds = parsed.offset().unwrap_or(0);
        Ok((parsed.to_naive_datetime_with_offset(offset_seconds)?, offset_seconds))
    }
}

/// Makes what a format leaves out of the time of day zero; chrono does so with the second alone.
fn fill_time_of_day(parsed: &mut Parsed) -> Result<(), ParseError> {
    if parsed.minute().is_none() && parsed.second().is_none() && parsed.nanosecond().is_none() {
        if parsed.hour_div_12().is_none() && parsed.hour_mod_12().is_none() {
            parsed.set_hour(0)?;
        }
        parsed.set_minute(0)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, text: &str) -> Result<String, String> {
        TimeFormat::new(format).unwrap().parse(text).map(|time| time.to_string())
    }

    #[test]
    fn reads_times_by_their_format() {
        for (format, text, expected) in [
            ("%d.%m.%Y %H:%M:%S", "31.12.2000 23:59:58", "2000-12-31T23:59:58Z"),
            ("%Y-%m-%d %H:%M", "2000-01-02 03:04", "2000-01-02T03:04:00Z"),
            ("%Y-%m-%d %Hh", "2000-01-02 13h", "2000-01-02T13:00:00Z"),
            ("%m/%d/%Y %I:%M %p", "01/02/2000 12:30 AM", "2000-01-02T00:30:00Z"),
            ("%Y%m%d", "20000102", "2000-01-02T00:00:00Z"),
            ("%G-W%V-%u", "2000-W01-1", "2000-01-03T00:00:00Z"),
            ("%s", "946684800", "2000-01-01T00:00:00Z"),
            ("%s%.f", "946684800.25", "2000-01-01T00:00:00.250000Z"),
            ("%Y-%m-%dT%H:%M:%S%.f", "2000-01-02T03:04:05.1234569", "2000-01-02T03:04:05.123456Z"),
            ("%Y-%m-%dT%H:%M:%S%.f", "2000-01-02T03:04:05.12345678901", "2000-01-02T03:04:05.123456Z"),
        ] {
            assert_eq!(read(format, text).as_deref(), Ok(expected), "{format} {text}");
        }
    }

    #[test]
    fn offset_is_turned_to_utc_and_without_one_a_time_is_utc() {
        assert_eq!(read("%F %T %z", "2000-01-01 00:30:00 +0100").as_deref(), Ok("1999-12-31T23:30:00Z"));
        assert_eq!(read("%F %T%:z", "1999-12-31 23:30:00-01:00").as_deref(), Ok("2000-01-01T00:30:00Z"));
        assert_eq!(read("%F %T", "2000-01-01 00:30:00").as_deref(), Ok("2000-01-01T00:30:00Z"));
    }

    #[test]
    fn leap_second_is_one_only_where_it_can_be() {
        assert_eq!(read("%F %T", "2016-12-31 23:59:60").as_deref(), Ok("2016-12-31T23:59:59Z"));
        assert_eq!(read("%F %T%.f", "2016-12-31 23:59:60.5").as_deref(), Ok("2016-12-31T23:59:59.500000Z"));
        assert_eq!(read("%F %T %z", "2017-01-01 00:59:60 +0100").as_deref(), Ok("2016-12-31T23:59:59Z"));
        for (format, text) in [("%F %T", "2016-12-30 23:59:60"), ("%F %T %z", "2016-12-31 23:59:60 +0100")] {
            assert_eq!(read(format, text).unwrap_err(), "no such leap second", "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for (format, text, expected) in [
            ("%F", "2001-02-29", "no such date or time of day"),
            ("%F %T", "2000-01-01 24:00:00", "no such date or time of day"),
            ("%F %T", "2000-01-01 00:00:61", "no such date or time of day"),
            ("%F %T %z", "2000-01-01 00:00:00 +2400", "no such time of day"),
            ("%A %F", "Monday 2000-01-01", "its parts contradict each other"),
            ("%F", "10000-01-01", "not of the form \"%F\""),
            ("%F", "+10000-01-01", "outside the years 0001 to 9999"),
            ("%F", "0000-12-31", "outside the years 0001 to 9999"),
            ("%s", "-1", "not of the form \"%s\""),
            ("%s", "253402300800", "outside the years 0001 to 9999"),
            ("%s", "9223372036854775807", "no such date or time of day"),
            ("%F", "2000-01-01Z", "not of the form \"%F\""),
            ("%F", "", "not of the form \"%F\""),
        ] {
            assert_eq!(read(format, text).unwrap_err(), expected, "{format} {text}");
        }
    }

    #[test]
    fn refuses_formats_that_give_no_time() {
        for (format, expected) in [
            ("", "empty"),
            ("%Q", "not a strftime format: \"%Q\""),
            ("%F %", "not a strftime format: \"%F %\""),
            ("%F %T %Z", "%Z gives no offset, %z does: \"%F %T %Z\""),
            ("%H:%M", "gives no whole date and time: \"%H:%M\""),
            ("%Y-%m", "gives no whole date and time: \"%Y-%m\""),
            ("%F %I:%M", "gives no whole date and time: \"%F %I:%M\""),
            ("%F %M", "gives no whole date and time: \"%F %M\""),
            ("noon", "gives no whole date and time: \"noon\""),
        ] {
            assert_eq!(TimeFormat::new(format).unwrap_err(), expected);
        }
    }
}
