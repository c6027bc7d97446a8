//! Times of which most have the date of the one before.

use super::time::{MICROS_PER_SECOND, TimeError, Timestamp, values};

/// Reads times and remembers the date of the last one, since finding out which day a date is takes longer than all the rest.
///
/// What is read does not depend on what was read before.
#[derive(Clone, Debug)]
pub struct RecentDate {
    /// `YYYY-MM-DD`, and the microseconds since 1970-01-01T00:00:00Z at which that day begins in UTC.
    last: ([u8; 10], i64),
}

impl Default for RecentDate {
    fn default() -> Self {
        Self { last: (*b"1970-01-01", 0) }
    }
}

impl RecentDate {
    /// Reads what [`Timestamp::parse_rfc3339`] does.
    ///
    /// # Errors
    ///
    /// As there.
    #[inline]
    pub fn parse_rfc3339(&mut self, text: &[u8]) -> Result<Timestamp, TimeError> {
        let (last_date, midnight) = self.last;
        if let Some((date, of_day)) = text.split_first_chunk()
            && *date == last_date
            && let Some(of_day) = of_day.try_into().ok().and_then(micros_of_day)
            && let Some(time) = Timestamp::from_micros(midnight + of_day)
        {
            return Ok(time);
        }
        self.parse_anew(text)
    }

    #[inline(never)]
    fn parse_anew(&mut self, text: &[u8]) -> Result<Timestamp, TimeError> {
        let time = Timestamp::parse_rfc3339(text)?;
        // Only with `Z` is the date that stands there that of the day in UTC.
        if let (Some(date), Some(b'Z'), Some(midnight)) =
            (text.first_chunk(), text.last(), Timestamp::start_of(time.day()))
        {
            self.last = (*date, midnight.micros());
        }
        Ok(time)
    }
}

/// The time of day that `THH:MM:SSZ` says, in microseconds; nothing for any other form, or for a leap second.
#[inline]
fn micros_of_day(text: &[u8; 10]) -> Option<i64> {
    let hour = values(text.first_chunk()?, b"T00:00:0")?;
    let second = values(text.last_chunk()?, b"0:00:00Z")?;
    // Every byte becomes ten times its value plus that of the byte behind it, which no byte overflows.
    let [hour, second] = [hour, second].map(|values| values * 10 + (values >> 8));
    let two = |pairs: u64, place: u32| (pairs >> (place * 8) & 0xff) as i64;
    let (hour, minute, second) = (two(hour, 1), two(hour, 4), two(second, 5));
    let exists = hour < 24 && minute < 60 && second < 60;
    exists.then_some((hour * 3_600 + minute * 60 + second) * MICROS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn time_of_day_is_that_behind_the_date_before_and_of_any_other() {
        let mut dates = RecentDate::default();
        for text in [
            "1970-01-01T00:00:01Z",
            "\0\0\0\0\0\0\0\0\0\0T00:00:00Z",
            "2000-01-01T00:00:00Z",
            "2000-01-01T23:59:59Z",
            "2000-01-02T12:34:56Z",
            "2000-01-02T12:34:56.789Z",
            "2000-01-02T01:00:00+02:00",
            "2000-01-02T23:00:00-02:00",
            "2000-01-02T11:00:00Z",
            "2016-12-31T23:59:59Z",
            "2016-12-31T23:59:60Z",
            "2016-12-31T22:59:60Z",
            "2016-12-31T24:00:00Z",
            "2016-12-31T00:60:00Z",
            "2016-12-31t00:00:00z",
            "2016-12-31T00:00:00",
            "2016-12-31T00:00:00ZZ",
            "2016-12-31",
            "2017-02-29T00:00:00Z",
            "2017-02-29T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "0000-12-31T23:59:59Z",
            "",
        ] {
            assert_eq!(dates.parse_rfc3339(text.as_bytes()), Timestamp::parse_rfc3339(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_does_not_depend_on_what_was_read_before(
            texts in prop::collection::vec(
                "2000-0[23]-(2[89]|3[01])[Tt][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,7})?([Zz]|[+-][0-2][0-9]:[0-6][0-9])",
                1..20,
            ),
            changed in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let mut dates = RecentDate::default();
            let mut texts: Vec<_> = texts.into_iter().map(String::into_bytes).collect();
            for text in &texts {
                prop_assert_eq!(dates.parse_rfc3339(text), Timestamp::parse_rfc3339(text));
            }
            for text in &mut texts {
                let place = changed.index(text.len());
                text[place] = byte;
                prop_assert_eq!(dates.parse_rfc3339(text), Timestamp::parse_rfc3339(text));
            }
        }
    }
}
