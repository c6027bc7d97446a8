//! Records are the same however the input is cut, and the same that the `csv` crate finds.

use proptest::prelude::*;

use super::*;

fn records(format: Format, text: &[u8]) -> Vec<(u32, Vec<u8>)> {
    Records::new(format, text).map(|record| (record.line, record.bytes.to_vec())).collect()
}

fn csv(text: &str) -> Vec<(u32, String)> {
    Records::new(Format::Csv, text.as_bytes())
        .map(|record| (record.line, String::from_utf8(record.bytes.to_vec()).unwrap()))
        .collect()
}

fn owned(records: &[(u32, &str)]) -> Vec<(u32, String)> {
    records.iter().map(|(line, record)| (*line, (*record).to_owned())).collect()
}

/// Reads a text as a stream that arrives in pieces, each record as soon as it is whole.
fn records_in_pieces(format: Format, text: &[u8], piece_lens: &[usize]) -> Vec<(u32, Vec<u8>)> {
    let mut piece_lens = piece_lens.iter().cycle();
    let (mut start, mut arrived, mut first_line, mut all) = (0, 0, 0, Vec::new());
    while start < text.len() {
        arrived = (arrived + piece_lens.next().unwrap()).min(text.len());
        let whole = whole_records(format, &text[start..arrived], arrived == text.len());
        let mut records = Records::new(format, &text[start..start + whole]);
        all.extend(records.by_ref().map(|record| (first_line + record.line, record.bytes.to_vec())));
        first_line += records.line_count();
        start += whole;
    }
    all
}

#[test]
fn json_records_are_lines_and_blank_ones_count() {
    let text = b"{}\r\n\n \t\r\n[]\n\"\n\"";
    let expected = [(0, "{}"), (3, "[]"), (4, "\""), (5, "\"")].map(|(line, text)| (line, text.as_bytes().to_vec()));
    assert_eq!(records(Format::JsonLines, text), expected);
    assert_eq!(whole_records(Format::JsonLines, text, false), text.len() - 1);
    assert_eq!(whole_records(Format::JsonLines, text, true), text.len());
    assert_eq!(whole_records(Format::JsonLines, b"{}", false), 0);
}

#[test]
fn csv_record_may_take_several_lines_and_is_numbered_by_its_first() {
    let text = "a,b\r\n\n\"1\n2\",\"3\"\"\r\n\"\r\n4,5\n";
    assert_eq!(csv(text), owned(&[(0, "a,b"), (2, "\"1\n2\",\"3\"\"\r\n\""), (5, "4,5")]));
    assert_eq!(whole_records(Format::Csv, text.as_bytes(), false), text.len());
}

#[test]
fn quote_opens_a_field_only_at_its_start() {
    assert_eq!(
        csv("a\"b,c\n\"d\"e\"f,g\nh, \"i\nj\n"),
        owned(&[(0, "a\"b,c"), (1, "\"d\"e\"f,g"), (2, "h, \"i"), (3, "j")])
    );
}

#[test]
fn csv_record_that_may_go_on_is_not_whole() {
    for text in ["1,\"2\n3", "1,\"2\n3\n", "1,\"2\n3\"", "1,\"2\n3\",4"] {
        assert_eq!(whole_records(Format::Csv, format!("a\n{text}").as_bytes(), false), 2, "{text:?}");
    }
}

#[test]
fn stray_quote_at_the_end_of_the_input_costs_only_its_line() {
    assert_eq!(csv("1,\"2\n3,4\n5,6"), owned(&[(0, "1,\"2"), (1, "3,4"), (2, "5,6")]));
    assert_eq!(csv("1,2\n3,\"4"), owned(&[(0, "1,2"), (1, "3,\"4")]));
}

#[test]
fn stray_quote_in_a_long_input_costs_only_its_line() {
    let text = format!("1,\"2\n{}", "3,4\n".repeat(LINE_LEN_MAX / 4 + 1));
    assert_eq!(csv(&text).len(), LINE_LEN_MAX / 4 + 2);
    assert_eq!(whole_records(Format::Csv, text.as_bytes(), false), text.len());
}

#[test]
fn csv_record_of_several_lines_may_be_as_long_as_a_line() {
    for line_end in ["\n", "\r\n"] {
        let longest = format!("1,\"\n{}\"", "x".repeat(LINE_LEN_MAX - 5));
        assert_eq!(longest.len(), LINE_LEN_MAX);
        let text = format!("{longest}{line_end}2,3\n");
        assert_eq!(csv(&text), owned(&[(0, &longest), (2, "2,3")]));
        let longer = text.replace("\"\n", "\"\nxx");
        assert_eq!(csv(&longer).first(), owned(&[(0, "1,\"")]).first());
    }
}

#[test]
fn long_line_is_whole_only_with_its_newline() {
    for start in ["1,2,", "1,\"2\",", "1,\"2,"] {
        let line = format!("{start}{}", "x".repeat(2 * LINE_LEN_MAX));
        assert_eq!(whole_records(Format::Csv, line.as_bytes(), false), 0);
        let text = format!("{line}\n1,2\n");
        assert_eq!(whole_records(Format::Csv, text.as_bytes(), false), text.len());
        assert_eq!(csv(&text), owned(&[(0, &line), (1, "1,2")]));
    }
}

/// Text of the bytes that framing looks at, and few others.
fn framing_text() -> impl Strategy<Value = String> {
    "[\"\",\n\n\r a]{0,60}"
}

/// Text whose quotes, if they stay open, do so for more than a record's reach.
fn long_framing_text() -> impl Strategy<Value = String> {
    (framing_text(), framing_text(), framing_text(), 0..4usize, any::<bool>()).prop_map(
        |(before, within, after, over, lines)| {
            let filler = if lines { "a\n" } else { "aa" };
            format!("{before}{}{within}{}{after}", filler.repeat(RECORD_REACH / 2 - 20 + over * 10), "b,c\n".repeat(30))
        },
    )
}

proptest! {
    #[test]
    fn records_do_not_depend_on_how_the_input_arrives(
        text in framing_text(),
        piece_lens in prop::collection::vec(1..20usize, 1..8),
    ) {
        for format in [Format::JsonLines, Format::Csv] {
            prop_assert_eq!(
                records_in_pieces(format, text.as_bytes(), &piece_lens),
                records(format, text.as_bytes())
            );
        }
    }

    #[test]
    fn well_formed_csv_has_the_records_that_the_csv_crate_finds(
        rows in prop::collection::vec(prop::collection::vec("[\"\",\n\r a]{0,5}", 2..5), 0..8),
        crlf in any::<bool>(),
        line_end_at_end in any::<bool>(),
    ) {
        let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().flexible(true).terminator(terminator).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let mut text = writer.into_inner().unwrap();
        if !line_end_at_end {
            text.truncate(without_line_end(&text).len());
        }
        let read = |text: &[u8]| {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect::<Vec<Vec<_>>>()
        };
        let found = Records::new(Format::Csv, &text).flat_map(|record| read(record.bytes)).collect::<Vec<_>>();
        prop_assert_eq!(&found, &read(&text));
        prop_assert_eq!(found, rows);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn records_beyond_the_reach_of_quotes_do_not_depend_on_how_the_input_arrives(
        text in long_framing_text(),
        piece_lens in prop::collection::vec(1..70_000usize, 1..8),
    ) {
        prop_assert_eq!(
            records_in_pieces(Format::Csv, text.as_bytes(), &piece_lens),
            records(Format::Csv, text.as_bytes())
        );
    }
}
