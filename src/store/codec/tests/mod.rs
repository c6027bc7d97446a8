//! The leaves: what each is exactly, and that nothing else is one.

mod first;
mod random;
mod second;

use super::*;
use crate::domain::{AccountEvent, AccountEventKind, Amount, Bound, Timestamp};
use crate::store::StoreError;

const HASH_OF_A: &str = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

fn exceeded(limit: u16, bound: Bound, used: u64) -> AccountEventKind {
    AccountEventKind::AccountLimitExceeded { limit, bound, used }
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
        group: None,
        marked: Vec::new(),
    }
}

fn encoded(schema: Schema, event: &StoredEvent) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&mut out, schema, event);
    out
}

/// What must stand in the place of a part of a leaf where something else stands.
fn refusal(leaf: &str, part: &str, instead: &str) -> &'static str {
    assert_eq!(leaf.matches(part).count(), 1, "{part}");
    assert!(decode(7, leaf.as_bytes()).is_ok(), "{leaf}");
    match decode(7, leaf.replace(part, instead).as_bytes()) {
        Err(CodecError::Malformed { position: 7, offset, expected }) => {
            assert!(offset >= leaf.find(part).unwrap(), "{instead}: {offset}");
            expected
        }
        other => panic!("{instead}: {other:?}"),
    }
}

#[test]
fn leaf_of_a_policy_is_exactly_this_and_reads_back() {
    let mut leaf = Vec::new();
    encode_policy(&mut leaf, 3, "a");
    assert_eq!(String::from_utf8_lossy(&leaf), format!(r#"[2,"PolicyActivated",3,"{HASH_OF_A}","a"]"#));
    let policy = StoredEvent::PolicyActivated(StoredPolicy { position: 9, batch: 3, text: "a".to_owned() });
    assert_eq!(decode(9, &leaf), Ok(policy.clone()));
    let first = format!(r#"[1,"PolicyActivated",3,"{HASH_OF_A}","a"]"#);
    assert_eq!(decode(9, first.as_bytes()), Ok(policy.clone()));
    assert_eq!(encoded(Schema::V1, &policy), first.as_bytes());

    let text = "name = \"a\\b\"\n\té🦀\u{7f}\u{1}\u{2028}/";
    let event = StoredEvent::PolicyActivated(StoredPolicy { position: 9, batch: 0, text: text.to_owned() });
    let leaf = encoded(Schema::LATEST, &event);
    let shown = String::from_utf8_lossy(&leaf);
    assert!(shown.ends_with(",\"name = \\\"a\\\\b\\\"\\n\\té🦀\u{7f}\\u0001\u{2028}/\"]"), "{shown}");
    assert_eq!(decode(9, &leaf), Ok(event));
}

#[test]
fn policy_whose_text_was_changed_or_is_written_in_another_way_is_refused() {
    let policy = |hash: &str, text: &str| format!(r#"[2,"PolicyActivated",3,"{hash}",{text}"#);
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

#[test]
fn unknown_version_is_named_and_taken_for_that_of_a_later_program() {
    let error = decode(5, b"[3,\"AccountDeposited\",").unwrap_err();
    assert_eq!(error, CodecError::UnknownVersion { position: 5, version: 3 });
    assert_eq!(error.to_string(), "event 5 is of schema version 3, which this program does not know");
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
    decode(7, bytes).map_or(true, |event| encoded(Schema::of(7, bytes).unwrap(), &event) == bytes)
}

#[test]
fn leaf_with_one_byte_changed_is_no_leaf_or_that_of_another_event() {
    let samples = first::samples().into_iter().chain(second::samples());
    let mut leaves: Vec<_> = samples.map(|(_, leaf)| leaf.as_bytes().to_vec()).collect();
    leaves.push(format!(r#"[2,"PolicyActivated",3,"{HASH_OF_A}","a"]"#).into_bytes());
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
