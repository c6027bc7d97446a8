//! Time zones by another crate than the engine's, and when a local day begins, as plainly as it can be looked up.
//!
//! A zone is asked for its offset at one instant and for nothing else; all that is known of its days comes from there.
//! The tables of offsets are relied on for the years from [`FIRST_YEAR`] to [`LAST_YEAR`] only.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, Offset, SecondsFormat, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

/// The years in which times may lie where a zone is not UTC.
pub(super) const FIRST_YEAR: i32 = 1970;
pub(super) const LAST_YEAR: i32 = 2037;

/// Clocks are at most 12 hours behind UTC and 14 ahead of it: what they showed longer ago they have passed since.
const CLOCKS_APART: TimeDelta = TimeDelta::hours(26);

/// The first instants of new offsets, by zone: they are the same for all tests.
static CHANGES: LazyLock<Mutex<HashMap<Tz, Vec<DateTime<Utc>>>>> = LazyLock::new(Mutex::default);

/// A time zone.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    tz: Tz,
    /// The first instants of new offsets, in order.
    changes: Vec<DateTime<Utc>>,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.tz == other.tz
    }
}

impl Zone {
    /// A zone by its name in the IANA database.
    pub(super) fn named(name: &str) -> Self {
        let tz: Tz = name.parse().unwrap_or_else(|_| panic!("{name:?} is no time zone"));
        let changes = if tz == Tz::UTC {
            Vec::new()
        } else {
            let mut all = CHANGES.lock().expect("no test fails while it looks up changes");
            all.entry(tz).or_insert_with(|| changes(tz)).clone()
        };
        Self { tz, changes }
    }

    /// Its name.
    pub(super) fn name(&self) -> &'static str {
        self.tz.name()
    }

    /// A time as it is shown, with the zone's offset in whole minutes: with microseconds if it has any.
    pub(super) fn shown(&self, time: DateTime<Utc>) -> String {
        let seconds = self.tz.offset_from_utc_datetime(&time.naive_utc()).fix().local_minus_utc();
        let minutes = (seconds + 30).div_euclid(60);
        let offset = FixedOffset::east_opt(minutes * 60).expect("an offset is below a day");
        let format = if time.timestamp_subsec_micros() == 0 { SecondsFormat::Secs } else { SecondsFormat::Micros };
        time.with_timezone(&offset).to_rfc3339_opts(format, self.tz == Tz::UTC)
    }

    /// The date that the clocks show.
    pub(super) fn date_shown(&self, time: DateTime<Utc>) -> NaiveDate {
        time.with_timezone(&self.tz).date_naive()
    }

    /// The local day that has begun: the latest date that the clocks show or have ever shown.
    pub(super) fn day(&self, time: DateTime<Utc>) -> NaiveDate {
        if self.tz == Tz::UTC {
            return time.date_naive();
        }
        // A day may have begun, and is looked for, a little before the first year or behind the last.
        let mut near = [time - CLOCKS_APART * 2, time, time + CLOCKS_APART * 2].into_iter();
        let relied_on = near.any(|time| (FIRST_YEAR..=LAST_YEAR).contains(&time.year()));
        assert!(relied_on, "{time}: the tables are not relied on then");
        // Between two changes clocks only go forward, so that each stretch shows its latest date in its last second.
        let passed = self.changes.partition_point(|change| *change <= time);
        let recent = self.changes[..passed].iter().rev().take_while(|change| **change > time - CLOCKS_APART);
        let last_seconds = recent.map(|change| *change - TimeDelta::seconds(1));
        let earlier = last_seconds.map(|second| self.date_shown(second)).max();
        earlier.into_iter().fold(self.date_shown(time), NaiveDate::max)
    }

    /// The first instant of a local day, or of the next one that there is.
    pub(super) fn beginning(&self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = date.and_time(NaiveTime::MIN).and_utc();
        if self.tz == Tz::UTC {
            return midnight;
        }
        // The day has not begun at the one, and has begun at the other, which approach each other.
        let (mut before, mut begun) = (midnight - CLOCKS_APART, midnight + CLOCKS_APART);
        assert!(self.day(before) < date && self.day(begun) >= date, "{date} begins between {before} and {begun}");
        while begun - before > TimeDelta::seconds(1) {
            let middle = before + TimeDelta::seconds((begun - before).num_seconds() / 2);
            if self.day(middle) < date { before = middle } else { begun = middle }
        }
        begun
    }

    /// The changes of the offset within so many days of a date.
    pub(super) fn changes_near(&self, date: NaiveDate, days: u64) -> impl Iterator<Item = DateTime<Utc>> {
        let near = (date - Days::new(days))..=(date + Days::new(days));
        self.changes.iter().copied().filter(move |change| near.contains(&change.date_naive()))
    }
}

/// The first instants of new offsets, found by looking at the offset every six hours, and at every second between two
/// times at which it differs.
fn changes(tz: Tz) -> Vec<DateTime<Utc>> {
    let offset = |time: DateTime<Utc>| tz.offset_from_utc_datetime(&time.naive_utc()).fix();
    let first_of_year =
        |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("it is a date").and_time(NaiveTime::MIN).and_utc();
    let (mut time, last) = (first_of_year(FIRST_YEAR - 1), first_of_year(LAST_YEAR + 2));
    let mut found = Vec::new();
    while time < last {
        let next = time + TimeDelta::hours(6);
        if offset(time) != offset(next) {
            let seconds = (1..=6 * 3600).map(|seconds| time + TimeDelta::seconds(seconds));
            found.extend(seconds.filter(|second| offset(*second) != offset(*second - TimeDelta::seconds(1))));
        }
        time = next;
    }
    found
}

mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_begin_where_clocks_first_show_their_date_or_a_later_one() {
        let beginnings = [
            ("UTC", "2018-11-04", "2018-11-04T00:00:00Z"),
            ("America/Toronto", "2018-03-11", "2018-03-11T05:00:00Z"),
            ("America/Toronto", "2018-03-12", "2018-03-12T04:00:00Z"),
            ("America/Toronto", "2018-11-05", "2018-11-05T05:00:00Z"),
            ("Europe/Berlin", "2024-03-31", "2024-03-30T23:00:00Z"),
            ("Europe/Berlin", "2024-04-01", "2024-03-31T22:00:00Z"),
            ("Australia/Lord_Howe", "2024-04-07", "2024-04-06T13:00:00Z"),
            ("Australia/Lord_Howe", "2024-04-08", "2024-04-07T13:30:00Z"),
            // There was no midnight.
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
            ("America/Sao_Paulo", "2018-11-05", "2018-11-05T02:00:00Z"),
            // When it would have been midnight, it was eleven in the evening once more.
            ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"),
            // There was no 30th of December.
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
            // A minute of the 29th, then an hour of the 28th once more.
            ("America/St_Johns", "2006-10-29", "2006-10-29T02:30:00Z"),
            ("America/St_Johns", "2006-10-30", "2006-10-30T03:30:00Z"),
            ("Africa/Monrovia", "1972-01-07", "1972-01-07T00:44:30Z"),
            ("Africa/Monrovia", "1972-01-08", "1972-01-08T00:00:00Z"),
        ];
        for (zone, day, beginning) in beginnings {
            assert_eq!(Zone::named(zone).beginning(date(day)), time(beginning), "{zone} {day}");
        }
    }

    #[test]
    fn day_that_has_begun_goes_on_where_clocks_go_back_over_midnight() {
        let st_johns = Zone::named("America/St_Johns");
        for (at, shown, begun) in [
            ("2006-10-29T02:29:59.999999Z", "2006-10-28", "2006-10-28"),
            ("2006-10-29T02:30:00Z", "2006-10-29", "2006-10-29"),
            ("2006-10-29T02:30:59.999999Z", "2006-10-29", "2006-10-29"),
            ("2006-10-29T02:31:00Z", "2006-10-28", "2006-10-29"),
            ("2006-10-29T03:29:59Z", "2006-10-28", "2006-10-29"),
            ("2006-10-29T03:30:00Z", "2006-10-29", "2006-10-29"),
        ] {
            assert_eq!(st_johns.date_shown(time(at)), date(shown), "{at}");
            assert_eq!(st_johns.day(time(at)), date(begun), "{at}");
        }
    }

    #[test]
    fn days_are_those_that_a_look_at_every_minute_of_two_days_finds() {
        for (zone, near) in [
            ("America/Toronto", "2018-03-11T05:00:00Z"),
            ("America/Toronto", "2018-11-04T05:00:00Z"),
            ("Australia/Lord_Howe", "2024-10-05T15:30:00Z"),
            ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
            ("Pacific/Apia", "2011-12-30T10:00:00Z"),
            ("America/St_Johns", "2006-10-29T02:31:00Z"),
        ] {
            let zone = Zone::named(zone);
            let minutes = |from: i64, to: i64, around: DateTime<Utc>| {
                (from..=to).map(move |minute| around + TimeDelta::minutes(minute) - TimeDelta::seconds(1))
            };
            for at in minutes(-200, 200, time(near)).step_by(7) {
                let shown = minutes(-2 * 1440, 0, at + TimeDelta::seconds(1)).map(|minute| zone.date_shown(minute));
                assert_eq!(Some(zone.day(at)), shown.max(), "{zone:?} {at}");
            }
        }
    }
}
