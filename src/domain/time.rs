//! Instants, and the calendar in UTC.

use std::fmt;

use super::Day;

pub(super) const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;

/// An instant between the years 0001 and 9999, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    micros: i64,
}

/// Why a text or a civil time is not a [`Timestamp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeError {
    /// The text does not have the form of RFC 3339.
    Malformed,
    /// The month has no such day, or the year no such month.
    NoSuchDate,
    /// The day has no such hour, minute or second, or the offset is 24 hours or more.
    NoSuchTime,
    /// A 60th second anywhere but at 23:59 UTC on the last day of a month.
    NotALeapSecond,
    /// In UTC, the year is below 0001 or above 9999.
    YearOutOfRange,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not an RFC 3339 time",
            Self::NoSuchDate => "no such date",
            Self::NoSuchTime => "no such time of day",
            Self::NotALeapSecond => "no such leap second",
            Self::YearOutOfRange => "outside the years 0001 to 9999",
        })
    }
}

impl std::error::Error for TimeError {}

/// A date and a time of day beside an offset from UTC, each field checked only by [`CivilTime::to_timestamp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CivilTime {
    /// The year, 0 to 9999 where it was read from four digits.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
    /// The day of the month, from 1.
    pub day: u32,
    /// The hour, 0 to 23.
    pub hour: u32,
    /// The minute, 0 to 59.
    pub minute: u32,
    /// The second, 0 to 59, or 60 for a leap second.
    pub second: u32,
    /// The microsecond, 0 to 999,999.
    pub micro: u32,
    /// How far local time is ahead of UTC, in seconds.
    pub offset_seconds: i32,
}

impl CivilTime {
    /// The instant in UTC.
    ///
    /// A leap second counts as the 59th second of its minute, and is one only at 23:59:60 UTC on the last day of a
    /// month, where ITU-R TF.460 allows it.
    ///
    /// # Errors
    ///
    /// [`TimeError`] names the first field that is out of its range.
    #[inline]
    pub fn to_timestamp(self) -> Result<Timestamp, TimeError> {
        if !(1..=12).contains(&self.month) || !(1..=days_in_month(self.year, self.month)).contains(&self.day) {
            return Err(TimeError::NoSuchDate);
        }
        if self.hour > 23 || self.minute > 59 || self.second > 60 || self.micro > 999_999 {
            return Err(TimeError::NoSuchTime);
        }
        if i64::from(self.offset_seconds).abs() >= SECONDS_PER_DAY {
            return Err(TimeError::NoSuchTime);
        }
        let leap = self.second == 60;
        let second = if leap { 59 } else { self.second };
        let of_day = self.hour * 3_600 + self.minute * 60 + second;
        let seconds = days_from_civil(self.year, self.month, self.day) * SECONDS_PER_DAY + i64::from(of_day)
            - i64::from(self.offset_seconds);
        let timestamp = Timestamp::from_micros(seconds * MICROS_PER_SECOND + i64::from(self.micro))
            .ok_or(TimeError::YearOutOfRange)?;
        if leap && !ends_a_month(seconds) {
            return Err(TimeError::NotALeapSecond);
        }
        Ok(timestamp)
    }
}

/// Whether a second is the last of a month in UTC.
fn ends_a_month(seconds: i64) -> bool {
    let next = seconds + 1;
    next.rem_euclid(SECONDS_PER_DAY) == 0 && civil_from_days(next.div_euclid(SECONDS_PER_DAY)).2 == 1
}

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self { micros: -62_135_596_800 * MICROS_PER_SECOND };
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self { micros: 253_402_300_800 * MICROS_PER_SECOND - 1 };

    /// The instant so many microseconds after 1970-01-01T00:00:00Z, if it lies between [`Self::MIN`] and [`Self::MAX`].
    pub fn from_micros(micros: i64) -> Option<Self> {
        let timestamp = Self { micros };
        (Self::MIN..=Self::MAX).contains(&timestamp).then_some(timestamp)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.micros
    }

    /// The first instant of a day in UTC, if the day lies between the years 0001 and 9999.
    pub const fn start_of(day: Day) -> Option<Self> {
        let start = Self { micros: day.number() as i64 * MICROS_PER_DAY };
        if Self::MIN.micros <= start.micros && start.micros <= Self::MAX.micros { Some(start) } else { None }
    }

    /// The calendar day in UTC.
    pub const fn day(self) -> Day {
        // The quotient lies between -719,162 and 2,932,896.
        Day::from_number(self.micros.div_euclid(MICROS_PER_DAY) as i32)
    }

    /// The date and the time of day in UTC.
    #[inline]
    pub fn to_civil(self) -> CivilTime {
        let (year, month, day) = civil_from_days(i64::from(self.day().number()));
        let (hour, minute, second, micro) = self.of_day();
        CivilTime { year, month, day, hour, minute, second, micro, offset_seconds: 0 }
    }

    /// The time of day in UTC: hour, minute, second and microsecond.
    #[inline]
    pub const fn of_day(self) -> (u32, u32, u32, u32) {
        let of_day = self.micros.rem_euclid(MICROS_PER_DAY) as u64;
        // A day has 86,400 seconds.
        let seconds = (of_day / MICROS_PER_SECOND as u64) as u32;
        (seconds / 3_600, seconds / 60 % 60, seconds % 60, (of_day % MICROS_PER_SECOND as u64) as u32)
    }

    /// Reads RFC 3339: `T` or `t`, `Z`, `z` or an offset below 24 hours, seconds required, fractions cut to microseconds.
    ///
    /// # Errors
    ///
    /// [`TimeError`] says whether the form or a field is at fault.
    #[inline]
    pub fn parse_rfc3339(text: &[u8]) -> Result<Self, TimeError> {
        match text.try_into().ok().and_then(parse_usual_form) {
            Some(civil) => civil.to_timestamp(),
            None => parse_any_form(text)?.to_timestamp(),
        }
    }
}

/// Reads `YYYY-MM-DDTHH:MM:SSZ`, the form that nearly every time has, and nothing else.
///
/// Eight bytes at a time are tested at once: against the template every digit leaves its value, and every other byte
/// must leave zero. Adding what is missing to 128 then shows in a byte's high bit whether it left too much.
#[inline]
fn parse_usual_form(text: &[u8; 20]) -> Option<CivilTime> {
    let (date, rest) = text.split_first_chunk()?;
    let date = values(date, b"0000-00-")?;
    let hour = values(rest.first_chunk()?, b"00T00:00")?;
    let second = values(rest.last_chunk()?, b"0:00:00Z")?;
    // Every byte becomes ten times its value plus that of the byte behind it, which no byte overflows.
    let [date, hour, second] = [date, hour, second].map(|values| values * 10 + (values >> 8));
    let two = |pairs: u64, place: u32| (pairs >> (place * 8) & 0xff) as u32;
    Some(CivilTime {
        year: (two(date, 0) * 100 + two(date, 2)) as i32,
        month: two(date, 5),
        day: two(hour, 0),
        hour: two(hour, 3),
        minute: two(hour, 6),
        second: two(second, 5),
        micro: 0,
        offset_seconds: 0,
    })
}

/// The values of the digits where a template has `0`, a byte for each, the first lowest; nothing if the text has no
/// digit there or is any different elsewhere.
#[inline]
pub(super) fn values(text: &[u8; 8], template: &[u8; 8]) -> Option<u64> {
    let slack = template.map(|byte| if byte == b'0' { 0x80 - 10 } else { 0x80 - 1 });
    let values = u64::from_le_bytes(*text) ^ u64::from_le_bytes(*template);
    let excess = values | values.wrapping_add(u64::from_le_bytes(slack));
    (excess & 0x8080_8080_8080_8080 == 0).then_some(values)
}

/// Reads every form that [`Timestamp::parse_rfc3339`] does.
fn parse_any_form(text: &[u8]) -> Result<CivilTime, TimeError> {
    let Some((fields, rest)) = text.split_first_chunk::<19>() else {
        return Err(TimeError::Malformed);
    };
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T' | b't', h0, h1, b':', n0, n1, b':', s0, s1] = *fields else {
        return Err(TimeError::Malformed);
    };
    let digits = [y0, y1, y2, y3, m0, m1, d0, d1, h0, h1, n0, n1, s0, s1];
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(TimeError::Malformed);
    }
    let (micro, rest) = parse_fraction(rest)?;
    Ok(CivilTime {
        year: (two(y0, y1) * 100 + two(y2, y3)) as i32,
        month: two(m0, m1),
        day: two(d0, d1),
        hour: two(h0, h1),
        minute: two(n0, n1),
        second: two(s0, s1),
        micro,
        offset_seconds: parse_offset(rest)?,
    })
}

/// The value of two ASCII digits.
fn two(tens: u8, ones: u8) -> u32 {
    u32::from(tens - b'0') * 10 + u32::from(ones - b'0')
}

/// Reads an optional `.` with at least one digit; gives microseconds and what follows.
fn parse_fraction(text: &[u8]) -> Result<(u32, &[u8]), TimeError> {
    let [b'.', digits @ ..] = text else {
        return Ok((0, text));
    };
    let len = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if len == 0 {
        return Err(TimeError::Malformed);
    }
    let (fraction, rest) = digits.split_at(len);
    let micro = (0..6).fold(0, |sum, place| sum * 10 + fraction.get(place).map_or(0, |digit| u32::from(digit - b'0')));
    Ok((micro, rest))
}

/// Reads `Z`, `z` or `+hh:mm`; gives seconds ahead of UTC.
fn parse_offset(text: &[u8]) -> Result<i32, TimeError> {
    let (sign, h0, h1, m0, m1) = match *text {
        [b'Z' | b'z'] => return Ok(0),
        [b'+', h0, h1, b':', m0, m1] => (1, h0, h1, m0, m1),
        [b'-', h0, h1, b':', m0, m1] => (-1, h0, h1, m0, m1),
        _ => return Err(TimeError::Malformed),
    };
    if ![h0, h1, m0, m1].iter().all(u8::is_ascii_digit) {
        return Err(TimeError::Malformed);
    }
    let (hours, minutes) = (two(h0, h1), two(m0, m1));
    if hours > 23 || minutes > 59 {
        return Err(TimeError::NoSuchTime);
    }
    Ok(sign * (hours * 3_600 + minutes * 60) as i32)
}

impl fmt::Display for Timestamp {
    /// Writes RFC 3339 in UTC, with a fraction only where there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CivilTime { year, month, day, hour, minute, second, micro, .. } = self.to_civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match micro {
            0 => f.write_str("Z"),
            micro => write!(f, ".{micro:06}Z"),
        }
    }
}

/// The number of days of a month, 1 to 12.
pub(super) const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`. Years begin in March,
/// so that the leap day is the last of its year. They are counted from a multiple of 400 before every `i32`, since the
/// calendar repeats after 400 years and unsigned divisions are quick.
pub(super) fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    const ERAS_BEFORE: i64 = 5_400_000;
    let year = (i64::from(year) + ERAS_BEFORE * 400 - i64::from(month <= 2)) as u64;
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = u64::from((153 * month_from_march + 2) / 5 + day - 1);
    let century = year / 100;
    let days = year * 365 + year / 4 - century + century / 4 + day_of_year;
    days as i64 - (ERAS_BEFORE * 146_097 + 719_468)
}

/// Year, month and day of a number of days since 1970-01-01; the inverse of [`days_from_civil`], from the same source.
pub(super) fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

#[cfg(test)]
mod tests;
