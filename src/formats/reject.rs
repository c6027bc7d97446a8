//! What is wrong with a line, as a line of its own.

use serde::Serialize;

use crate::batch::LineError;

/// How many bytes of a rejected line are shown.
const INPUT_LEN_MAX: usize = 4 * 1024;

/// A rejected line as it is written, its keys in this order.
#[derive(Serialize)]
struct RejectedLine<'a> {
    line: u64,
    error: String,
    input: &'a str,
    truncated: bool,
}

/// Appends a JSON line that says which line was rejected, why, and what it held.
///
/// Of the input at most 4 KiB are shown, and `truncated` says whether that is less than all. What is not UTF-8 is
/// replaced by U+FFFD.
pub fn write(out: &mut Vec<u8>, line: u64, error: &LineError, input: &[u8]) {
    let lossy = String::from_utf8_lossy(input);
    let shown = lossy.get(..lossy.floor_char_boundary(INPUT_LEN_MAX)).unwrap_or_default();
    let truncated = shown.len() < lossy.len();
    let rejected = RejectedLine { line, error: error.to_string(), input: shown, truncated };
    // Texts and numbers always have a JSON form, and memory takes it.
    let _ = serde_json::to_writer(&mut *out, &rejected);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(input: &[u8]) -> String {
        let error = LineError { field: "load_amount", why: "not an amount: \"$12,00\"".to_owned() };
        let mut out = Vec::new();
        write(&mut out, 17, &error, input);
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
