//! What each kind of header and record gets.

use proptest::prelude::*;

use super::*;
use crate::batch::LINE_LEN_MAX;
use crate::formats::framing::Records;
use crate::formats::{Format, jsonl};

const HEADER: &[u8] = b"id,customer_id,load_amount,time";

/// The columns where nobody asks for groups.
fn columns(header: &[u8]) -> Result<CsvColumns, String> {
    super::columns(header, false)
}

fn why(header: &[u8], record: &[u8]) -> String {
    CsvParser::new().parse(record, &columns(header).unwrap(), None).unwrap_err().to_string()
}

#[test]
fn columns_are_found_in_any_order_among_others() {
    let header = b"time, note,\"load_amount\"\t,customer_id,id,time_format\r\n";
    let columns = columns(header).unwrap();
    let header = header.to_vec();
    let expected = CsvColumns {
        width: 6,
        id: 4,
        customer_id: 3,
        load_amount: 2,
        time: 0,
        time_format: Some(5),
        group: None,
        header,
    };
    assert_eq!(columns, expected);
    assert_eq!(super::columns(HEADER, true).map(|columns| (columns.time_format, columns.group)), Ok((None, None)));
}

#[test]
fn header_without_a_required_column_or_with_one_twice_is_an_error() {
    for (header, expected) in [
        ("id,time,x", r#"the CSV header has no customer_id, load_amount; it has "id", "time", "x""#),
        ("Id;customer_id", r#"the CSV header has no id, customer_id, load_amount, time; it has "Id;customer_id""#),
        ("id,customer_id,load_amount,time,time", "the CSV header has time twice"),
        ("id,customer_id,load_amount,time,time_format,time_format", "the CSV header has time_format twice"),
        ("", "the CSV header can't be read"),
    ] {
        assert_eq!(columns(header.as_bytes()).unwrap_err(), expected);
    }
    assert_eq!(columns(b"id,\xff").unwrap_err(), "the CSV header can't be read");
    assert!(columns(b"id,customer_id,load_amount,time,x,x").is_ok());
}

#[test]
fn cells_are_unquoted_and_otherwise_taken_as_they_are() {
    let columns = columns(b"note,id,customer_id,load_amount,time").unwrap();
    let mut parser = CsvParser::new();
    let record = "\"a\n,\"\"\",\" \"\"1\"\"\", '2 ,\"$1,0\"";
    assert_eq!(
        parser.parse(record.as_bytes(), &columns, None).unwrap_err().to_string(),
        "line: 4 fields where the header has 5"
    );
    let record = "\"a\n,\"\"\",\" \"\"1\"\"\", é ,-$33.47,2000-01-01T00:30:00+01:00";
    let record = parser.parse(record.as_bytes(), &columns, None).unwrap();
    assert_eq!((&*record.id, &*record.customer_id), (" \"1\"", " é "));
    assert_eq!((record.amount.minor(), record.time.to_string().as_str()), (-3_347, "1999-12-31T23:30:00Z"));
}

#[test]
fn record_of_another_width_than_the_header_is_rejected() {
    for (record, width) in [
        ("", "1 field"),
        ("1", "1 field"),
        ("\"\"", "1 field"),
        ("1,2,3", "3 fields"),
        ("1,2,3,4,5", "5 fields"),
        (",,,,,", "6 fields"),
    ] {
        assert_eq!(why(HEADER, record.as_bytes()), format!("line: {width} where the header has 4"));
    }
}

#[test]
fn bad_fields_are_rejected_as_in_json() {
    for (record, expected) in [
        (",2,$3,2000-01-01T00:00:00Z", "id: empty"),
        ("1,\"\",$3,2000-01-01T00:00:00Z", "customer_id: empty"),
        ("1,\"2\n\",$3,2000-01-01T00:00:00Z", r#"customer_id: holds a control character: "2\n""#),
        ("1\r,2,$3,2000-01-01T00:00:00Z", r#"id: holds a control character: "1\r""#),
        ("1,2,\"$12,00\",2000-01-01T00:00:00Z", r#"load_amount: not an amount: "$12,00""#),
        ("1,2,,2000-01-01T00:00:00Z", r#"load_amount: not an amount: """#),
        ("1,2,$3,2001-02-29T00:00:00Z", r#"time: no such date: "2001-02-29T00:00:00Z""#),
        (",,,", "id: empty"),
    ] {
        assert_eq!(why(HEADER, record.as_bytes()), expected);
    }
    assert_eq!(why(HEADER, b"1\xc3,\xa9,$3,2000-01-01T00:00:00Z"), "line: not UTF-8");
    assert_eq!(why(HEADER, &vec![b'x'; LINE_LEN_MAX + 1]), "line: longer than 64 KiB");
    assert_eq!(why(HEADER, b"1,2,$3,2000-01-01T00:00:00Z\n1"), "line: more than one record");
}

#[test]
fn record_behind_a_bad_one_is_read_as_if_alone() {
    let columns = columns(HEADER).unwrap();
    let mut parser = CsvParser::new();
    for bad in ["1,2,\"$3,2000-01-01T00:00:00Z", "\"", "", "1,2", "a\nb", "1,2,3,4,5,6,7,8,9,\"\""] {
        assert!(parser.parse(bad.as_bytes(), &columns, None).is_err());
        let record = parser.parse(b"1,2,$3,2000-01-01T00:00:00Z", &columns, None).unwrap();
        assert_eq!((&*record.id, record.amount.minor()), ("1", 300), "{bad}");
    }
    assert_eq!(why(HEADER, b"1,2,\"$3,4"), "line: a quoted field is never closed");
}

#[test]
fn byte_order_mark_within_the_text_is_part_of_the_id() {
    let columns = columns(HEADER).unwrap();
    let mut parser = CsvParser::new();
    for _ in 0..2 {
        let record = "\u{feff}1,\"2\",$3,2000-01-01T00:00:00Z";
        assert_eq!(parser.parse(record.as_bytes(), &columns, None).unwrap().id, "\u{feff}1");
        assert!(parser.parse(b"\"", &columns, None).is_err());
    }
}

#[test]
fn own_time_format_goes_before_the_default_and_an_empty_cell_is_none() {
    let columns = columns(b"id,customer_id,load_amount,time,time_format").unwrap();
    let default = TimeFormat::new("%Y/%m/%d").unwrap();
    let mut parser = CsvParser::new();
    let mut time = |cells: &str, default| {
        let record = format!("1,2,$3,{cells}");
        parser
            .parse(record.as_bytes(), &columns, default)
            .map(|record| record.time.to_string())
            .map_err(|error| error.to_string())
    };
    let expected = Ok("2000-02-03T00:00:00Z".to_owned());
    assert_eq!(time("03.02.2000,%d.%m.%Y", Some(&default)), expected);
    assert_eq!(time("03.02.2000,%d.%m.%Y", None), expected);
    assert_eq!(time("02.03.2000,%m.%d.%Y", None), expected);
    assert_eq!(time("2000/02/03,", Some(&default)), expected);
    assert_eq!(time("2000-02-03T00:00:00Z,", None), expected);
    assert_eq!(time("03.02.2000,%Q", None), Err("time_format: not a strftime format: \"%Q\"".to_owned()));
    assert_eq!(time("03.02.2000,%d.%m.%Y", None), expected);
}

#[test]
fn group_is_read_only_if_it_is_asked_for_and_an_empty_cell_is_none() {
    let columns = super::columns(b"group,id,customer_id,load_amount,time", true).unwrap();
    let mut parser = CsvParser::new();
    let mut group = |cell: &str, columns: &CsvColumns| {
        let record = format!("{cell},1,2,$3,2000-01-01T00:00:00Z");
        let record = parser.parse(record.as_bytes(), columns, None);
        record.map(|record| record.group.map(Cow::into_owned)).map_err(|error| error.to_string())
    };
    for (cell, expected) in [("", None), ("\"\"", None), ("gold", Some("gold")), ("\" KYC, 2\"", Some(" KYC, 2"))] {
        assert_eq!(group(cell, &columns), Ok(expected.map(str::to_owned)), "{cell}");
    }
    let bad = "\"a\nb\"";
    assert_eq!(group(bad, &columns), Err("group: holds a control character: \"a\\nb\"".to_owned()));
    let unasked = super::columns(b"group,id,customer_id,load_amount,time", false).unwrap();
    assert_eq!((group(bad, &unasked), group("gold", &unasked)), (Ok(None), Ok(None)));
}

#[test]
fn group_that_stands_twice_in_a_header_matters_only_if_it_is_asked_for() {
    let header = b"id,customer_id,load_amount,time,group,group";
    assert_eq!(super::columns(header, true).unwrap_err(), "the CSV header has group twice");
    assert_eq!(super::columns(header, false).map(|columns| columns.group), Ok(None));
}

#[test]
fn group_is_looked_at_behind_all_else() {
    let columns = super::columns(b"group,id,customer_id,load_amount,time,time_format", true).unwrap();
    let mut cells = ["\u{7f}", "", "", "", "", "%Q"];
    let good = ["", "1", "2", "3", "2000", "%Y-%m-%d"];
    for (place, field) in [(1, ID), (2, CUSTOMER_ID), (3, LOAD_AMOUNT), (5, TIME_FORMAT), (4, TIME), (0, GROUP)] {
        let error = CsvParser::new().parse(cells.join(",").as_bytes(), &columns, None).unwrap_err();
        assert_eq!(error.field, field);
        cells[place] = if place == 4 { "2000-01-02" } else { good[place] };
    }
    assert!(CsvParser::new().parse(cells.join(",").as_bytes(), &columns, None).is_ok());
}

proptest! {
    #[test]
    fn csv_and_json_give_the_same_transaction_or_the_same_error(
        values in [
            "[1-9]{1,9}|[\" ,é\\x00a=]{0,3}",
            "[1-9]{1,9}|[\" ,é\\x7fa-]{0,3}",
            "[-+]?\\$?[0-9]{1,20}(\\.[0-9]{1,3})?|\\PC{0,3}",
            "200[0-9]-0[1-9]-[0-3][0-9]T[0-2][0-9]:00:[0-6]0(Z|[+-][0-2][0-9]:00)|\\PC{0,3}",
            "gold|[\" ,é\\x7fa-]{0,3}|\\PC{0,300}",
        ],
        groups in any::<bool>(),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&values).unwrap();
        let text = writer.into_inner().unwrap();
        let record = Records::new(Format::Csv, &text).next().unwrap().bytes;
        let text = |value: &String| serde_json::Value::from(value.as_str());
        let mut object: serde_json::Map<_, _> =
            REQUIRED.into_iter().zip(&values).map(|(key, value)| (key.to_owned(), text(value))).collect();
        // A cell can't say whether it is there.
        object.insert(GROUP.to_owned(), if values[4].is_empty() { serde_json::Value::Null } else { text(&values[4]) });
        let line = serde_json::to_string(&object).unwrap();
        let columns = super::columns(b"id,customer_id,load_amount,time,group", groups).unwrap();
        let mut parser = CsvParser::new();
        let from_csv = parser.parse(record, &columns, None);
        prop_assert_eq!(from_csv, jsonl::careful::parse(line.as_bytes(), None, groups));
    }
}
