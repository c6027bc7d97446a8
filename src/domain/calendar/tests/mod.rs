//! When days begin in zones whose clocks were put forward and back, and what windows make of them.

use super::*;
use crate::domain::TimeSpan;

mod clocks;
mod windows;

fn calendar(zone: &str) -> Calendar {
    Calendar { zone: Zone::named(zone).expect(zone), ..Calendar::default() }
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text.as_bytes()).expect(text)
}

/// The day of `2026-01-31`.
fn day(text: &str) -> Day {
    time(&format!("{text}T00:00:00Z")).day()
}

/// An instant as text; the ends of time are a hyphen.
fn instant(micros: i64) -> String {
    Timestamp::from_micros(micros).map_or_else(|| "-".to_owned(), |time| time.to_string())
}

/// Both ends of a window as text.
fn ends(calendar: &Calendar, window: Window, text: &str) -> [String; 2] {
    let Stretch { from, until } = calendar.stretch(window, time(text));
    [instant(from), instant(until)]
}

#[test]
fn utc_is_the_same_with_and_without_the_database() {
    let (plain, looked_up) = (Calendar::default(), calendar("Etc/UTC"));
    for micros in (Timestamp::MIN.micros()..Timestamp::MAX.micros()).step_by(29_999_999_999_999) {
        let time = Timestamp::from_micros(micros).unwrap();
        assert_eq!(plain.day(time), looked_up.day(time), "{time}");
        for window in windows::CALENDAR {
            assert_eq!(plain.stretch(window, time), looked_up.stretch(window, time), "{window} of {time}");
        }
    }
}

#[test]
fn every_zone_has_windows_at_both_ends_of_time() {
    for name in Zone::names() {
        let calendar = calendar(&name);
        for time in [Timestamp::MIN, Timestamp::MAX] {
            let apart = calendar.day(time).number() - time.day().number();
            assert!((-1..=1).contains(&apart), "{name}: {time} is on {}", calendar.day(time));
            for window in windows::CALENDAR {
                let stretch = calendar.stretch(window, time);
                assert!(stretch.contains(time), "{name}: {window} of {time} is {stretch:?}");
            }
            assert!(calendar.local(time).starts_with(['0', '9']), "{name}");
        }
        assert_eq!(calendar.start_of(Day::BEFORE_ALL), i64::MIN);
        assert_eq!(calendar.start_of(Day::from_number(i32::MIN)), i64::MIN);
        assert_eq!(calendar.start_of(Day::from_number(i32::MAX)), i64::MAX);
    }
}

#[test]
fn last_days_of_time_begin_when_the_clocks_of_the_last_year_say_so() {
    for (zone, start, day_of_last) in [
        ("UTC", "9999-12-31T00:00:00Z", 0),
        ("Asia/Tokyo", "9999-12-31T15:00:00Z", 1),
        ("America/Toronto", "9999-12-31T05:00:00Z", 0),
        ("Pacific/Kiritimati", "9999-12-31T10:00:00Z", 1),
        ("Pacific/Pago_Pago", "9999-12-31T11:00:00Z", 0),
        ("Europe/Berlin", "9999-12-31T23:00:00Z", 1),
    ] {
        let calendar = calendar(zone);
        assert_eq!(ends(&calendar, Window::Day, "9999-12-31T23:59:59.999999Z"), [start, "-"], "{zone}");
        let last = calendar.day(Timestamp::MAX);
        assert_eq!(last, Timestamp::MAX.day().plus(day_of_last), "{zone}");
        let before = Timestamp::from_micros(calendar.start_of(last) - 1).unwrap();
        assert_eq!(calendar.day(before), last.plus(-1), "{zone}");
    }
}

#[test]
fn local_time_is_rfc_3339_with_the_offset_of_the_clocks() {
    for (zone, text, local) in [
        ("UTC", "2026-03-08T06:59:59.5Z", "2026-03-08T06:59:59.500000Z"),
        ("America/Toronto", "2026-03-08T06:59:59.5Z", "2026-03-08T01:59:59.500000-05:00"),
        ("America/Toronto", "2026-03-08T07:00:00Z", "2026-03-08T03:00:00-04:00"),
        ("Europe/London", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00"),
        ("Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01T05:45:00+05:45"),
        ("America/St_Johns", "2026-01-01T00:00:00Z", "2025-12-31T20:30:00-03:30"),
        // The clocks were 5:17:32 behind, and 44:30.
        ("America/Toronto", "1800-01-01T05:17:32Z", "1799-12-31T23:59:32-05:18"),
        ("Africa/Monrovia", "1960-01-01T00:00:00Z", "1959-12-31T23:16:00-00:44"),
        // RFC 3339 has no year 10000, and neither has this program a year 0.
        ("Asia/Tokyo", "9999-12-31T15:00:00Z", "9999-12-31T15:00:00Z"),
        ("Asia/Tokyo", "9999-12-31T14:59:59Z", "9999-12-31T23:59:59+09:00"),
        ("America/Toronto", "0001-01-01T05:00:00Z", "0001-01-01T05:00:00Z"),
    ] {
        assert_eq!(calendar(zone).local(time(text)), local, "{zone}");
        assert_eq!(time(local), time(text), "{local}");
    }
}
