//! Digits to numbers, eight at a time.

/// Eight times `0`.
const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);

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
///
/// Neighbours become pairs, pairs become fours, and fours the number. Source: Johnny Lee, "Fast numeric string to int".
#[inline]
fn eight_digits(word: u64) -> Option<u64> {
    let values = word ^ ZEROS;
    // What is more than nine shows in the high bit of its byte, once enough has been added.
    let excess = values | values.wrapping_add(u64::from_le_bytes([0x80 - 10; 8]));
    if excess & u64::from_le_bytes([0x80; 8]) != 0 {
        return None;
    }
    let pairs = (values * 10 + (values >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours * 10_000 + (fours >> 32)) & 0xffff_ffff)
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

    proptest! {
        #[test]
        fn reads_what_the_standard_library_reads(text in "[0-9]{1,18}|[0-9a:/]{1,18}") {
            prop_assert_eq!(number(text.as_bytes()), text.parse().ok());
        }
    }
}
