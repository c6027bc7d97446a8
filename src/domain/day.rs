//! The days of the calendar.

use std::fmt;

use super::Weekday;
use super::time::{civil_from_days, days_from_civil, days_in_month};

/// A calendar day, in days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// A day before every day that a [`Timestamp`](super::Timestamp) can have.
    pub const BEFORE_ALL: Self = Self(-800_000);

    /// The day so many days after 1970-01-01.
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The Monday of this day's week (ISO 8601).
    pub const fn monday(self) -> Self {
        self.first_of_week(Weekday::Monday)
    }

    /// The Sunday of this day's week (ISO 8601).
    pub const fn sunday(self) -> Self {
        self.monday().plus(6)
    }

    /// The first day of this day's week, if weeks start on a given one.
    ///
    /// A full date rather than a week number, so that weeks over a year's end need no care.
    pub const fn first_of_week(self, starts: Weekday) -> Self {
        // 1970-01-01 was a Thursday, three days after its Monday.
        Self(self.0 - (self.0 + 3 - starts.since_monday()).rem_euclid(7))
    }

    /// The first day of this day's month.
    pub fn first_of_month(self) -> Self {
        let (_, _, day) = civil_from_days(i64::from(self.0));
        Self(self.0 + 1 - day as i32)
    }

    /// The last day of this day's month.
    pub fn last_of_month(self) -> Self {
        let (year, month, day) = civil_from_days(i64::from(self.0));
        Self(self.0 + days_in_month(year, month) as i32 - day as i32)
    }

    /// The first day of this day's quarter: of January, April, July or October.
    pub fn first_of_quarter(self) -> Self {
        let (year, month, _) = civil_from_days(i64::from(self.0));
        Self::first_of(year, (month - 1) / 3 * 3 + 1)
    }

    /// The last day of this day's quarter: of March, June, September or December.
    pub fn last_of_quarter(self) -> Self {
        let (year, month, _) = civil_from_days(i64::from(self.0));
        Self::first_of(year, (month - 1) / 3 * 3 + 3).last_of_month()
    }

    /// The first of January of this day's year.
    pub fn first_of_year(self) -> Self {
        let (year, _, _) = civil_from_days(i64::from(self.0));
        Self::first_of(year, 1)
    }

    /// The last of December of this day's year.
    pub fn last_of_year(self) -> Self {
        let (year, _, _) = civil_from_days(i64::from(self.0));
        Self::first_of(year + 1, 1).plus(-1)
    }

    /// The first day of a month, 1 to 12, of a year that holds some day or follows one that does.
    fn first_of(year: i32, month: u32) -> Self {
        // Days lie within the years that 32 bits of them span, some six million either way.
        Self(days_from_civil(year, month, 1) as i32)
    }

    /// The day so many days later.
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(i64::from(self.0));
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::*;

    /// The day of a chrono date.
    fn day(date: NaiveDate) -> Day {
        Day::from_number(date.to_epoch_days())
    }

    #[test]
    fn quarters_and_years_agree_with_chrono_on_every_day_from_0001_to_9999() {
        let mut date = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
        while date.year() < 10_000 {
            let first_month = match date.month() {
                1..=3 => 1,
                4..=6 => 4,
                7..=9 => 7,
                _ => 10,
            };
            let first_of_quarter = NaiveDate::from_ymd_opt(date.year(), first_month, 1).unwrap();
            assert_eq!(day(date).first_of_quarter(), day(first_of_quarter));
            let behind = first_of_quarter.checked_add_months(chrono::Months::new(3)).unwrap();
            assert_eq!(day(date).last_of_quarter().plus(1), day(behind));
            assert_eq!(day(date).first_of_year(), day(NaiveDate::from_ymd_opt(date.year(), 1, 1).unwrap()));
            assert_eq!(day(date).last_of_year(), day(NaiveDate::from_ymd_opt(date.year(), 12, 31).unwrap()));
            date = date.succ_opt().unwrap();
        }
    }

    #[test]
    fn week_starts_on_the_last_such_weekday() {
        for number in [-719_162, -719_161, -4, -3, -1, 0, 1, 18_000, 18_001, 2_932_896] {
            for (index, starts) in Weekday::ALL.into_iter().enumerate() {
                let first = Day::from_number(number).first_of_week(starts);
                assert!((0..7).contains(&(number - first.number())), "{number} {starts}");
                let weekday = NaiveDate::from_epoch_days(first.number()).unwrap().weekday();
                assert_eq!(weekday.num_days_from_monday() as usize, index, "{number} {starts}");
            }
        }
    }
}
