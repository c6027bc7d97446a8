//! Where days begin, and weeks.

use super::{Day, Stretch, Timestamp, Weekday, Window, Zone};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// A calendar: the zone whose clocks tell the day, and the weekday on which weeks start.
///
/// A day begins at the first instant at which the clocks show its date or a later one, and lasts until the next begins.
/// So days tile all time, in order of their dates, whatever the clocks do: a day may have 23 hours or 25, one that the
/// clocks skipped has none, and one that has begun does not un-begin where clocks are put back over midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Calendar {
    /// The zone whose clocks tell the day.
    pub zone: Zone,
    /// The first day of every week.
    pub week_starts: Weekday,
}

impl Calendar {
    /// The day that has begun at an instant: the last one that has, if clocks skipped one.
    ///
    /// It may lie a day before [`Timestamp::MIN`]'s or behind [`Timestamp::MAX`]'s in UTC.
    pub fn day(&self, time: Timestamp) -> Day {
        if self.zone.is_utc() {
            return time.day();
        }
        let local = time.micros() + i64::from(self.zone.offset_seconds(time)) * MICROS_PER_SECOND;
        // The quotient is that of the time's day, or one or two more or less.
        let mut day = Day::from_number(local.div_euclid(MICROS_PER_DAY) as i32);
        // Where clocks were put back over midnight, they show a date whose successor has begun.
        while self.start_of(day.plus(1)) <= time.micros() {
            day = day.plus(1);
        }
        day
    }

    /// The first and the last day of the calendar's day, week, month, quarter or year that holds an instant; none for
    /// windows that are no part of a calendar.
    pub fn days(&self, window: Window, time: Timestamp) -> Option<(Day, Day)> {
        let day = || self.day(time);
        Some(match window {
            Window::Day => (day(), day()),
            Window::Week => {
                let first = day().first_of_week(self.week_starts);
                (first, first.plus(6))
            }
            Window::Month => (day().first_of_month(), day().last_of_month()),
            Window::Quarter => (day().first_of_quarter(), day().last_of_quarter()),
            Window::Year => (day().first_of_year(), day().last_of_year()),
            Window::Transaction | Window::Lifetime | Window::Trailing(_) => return None,
        })
    }

    /// The first instant of a day, in microseconds since 1970-01-01T00:00:00Z; `i64::MIN` if that lies before
    /// [`Timestamp::MIN`], `i64::MAX` if behind [`Timestamp::MAX`].
    pub fn start_of(&self, day: Day) -> i64 {
        let micros = self.zone.first_second_of(day).saturating_mul(MICROS_PER_SECOND);
        match Timestamp::from_micros(micros) {
            Some(start) => start.micros(),
            None if micros < 0 => i64::MIN,
            None => i64::MAX,
        }
    }

    /// The stretch of time that a window sums for a transaction of some time: an empty one if it looks at nothing else.
    pub fn stretch(&self, window: Window, time: Timestamp) -> Stretch {
        match (window, self.days(window, time)) {
            (_, Some((first, last))) => Stretch { from: self.start_of(first), until: self.start_of(last.plus(1)) },
            (Window::Trailing(span), None) => Stretch::up_to(time, span),
            (Window::Transaction, None) => Stretch { from: time.micros(), until: time.micros() },
            (_, None) => Stretch::EVER,
        }
    }

    /// An instant in RFC 3339 with the offset of the zone's clocks.
    ///
    /// An offset with seconds, as they were before there were zones, is rounded to minutes, for which alone the format
    /// has room (RFC 3339, section 5.8); the instant stays the same. Beyond the years 0001 to 9999 it is in UTC.
    pub fn local(&self, time: Timestamp) -> String {
        let minutes = (self.zone.offset_seconds(time) + 30).div_euclid(60);
        let shifted = Timestamp::from_micros(time.micros() + i64::from(minutes) * 60 * MICROS_PER_SECOND);
        let Some(shifted) = shifted.filter(|_| !self.zone.is_utc()) else { return time.to_string() };
        let clock = shifted.to_string();
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        format!("{}{sign}{hours:02}:{minutes:02}", clock.trim_end_matches('Z'))
    }
}

#[cfg(test)]
mod tests;
