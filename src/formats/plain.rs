//! Ids that stand in JSON as they are.

/// The length of the id that a text starts with, up to the quote behind it, if it is printable ASCII without `"` and `\`.
///
/// Looks at eight bytes at once, and gives nothing where fewer than that follow what it has passed; an id is never empty.
#[inline(always)]
pub(crate) fn plain_id_len(text: &[u8]) -> Option<usize> {
    let mut len = 0;
    loop {
        let bytes = u64::from_le_bytes(*text.get(len..)?.first_chunk()?);
        let stops = stop_bits(bytes);
        if stops != 0 {
            len += stops.trailing_zeros() as usize / 8;
            return (len > 0 && text.get(len) == Some(&b'"')).then_some(len);
        }
        len += 8;
    }
}

/// The high bits of bytes that cannot be part of such an id: `"`, `\`, and all but printable ASCII.
///
/// Only the lowest bit is reliable, since a carry out of its byte may set some above it. Source of the tests: Sean Eron
/// Anderson, "Bit Twiddling Hacks", "Determine if a word has a byte equal to n" and "less than n".
#[inline(always)]
const fn stop_bits(bytes: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let quote = bytes ^ (ONES * b'"' as u64);
    let backslash = bytes ^ (ONES * b'\\' as u64);
    let is_quote = quote.wrapping_sub(ONES) & !quote;
    let is_backslash = backslash.wrapping_sub(ONES) & !backslash;
    let is_control = bytes.wrapping_sub(ONES * b' ' as u64) & !bytes;
    let is_delete_or_above = bytes.wrapping_add(ONES) | bytes;
    (is_quote | is_backslash | is_control | is_delete_or_above) & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn stops(byte: u8) -> bool {
        !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\')
    }

    proptest! {
        #[test]
        fn stop_is_found_at_the_first_byte_that_is_no_part_of_an_id(
            bytes in prop::array::uniform8(prop_oneof![any::<u8>(), 0x1e..0x24u8, 0x5a..0x5fu8, 0x7c..0x82u8]),
        ) {
            let found = stop_bits(u64::from_le_bytes(bytes)).trailing_zeros() as usize / 8;
            prop_assert_eq!(found, bytes.iter().position(|byte| stops(*byte)).unwrap_or(8));
        }

        #[test]
        fn id_ends_at_the_first_quote_if_nothing_stops_it_before(id in "[ -~é]{0,40}", rest in "[ -~é]{0,30}") {
            let text = format!("{id}\"{rest}");
            if let Some(len) = plain_id_len(text.as_bytes()) {
                let (id, rest) = text.as_bytes().split_at(len);
                prop_assert!(!id.is_empty() && !id.iter().any(|byte| stops(*byte)) && rest[0] == b'"');
            } else if rest.len() >= 8 {
                prop_assert!(id.is_empty() || text.split('"').next().unwrap().bytes().any(stops) || text.starts_with('"'));
            }
        }
    }
}
