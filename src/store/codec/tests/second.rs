//! The second version: what it has beside the first.

use std::sync::Arc;

use super::*;
use crate::domain::{Account, DEFAULT_GROUP, Judge, Limit, LimitName, Marks, Memory, PolicyParts, Transaction, Window};

const Y2K: i64 = 946_684_800_000_000;

/// A decision of which limits left marks: places, codes and outcomes.
fn marked(group: Option<&str>, limits: &[(u16, &str, LimitOutcome)]) -> StoredDecision {
    let mut marks = Marks::NONE;
    assert!(limits.iter().all(|(place, ..)| marks.insert(*place)));
    let limit = |(place, code, outcome): &(u16, &str, _)| MarkedLimit {
        place: *place,
        code: (*code).to_owned(),
        outcome: *outcome,
    };
    StoredDecision {
        group: group.map(str::to_owned),
        marked: limits.iter().map(limit).collect(),
        ..decision(AccountEventKind::AccountDeposited { marks }, 100, Y2K, None)
    }
}

/// A decision and its leaf, for everything that the first version has no words for.
pub(super) fn samples() -> Vec<(StoredDecision, &'static str)> {
    use LimitOutcome::{Flag, Shadow};
    let latest = Timestamp::from_micros(Y2K + 1).unwrap();
    let late = decision(AccountEventKind::TxnTooLate { latest }, 100, Y2K, Some("too_late"));
    let exceeded = |bound, used| decision(exceeded(3, bound, used), 100, Y2K, Some("a_1"));
    let in_group = |decision, group: &str| StoredDecision { group: Some(group.to_owned()), ..decision };
    vec![
        (
            late.clone(),
            r#"[2,"TxnTooLate",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","too_late","latest","2000-01-01T00:00:00.000001Z"]"#,
        ),
        (
            exceeded(Bound::MinimumAmount, 0),
            r#"[2,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","a_1","minimum_amount","0.00",3]"#,
        ),
        (
            exceeded(Bound::MaximumAmount, 0),
            r#"[2,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","a_1","maximum_amount","0.00",3]"#,
        ),
        (
            exceeded(Bound::MaximumBalance, 1_200),
            r#"[2,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","a_1","maximum_balance","12.00",3]"#,
        ),
        (
            exceeded(Bound::Cooldown, 1),
            r#"[2,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","a_1","cooldown",1,3]"#,
        ),
        (
            marked(Some("gold"), &[]),
            r#"[2,"AccountDeposited",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z",{"group":"gold"}]"#,
        ),
        (
            marked(None, &[(0, "a", Flag)]),
            r#"[2,"AccountDeposited",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z",{"flags":[["a",0]]}]"#,
        ),
        (
            marked(None, &[(63, "b2", Shadow)]),
            r#"[2,"AccountDeposited",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z",{"shadow":[["b2",63]]}]"#,
        ),
        (
            marked(Some("\"é\\"), &[(1, "a", Shadow), (2, "b", Flag), (5, "c", Shadow), (10, "d", Flag)]),
            r#"[2,"AccountDeposited",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z",{"group":"\"é\\","flags":[["b",2],["d",10]],"shadow":[["a",1],["c",5]]}]"#,
        ),
        (
            in_group(decision(AccountEventKind::DuplicateTxn, 100, Y2K, Some("duplicate")), "g"),
            r#"[2,"DuplicateTxn",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","duplicate",{"group":"g"}]"#,
        ),
        (
            in_group(late, "g"),
            r#"[2,"TxnTooLate",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","too_late","latest","2000-01-01T00:00:00.000001Z",{"group":"g"}]"#,
        ),
        (
            in_group(exceeded(Bound::Count, 7), "g"),
            r#"[2,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","a_1","count",7,3,{"group":"g"}]"#,
        ),
    ]
}

#[test]
fn leaf_of_everything_new_is_exactly_this_reads_back_and_has_no_older_form() {
    for (decision, leaf) in samples() {
        let event = StoredEvent::Decision(decision);
        for schema in [Schema::V2, Schema::V1] {
            assert_eq!(String::from_utf8(encoded(schema, &event)).unwrap(), leaf);
        }
        assert_eq!(decode(7, leaf.as_bytes()), Ok(event));
        assert!(serde_json::from_str::<serde_json::Value>(leaf).is_ok(), "{leaf}");
        assert!(
            matches!(decode(7, leaf.replace("[2,", "[1,").as_bytes()), Err(CodecError::Malformed { .. })),
            "{leaf}"
        );
    }
}

#[test]
fn event_of_the_first_version_is_an_event_of_today() {
    for (decision, leaf) in first::samples() {
        let event = StoredEvent::Decision(decision);
        assert_eq!(decode(7, leaf.replacen("[1,", "[2,", 1).as_bytes()), Ok(event.clone()));
        assert_eq!(String::from_utf8(encoded(Schema::V2, &event)).unwrap(), leaf.replacen("[1,", "[2,", 1));
    }
}

/// A leaf with these extras, of a decision that may have marks.
fn with_extras(extras: &str) -> String {
    format!(r#"[2,"AccountWithdrawn",2,30,"528",4,"15887","-1.00","2000-01-01T00:00:00Z"{extras}]"#)
}

#[test]
fn extras_in_any_other_form_are_refused_by_their_names() {
    let leaf = with_extras(r#",{"group":"gold","flags":[["b",2],["d",10]],"shadow":[["a",1]]}"#);
    let refusal = |part: &str, instead: &str| refusal(&leaf, part, instead);
    for group in ["default", "", "a\nb", "a\u{85}", r"\u0041", &"g".repeat(256)] {
        assert_eq!(refusal("gold", group), "the name of a group", "{group}");
    }
    for code in ["", "B", "1", "b-c", "é", "duplicate", "total_overflow", "insufficient_funds"] {
        assert_eq!(refusal("\"b\"", &format!("\"{code}\"")), "the code of a limit", "{code}");
    }
    assert!(decode(7, leaf.replace("\"b\"", "\"too_late\"").as_bytes()).is_ok(), "a limit may have that name");
    for place in ["64", "10", "11", "1", "65535"] {
        let expected = "the place of a limit that can leave a mark, in order";
        assert_eq!(refusal("2],[", &format!("{place}],[")), expected, "{place}");
    }
    for place in ["65536", "02", "-2", "\"2\"", ""] {
        assert_eq!(refusal("2],[", &format!("{place}],[")), "the place of a limit", "{place}");
    }
    for (extras, expected) in [
        ("{}", "a group or marks"),
        (r#"{"flags":[]}"#, "[\""),
        (r#"{"flags":[["a",1],]}"#, "[\""),
        (r#"{"flags":[["a",1]["b",2]]}"#, "]"),
        (r#"{"flags":[["a",1,2]]}"#, "]"),
        (r#"{"flags":[["a"]]}"#, ","),
        (r#"{"flags":["a"]}"#, "[\""),
        (r#"{"flags":[["a",1]],}"#, "}"),
        (r#"{"group":"g","group":"h"}"#, "}"),
        (r#"{"flags":[["a",1]],"group":"g"}"#, "}"),
        (r#"{"shadow":[["a",1]],"flags":[["b",2]]}"#, "}"),
        (r#"{"flags":[["a",1]],"flags":[["b",2]]}"#, "}"),
        (r#"{"flags":[["a",1]],"shadow":[["a",1]]}"#, "the place of a limit that can leave a mark, in order"),
        (r#"{"flags":[["a",1],["b",1]]}"#, "the place of a limit that can leave a mark, in order"),
        (r#"{"group":"g"},{"group":"g"}"#, "]"),
        (r#"{"group":null}"#, "a group or marks"),
        (r#"{"other":1}"#, "a group or marks"),
        (r#"{"group":"g","other":1}"#, "}"),
        (r#"{ "group":"g"}"#, "a group or marks"),
        (r#"[]"#, "]"),
        ("null", "]"),
    ] {
        match decode(7, with_extras(&format!(",{extras}")).as_bytes()) {
            Err(CodecError::Malformed { expected: found, .. }) => assert_eq!(found, expected, "{extras}"),
            other => panic!("{extras}: {other:?}"),
        }
    }
}

#[test]
fn only_what_was_accepted_has_marks() {
    for extras in [r#"{"flags":[["a",1]]}"#, r#"{"group":"g","shadow":[["a",1]]}"#] {
        assert!(decode(7, with_extras(&format!(",{extras}")).as_bytes()).is_ok(), "{extras}");
        let declined =
            format!(r#"[2,"DuplicateTxn",2,30,"528",4,"15887","-1.00","2000-01-01T00:00:00Z","duplicate",{extras}]"#);
        assert!(matches!(decode(7, declined.as_bytes()), Err(CodecError::Malformed { .. })), "{extras}");
    }
}

#[test]
fn part_of_a_decline_in_any_other_form_is_refused_by_its_name() {
    let late = r#"[2,"TxnTooLate",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","too_late","latest","2000-01-02T00:00:00Z"]"#;
    for code in ["duplicate", "late", ""] {
        assert_eq!(refusal(late, "too_late", code), "the code of the reason");
    }
    assert_eq!(refusal(late, ",\"latest\"", ",\"last\""), ",\"latest\",\"");
    assert_eq!(refusal(late, "2000-01-02T00:00:00Z", "2000-01-02T00:00:00.000000Z"), "a time in UTC");
    let near = r#"[2,"AccountLimitExceeded",2,30,"528",4,"15887","1.00","2000-01-01T00:00:00Z","a","cooldown",1,3]"#;
    for code in ["duplicate", "total_overflow", "insufficient_funds", "A", ""] {
        assert_eq!(refusal(near, "\"a\"", &format!("\"{code}\"")), "the code of the reason");
    }
    for bound in ["count ", "balance", "Cooldown", ""] {
        assert_eq!(refusal(near, "cooldown", bound), "the key of a bound");
    }
    assert_eq!(refusal(near, "cooldown", "maximum_balance"), "\"", "money is a text");
    assert_eq!(refusal(near, "\"cooldown\",1", "\"cooldown\",\"1\""), "a number of transactions");
    assert_eq!(refusal(near, "3]", "65536]"), "the place of a limit");
}

#[test]
fn marks_of_a_policy_are_those_that_are_read() {
    let limit = |name: &str, outcome| Limit {
        minimum_amount: Some(Amount::from_minor(500)),
        outcome,
        ..Limit::new(LimitName::new(name).unwrap(), Window::Transaction)
    };
    let limits = vec![
        limit("try", LimitOutcome::Shadow),
        limit("look-at", LimitOutcome::Flag),
        limit("try-2", LimitOutcome::Shadow),
    ];
    let policy = Policy::new(PolicyParts { limits, ..PolicyParts::default() }).unwrap();
    let (id, customer_id, group) = (&b"15887"[..], &b"528"[..], DEFAULT_GROUP.as_bytes());
    let time = Timestamp::from_micros(Y2K).unwrap();
    let transaction = Transaction { id, customer_id, amount: Amount::from_minor(499), time, group };
    let mut judge = Judge::new(Arc::new(policy.clone()));
    let event = Account::new(Memory::Days).decide(&transaction, false, &mut judge);
    let mut leaf = Vec::new();
    let decision = Decision {
        batch: 1,
        line: 1,
        customer_id,
        transaction_id: id,
        event: &event,
        reason: None,
        group: None,
        marked: Marked::By(&policy),
    };
    encode_decision(&mut leaf, &mut RecentDay::default(), &decision);
    let Ok(StoredEvent::Decision(read)) = decode(1, &leaf) else { panic!("{}", leaf.escape_ascii()) };
    assert_eq!((read.event, read.marked.as_slice()), (event, &MarkedLimit::all_of(event.kind.marks(), &policy)[..]));
    let marked: Vec<_> = read.marked.iter().map(|limit| (limit.place, limit.code.as_str(), limit.outcome)).collect();
    use LimitOutcome::{Flag, Shadow};
    assert_eq!(marked, [(0, "try", Shadow), (1, "look_at", Flag), (2, "try_2", Shadow)]);
    assert_eq!(encoded(Schema::V2, &StoredEvent::Decision(read)), leaf);
}
