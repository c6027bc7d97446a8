//! Texts as JSON strings hold them.

/// Appends a text to the inside of a JSON string.
///
/// Only what has to be escaped is: `"`, `\` and the controls below U+0020, those with a short form by it. Everything
/// else stays raw UTF-8.
pub(super) fn push(out: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            0..=0x1f => {
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[hex_digit(byte >> 4), hex_digit(byte & 0xf)]);
            }
            _ => out.push(byte),
        }
    }
}

/// The digit of a value below 16.
const fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn escapes_as_serde_json_does(text in "[\\x00-\\x7f]*|\\PC*") {
            let mut out = vec![b'"'];
            push(&mut out, text.as_bytes());
            out.push(b'"');
            prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}
