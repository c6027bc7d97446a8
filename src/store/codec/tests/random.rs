//! Random events, read back as they were written.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::{DEFAULT_GROUP, LimitOutcome, Marks};

/// A code that a limit may have.
fn codes() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_]{0,12}"
}

/// What came of a transaction, and the code of the reason, in words that both versions have.
fn first_kinds() -> impl Strategy<Value = (AccountEventKind, Option<String>)> {
    use AccountEventKind::*;
    let fixed = |kind, reason: Option<&str>| Just((kind, reason.map(str::to_owned)));
    let bound = prop_oneof![Just(Bound::Count), Just(Bound::Amount)];
    prop_oneof![
        fixed(AccountEventKind::DEPOSITED, None),
        fixed(AccountEventKind::WITHDRAWN, None),
        fixed(DuplicateTxn, Some("duplicate")),
        fixed(AccountTotalOverflowed, Some("total_overflow")),
        any::<u64>().prop_map(|balance| (AccountFundsInsufficient { balance }, Some("insufficient_funds".to_owned()))),
        (any::<u16>(), bound, any::<u64>(), codes())
            .prop_map(|(limit, bound, used, code)| (exceeded(limit, bound, used), Some(code))),
    ]
}

fn kinds() -> impl Strategy<Value = (AccountEventKind, Option<String>)> {
    let too_late = |latest| (AccountEventKind::TxnTooLate { latest }, Some("too_late".to_owned()));
    prop_oneof![
        4 => first_kinds(),
        1 => times().prop_map(too_late),
        1 => (any::<u16>(), prop::sample::select(&Bound::ALL[..]), any::<u64>(), codes())
            .prop_map(|(limit, bound, used, code)| (exceeded(limit, bound, used), Some(code))),
    ]
}

fn times() -> impl Strategy<Value = Timestamp> {
    let micros = prop_oneof![
        Timestamp::MIN.micros()..=Timestamp::MAX.micros(),
        (-62_135_596_800i64..253_402_300_800).prop_map(|seconds| seconds * 1_000_000),
    ];
    micros.prop_map(|micros| Timestamp::from_micros(micros).unwrap())
}

fn ids() -> impl Strategy<Value = String> {
    "[0-9]{1,8}|\\PC{1,12}|[\"\\\\a]{1,6}"
}

fn groups() -> impl Strategy<Value = Option<String>> {
    let names = ids().prop_filter("the default group is not told", |name| name != DEFAULT_GROUP);
    prop::option::of(prop_oneof![names, Just("g".repeat(255))])
}

/// Limits that leave marks, by their places.
fn marks() -> impl Strategy<Value = Vec<MarkedLimit>> {
    let outcome = prop_oneof![Just(LimitOutcome::Flag), Just(LimitOutcome::Shadow)];
    let limits = prop::collection::btree_map(0..Marks::PLACES, (codes(), outcome), 0..5);
    limits.prop_map(|limits: BTreeMap<_, _>| {
        limits.into_iter().map(|(place, (code, outcome))| MarkedLimit { place, code, outcome }).collect()
    })
}

/// Decisions of these kinds without groups and marks.
fn decisions(
    kinds: impl Strategy<Value = (AccountEventKind, Option<String>)>,
) -> impl Strategy<Value = StoredDecision> {
    let numbers = (any::<u64>(), any::<u32>(), 1..=u64::MAX, 1..=u32::MAX);
    (numbers, ids(), ids(), kinds, any::<i64>(), times()).prop_map(
        |((position, batch, line, version), customer_id, transaction_id, (kind, reason), minor, time)| {
            let event = AccountEvent { version, kind, amount: Amount::from_minor(minor), time };
            let (customer_id, transaction_id) = (customer_id.into_bytes(), transaction_id.into_bytes());
            let (group, marked) = (None, Vec::new());
            StoredDecision { position, batch, line, customer_id, transaction_id, event, reason, group, marked }
        },
    )
}

fn decisions_with_extras() -> impl Strategy<Value = StoredDecision> {
    (decisions(kinds()), groups(), marks()).prop_map(|(mut decision, group, marked)| {
        decision.group = group;
        if let AccountEventKind::AccountDeposited { marks } | AccountEventKind::AccountWithdrawn { marks } =
            &mut decision.event.kind
        {
            assert!(marked.iter().all(|limit| marks.insert(limit.place)));
            decision.marked = marked;
        }
        decision
    })
}

/// Whether a text begins with no usual leaf, or with one that is read as it is alone.
fn is_unusual_or_the_same(reader: &mut LeafReader, text: &[u8]) -> bool {
    let Some((usual, rest)) = reader.read_usual(text) else { return true };
    let UsualDecision { line, customer_id, transaction_id, amount, time, reason } = usual;
    match LeafReader::default().read(1, &text[..text.len() - rest.len()]) {
        Ok(LeafEvent::Decision(decision)) => {
            (decision.line, &*decision.customer_id, &*decision.transaction_id) == (line, customer_id, transaction_id)
                && (decision.event.amount, decision.event.time) == (amount, time)
                && decision.reason.map(str::as_bytes) == reason
                && decision.event.kind.is_accepted() == reason.is_none()
                && (decision.group, decision.marked) == (None, Vec::new())
        }
        _ => false,
    }
}

#[test]
fn most_leaves_are_usual_and_end_at_their_last_bracket() {
    let head = "1,7,\"ann\",3,\"10\",\"-4.05\",\"2026-01-02T03:04:05Z\"";
    for (name, tail, reason) in [
        ("AccountDeposited", "", None),
        ("AccountWithdrawn", "", None),
        ("DuplicateTxn", ",\"duplicate\"", Some("duplicate")),
        ("AccountLimitExceeded", ",\"daily\",\"amount\",\"0.00\",1", Some("daily")),
        ("AccountLimitExceeded", ",\"daily\",\"count\",3,0", Some("daily")),
    ] {
        let text = format!("[2,\"{name}\",{head}{tail}]\n,[2");
        let (usual, rest) = LeafReader::default().read_usual(text.as_bytes()).unwrap();
        assert_eq!((usual.line, usual.customer_id, usual.transaction_id), (7, &b"ann"[..], &b"10"[..]));
        assert_eq!((usual.amount, usual.reason), (Amount::from_minor(-405), reason.map(str::as_bytes)));
        assert_eq!((usual.time.to_string(), rest), ("2026-01-02T03:04:05Z".to_owned(), &b"\n,[2"[..]));
    }
}

proptest! {
    #[test]
    fn decision_reads_back_as_it_was_from_json_without_line_ends(decision in decisions_with_extras()) {
        let has_extras = decision.group.is_some() || !decision.marked.is_empty();
        let event = StoredEvent::Decision(decision);
        let leaf = encoded(Schema::LATEST, &event);
        prop_assert!(!leaf.contains(&b'\n'));
        prop_assert_eq!(Schema::of(1, &leaf), Ok(Schema::V2));
        let json: serde_json::Value = serde_json::from_slice(&leaf).unwrap();
        // The keys of an object have an order of their own there.
        prop_assert_eq!(has_extras, json.as_array().unwrap().last().unwrap().is_object());
        prop_assert!(has_extras || json.to_string().into_bytes() == leaf);
        prop_assert_eq!(json.to_string().len(), leaf.len());
        prop_assert_eq!(decode(event.position(), &leaf), Ok(event));
    }

    #[test]
    fn decision_that_the_first_version_can_tell_is_the_same_in_both(decision in decisions(first_kinds())) {
        let event = StoredEvent::Decision(decision);
        let [first, second] = [Schema::V1, Schema::V2].map(|schema| encoded(schema, &event));
        prop_assert_eq!(Schema::of(1, &first), Ok(Schema::V1));
        prop_assert_eq!(&first[2..], &second[2..], "but for the number of the version");
        prop_assert_eq!(decode(event.position(), &first), Ok(event.clone()));
        prop_assert_eq!(decode(event.position(), &second), Ok(event));
    }

    #[test]
    fn one_changed_byte_is_refused_or_makes_another_event(
        decision in decisions_with_extras(),
        at in any::<prop::sample::Index>(),
        byte in prop_oneof![any::<u8>(), prop::sample::select(&b"\"\\,:[]{}0123456789adefghlopsuw_"[..])],
    ) {
        let leaf = encoded(Schema::LATEST, &StoredEvent::Decision(decision));
        let place = at.index(leaf.len());
        let (mut changed, mut longer) = (leaf.clone(), leaf.clone());
        changed[place] = byte;
        longer.insert(place, byte);
        prop_assert!(is_refused_or_canonical(&changed), "{}", changed.escape_ascii());
        prop_assert!(is_refused_or_canonical(&longer), "{}", longer.escape_ascii());
        prop_assert!(changed == leaf || decode(7, &changed) != decode(7, &leaf));
    }

    #[test]
    fn usual_leaf_is_what_it_is_read_as_alone_whatever_follows(
        decision in prop_oneof![decisions(kinds()), decisions_with_extras()],
        at in any::<prop::sample::Index>(),
        byte in prop_oneof![any::<u8>(), prop::sample::select(&b"\"\\,:[]{}0123456789adefghlopsuw_"[..])],
        behind in "(\n,\\[2,)?\\PC{0,9}",
    ) {
        let leaf = encoded(Schema::LATEST, &StoredEvent::Decision(decision));
        let mut changed = leaf.clone();
        changed[at.index(leaf.len())] = byte;
        // Codes that were read before are known by the second time.
        let mut reader = LeafReader::default();
        for leaf in [&leaf, &changed, &leaf, &changed] {
            let text = [leaf, behind.as_bytes()].concat();
            prop_assert!(is_unusual_or_the_same(&mut reader, &text), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn policy_reads_back_as_it_was_from_json_without_line_ends(position: u64, batch: u32, text: String) {
        let event = StoredEvent::PolicyActivated(StoredPolicy { position, batch, text });
        for schema in [Schema::V1, Schema::V2] {
            let leaf = encoded(schema, &event);
            prop_assert!(!leaf.contains(&b'\n'));
            prop_assert_eq!(decode(position, &leaf), Ok(event.clone()));
        }
    }
}
