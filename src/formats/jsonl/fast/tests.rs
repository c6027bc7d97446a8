//! Whatever the fast reader reads, the careful one reads the same; and the usual form is always read.

use proptest::prelude::*;

use super::super::careful;
use super::*;

fn parse(line: &[u8]) -> Option<FastRecord> {
    super::parse(line, &mut RecentDate::default())
}

fn parse_with_group(line: &[u8]) -> Option<(FastRecord, Range<usize>)> {
    super::parse_with_group(line, &mut RecentDate::default())
}

/// A line with these values, compact or spaced.
fn line(spaced: bool, [id, customer_id, amount, time]: [&str; 4]) -> String {
    let layout = if spaced { &SPACED } else { &COMPACT };
    let text = |part: &'static [u8]| std::str::from_utf8(part).unwrap();
    format!(
        "{}{id}{}{customer_id}{}{amount}{}{time}{}",
        text(layout.id),
        text(layout.customer_id),
        text(layout.load_amount),
        text(layout.time),
        text(CLOSE),
    )
}

/// A line with a group behind these values, compact or spaced.
fn line_with_group(spaced: bool, values: [&str; 4], group: &str) -> String {
    let separator = if spaced { ", \"group\": \"" } else { ",\"group\":\"" };
    let line = line(spaced, values);
    format!("{}\"{separator}{group}\"}}", line.strip_suffix("\"}").unwrap())
}

/// Checks that the careful reader reads what a fast one read; gives whether that was anything.
fn agrees(line: &[u8]) -> bool {
    let (fast, group) = match (parse(line), parse_with_group(line)) {
        (None, None) => return false,
        (Some(fast), None) => (fast, None),
        (None, Some((fast, group))) => (fast, Some(group)),
        (Some(_), Some(_)) => panic!("a line has a group or has none"),
    };
    for groups in [false, true] {
        let careful = careful::parse(line, None, groups).unwrap();
        assert_eq!(line.get(fast.id.clone()), Some(careful.id.as_bytes()));
        assert_eq!(line.get(fast.customer_id.clone()), Some(careful.customer_id.as_bytes()));
        assert_eq!((fast.amount, fast.time), (careful.amount, careful.time));
        let group = group.clone().filter(|_| groups).map(|group| line.get(group).unwrap());
        assert_eq!(group, careful.group.as_deref().map(str::as_bytes));
    }
    true
}

const VALUES: [&str; 4] = ["15887", "528", "$3318.47", "2000-01-01T00:00:00Z"];

#[test]
fn usual_form_is_read() {
    let line = line(false, VALUES);
    let record = parse(line.as_bytes()).unwrap();
    assert_eq!((line.get(record.id), line.get(record.customer_id)), (Some("15887"), Some("528")));
    assert_eq!(record.amount, Amount::from_minor(331_847));
    assert_eq!(record.time.to_string(), "2000-01-01T00:00:00Z");
}

#[test]
fn form_that_python_writes_is_read() {
    let line = line(true, VALUES);
    assert_eq!(
        line,
        r#"{"id": "15887", "customer_id": "528", "load_amount": "$3318.47", "time": "2000-01-01T00:00:00Z"}"#
    );
    assert!(agrees(line.as_bytes()));
}

#[test]
fn group_behind_the_time_is_read_however_long_it_is() {
    for spaced in [false, true] {
        for group in ["gold", "g", "default", "0123456789", "KYC {2}", &"x".repeat(GroupName::LEN_MAX)] {
            for time in ["2000-01-01T00:00:00Z", "2000-01-01T00:00:00.25+01:00"] {
                let line = line_with_group(spaced, ["15887", "528", "$3318.47", time], group);
                let (_, place) = parse_with_group(line.as_bytes()).unwrap();
                assert_eq!(line.get(place), Some(group));
                assert!(agrees(line.as_bytes()), "{line}");
            }
        }
    }
}

#[test]
fn any_other_form_of_a_group_is_left_to_the_careful_reader() {
    let usual = line_with_group(false, VALUES, "gold");
    for other in [
        line(false, VALUES),
        line_with_group(true, VALUES, "gold").replace("\"group\": ", "\"group\":"),
        usual.replace(",\"group", ", \"group"),
        usual.replace("gold", ""),
        usual.replace("gold", &"x".repeat(GroupName::LEN_MAX + 1)),
        usual.replace("gold", "g\\u006fld"),
        usual.replace("gold", "g\\\"old"),
        usual.replace("gold", "é"),
        usual.replace("gold", "a\u{7f}"),
        usual.replace("gold", "a\tb"),
        usual.replace("\"gold\"", "null"),
        usual.replace("\"gold\"}", "\"gold\",\"a\":\"b\"}"),
        usual.replace("group", "grope"),
        usual.replace("\"}", "\",\"group\":\"gold\"}"),
        format!("{usual}{}", " ".repeat(LINE_LEN_MAX)),
        String::new(),
        "{\"id\":\"\"}".to_owned(),
    ] {
        assert_eq!(parse_with_group(other.as_bytes()), None, "{other}");
    }
    assert_eq!(parse(usual.as_bytes()), None);
}

#[test]
fn any_other_form_is_left_to_the_careful_reader() {
    let usual = line(false, VALUES);
    for other in [
        usual.replace("{\"id", "{ \"id"),
        usual.replace(":\"528", ": \"528"),
        usual.replace("\"}", "\" }"),
        usual.replace("\"}", "\"}\r"),
        usual.replace("\"15887\"", "15887"),
        usual.replace("\"15887\"", "\"\""),
        usual.replace("15887", "é"),
        usual.replace("15887", "\\u0031"),
        usual.replace("15887", "a\u{7f}"),
        usual.replace("528", "a\0"),
        usual.replace("528", "\u{80}"),
        usual.replace("\"$3318.47\"", "3318.47"),
        usual.replace("$3318.47", "$3318.475"),
        usual.replace("00Z", "00"),
        usual.replace("Z\"}", "Z\",\"a\":\"b\"}"),
        usual.replace("\"id\"", "\"ID\""),
        usual.replace("\"time\"", "\"tame\""),
        String::new(),
        "{\"id\":\"".to_owned(),
    ] {
        assert_eq!(parse(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn line_longer_than_64_kib_is_not_read() {
    let with_id = |len| line(false, [&"x".repeat(len), "528", "$1", "2000-01-01T00:00:00Z"]);
    let room = LINE_LEN_MAX - with_id(0).len();
    assert!(agrees(with_id(room).as_bytes()));
    assert_eq!(parse(with_id(room + 1).as_bytes()), None);
}

/// Ids of printable ASCII, some as long as to end beside every border of eight bytes.
fn id() -> impl Strategy<Value = String> {
    "[ !#-\\[\\]-~]{1,20}"
}

fn amount() -> impl Strategy<Value = String> {
    ("[+-]?\\$?|\\$[+-]", "[0-9]{1,16}", "(\\.[0-9]{1,2})?")
        .prop_map(|(sign, whole, fraction)| format!("{sign}{whole}{fraction}"))
}

fn time() -> impl Strategy<Value = String> {
    let date = (1..10_000u32, 1..13u32, 1..29u32);
    let zone = "Z|Z|Z|z|[+-](0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]";
    // The first and last year leave the range with some offsets.
    (date, "T|T|t", 0..24u32, 0..60u32, 0..60u32, "(\\.[0-9]{1,9})?", zone).prop_map(
        |((year, month, day), t, hour, minute, second, fraction, zone)| {
            let year = year.clamp(2, 9_998);
            format!("{year:04}-{month:02}-{day:02}{t}{hour:02}:{minute:02}:{second:02}{fraction}{zone}")
        },
    )
}

fn usual_line() -> impl Strategy<Value = String> {
    let group = prop::option::of("[ !#-\\[\\]-~]{1,20}");
    (any::<bool>(), id(), id(), amount(), time(), group).prop_map(|(spaced, id, customer_id, amount, time, group)| {
        let values = [&*id, &customer_id, &amount, &time];
        match group {
            None => line(spaced, values),
            Some(group) => line_with_group(spaced, values, &group),
        }
    })
}

/// Values that are nearly right, and some that are.
fn near_miss() -> impl Strategy<Value = String> {
    let value = |usual: &'static str| {
        prop_oneof![
            2 => Just(usual.to_owned()),
            1 => "[0-9$+.Z:T\"\\\\-]{0,24}",
            1 => "\\PC{0,4}",
            1 => "[\\x00-\\xff]{0,9}",
        ]
    };
    let time = prop_oneof![
        1 => Just(VALUES[3].to_owned()),
        4 => "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]+)?(Z|[+-][0-2][0-9]:[0-6][0-9])",
    ];
    let group = prop::option::of(value("gold"));
    (any::<bool>(), value(VALUES[0]), value(VALUES[1]), value(VALUES[2]), time, group).prop_map(
        |(spaced, id, customer_id, amount, time, group)| {
            let values = [&*id, &customer_id, &amount, &time];
            match group {
                None => line(spaced, values),
                Some(group) => line_with_group(spaced, values, &group),
            }
        },
    )
}

/// One byte changed, taken out or put in.
#[derive(Clone, Debug)]
enum Mutation {
    Change(prop::sample::Index, u8),
    Delete(prop::sample::Index),
    Insert(prop::sample::Index, u8),
}

impl Mutation {
    fn apply(&self, line: &mut Vec<u8>) {
        match self {
            Self::Change(place, byte) => *place.get_mut(line) = *byte,
            Self::Delete(place) => {
                line.remove(place.index(line.len()));
            }
            Self::Insert(place, byte) => line.insert(place.index(line.len() + 1), *byte),
        }
    }
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let byte = || prop_oneof![any::<u8>(), prop::sample::select(b"\"\\{}:, 0129-+.$ZT\0\x7f\x80".as_slice())];
    let place = any::<prop::sample::Index>;
    prop_oneof![
        (place(), byte()).prop_map(|(place, byte)| Mutation::Change(place, byte)),
        place().prop_map(Mutation::Delete),
        (place(), byte()).prop_map(|(place, byte)| Mutation::Insert(place, byte)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_line_in_the_usual_form_is_read_as_the_careful_reader_does(line in usual_line()) {
        prop_assert!(agrees(line.as_bytes()), "{}", line);
    }

    #[test]
    fn mutated_lines_are_read_as_the_careful_reader_does(
        line in usual_line(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let mut line = line.into_bytes();
        for mutation in mutations {
            mutation.apply(&mut line);
        }
        agrees(&line);
    }

    #[test]
    fn near_misses_are_read_as_the_careful_reader_does(line in near_miss()) {
        agrees(line.as_bytes());
    }
}
