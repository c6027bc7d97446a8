//! The leaves: what each is exactly, and that nothing else is one.

use proptest::prelude::*;

use super::*;
use crate::domain::{AccountEvent, AccountEventKind, Amount, Measure, Timestamp};
use crate::store::StoreError;

const HASH_OF_A: &str = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

fn exceeded(limit: u16, measure: Measure, used: u64) -> AccountEventKind {
    AccountEventKind::AccountLimitExceeded { limit, measure, used }
}

fn decision(kind: AccountEventKind, minor: i64, micros: i64, reason: Option<&str>) -> StoredDecision {
    StoredDecision {
        position: 7,
        batch: 2,
        line: 30,
        customer_id: b"528".to_vec(),
        transaction_id: b"15887".to_vec(),
        event: AccountEvent {
            version: 4,
            kind,
            amount: Amount::from_minor(minor),
            time: Timestamp::from_micros(micros).unwrap(),
        },
        reason: reason.map(str::to_owned),
    }
}

fn encoded(event: &StoredEvent) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&mut out, event);
    out
}

/// A decision and its leaf, of every kind and with everything that can be special about one.
fn samples() -> Vec<(StoredDecision, &'static str)> {
    use AccountEventKind::*;
    const Y2K: i64 = 946_684_800_000_000;
    let funds = AccountFundsInsufficient { balance: 1_200 };
    let limit = Some("daily_amount");
    let mut escaped = decision(AccountDeposited, 5, Y2K, None);
    escaped.customer_id = r#"a"b\"#.into();
    escaped.transaction_id = "\\\\é🦀 ".into();
    let mut largest = decision(AccountWithdrawn, i64::MIN, Timestamp::MAX.micros(), None);
    (largest.batch, largest.line, largest.event.version) = (u32::MAX, u64::MAX, u32::MAX);
    vec![
        (
            decision(AccountDeposited, 331_847, Y2K, None),
            r#"[1,"AccountDeposited",2,30,"528",4,"15887","3318.47","2000-01-01T00:00:00Z"]"#,
        ),
        (
            decision(AccountDeposited, 0, Timestamp::MIN.micros(), None),
            r#"[1,"AccountDeposited",2,30,"528",4,"15887","0.00","0001-01-01T00:00:00Z"]"#,
        ),
        (
            decision(AccountWithdrawn, -331_847, Y2K + 86_399_000_000, None),
            r#"[1,"AccountWithdrawn",2,30,"528",4,"15887","-3318.47","2000-01-01T23:59:59Z"]"#,
        ),
        (
            largest,
            r#"[1,"AccountWithdrawn",4294967295,18446744073709551615,"528",4294967295,"15887","-92233720368547758.08","9999-12-31T23:59:59.999999Z"]"#,
        ),
        (escaped, r#"[1,"AccountDeposited",2,30,"a\"b\\",4,"\\\\é🦀 ","0.05","2000-01-01T00:00:00Z"]"#),
        (
            decision(DuplicateTxn, i64::MAX, Y2K + 10, Some("duplicate")),
            r#"[1,"DuplicateTxn",2,30,"528",4,"15887","92233720368547758.07","2000-01-01T00:00:00.000010Z","duplicate"]"#,
        ),
        (
            decision(exceeded(1, Measure::Amount, 480_000), 100, Y2K, limit),
            r#"[1,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","daily_amount","amount","4800.00",1]"#,
        ),
        (
            decision(exceeded(u16::MAX, Measure::Amount, u64::MAX), 100, Y2K, limit),
            r#"[1,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","daily_amount","amount","184467440737095516.15",65535]"#,
        ),
        (
            decision(exceeded(0, Measure::Count, 3), 100, Y2K, Some("a1_")),
            r#"[1,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","a1_","count",3,0]"#,
        ),
        (
            decision(AccountTotalOverflowed, 100, Y2K, Some("total_overflow")),
            r#"[1,"AccountTotalOverflowed",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","total_overflow"]"#,
        ),
        (
            decision(funds, -1, Y2K, Some("insufficient_funds")),
            r#"[1,"AccountFundsInsufficient",2,30,"528",4,"15887","-0.01","2000-01-01T00:00:00Z","insufficient_funds","balance","12.00"]"#,
        ),
    ]
}

#[test]
fn leaf_of_every_kind_is_exactly_this_and_reads_back() {
    for (decision, leaf) in samples() {
        let event = StoredEvent::Decision(decision);
        assert_eq!(String::from_utf8(encoded(&event)).unwrap(), leaf);
        assert_eq!(decode(7, leaf.as_bytes()), Ok(event));
        assert!(serde_json::from_str::<serde_json::Value>(leaf).is_ok(), "{leaf}");
    }
}

#[test]
fn leaf_of_a_policy_is_exactly_this_and_reads_back() {
    let mut leaf = Vec::new();
    encode_policy(&mut leaf, 3, "a");
    assert_eq!(String::from_utf8_lossy(&leaf), format!(r#"[1,"PolicyActivated",3,"{HASH_OF_A}","a"]"#));
    let policy = StoredPolicy { position: 9, batch: 3, text: "a".to_owned() };
    assert_eq!(decode(9, &leaf), Ok(StoredEvent::PolicyActivated(policy)));

    let text = "name = \"a\\b\"\n\té🦀\u{7f}\u{1}\u{2028}/";
    let event = StoredEvent::PolicyActivated(StoredPolicy { position: 9, batch: 0, text: text.to_owned() });
    let leaf = encoded(&event);
    let shown = String::from_utf8_lossy(&leaf);
    assert!(shown.ends_with(",\"name = \\\"a\\\\b\\\"\\n\\té🦀\u{7f}\\u0001\u{2028}/\"]"), "{shown}");
    assert_eq!(decode(9, &leaf), Ok(event));
}

#[test]
fn policy_whose_text_was_changed_or_is_written_in_another_way_is_refused() {
    let policy = |hash: &str, text: &str| format!(r#"[1,"PolicyActivated",3,"{hash}",{text}"#);
    assert!(decode(1, policy(HASH_OF_A, r#""a"]"#).as_bytes()).is_ok());
    let upper = HASH_OF_A.to_uppercase();
    for (leaf, offset, expected) in [
        (policy(HASH_OF_A, r#""b"]"#), 24, "the SHA-256 of the text"),
        (policy(&upper, r#""a"]"#), 24, "the SHA-256 of the text"),
        (policy("", r#""a"]"#), 24, "the SHA-256 of the text"),
        (policy(HASH_OF_A, r#""\u0061"]"#), 90, "a text as JSON in its one form, and the end"),
        (policy(HASH_OF_A, r#" "a"]"#), 90, "a text as JSON in its one form, and the end"),
        (policy(HASH_OF_A, r#""a"] "#), 90, "a text as JSON in its one form, and the end"),
        (policy(HASH_OF_A, r#""a",1]"#), 90, "a text as JSON in its one form, and the end"),
    ] {
        assert_eq!(decode(5, leaf.as_bytes()), Err(CodecError::Malformed { position: 5, offset, expected }), "{leaf}");
    }
}

/// What must stand in the place of a part of the usual leaf where something else stands.
fn refusal(part: &str, instead: &str) -> &'static str {
    let leaf = r#"[1,"AccountDeposited",2,30,"528",4,"15887","3318.47","2000-01-01T00:00:00Z"]"#;
    assert_eq!(leaf.matches(part).count(), 1, "{part}");
    match decode(7, leaf.replace(part, instead).as_bytes()) {
        Err(CodecError::Malformed { position: 7, offset, expected }) => {
            assert!(offset >= leaf.find(part).unwrap(), "{instead}: {offset}");
            expected
        }
        other => panic!("{instead}: {other:?}"),
    }
}

#[test]
fn part_in_any_other_form_is_refused_by_its_name() {
    for kind in ["accountDeposited", "AccountDeposited ", "PolicyActivate", ""] {
        assert_eq!(refusal("AccountDeposited", kind), "the name of an event");
    }
    for batch in ["02", "-2", "2.0", "4294967296", "", "99999999999999999999999"] {
        assert!(["the number of a batch", ","].contains(&refusal("2,30", &format!("{batch},30"))), "{batch}");
    }
    for line in ["0", "030", "18446744073709551616"] {
        assert_eq!(refusal("30", line), "a line number, from 1");
    }
    for version in ["0", "04", "4294967296", "\"4\""] {
        assert_eq!(refusal("4,\"15887", &format!("{version},\"15887")), "the version of an account, from 1");
    }
    for id in ["", "a\nb", "a\u{7f}", "a\u{85}", r"\u0041", r"\/", r"\n"] {
        assert_eq!(refusal("528", id), "the id of an account");
        assert_eq!(refusal("15887", id), "the id of a transaction");
    }
    for amount in ["-0.00", "+1.00", "1", "1.0", "1.000", "01.00", ".00", "1,00", "92233720368547758.08", "--1.00"] {
        assert_eq!(refusal("3318.47", amount), "an amount", "{amount}");
    }
    assert_eq!(refusal("3318.47", "-92233720368547758.09"), "an amount");
    for time in [
        "2000-01-01T00:00:00",
        "2000-01-01t00:00:00Z",
        "2000-01-01T00:00:00z",
        "2000-01-01T00:00:00+00:00",
        "2000-01-01T00:00:00.1+00:00",
        "2000-01-01T00:00:00.000000Z",
        "2000-01-01T00:00:00.1Z",
        "2000-01-01T00:00:00.1234567Z",
        "2000-12-31T23:59:60Z",
        "2000-12-31T23:59:60.000001Z",
        "2000-02-30T00:00:00Z",
        "0000-12-31T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "",
    ] {
        assert_eq!(refusal("2000-01-01T00:00:00Z", time), "a time in UTC", "{time}");
    }
    assert_eq!(refusal("Z\"]", "Z\",\"duplicate\"]"), "]");
    assert_eq!(refusal("Z\"]", "Z\"]]"), "its end");
    assert_eq!(refusal("[1,", "[1, "), "\"");
}

#[test]
fn reason_that_another_kind_has_is_refused() {
    let expected = "the code of the reason";
    for (kind, reasons) in [
        ("DuplicateTxn", ["total_overflow", "daily_count", ""]),
        ("AccountTotalOverflowed", ["duplicate", "insufficient_funds", "é"]),
        ("AccountFundsInsufficient", ["duplicate", "total_overflow", "funds"]),
        ("AccountLimitExceeded", ["", "daily-count", "1a"]),
    ] {
        for reason in reasons {
            let leaf = format!(r#"[1,"{kind}",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","{reason}""#);
            let offset = leaf.len() - reason.len() - 1;
            let refused = Err(CodecError::Malformed { position: 7, offset, expected });
            assert_eq!(decode(7, leaf.as_bytes()), refused, "{leaf}");
        }
    }
}

#[test]
fn unknown_version_is_named_and_taken_for_that_of_a_later_program() {
    let error = decode(5, b"[2,\"AccountDeposited\",").unwrap_err();
    assert_eq!(error, CodecError::UnknownVersion { position: 5, version: 2 });
    assert_eq!(error.to_string(), "event 5 is of schema version 2, which this program does not know");
    assert!(matches!(StoreError::from(error), StoreError::Refused(_)));
    for leaf in ["[01,", "[1", "[,", "{}", "", " [1,"] {
        let error = decode(5, leaf.as_bytes()).unwrap_err();
        assert!(matches!(error, CodecError::Malformed { position: 5, .. }), "{leaf}");
    }
    let error = decode(5, b"[1,\"a\"").unwrap_err();
    let expected = "event 5 is not as it was written: after 4 bytes it must have the name of an event";
    assert_eq!(error.to_string(), expected);
    assert!(matches!(StoreError::from(error), StoreError::Damaged(_)));
}

/// Whether bytes are no leaf, or the leaf of what they are read as.
fn is_refused_or_canonical(bytes: &[u8]) -> bool {
    decode(7, bytes).map_or(true, |event| encoded(&event) == bytes)
}

#[test]
fn leaf_with_one_byte_changed_is_no_leaf_or_that_of_another_event() {
    let mut leaves: Vec<_> = samples().into_iter().map(|(_, leaf)| leaf.as_bytes().to_vec()).collect();
    leaves.push(format!(r#"[1,"PolicyActivated",3,"{HASH_OF_A}","a"]"#).into_bytes());
    for leaf in leaves {
        for place in 0..leaf.len() {
            let mut changed = leaf.clone();
            for byte in 0..=u8::MAX {
                changed[place] = byte;
                assert!(is_refused_or_canonical(&changed), "{}", changed.escape_ascii());
            }
            let shorter = [&leaf[..place], &leaf[place + 1..]].concat();
            assert!(is_refused_or_canonical(&shorter), "{}", shorter.escape_ascii());
            assert!(decode(7, &leaf[..place]).is_err(), "cut after {place}");
        }
    }
}

fn kinds() -> impl Strategy<Value = (AccountEventKind, Option<String>)> {
    use AccountEventKind::*;
    let fixed = |kind, reason: Option<&str>| Just((kind, reason.map(str::to_owned)));
    let measure = prop_oneof![Just(Measure::Count), Just(Measure::Amount)];
    prop_oneof![
        fixed(AccountDeposited, None),
        fixed(AccountWithdrawn, None),
        fixed(DuplicateTxn, Some("duplicate")),
        fixed(AccountTotalOverflowed, Some("total_overflow")),
        any::<u64>().prop_map(|balance| (AccountFundsInsufficient { balance }, Some("insufficient_funds".to_owned()))),
        (any::<u16>(), measure, any::<u64>(), "[a-z][a-z0-9_]{0,12}")
            .prop_map(|(limit, measure, used, code)| (exceeded(limit, measure, used), Some(code))),
    ]
}

fn ids() -> impl Strategy<Value = String> {
    "[0-9]{1,8}|\\PC{1,12}|[\"\\\\a]{1,6}"
}

fn decisions() -> impl Strategy<Value = StoredDecision> {
    let micros = prop_oneof![
        Timestamp::MIN.micros()..=Timestamp::MAX.micros(),
        (-62_135_596_800i64..253_402_300_800).prop_map(|seconds| seconds * 1_000_000),
    ];
    let numbers = (any::<u64>(), any::<u32>(), 1..=u64::MAX, 1..=u32::MAX);
    (numbers, ids(), ids(), kinds(), any::<i64>(), micros).prop_map(
        |((position, batch, line, version), customer_id, transaction_id, (kind, reason), minor, micros)| {
            let time = Timestamp::from_micros(micros).unwrap();
            let event = AccountEvent { version, kind, amount: Amount::from_minor(minor), time };
            let (customer_id, transaction_id) = (customer_id.into_bytes(), transaction_id.into_bytes());
            StoredDecision { position, batch, line, customer_id, transaction_id, event, reason }
        },
    )
}

proptest! {
    #[test]
    fn decision_reads_back_as_it_was_from_json_without_line_ends(decision in decisions()) {
        let event = StoredEvent::Decision(decision);
        let leaf = encoded(&event);
        prop_assert!(!leaf.contains(&b'\n'));
        let json: serde_json::Value = serde_json::from_slice(&leaf).unwrap();
        prop_assert_eq!(decode(event.position(), &leaf), Ok(event));
        prop_assert_eq!(json.to_string().into_bytes(), leaf);
    }

    #[test]
    fn policy_reads_back_as_it_was_from_json_without_line_ends(position: u64, batch: u32, text: String) {
        let event = StoredEvent::PolicyActivated(StoredPolicy { position, batch, text });
        let leaf = encoded(&event);
        prop_assert!(!leaf.contains(&b'\n'));
        prop_assert_eq!(decode(position, &leaf), Ok(event));
    }
}
