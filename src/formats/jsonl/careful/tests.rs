//! What each kind of line gets.

use super::*;

/// Reads a line where nobody asks for groups.
fn parse<'a>(line: &'a [u8], default_time_format: Option<&TimeFormat>) -> Result<CarefulRecord<'a>, LineError> {
    super::parse(line, default_time_format, false)
}

/// The group of a line whose field `group` has this JSON, where it is asked for.
fn group_of(json: &str) -> Result<Option<String>, String> {
    let line = with("", "").replacen('{', &format!("{{\"group\": {json}, "), 1);
    assert_eq!(parse(line.as_bytes(), None).map(|record| record.group), Ok(None), "it is not asked for: {json}");
    let record = super::parse(line.as_bytes(), None, true);
    record.map(|record| record.group.map(Cow::into_owned)).map_err(|error| error.to_string())
}

/// A line that is valid but for one field, whose JSON is given.
fn with(field: &str, json: &str) -> String {
    let mut values = [
        (ID, r#""1""#),
        (CUSTOMER_ID, r#""2""#),
        (LOAD_AMOUNT, r#""$3""#),
        (TIME, r#""2000-01-01T00:00:00Z""#),
        (TIME_FORMAT, "null"),
    ];
    for (name, value) in &mut values {
        if *name == field {
            *value = json;
        }
    }
    let fields = values.map(|(name, value)| format!("{name:?}: {value}"));
    format!("{{{}}}", fields.join(", "))
}

fn why(line: &str) -> String {
    parse(line.as_bytes(), None).map_err(|error| error.to_string()).unwrap_err()
}

fn amount_of(json: &str) -> Result<i64, String> {
    let line = with(LOAD_AMOUNT, json);
    parse(line.as_bytes(), None).map(|record| record.amount.minor()).map_err(|error| error.to_string())
}

fn time_of(line: &str, default: Option<&str>) -> Result<String, String> {
    let default = default.map(|format| TimeFormat::new(format).unwrap());
    parse(line.as_bytes(), default.as_ref()).map(|record| record.time.to_string()).map_err(|error| error.to_string())
}

#[test]
fn fields_may_stand_in_any_order_among_others_and_white_space() {
    let line = " { \"time\" : \"2000-01-01T00:00:00Z\" , \"x\" : [ { \"id\" : 1, \"id\" : 2 } ] , \"load_amount\":\"$1\",\
                \t\"customer_id\":\"2\" , \"\" : null , \"id\":\"1\" } \r";
    let record = parse(line.as_bytes(), None).unwrap();
    assert_eq!((&*record.id, &*record.customer_id, record.amount.minor()), ("1", "2", 100));
}

#[test]
fn ids_are_decoded_and_borrowed_where_nothing_had_to_be() {
    let line = with(ID, r#""é\u0031\ud83e\udd80\"\/""#);
    let record = parse(line.as_bytes(), None).unwrap();
    assert_eq!(record.id, "é1🦀\"/");
    assert!(matches!((record.id, record.customer_id), (Cow::Owned(_), Cow::Borrowed("2"))));
    let escaped_key = with(ID, r#""1""#).replace("\"id\"", r#""\u0069d""#);
    assert!(parse(escaped_key.as_bytes(), None).is_ok());
}

#[test]
fn line_that_is_no_json_is_rejected_with_the_column() {
    assert_eq!(why("x"), "line: not JSON: expected value at column 1");
    assert_eq!(why(r#"{"id":"1""#), "line: not JSON: EOF while parsing an object at column 9");
    assert_eq!(why("{} {}"), "line: not JSON: trailing characters at column 4");
    assert_eq!(why("[1"), "line: not JSON: EOF while parsing a list at column 2");
    assert_eq!(why(r#"{"id":NaN}"#), "line: not JSON: expected value at column 7");
    assert_eq!(
        why("{\"id\":\"\t\"}"),
        "line: not JSON: control character (\\u0000-\\u001F) found while parsing a string at column 7"
    );
}

#[test]
fn line_that_is_no_object_is_rejected() {
    for line in [r#"["1","2","$1","2000-01-01T00:00:00Z"]"#, "null", "1", "\"{}\"", " []"] {
        assert_eq!(why(line), "line: a transaction is an object", "{line}");
    }
}

#[test]
fn missing_field_is_rejected() {
    for field in [ID, CUSTOMER_ID, LOAD_AMOUNT, TIME] {
        let line = with("", "").replace(&format!("{field:?}"), "\"other\"");
        assert_eq!(why(&line), format!("{field}: missing"));
    }
}

#[test]
fn key_that_stands_twice_is_rejected_whichever_it_is() {
    for (start, key) in [
        (r#""id":"1","#, r#""id""#),
        (r#""\u0069d":"1","#, r#""id""#),
        (r#""time_format":null,"#, r#""time_format""#),
        (r#""x":1,"y":2,"x":1,"#, r#""x""#),
        (r#""a\u001bb":1,"a\u001bb":1,"#, r#""a\u{1b}b""#),
    ] {
        let line = with("", "").replacen('{', &format!("{{{start}"), 1);
        assert_eq!(why(&line), format!("line: the key {key} stands twice"));
    }
    assert_eq!(why(r#"{"id":"1","id":"1""#), "line: not JSON: EOF while parsing an object at column 18");
}

#[test]
fn id_that_is_no_proper_text_is_rejected() {
    for field in [ID, CUSTOMER_ID] {
        for (json, expected) in [
            ("1", "must be a string"),
            ("1.0", "must be a string"),
            ("null", "must be a string"),
            ("[\"1\"]", "must be a string"),
            (r#""""#, "empty"),
            (r#""a\u0000""#, r#"holds a control character: "a\0""#),
            (r#""\u009b""#, r#"holds a control character: "\u{9b}""#),
            (r#""\ud800""#, r#"holds a lone surrogate: "\"\\ud800\"""#),
            (r#""\ud800\u0041""#, r#"holds a lone surrogate: "\"\\ud800\\u0041\"""#),
            (r#""\udc00""#, r#"holds a lone surrogate: "\"\\udc00\"""#),
        ] {
            assert_eq!(why(&with(field, json)), format!("{field}: {expected}"), "{json}");
        }
    }
}

#[test]
fn line_that_is_not_utf_8_or_too_long_is_rejected() {
    let mut line = with("extra", "").into_bytes();
    line.splice(1..1, *b"\"x\":\"\xff\",");
    assert_eq!(parse(&line, None).unwrap_err().to_string(), "line: not UTF-8");
    let line = format!("{}{}", with("", ""), " ".repeat(crate::batch::LINE_LEN_MAX));
    assert_eq!(why(&line), "line: longer than 64 KiB");
    assert!(parse(&line.as_bytes()[..crate::batch::LINE_LEN_MAX], None).is_ok());
}

#[test]
fn amount_is_read_from_a_string() {
    for (json, minor) in [
        (r#""$3318.47""#, 331_847),
        (r#""-$33.47""#, -3_347),
        (r#""$-33.47""#, -3_347),
        (r#""-$0""#, 0),
        (r#""-0.00""#, 0),
        (r#""\u0024+7.5""#, 750),
    ] {
        assert_eq!(amount_of(json), Ok(minor), "{json}");
    }
}

#[test]
fn amount_is_read_from_the_digits_of_a_number() {
    for (json, minor) in [
        ("12", 1_200),
        ("-0", 0),
        ("12.5", 1_250),
        ("-33.47", -3_347),
        ("1234567890123456.78", 123_456_789_012_345_678),
        ("92233720368547758.07", i64::MAX),
    ] {
        assert_eq!(amount_of(json), Ok(minor), "{json}");
    }
    for (json, expected) in [
        ("1e3", "not an amount: 1e3"),
        ("1E-2", "not an amount: 1E-2"),
        ("1.005", "not an amount: 1.005"),
        ("92233720368547758.08", "beyond 64-bit minor units: 92233720368547758.08"),
        ("true", "must be a string or a number"),
        ("null", "must be a string or a number"),
        ("{}", "must be a string or a number"),
    ] {
        assert_eq!(amount_of(json), Err(format!("load_amount: {expected}")));
    }
}

#[test]
fn amount_that_is_none_is_rejected_and_never_rounded() {
    for text in ["$12,00", "1e3", "NaN", "Infinity", "1_000", "1,000", "€5", "$", "", ".5", "5.", "1.005", " 1", "١"]
    {
        assert_eq!(amount_of(&format!("{text:?}")), Err(format!("load_amount: not an amount: {text:?}")));
    }
    assert_eq!(
        amount_of(r#""99999999999999999999""#).unwrap_err(),
        r#"load_amount: beyond 64-bit minor units: "99999999999999999999""#
    );
}

#[test]
fn time_is_rfc_3339() {
    for (text, expected) in [
        ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00Z"),
        ("2000-01-01t00:00:00.1234567z", "2000-01-01T00:00:00.123456Z"),
        ("2000-01-01T00:30:00+01:00", "1999-12-31T23:30:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
    ] {
        assert_eq!(time_of(&with(TIME, &format!("{text:?}")), None).as_deref(), Ok(expected));
    }
    for (text, why) in [
        ("2000-01-01 00:00:00Z", "not an RFC 3339 time"),
        ("2000-01-01T00:00:00", "not an RFC 3339 time"),
        ("2000-01-01T00:00Z", "not an RFC 3339 time"),
        ("", "not an RFC 3339 time"),
        ("2001-02-29T00:00:00Z", "no such date"),
        ("2000-01-01T24:00:00Z", "no such time of day"),
        ("2000-01-01T00:00:00+24:00", "no such time of day"),
        ("2016-12-30T23:59:60Z", "no such leap second"),
        ("0000-12-31T23:59:59Z", "outside the years 0001 to 9999"),
    ] {
        let error = time_of(&with(TIME, &format!("{text:?}")), None).unwrap_err();
        assert_eq!(error, format!("time: {why}: {text:?}"));
    }
    assert_eq!(time_of(&with(TIME, "946684800"), None).unwrap_err(), "time: must be a string");
}

#[test]
fn own_time_format_goes_before_the_default_and_null_is_none() {
    let line = with(TIME, r#""02.01.2000""#);
    let own = line.replace("null", r#""%d.%m.%Y""#);
    assert_eq!(time_of(&line, Some("%d.%m.%Y")).as_deref(), Ok("2000-01-02T00:00:00Z"));
    assert_eq!(time_of(&own, None).as_deref(), Ok("2000-01-02T00:00:00Z"));
    assert_eq!(time_of(&own, Some("%m.%d.%Y")).as_deref(), Ok("2000-01-02T00:00:00Z"));
    assert_eq!(time_of(&line, Some("%F")).unwrap_err(), r#"time: not of the form "%F": "02.01.2000""#);
    assert!(time_of(&with(TIME, r#""2000-01-01T00:00:00Z""#), Some("%F")).is_err());
}

#[test]
fn bad_time_format_is_rejected() {
    for (json, expected) in [
        (r#""%Q""#, r#"time_format: not a strftime format: "%Q""#),
        (r#""""#, "time_format: empty"),
        ("1", "time_format: must be a string"),
    ] {
        assert_eq!(why(&with(TIME_FORMAT, json)), expected);
    }
}

#[test]
fn group_is_a_name_and_null_is_none() {
    assert_eq!(super::parse(with("", "").as_bytes(), None, true).map(|record| record.group), Ok(None));
    for (json, expected) in [
        ("null", None),
        (r#""gold""#, Some("gold")),
        (r#""default""#, Some("default")),
        (r#"" KYC \u0032 \ud83e\udd80""#, Some(" KYC 2 🦀")),
        (&format!("{:?}", "é".repeat(127)), Some(&*"é".repeat(127))),
    ] {
        assert_eq!(group_of(json), Ok(expected.map(str::to_owned)), "{json}");
    }
}

#[test]
fn group_that_is_no_name_is_rejected_only_if_it_is_asked_for() {
    for (json, expected) in [
        ("1", "must be a string"),
        ("true", "must be a string"),
        ("[\"gold\"]", "must be a string"),
        (r#""""#, "empty"),
        (r#""a\u0007""#, r#"holds a control character: "a\u{7}""#),
        (r#""\ud800""#, r#"holds a lone surrogate: "\"\\ud800\"""#),
        (&format!("{:?}", "é".repeat(128)), &format!("longer than 255 bytes: {:?}...", "é".repeat(64))),
    ] {
        assert_eq!(group_of(json), Err(format!("group: {expected}")), "{json}");
    }
}

#[test]
fn group_that_stands_twice_is_rejected_like_any_other_key() {
    let line = with("", "").replacen('{', r#"{"group":"gold","group":null,"#, 1);
    for groups in [false, true] {
        let error = super::parse(line.as_bytes(), None, groups).unwrap_err();
        assert_eq!(error.to_string(), r#"line: the key "group" stands twice"#);
    }
}

#[test]
fn first_field_at_fault_is_reported() {
    let fields = [ID, CUSTOMER_ID, LOAD_AMOUNT, TIME_FORMAT, TIME, GROUP];
    let why = |line: &str| super::parse(line.as_bytes(), None, true).unwrap_err().to_string();
    let mut line = format!("{{{}}}", fields.map(|field| format!("{field:?}:[]")).join(","));
    for field in fields {
        assert!(why(&line).starts_with(&format!("{field}: ")), "{line}");
        let good = match field {
            LOAD_AMOUNT => "\"1\"",
            TIME_FORMAT => "null",
            TIME => "\"2000-01-01T00:00:00Z\"",
            _ => "\"x\"",
        };
        line = line.replace(&format!("{field:?}:[]"), &format!("{field:?}:{good}"));
    }
}
