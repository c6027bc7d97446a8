//! Digits to numbers, eight at a time.

/// Eight times `0`.
const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);

/// Of eight bytes, the high bits.
const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);

/// Splits off the number that a text begins with: whole, without leading zeros, of 64 bits.
#[inline(always)]
pub(crate) fn leading_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let Some(word) = text.first_chunk() else { return any_leading_number(text) };
    let values = u64::from_le_bytes(*word) ^ ZEROS;
    // What is no digit may spoil the bytes above it, and so only the lowest bit counts.
    let len = (excess(values) & HIGH_BITS).trailing_zeros() / 8;
    match len {
        0 => None,
        1..8 => {
            // Zeros come before the digits, and what is behind them falls out.
            let number = sum(values << (64 - 8 * len));
            let canonical = len == 1 || values & 0xff != 0;
            if canonical { Some((number, text.get(len as usize..)?)) } else { None }
        }
        _ => any_leading_number(text),
    }
}

/// The same of a text of any length, byte by byte.
#[inline(never)]
fn any_leading_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let len = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(len)?;
    let canonical = len == 1 || digits.first().is_some_and(|first| *first != b'0');
    let append = |number: u64, digit: &u8| number.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
    if canonical { Some((digits.iter().try_fold(0, append)?, rest)) } else { None }
}

/// The number that one to 18 ASCII digits stand for; nothing if there is any other byte among them, or no byte.
#[inline]
pub(super) fn number(text: &[u8]) -> Option<u64> {
    if text.len() <= 8 { short_number(text) } else { long_number(text) }
}

#[inline(never)]
fn long_number(text: &[u8]) -> Option<u64> {
    let (first, rest) = text.split_first_chunk()?;
    let first = eight_digits(u64::from_le_bytes(*first))?;
    Some(first * 10u64.pow(rest.len() as u32) + number(rest)?)
}

/// The number of at most eight digits.
#[inline]
fn short_number(text: &[u8]) -> Option<u64> {
    match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) => {
            // Two halves of a word, which overlap where there are fewer than eight digits; zeros are put before these.
            let missing = 8 * (8 - text.len() as u32);
            let [first, last] = [first, last].map(|half| u64::from(u32::from_le_bytes(*half)));
            let digits = (first | (last << (32 - missing))) << missing;
            eight_digits(digits | (ZEROS & !(u64::MAX << missing)))
        }
        _ if text.is_empty() => None,
        _ => text.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u64::from(digit - b'0'))),
    }
}

/// The number that the eight digits of a word stand for, the first one lowest; nothing if any byte is no digit.
#[inline]
fn eight_digits(word: u64) -> Option<u64> {
    let values = word ^ ZEROS;
    if excess(values) & HIGH_BITS == 0 { Some(sum(values)) } else { None }
}

/// Bytes of which the high bit tells what is more than nine, once enough has been added.
#[inline]
const fn excess(values: u64) -> u64 {
    values | values.wrapping_add(u64::from_le_bytes([0x80 - 10; 8]))
}

/// The number that eight digits stand for, by their values, the first one lowest.
///
/// Neighbours become pairs, pairs become fours, and fours the number. Source: Johnny Lee, "Fast numeric string to int".
#[inline]
const fn sum(values: u64) -> u64 {
    let pairs = (values.wrapping_mul(10) + (values >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours * 10_000 + (fours >> 32)) & 0xffff_ffff
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digits_of_every_length_are_read() {
        for len in 1..=18 {
            for digits in ["123456789012345678", "000000000000000000", "999999999999999999", "100000000000000000"] {
                let text = &digits[..len];
                assert_eq!(number(text.as_bytes()), text.parse().ok(), "{text}");
            }
        }
        assert_eq!(number(b""), None);
    }

    #[test]
    fn any_other_byte_in_any_place_is_found() {
        for len in 1..=18 {
            for place in 0..len {
                for byte in (0..=255u8).filter(|byte| !byte.is_ascii_digit()) {
                    let mut text = [b'9'; 18];
                    text[place] = byte;
                    assert_eq!(number(&text[..len]), None, "{byte} in place {place} of {len}");
                }
            }
        }
    }

    #[test]
    fn number_that_a_text_begins_with_ends_where_its_digits_do() {
        let read = |text: &'static str| leading_number(text.as_bytes()).map(|(number, rest)| (number, rest.len()));
        for (text, number, rest) in [
            ("0", 0, 0),
            ("7", 7, 0),
            ("0,", 0, 1),
            ("1234567,", 1_234_567, 1),
            ("12345678", 12_345_678, 0),
            ("12345678,\"", 12_345_678, 2),
            ("4\"::::::", 4, 7),
            ("18446744073709551615]", u64::MAX, 1),
        ] {
            assert_eq!(read(text), Some((number, rest)), "{text}");
        }
        for text in
            ["", ",", "00", "01,\"abcdefg", "0123456789", "x1234567890", "-1", "18446744073709551616", "٣45678901"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn number_that_a_text_begins_with_is_the_same_byte_by_byte(text in "[0-9]{0,22}([^0-9]\\PC{0,9})?") {
            prop_assert_eq!(leading_number(text.as_bytes()), any_leading_number(text.as_bytes()));
        }

        #[test]
        fn reads_what_the_standard_library_reads(text in "[0-9]{1,18}|[0-9a:/]{1,18}") {
            prop_assert_eq!(number(text.as_bytes()), text.parse().ok());
        }
    }
}
