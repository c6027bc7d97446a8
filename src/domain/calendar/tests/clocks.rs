//! Starts of days beside those that another program finds, and beside a look at the clocks minute by minute.

use jiff::tz::TimeZoneDatabase;

use super::*;

const MINUTE: i64 = 60 * MICROS_PER_SECOND;

/// The first second at which the clocks of a zone show a date or a later one.
///
/// Made with Python's `zoneinfo` over the same version of the database, 2026e, by looking at every second from 50 hours
/// before the date's beginning in UTC on: `while t.astimezone(zone).date() < date: t += timedelta(seconds=1)`.
const STARTS: &[(&str, &str, &str)] = &[
    ("America/Toronto", "2026-03-08", "2026-03-08T05:00:00Z"),
    ("America/Toronto", "2026-03-09", "2026-03-09T04:00:00Z"),
    ("America/Toronto", "2026-11-01", "2026-11-01T04:00:00Z"),
    ("America/Toronto", "2026-11-02", "2026-11-02T05:00:00Z"),
    ("America/Toronto", "1919-03-30", "1919-03-30T05:00:00Z"),
    ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"),
    ("America/Toronto", "1919-04-01", "1919-04-01T04:00:00Z"),
    ("America/Toronto", "1895-01-01", "1895-01-01T05:17:32Z"),
    ("America/Toronto", "1800-01-01", "1800-01-01T05:17:32Z"),
    ("America/St_Johns", "2006-10-29", "2006-10-29T02:30:00Z"),
    ("America/St_Johns", "2006-10-30", "2006-10-30T03:30:00Z"),
    ("America/St_Johns", "2006-04-02", "2006-04-02T03:30:00Z"),
    ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
    ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"),
    ("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z"),
    ("Africa/Cairo", "2023-04-28", "2023-04-27T22:00:00Z"),
    ("Africa/Cairo", "2023-10-27", "2023-10-26T22:00:00Z"),
    ("Africa/Cairo", "2014-05-16", "2014-05-15T22:00:00Z"),
    ("Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00Z"),
    ("Asia/Beirut", "2022-10-30", "2022-10-29T22:00:00Z"),
    ("Asia/Tehran", "2022-03-22", "2022-03-21T20:30:00Z"),
    ("Asia/Tehran", "2022-09-21", "2022-09-20T19:30:00Z"),
    ("Asia/Tehran", "2022-09-22", "2022-09-21T20:30:00Z"),
    ("America/Havana", "2024-03-10", "2024-03-10T05:00:00Z"),
    ("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"),
    ("America/Asuncion", "2023-10-01", "2023-10-01T04:00:00Z"),
    ("America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z"),
    ("America/Santiago", "2024-04-07", "2024-04-07T04:00:00Z"),
    ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"),
    ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2012-01-01", "2011-12-31T10:00:00Z"),
    ("Pacific/Apia", "1892-07-04", "1892-07-03T11:26:56Z"),
    ("Pacific/Apia", "1892-07-05", "1892-07-05T11:26:56Z"),
    ("Pacific/Kwajalein", "1993-08-20", "1993-08-20T12:00:00Z"),
    ("Pacific/Kwajalein", "1993-08-21", "1993-08-21T12:00:00Z"),
    ("Pacific/Kwajalein", "1993-08-22", "1993-08-21T12:00:00Z"),
    ("Pacific/Kwajalein", "1969-09-30", "1969-09-29T13:00:00Z"),
    ("Pacific/Kwajalein", "1969-10-01", "1969-10-01T12:00:00Z"),
    ("Asia/Manila", "1844-12-30", "1844-12-30T15:56:08Z"),
    ("Asia/Manila", "1844-12-31", "1844-12-31T15:56:08Z"),
    ("Asia/Manila", "1845-01-01", "1844-12-31T15:56:08Z"),
    ("Asia/Manila", "1845-01-02", "1845-01-01T15:56:08Z"),
    ("America/Juneau", "1867-10-18", "1867-10-17T08:57:41Z"),
    ("America/Juneau", "1867-10-19", "1867-10-18T08:57:41Z"),
    ("America/Juneau", "1867-10-20", "1867-10-20T08:57:41Z"),
    ("America/Scoresbysund", "2024-03-31", "2024-03-31T01:00:00Z"),
    ("Atlantic/Azores", "2024-03-31", "2024-03-31T01:00:00Z"),
    ("Atlantic/Azores", "2024-10-27", "2024-10-27T00:00:00Z"),
    ("Africa/Monrovia", "1972-01-07", "1972-01-07T00:44:30Z"),
    ("Africa/Monrovia", "1972-01-08", "1972-01-08T00:00:00Z"),
    ("Asia/Kathmandu", "1986-01-01", "1985-12-31T18:30:00Z"),
    ("Australia/Lord_Howe", "2024-04-07", "2024-04-06T13:00:00Z"),
    ("Australia/Lord_Howe", "2024-04-08", "2024-04-07T13:30:00Z"),
    ("Europe/Berlin", "1893-04-01", "1893-03-31T23:06:32Z"),
    ("Europe/Berlin", "2045-05-24", "2045-05-23T22:00:00Z"),
    ("Asia/Gaza", "2016-03-26", "2016-03-25T22:00:00Z"),
    ("Europe/Lisbon", "1912-01-01", "1912-01-01T00:00:00Z"),
    ("Asia/Kuala_Lumpur", "1982-01-01", "1981-12-31T16:00:00Z"),
    ("Antarctica/Casey", "2010-03-05", "2010-03-04T13:00:00Z"),
];

#[test]
fn days_begin_when_another_program_says_so() {
    for (zone, date, start) in STARTS {
        assert_eq!(instant(calendar(zone).start_of(day(date))), *start, "{zone} {date}");
    }
}

/// When clocks in a zone were put forward or back between the years 1840 and 2040, in microseconds since 1970.
fn changes(zone: &str) -> Vec<i64> {
    let rules = TimeZoneDatabase::bundled().get(zone).unwrap();
    let changes = rules.following(jiff::Timestamp::MIN).map(|change| change.timestamp().as_microsecond());
    changes.take_while(|micros| *micros < time("2040-01-01T00:00:00Z").micros()).collect()
}

/// The date that clocks in a zone show.
fn shown(zone: &Zone, micros: i64) -> Day {
    let offset = zone.offset_seconds(Timestamp::from_micros(micros).unwrap());
    Day::from_number(
        i32::try_from((micros + i64::from(offset) * MICROS_PER_SECOND).div_euclid(MICROS_PER_DAY)).unwrap(),
    )
}

/// Looks at a zone's clocks every minute, from 50 hours before each change to 50 hours behind it.
#[track_caller]
fn check_every_minute(zone: &str) {
    let calendar = calendar(zone);
    let changes = changes(zone);
    assert!(changes.len() > 3, "{zone}");
    for change in changes {
        let mut latest = shown(&calendar.zone, change - 50 * 60 * MINUTE);
        for minutes in -50 * 60..50 * 60 {
            let micros = change + minutes * MINUTE;
            let date = shown(&calendar.zone, micros);
            if date > latest {
                // The minute before showed no such date: the day began within this one, and each that was skipped.
                for number in latest.number() + 1..=date.number() {
                    let start = calendar.start_of(Day::from_number(number));
                    assert!(micros - MINUTE < start && start <= micros, "{zone} {date}: {}", instant(start));
                    assert!(shown(&calendar.zone, start - 1) < shown(&calendar.zone, start), "{zone} {date}");
                }
                latest = date;
            }
            if minutes % 10 == 0 || date != latest {
                assert_eq!(calendar.day(Timestamp::from_micros(micros).unwrap()), latest, "{zone} {}", instant(micros));
            }
        }
    }
}

#[test]
fn days_begin_with_the_first_minute_that_shows_them_in_the_americas() {
    check_every_minute("America/St_Johns");
    check_every_minute("America/Sao_Paulo");
    check_every_minute("America/Juneau");
}

#[test]
fn days_begin_with_the_first_minute_that_shows_them_in_africa_and_asia() {
    check_every_minute("Africa/Cairo");
    check_every_minute("Asia/Beirut");
    check_every_minute("Asia/Tehran");
}

#[test]
fn days_begin_with_the_first_minute_that_shows_them_in_the_pacific() {
    check_every_minute("Pacific/Apia");
    check_every_minute("Pacific/Kwajalein");
    check_every_minute("Asia/Manila");
    check_every_minute("Australia/Lord_Howe");
}

#[test]
fn no_day_begins_before_the_one_before_it_in_any_zone() {
    for name in Zone::names() {
        let calendar = calendar(&name);
        for change in changes(&name) {
            let around = (change.div_euclid(MICROS_PER_DAY) as i32 - 3..).map(Day::from_number).take(7);
            let starts: Vec<_> = around.map(|day| calendar.start_of(day)).collect();
            assert!(starts.is_sorted(), "{name} around {}", instant(change));
        }
    }
}
