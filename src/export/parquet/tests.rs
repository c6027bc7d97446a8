use std::fs::File;

use insta::assert_snapshot;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::*;
use crate::domain::{AccountEvent, AccountEventKind, Amount, Bound, Timestamp};
use crate::formats::event::{Decision, What};

const RECORDED_AT: &str = "2026-01-02T03:04:05.000006Z";

fn recorded(position: u64, what: What<'_>) -> RecordedEvent<'_> {
    RecordedEvent { position, batch: "monday.jsonl", policy: 1, recorded_at: RECORDED_AT, what }
}

fn event(kind: AccountEventKind, minor: i64, time: Timestamp) -> AccountEvent {
    AccountEvent { version: u32::MAX, kind, amount: Amount::from_minor(minor), time }
}

fn decision<'a>(event: &'a AccountEvent, reason: Option<&'a str>) -> What<'a> {
    What::Decision(Decision {
        line: 4,
        account: "ü\"",
        transaction_id: "=1",
        event,
        reason,
        group: None,
        flags: Vec::new(),
        shadow: Vec::new(),
    })
}

/// The file of some events, and its rows as they are read back.
fn rows(events: &[RecordedEvent<'_>], group_len: usize) -> (SerializedFileReader<File>, Vec<String>) {
    let mut file = tempfile::tempfile().unwrap();
    let mut table = Table::new(&mut file, group_len).unwrap();
    events.iter().for_each(|event| table.push(event).unwrap());
    table.finish().unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
    (reader, rows)
}

#[test]
fn row_has_what_its_event_says_and_nothing_else() {
    let exceeded = |bound, used| AccountEventKind::AccountLimitExceeded { limit: 0, bound, used };
    let events = [
        event(AccountEventKind::DEPOSITED, i64::MAX, Timestamp::MIN),
        event(exceeded(Bound::Count, 3), i64::MIN, Timestamp::MAX),
        event(exceeded(Bound::Amount, u64::MAX), -5, Timestamp::from_micros(1).unwrap()),
    ];
    let mut recorded_events = vec![recorded(1, What::PolicyActivated { text: "[policy]" })];
    let reasons = [None, Some("daily_count"), Some("daily_amount")];
    let decisions = (2..).zip(events.iter().zip(reasons));
    recorded_events.extend(decisions.map(|(position, (event, reason))| recorded(position, decision(event, reason))));
    let (_, rows) = rows(&recorded_events, 9);
    let told = |row: &String| row.split(", ").filter(|cell| !cell.ends_with(": null")).collect::<Vec<_>>().join("\n");
    assert_snapshot!(rows.iter().map(told).collect::<Vec<_>>().join("\n\n"), @r#"
    {position: 1
    type: "PolicyActivated"
    batch: "monday.jsonl"
    policy: 1
    recorded_at: 2026-01-02 03:04:05.000006 +00:00
    policy_text: "[policy]"
    shadow: null}

    {position: 2
    type: "AccountDeposited"
    batch: "monday.jsonl"
    line: 4
    account: "ü""
    version: 4294967295
    transaction_id: "=1"
    amount: 92233720368547758.07
    time: 0001-01-01 00:00:00.000000 +00:00
    accepted: true
    policy: 1
    recorded_at: 2026-01-02 03:04:05.000006 +00:00
    shadow: null}

    {position: 3
    type: "AccountLimitExceeded"
    batch: "monday.jsonl"
    line: 4
    account: "ü""
    version: 4294967295
    transaction_id: "=1"
    amount: -92233720368547758.08
    time: 9999-12-31 23:59:59.999999 +00:00
    accepted: false
    reason: "daily_count"
    measure: "count"
    used_count: 3
    policy: 1
    recorded_at: 2026-01-02 03:04:05.000006 +00:00
    shadow: null}

    {position: 4
    type: "AccountLimitExceeded"
    batch: "monday.jsonl"
    line: 4
    account: "ü""
    version: 4294967295
    transaction_id: "=1"
    amount: -0.05
    time: 1970-01-01 00:00:00.000001 +00:00
    accepted: false
    reason: "daily_amount"
    measure: "amount"
    used_amount: 184467440737095516.15
    policy: 1
    recorded_at: 2026-01-02 03:04:05.000006 +00:00
    shadow: null}
    "#);
}

#[test]
fn row_says_the_group_the_marks_and_a_time_that_was_used() {
    let deposited = event(AccountEventKind::DEPOSITED, 1, Timestamp::MIN);
    let too_late = event(AccountEventKind::TxnTooLate { latest: Timestamp::MAX }, 1, Timestamp::MIN);
    let What::Decision(plain) = decision(&deposited, None) else { unreachable!() };
    let marked = Decision { group: Some("KYC 2"), flags: vec!["a", "b"], shadow: vec!["c"], ..plain };
    let recorded_events = [recorded(1, What::Decision(marked)), recorded(2, decision(&too_late, Some("too_late")))];
    let (_, rows) = rows(&recorded_events, 9);
    let end = |row: &str| row.split_once("policy_text: null, ").unwrap().1.to_owned();
    let no_text = "used_amount: null, used_count: null";
    assert_eq!(end(&rows[0]), r#"used_time: null, group: "KYC 2", flags: "a b", shadow: "c"}"#);
    assert_eq!(end(&rows[1]), "used_time: 9999-12-31 23:59:59.999999 +00:00, group: null, flags: null, shadow: null}");
    assert!(rows[1].contains(&format!("measure: \"latest\", {no_text}")), "{}", rows[1]);
}

#[test]
fn row_groups_are_as_long_as_they_may_be_and_hold_all_rows_in_order() {
    let event = event(AccountEventKind::DuplicateTxn, 1, Timestamp::MIN);
    for (len, groups) in [(0, vec![]), (1, vec![1]), (6, vec![3, 3]), (7, vec![3, 3, 1])] {
        let events: Vec<_> =
            (1..=len).map(|position| recorded(position, decision(&event, Some("duplicate")))).collect();
        let (reader, rows) = rows(&events, 3);
        let lens: Vec<_> = reader.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
        assert_eq!(lens, groups);
        let positions: Vec<_> = rows.iter().map(|row| row.split(',').next().unwrap().to_owned()).collect();
        assert_eq!(positions, (1..=len).map(|position| format!("{{position: {position}")).collect::<Vec<_>>());
    }
}

#[test]
fn number_or_time_that_no_event_has_is_damage() {
    let damaged = |event: RecordedEvent<'_>| Rows::default().push(&event).unwrap_err().to_string();
    let policy = || What::PolicyActivated { text: "" };
    assert!(damaged(recorded(u64::MAX, policy())).contains("no event has the number 18446744073709551615"));
    assert!(
        damaged(RecordedEvent { recorded_at: "now", ..recorded(1, policy()) }).contains("\"now\": not an RFC 3339")
    );
}

#[test]
fn failed_output_is_told_as_the_operating_system_told_it() {
    let error = failed(ParquetError::from(io::Error::from(io::ErrorKind::BrokenPipe)));
    assert_eq!(error.downcast_ref::<io::Error>().map(io::Error::kind), Some(io::ErrorKind::BrokenPipe));
    assert!(failed(ParquetError::General("why".to_owned())).to_string().contains("why"));
}
