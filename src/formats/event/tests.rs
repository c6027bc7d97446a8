use serde_json::Value;

use super::*;
use crate::domain::{Amount, Timestamp};

const RECORDED_AT: &str = "2026-01-02T03:04:05.000006Z";

fn event(kind: AccountEventKind, minor: i64) -> AccountEvent {
    let time = Timestamp::parse_rfc3339(b"2000-01-01T00:00:00.5Z").unwrap();
    AccountEvent { version: 3, kind, amount: Amount::from_minor(minor), time }
}

fn decision<'a>(account: &'a str, event: &'a AccountEvent, reason: Option<&'a str>) -> RecordedEvent<'a> {
    let what = What::Decision(Decision { line: 4, account, transaction_id: "15887", event, reason });
    RecordedEvent { position: 5, batch: "monday.jsonl", policy: 1, recorded_at: RECORDED_AT, what }
}

fn policy(text: &str) -> RecordedEvent<'_> {
    let what = What::PolicyActivated { text };
    RecordedEvent { position: 1, batch: "monday.jsonl", policy: 1, recorded_at: RECORDED_AT, what }
}

fn exceeded(measure: Measure, used: u64) -> AccountEvent {
    event(AccountEventKind::AccountLimitExceeded { limit: 0, measure, used }, -331_847)
}

fn written(form: &EventForm, event: &RecordedEvent<'_>) -> String {
    let mut out = Vec::new();
    form.write(&mut out, event);
    String::from_utf8(out).unwrap()
}

#[test]
fn json_line_is_exactly_this() {
    let deposited = event(AccountEventKind::AccountDeposited, 331_847);
    assert_eq!(
        written(&EventForm::JsonLines, &decision("5\"28", &deposited, None)),
        r#"{"position":5,"type":"AccountDeposited","schema_version":1,"batch":"monday.jsonl","line":4,"account":"5\"28","#
            .to_owned()
            + r#""version":3,"transaction_id":"15887","amount":"3318.47","time":"2000-01-01T00:00:00.500000Z","#
            + r#""accepted":true,"reason":null,"measure":null,"used":null,"policy":1,"#
            + r#""recorded_at":"2026-01-02T03:04:05.000006Z"}"#
            + "\n"
    );
    assert_eq!(
        written(&EventForm::JsonLines, &policy("a = 1\n")),
        r#"{"position":1,"type":"PolicyActivated","schema_version":1,"batch":"monday.jsonl","policy":1,"#.to_owned()
            + r#""hash":"cb78bd8a17f7b751fe0d4663366dcbc257204033ef7ddd64b1f2969573b5b2e2","text":"a = 1\n","#
            + r#""recorded_at":"2026-01-02T03:04:05.000006Z"}"#
            + "\n"
    );
}

#[test]
fn csv_record_is_exactly_this() {
    let mut header = Vec::new();
    EventForm::Csv.header(&mut header);
    assert_eq!(
        String::from_utf8(header).unwrap(),
        "position,type,schema_version,batch,line,account,version,transaction_id,amount,time,accepted,reason,measure,\
         used,policy,recorded_at\n"
    );
    assert_eq!(
        written(&EventForm::Csv, &decision("=5,28", &exceeded(Measure::Amount, 480_000), Some("daily_amount"))),
        "5,AccountLimitExceeded,1,monday.jsonl,4,\"'=5,28\",3,15887,-3318.47,2000-01-01T00:00:00.500000Z,false,\
         daily_amount,amount,4800.00,1,2026-01-02T03:04:05.000006Z\n"
    );
    assert_eq!(
        written(&EventForm::Csv, &policy("a\n")),
        "1,PolicyActivated,1,monday.jsonl,,,,,,,,,,,1,2026-01-02T03:04:05.000006Z\n"
    );
}

#[test]
fn cloud_event_is_exactly_this() {
    let form = EventForm::cloud_events(Path::new("dir/my ledger\u{e9}.db"));
    let withdrawn = event(AccountEventKind::AccountWithdrawn, -1);
    assert_eq!(
        written(&form, &decision("528", &withdrawn, None)),
        r#"{"specversion":"1.0","id":"5","source":"tidegate:my%20ledger%C3%A9.db","type":"tidegate.AccountWithdrawn","#
            .to_owned()
            + r#""subject":"528","time":"2026-01-02T03:04:05.000006Z","datacontenttype":"application/json","#
            + r#""data":{"schema_version":1,"batch":"monday.jsonl","line":4,"account":"528","version":3,"#
            + r#""transaction_id":"15887","amount":"-0.01","time":"2000-01-01T00:00:00.500000Z","accepted":true,"#
            + r#""reason":null,"measure":null,"used":null,"policy":1}}"#
            + "\n"
    );
    let policy: Value = serde_json::from_str(&written(&form, &policy("a"))).unwrap();
    assert_eq!((policy.get("subject"), &policy["data"]["text"]), (None, &Value::from("a")));
}

#[test]
fn what_was_used_is_an_exact_decimal_or_a_number() {
    let funds = event(AccountEventKind::AccountFundsInsufficient { balance: 5 }, -6);
    for (event, measure, used) in [
        (exceeded(Measure::Amount, u64::MAX), "amount", Value::from("184467440737095516.15")),
        (exceeded(Measure::Count, 3), "count", Value::from(3)),
        (funds, "balance", Value::from("0.05")),
    ] {
        let line = written(&EventForm::JsonLines, &decision("c", &event, Some("r")));
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&line["measure"], &line["used"]), (&Value::from(measure), &used));
        assert_eq!((&line["accepted"], &line["reason"]), (&Value::from(false), &Value::from("r")));
    }
}

#[test]
fn csv_records_have_as_many_cells_as_the_header_whatever_happened() {
    use AccountEventKind::*;
    let mut out = Vec::new();
    EventForm::Csv.header(&mut out);
    let funds = AccountFundsInsufficient { balance: 0 };
    for kind in [AccountDeposited, AccountWithdrawn, DuplicateTxn, AccountTotalOverflowed, funds] {
        EventForm::Csv.write(&mut out, &decision("a\"b", &event(kind, 0), Some("r")));
    }
    EventForm::Csv.write(&mut out, &policy("a"));
    let mut reader = ::csv::Reader::from_reader(&out[..]);
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    let types: Vec<_> = records.iter().map(|record| &record[1]).collect();
    let mut expected = TYPES.to_vec();
    expected.retain(|name| *name != "AccountLimitExceeded");
    expected.rotate_left(1);
    assert_eq!(types, expected);
    assert_eq!(&records[0][5], "a\"b");
}
