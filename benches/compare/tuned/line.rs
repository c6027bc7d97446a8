//! One line of exactly the generator's form.

use anyhow::{Context, Result, bail, ensure};

const ID: &[u8] = br#"{"id":""#;
const CUSTOMER_ID: &[u8] = br#"","customer_id":""#;
const LOAD_AMOUNT: &[u8] = br#"","load_amount":"$"#;
const TIME: &[u8] = br#"","time":""#;
const CLOSE: &[u8] = b"Z\"}\n";

const DATE_LEN: usize = 10;
/// The length of `2000-01-01T00:00:00`.
const TIME_LEN: usize = 19;

/// What a line says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// Where it starts in its text.
    pub(super) start: usize,
    /// Where the next one starts.
    pub(super) end: usize,
    /// How long its front is that a verdict repeats: up to the customer's id and its quote.
    pub(super) front_len: usize,
    /// The transaction's id, from 1.
    pub(super) id: u32,
    /// The customer's id, from 1.
    pub(super) customer: u32,
    /// The amount in minor units.
    pub(super) amount: u32,
    /// The day, from 1970-01-01 on.
    pub(super) day: u32,
}

/// Reads lines one after the other, whose times ascend.
#[derive(Debug, Default)]
pub(super) struct LineReader {
    /// The time of the last line, and its day.
    time: [u8; TIME_LEN],
    day: u32,
}

impl LineReader {
    /// Reads the line at a place.
    ///
    /// # Errors
    ///
    /// If it has any other form.
    #[inline]
    pub(super) fn read(&mut self, text: &[u8], start: usize) -> Result<Line> {
        let (id, place) = number(text, behind(text, start, ID)?)?;
        let (customer, place) = number(text, behind(text, place, CUSTOMER_ID)?)?;
        let front_len = place + 1 - start;
        let (amount, place) = amount(text, behind(text, place, LOAD_AMOUNT)?)?;
        let place = behind(text, place, TIME)?;
        let day = self.day_of(text, place)?;
        let end = behind(text, place + TIME_LEN, CLOSE)?;
        Ok(Line { start, end, front_len, id, customer, amount, day })
    }

    /// The day of the time at a place, nearly always that of the line before.
    #[inline]
    fn day_of(&mut self, text: &[u8], place: usize) -> Result<u32> {
        let time: &[u8; TIME_LEN] = text.get(place..).and_then(<[u8]>::first_chunk).context("the line is too short")?;
        ensure!(*time >= self.time, "times don't ascend");
        if time[..DATE_LEN] != self.time[..DATE_LEN] {
            self.day = day(time)?;
        }
        ensure!(is_clock(time), "not a time in UTC");
        self.time = *time;
        Ok(self.day)
    }
}

/// The place behind a text that must stand at a place.
#[inline]
fn behind(text: &[u8], place: usize, expected: &[u8]) -> Result<usize> {
    ensure!(text.get(place..place + expected.len()) == Some(expected), "another layout");
    Ok(place + expected.len())
}

/// A number in canonical form from 1 on that starts at a place, and where it ends.
#[inline]
fn number(text: &[u8], start: usize) -> Result<(u32, usize)> {
    ensure!(text.get(start).is_some_and(|byte| *byte != b'0'), "not a number in canonical form");
    digits(text, start)
}

/// The minor units of an amount with two places that starts at a place, and where it ends.
#[inline]
fn amount(text: &[u8], start: usize) -> Result<(u32, usize)> {
    let (major, point) = digits(text, start)?;
    let Some([b'.', tens, ones]) = text.get(point..).and_then(<[u8]>::first_chunk) else { bail!("not an amount") };
    ensure!(tens.is_ascii_digit() && ones.is_ascii_digit(), "not an amount");
    let minor = u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
    let amount = major.checked_mul(100).and_then(|major| major.checked_add(minor));
    Ok((amount.context("the amount is too large")?, point + 3))
}

/// Digits that start at a place, and where they end. Eight bytes are looked at once.
#[inline]
fn digits(text: &[u8], start: usize) -> Result<(u32, usize)> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const ZEROS: u64 = ONES * b'0' as u64;
    let chunk = text.get(start..).and_then(<[u8]>::first_chunk).context("the line is too short")?;
    let bytes = u64::from_le_bytes(*chunk) ^ ZEROS;
    // A digit is now from 0 to 9, so that adding 118 leaves its highest bit clear; of all others that have it clear, too,
    // none does. A carry reaches only bytes behind the first that is none.
    let others = (bytes | bytes.wrapping_add(ONES * 118)) & (ONES << 7);
    let len = others.trailing_zeros() as usize / 8;
    ensure!(len > 0, "not a number");
    // The digits move to the end of the eight, behind zeros, where pairs, then fours, then all are joined.
    let bytes = bytes << (64 - 8 * len);
    let pairs = (bytes.wrapping_mul(10).wrapping_add(bytes >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let value = (fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) & 0xffff_ffff;
    let (mut value, mut end) = (value as u32, start + len);
    if len == 8 {
        while let Some(digit @ b'0'..=b'9') = text.get(end) {
            let longer = value.checked_mul(10).and_then(|value| value.checked_add(u32::from(digit - b'0')));
            (value, end) = (longer.context("the number is too large")?, end + 1);
        }
    }
    Ok((value, end))
}

/// The number of a date's day from 1970-01-01 on, by the days before its year and its month.
fn day(time: &[u8; TIME_LEN]) -> Result<u32> {
    const BEFORE_MONTH: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    const LEN: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let field = |start: usize, len: usize| {
        let mut digits = time[start..start + len].iter();
        digits.try_fold(0u32, |sum, byte| Some(sum * 10 + char::from(*byte).to_digit(10)?))
    };
    let (Some(year), Some(month), Some(of_month)) = (field(0, 4), field(5, 2), field(8, 2)) else {
        bail!("not a date")
    };
    ensure!(time[4] == b'-' && time[7] == b'-', "not a date");
    ensure!(year >= 1970 && (1..=12).contains(&month), "not a date from 1970 on");
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let month_place = month as usize - 1;
    let month_len = LEN[month_place] + u32::from(month == 2 && is_leap);
    ensure!((1..=month_len).contains(&of_month), "not a date");
    let past = year - 1;
    let leap_days = past / 4 - past / 100 + past / 400 - 477;
    let before_year = (year - 1970) * 365 + leap_days;
    Ok(before_year + BEFORE_MONTH[month_place] + u32::from(month > 2 && is_leap) + of_month - 1)
}

/// Whether `T00:00:00` or a later second of a day stands behind a date.
#[inline]
fn is_clock(time: &[u8; TIME_LEN]) -> bool {
    let [.., b'T', tens, ones, b':', b'0'..=b'5', b'0'..=b'9', b':', b'0'..=b'5', b'0'..=b'9'] = time else {
        return false;
    };
    matches!((tens, ones), (b'0'..=b'1', b'0'..=b'9') | (b'2', b'0'..=b'3'))
}
