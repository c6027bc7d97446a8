//! What is a time and what is not, and the calendar beside chrono's.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta};

use super::*;

fn shown(text: &str) -> Result<String, TimeError> {
    Timestamp::parse_rfc3339(text.as_bytes()).map(|timestamp| timestamp.to_string())
}

#[test]
fn reads_what_rfc_3339_allows() {
    for (text, expected) in [
        ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00Z"),
        ("2000-01-01t00:00:00z", "2000-01-01T00:00:00Z"),
        ("2000-01-01T01:30:00+01:30", "2000-01-01T00:00:00Z"),
        ("1999-12-31T00:01:00-23:59", "2000-01-01T00:00:00Z"),
        ("2000-01-01T00:00:00-00:00", "2000-01-01T00:00:00Z"),
        ("2000-02-29T12:34:56.1234569Z", "2000-02-29T12:34:56.123456Z"),
        ("2000-02-29T12:34:56.5Z", "2000-02-29T12:34:56.500000Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("2017-01-01T00:59:60+01:00", "2016-12-31T23:59:59Z"),
        ("2015-06-30T23:59:60.25Z", "2015-06-30T23:59:59.250000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("0000-12-31T23:30:00-01:00", "0001-01-01T00:30:00Z"),
    ] {
        assert_eq!(shown(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn refuses_what_rfc_3339_does_not_allow() {
    use TimeError::*;
    for (text, expected) in [
        ("", Malformed),
        ("2000-01-01 00:00:00Z", Malformed),
        ("2000-01-01T00:00Z", Malformed),
        ("2000-01-01T00:00:00", Malformed),
        ("2000-01-01T00:00:00.Z", Malformed),
        ("2000-01-01T00:00:00+0100", Malformed),
        ("2000-01-01T00:00:00Zx", Malformed),
        ("2000-1-01T00:00:00Z", Malformed),
        ("+2000-01-01T00:00:00Z", Malformed),
        ("2000-01-01T24:00:00Z", NoSuchTime),
        ("2000-01-01T00:60:00Z", NoSuchTime),
        ("2000-01-01T00:00:61Z", NoSuchTime),
        ("2000-01-01T00:00:00+24:00", NoSuchTime),
        ("2000-01-01T00:00:00+23:60", NoSuchTime),
        ("2001-02-29T00:00:00Z", NoSuchDate),
        ("1900-02-29T00:00:00Z", NoSuchDate),
        ("2000-13-01T00:00:00Z", NoSuchDate),
        ("2000-00-01T00:00:00Z", NoSuchDate),
        ("2000-04-31T00:00:00Z", NoSuchDate),
        ("2000-01-00T00:00:00Z", NoSuchDate),
        ("2016-12-30T23:59:60Z", NotALeapSecond),
        ("2016-12-31T22:59:60Z", NotALeapSecond),
        ("2016-12-31T23:59:60+01:00", NotALeapSecond),
        ("0000-12-31T23:59:59Z", YearOutOfRange),
        ("9999-12-31T23:59:59-00:01", YearOutOfRange),
    ] {
        assert_eq!(shown(text), Err(expected), "{text}");
    }
}

#[test]
fn usual_form_reads_as_any_form_does() {
    let usual = *b"2000-12-31T23:59:58Z";
    for place in 0..usual.len() {
        for byte in 0..=u8::MAX {
            let mut text = usual;
            text[place] = byte;
            let expected = parse_any_form(&text).ok().filter(|_| !matches!(byte, b't' | b'z'));
            assert_eq!(parse_usual_form(&text), expected, "{}", text.escape_ascii());
        }
    }
}

#[test]
fn calendar_agrees_with_chrono_on_every_day_from_0001_to_9999() {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
    let mut date = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
    while date.year() < 10_000 {
        let number = i32::try_from((date - epoch).num_days()).unwrap();
        let day = Day::from_number(number);
        assert_eq!(days_from_civil(date.year(), date.month(), date.day()), i64::from(number));
        assert_eq!(civil_from_days(i64::from(number)), (date.year(), date.month(), date.day()));
        let monday = date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()));
        assert_eq!(i64::from(day.monday().number()), (monday - epoch).num_days());
        let first = date.with_day(1).unwrap();
        assert_eq!(i64::from(day.first_of_month().number()), (first - epoch).num_days());
        let next = day.last_of_month().plus(1);
        assert_eq!(next.first_of_month(), next);
        date += TimeDelta::days(1);
    }
}

#[test]
fn limits_of_the_range_are_the_years_0001_and_9999() {
    for (timestamp, text) in [(Timestamp::MIN, "0001-01-01T00:00:00Z"), (Timestamp::MAX, "9999-12-31T23:59:59.999999Z")]
    {
        let reference = DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros();
        assert_eq!(timestamp.micros(), reference);
        assert!(timestamp.day() > Day::BEFORE_ALL);
    }
}
