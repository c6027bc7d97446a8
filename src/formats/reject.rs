//! What is wrong with a line, as a line of its own.

use std::borrow::Cow;

use serde::Serialize;

use crate::batch::LineError;

/// How many bytes of a rejected line are shown.
const INPUT_LEN_MAX: usize = 4 * 1024;

/// A rejected line as it is written, its keys in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedLine<'a> {
    /// The number of the line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub error: Cow<'a, str>,
    /// At most 4 KiB of the line; what is not UTF-8 is replaced by U+FFFD.
    pub input: Cow<'a, str>,
    /// Whether that is less than all.
    pub truncated: bool,
}

impl<'a> RejectedLine<'a> {
    /// A line, what is wrong with it, and what it holds.
    pub fn new(line: u64, error: &LineError, input: &'a [u8]) -> Self {
        let lossy = String::from_utf8_lossy(input);
        let shown_len = lossy.floor_char_boundary(INPUT_LEN_MAX);
        let truncated = shown_len < lossy.len();
        let input = match lossy {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(..shown_len).unwrap_or_default()),
            Cow::Owned(mut text) => {
                text.truncate(shown_len);
                Cow::Owned(text)
            }
        };
        Self { line, error: Cow::Owned(error.to_string()), input, truncated }
    }

    /// Appends it as a JSON line.
    pub fn write(&self, out: &mut Vec<u8>) {
        // Texts and numbers always have a JSON form, and memory takes it.
        let _ = serde_json::to_writer(&mut *out, self);
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(input: &[u8]) -> String {
        let error = LineError { field: "load_amount", why: "not an amount: \"$12,00\"".to_owned() };
        let mut out = Vec::new();
        RejectedLine::new(17, &error, input).write(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn shown(input: &[u8]) -> Value {
        serde_json::from_str(&written(input)).unwrap()
    }

    #[test]
    fn reject_is_exactly_this() {
        assert_eq!(
            written(br#"{"id":"1"}"#),
            r#"{"line":17,"error":"load_amount: not an amount: \"$12,00\"","input":"{\"id\":\"1\"}","truncated":false}"#
                .to_owned() + "\n"
        );
    }

    #[test]
    fn input_that_is_no_text_is_shown_as_far_as_it_can_be() {
        let reject = shown(b"a\xff\0\n\"\xe2\x82");
        assert_eq!((&reject["input"], &reject["truncated"]), (&json!("a\u{fffd}\0\n\"\u{fffd}"), &json!(false)));
    }

    #[test]
    fn input_is_cut_behind_the_last_whole_character_of_4_kib() {
        let longest = "a".repeat(4096);
        let reject = shown(longest.as_bytes());
        assert_eq!((&reject["input"], &reject["truncated"]), (&json!(longest), &json!(false)));
        let reject = shown(format!("{longest}b").as_bytes());
        assert_eq!((&reject["input"], &reject["truncated"]), (&json!(longest), &json!(true)));
        let reject = shown("€".repeat(1366).as_bytes());
        assert_eq!((&reject["input"], &reject["truncated"]), (&json!("€".repeat(1365)), &json!(true)));
    }
}
