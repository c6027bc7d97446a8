//! Days of which most are the one before.

use super::packed::{ZEROS, eight_digits};
use crate::domain::{Day, Timestamp};

/// The day that was written last, since finding out which date a day has takes longer than to write a whole time.
#[derive(Clone, Copy, Debug)]
pub struct RecentDay {
    day: Day,
    date: u64,
}

impl Default for RecentDay {
    fn default() -> Self {
        Self { day: Day::from_number(0), date: u64::from_le_bytes(*b"19700101") }
    }
}

impl RecentDay {
    /// The date of a day as characters, `YYYYMMDD`, the first one lowest.
    #[inline]
    pub(super) fn date_of(&mut self, day: Day) -> u64 {
        if day != self.day {
            *self = Self { day, date: date_of(day) };
        }
        self.date
    }
}

#[inline(never)]
fn date_of(day: Day) -> u64 {
    // No timestamp has a year below 1 or above 9999.
    let date = Timestamp::start_of(day).map(Timestamp::to_civil);
    let number = date.map_or(0, |date| date.year as u32 * 10_000 + date.month * 100 + date.day);
    eight_digits(u64::from(number)) | ZEROS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_is_that_of_the_day_whatever_was_asked_before() {
        let mut recent = RecentDay::default();
        for (number, date) in [
            (0, b"19700101"),
            (0, b"19700101"),
            (-1, b"19691231"),
            (11_016, b"20000229"),
            (11_016, b"20000229"),
            (0, b"19700101"),
            (Timestamp::MIN.day().number(), b"00010101"),
            (Timestamp::MAX.day().number(), b"99991231"),
        ] {
            assert_eq!(recent.date_of(Day::from_number(number)).to_le_bytes(), *date);
        }
    }
}
