//! A text as a cell of CSV.

/// Appends a text as a CSV cell, in quotes where it must be, and behind a `'` if a spreadsheet would else take it for a
/// formula.
pub(crate) fn push_cell(out: &mut Vec<u8>, text: &[u8]) {
    let prefix: &[u8] = if matches!(text, [b'=' | b'+' | b'-' | b'@', ..]) { b"'" } else { b"" };
    if !text.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        out.extend_from_slice(prefix);
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    out.extend_from_slice(prefix);
    for &byte in text {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell(text: &str) -> String {
        let mut out = Vec::new();
        push_cell(&mut out, text.as_bytes());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cell_is_quoted_only_where_it_must_be_and_never_a_formula() {
        for (text, expected) in [
            ("", ""),
            (" a ", " a "),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("a\nb\r", "\"a\nb\r\""),
            ("=1", "'=1"),
            ("@A1,A2", "\"'@A1,A2\""),
            ("1-1", "1-1"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }

    proptest! {
        #[test]
        fn cell_reads_back_as_it_was_but_for_formulas(text in "[a\",\\r\\n]+|[^=+@-]\\PC*") {
            let line = format!("start,{},end\n", cell(&text));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(record, vec!["start", &text, "end"]);
        }
    }
}
