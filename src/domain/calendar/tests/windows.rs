//! Windows over days of every length.

use super::*;

pub(super) const CALENDAR: [Window; 5] = [Window::Day, Window::Week, Window::Month, Window::Quarter, Window::Year];

const HOUR: i64 = 3_600 * MICROS_PER_SECOND;

#[test]
fn days_have_as_many_hours_as_the_clocks_make_them() {
    for (zone, date, hours) in [
        ("America/Toronto", "2026-03-07", 24.0),
        ("America/Toronto", "2026-03-08", 23.0),
        ("America/Toronto", "2026-11-01", 25.0),
        ("Africa/Cairo", "2023-04-28", 23.0),
        ("Australia/Lord_Howe", "2024-04-07", 24.5),
        ("Pacific/Apia", "2011-12-29", 24.0),
        ("Pacific/Apia", "2011-12-30", 0.0),
        ("Pacific/Apia", "1892-07-04", 48.0),
        // Clocks went back from 00:01 on the 29th to 23:01 on the 28th, which did not begin again.
        ("America/St_Johns", "2006-10-28", 24.0),
        ("America/St_Johns", "2006-10-29", 25.0),
    ] {
        let calendar = calendar(zone);
        let length = calendar.start_of(day(date).plus(1)) - calendar.start_of(day(date));
        assert_eq!(length, (hours * HOUR as f64) as i64, "{zone} {date}");
    }
}

#[test]
fn day_that_has_begun_does_not_un_begin() {
    let newfoundland = calendar("America/St_Johns");
    for (text, local, date) in [
        ("2006-10-29T02:29:59Z", "2006-10-28T23:59:59-02:30", "2006-10-28"),
        ("2006-10-29T02:30:00Z", "2006-10-29T00:00:00-02:30", "2006-10-29"),
        ("2006-10-29T02:31:00Z", "2006-10-28T23:01:00-03:30", "2006-10-29"),
        ("2006-10-29T03:29:59Z", "2006-10-28T23:59:59-03:30", "2006-10-29"),
        ("2006-10-29T03:30:00Z", "2006-10-29T00:00:00-03:30", "2006-10-29"),
    ] {
        assert_eq!(newfoundland.local(time(text)), local);
        assert_eq!(newfoundland.day(time(text)), day(date), "{local}");
    }
}

#[test]
fn skipped_day_holds_no_instant_and_its_week_and_month_go_on() {
    let samoa = calendar("Pacific/Apia");
    assert_eq!(samoa.day(time("2011-12-30T09:59:59.999999Z")), day("2011-12-29"));
    assert_eq!(samoa.day(time("2011-12-30T10:00:00Z")), day("2011-12-31"));
    let december = ["2011-12-01T10:00:00Z", "2011-12-31T10:00:00Z"];
    assert_eq!(ends(&samoa, Window::Month, "2011-12-30T10:00:00Z"), december);
    assert_eq!(ends(&samoa, Window::Month, "2011-12-30T09:59:59Z"), december);
    assert_eq!(ends(&samoa, Window::Week, "2011-12-30T10:00:00Z"), ["2011-12-26T10:00:00Z", "2012-01-01T10:00:00Z"]);
}

#[test]
fn windows_end_where_the_calendar_of_the_zone_does() {
    for (zone, window, text, expected) in [
        ("UTC", Window::Day, "2028-02-29T23:59:59Z", ["2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z"]),
        ("UTC", Window::Month, "2028-02-29T23:59:59Z", ["2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"]),
        ("UTC", Window::Month, "2100-02-28T00:00:00Z", ["2100-02-01T00:00:00Z", "2100-03-01T00:00:00Z"]),
        ("UTC", Window::Quarter, "2026-03-31T23:59:59Z", ["2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"]),
        ("UTC", Window::Quarter, "2026-04-01T00:00:00Z", ["2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z"]),
        ("UTC", Window::Quarter, "2026-12-31T00:00:00Z", ["2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"]),
        ("UTC", Window::Year, "2026-12-31T23:59:59Z", ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]),
        ("UTC", Window::Year, "0001-06-01T00:00:00Z", ["0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z"]),
        ("UTC", Window::Year, "9999-06-01T00:00:00Z", ["9999-01-01T00:00:00Z", "-"]),
        ("Asia/Tokyo", Window::Quarter, "2026-03-31T14:59:59Z", ["2025-12-31T15:00:00Z", "2026-03-31T15:00:00Z"]),
        ("Asia/Tokyo", Window::Quarter, "2026-03-31T15:00:00Z", ["2026-03-31T15:00:00Z", "2026-06-30T15:00:00Z"]),
        ("Asia/Tokyo", Window::Year, "0001-01-01T00:00:00Z", ["-", "0001-12-31T14:41:01Z"]),
        ("America/Toronto", Window::Month, "2026-03-31T00:00:00Z", ["2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z"]),
        ("America/Toronto", Window::Year, "2027-01-01T04:59:59Z", ["2026-01-01T05:00:00Z", "2027-01-01T05:00:00Z"]),
        ("America/Toronto", Window::Month, "2028-03-01T04:00:00Z", ["2028-02-01T05:00:00Z", "2028-03-01T05:00:00Z"]),
        ("America/Toronto", Window::Day, "0001-01-01T00:00:00Z", ["-", "0001-01-01T05:17:32Z"]),
    ] {
        assert_eq!(ends(&calendar(zone), window, text), expected, "{zone} {window} of {text}");
    }
}

#[test]
fn weeks_start_on_any_day_of_the_week() {
    // 2026-03-11 was a Wednesday; in Toronto the clocks were put forward on Sunday, 2026-03-08.
    for (week_starts, first, utc, toronto) in [
        (Weekday::Monday, "2026-03-09", "2026-03-09T00:00:00Z", "2026-03-09T04:00:00Z"),
        (Weekday::Tuesday, "2026-03-10", "2026-03-10T00:00:00Z", "2026-03-10T04:00:00Z"),
        (Weekday::Wednesday, "2026-03-11", "2026-03-11T00:00:00Z", "2026-03-11T04:00:00Z"),
        (Weekday::Thursday, "2026-03-05", "2026-03-05T00:00:00Z", "2026-03-05T05:00:00Z"),
        (Weekday::Friday, "2026-03-06", "2026-03-06T00:00:00Z", "2026-03-06T05:00:00Z"),
        (Weekday::Saturday, "2026-03-07", "2026-03-07T00:00:00Z", "2026-03-07T05:00:00Z"),
        (Weekday::Sunday, "2026-03-08", "2026-03-08T00:00:00Z", "2026-03-08T05:00:00Z"),
    ] {
        for (zone, start) in [("UTC", utc), ("America/Toronto", toronto)] {
            let calendar = Calendar { week_starts, ..calendar(zone) };
            let noon = time("2026-03-11T12:00:00Z");
            assert_eq!(calendar.days(Window::Week, noon), Some((day(first), day(first).plus(6))), "{week_starts}");
            assert_eq!(instant(calendar.stretch(Window::Week, noon).from), start, "{week_starts}");
        }
    }
}

#[test]
fn windows_tile_time() {
    for zone in ["UTC", "America/Toronto", "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "Asia/Manila"] {
        for (window, from) in CALENDAR.into_iter().zip([1988, 1988, 1890, 1800, 1]) {
            let calendar = Calendar { week_starts: Weekday::Sunday, ..calendar(zone) };
            let mut stretch = calendar.stretch(window, time(&format!("{from:04}-06-15T00:00:00Z")));
            while stretch.until < time("2025-01-01T00:00:00Z").micros() {
                let next = Timestamp::from_micros(stretch.until).unwrap();
                let following = calendar.stretch(window, next);
                assert_eq!(following.from, stretch.until, "{zone}: {window} of {next}");
                let last = Timestamp::from_micros(stretch.until - 1).unwrap();
                assert_eq!(calendar.stretch(window, last), stretch, "{zone}: {window} of {last}");
                assert!(stretch.contains(last) && !stretch.contains(next));
                stretch = following;
            }
        }
    }
}

#[test]
fn other_windows_are_no_part_of_a_calendar() {
    let span = TimeSpan::parse("24h").unwrap();
    let toronto = calendar("America/Toronto");
    let noon = time("2026-03-08T12:00:00Z");
    let trailing = toronto.stretch(Window::Trailing(span), noon);
    assert_eq!(
        [instant(trailing.from), instant(trailing.until)],
        ["2026-03-07T12:00:00.000001Z", "2026-03-08T12:00:00.000001Z"]
    );
    assert_eq!(toronto.stretch(Window::Lifetime, noon), Stretch::EVER);
    let nothing = toronto.stretch(Window::Transaction, noon);
    assert!(nothing.from >= nothing.until && !nothing.contains(noon));
    for window in [Window::Trailing(span), Window::Lifetime, Window::Transaction] {
        assert_eq!(toronto.days(window, noon), None);
    }
    // The longest span at both ends of time.
    for time in [Timestamp::MIN, Timestamp::MAX] {
        let stretch = Stretch::up_to(time, TimeSpan::parse("3652059d").unwrap());
        assert!(stretch.contains(time));
        assert_eq!(stretch.contains(Timestamp::MIN), time < Timestamp::MAX || stretch.from <= Timestamp::MIN.micros());
    }
}
