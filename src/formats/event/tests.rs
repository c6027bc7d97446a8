use serde_json::Value;

use super::*;
use crate::domain::{Amount, Bound, Marks, Timestamp};

const RECORDED_AT: &str = "2026-01-02T03:04:05.000006Z";

fn event(kind: AccountEventKind, minor: i64) -> AccountEvent {
    let time = Timestamp::parse_rfc3339(b"2000-01-01T00:00:00.5Z").unwrap();
    AccountEvent { version: 3, kind, amount: Amount::from_minor(minor), time }
}

fn decision<'a>(account: &'a str, event: &'a AccountEvent, reason: Option<&'a str>) -> RecordedEvent<'a> {
    marked(account, event, reason, None, [&[], &[]])
}

fn marked<'a>(
    account: &'a str,
    event: &'a AccountEvent,
    reason: Option<&'a str>,
    group: Option<&'a str>,
    [flags, shadow]: [&[&'a str]; 2],
) -> RecordedEvent<'a> {
    let (flags, shadow) = (flags.to_vec(), shadow.to_vec());
    let transaction_id = "15887";
    let what = What::Decision(Decision { line: 4, account, transaction_id, event, reason, group, flags, shadow });
    RecordedEvent { position: 5, batch: "monday.jsonl", policy: 1, recorded_at: RECORDED_AT, what }
}

fn policy(text: &str) -> RecordedEvent<'_> {
    let what = What::PolicyActivated { text };
    RecordedEvent { position: 1, batch: "monday.jsonl", policy: 1, recorded_at: RECORDED_AT, what }
}

fn exceeded(bound: Bound, used: u64) -> AccountEvent {
    event(AccountEventKind::AccountLimitExceeded { limit: 0, bound, used }, -331_847)
}

fn written(form: &EventForm, event: &RecordedEvent<'_>) -> String {
    let mut out = Vec::new();
    form.write(&mut out, event);
    String::from_utf8(out).unwrap()
}

#[test]
fn json_line_is_exactly_this() {
    let deposited = event(AccountEventKind::DEPOSITED, 331_847);
    assert_eq!(
        written(&EventForm::JsonLines, &decision("5\"28", &deposited, None)),
        r#"{"position":5,"type":"AccountDeposited","schema_version":2,"batch":"monday.jsonl","line":4,"account":"5\"28","#
            .to_owned()
            + r#""version":3,"transaction_id":"15887","amount":"3318.47","time":"2000-01-01T00:00:00.500000Z","#
            + r#""accepted":true,"reason":null,"measure":null,"used":null,"policy":1,"#
            + r#""recorded_at":"2026-01-02T03:04:05.000006Z","group":null,"flags":[],"shadow":[]}"#
            + "\n"
    );
    assert_eq!(
        written(&EventForm::JsonLines, &policy("a = 1\n")),
        r#"{"position":1,"type":"PolicyActivated","schema_version":2,"batch":"monday.jsonl","policy":1,"#.to_owned()
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
         used,policy,recorded_at,used_time,group,flags,shadow\n"
    );
    assert_eq!(
        written(&EventForm::Csv, &decision("=5,28", &exceeded(Bound::Amount, 480_000), Some("daily_amount"))),
        "5,AccountLimitExceeded,2,monday.jsonl,4,\"'=5,28\",3,15887,-3318.47,2000-01-01T00:00:00.500000Z,false,\
         daily_amount,amount,4800.00,1,2026-01-02T03:04:05.000006Z,,,,\n"
    );
    assert_eq!(
        written(&EventForm::Csv, &policy("a\n")),
        "1,PolicyActivated,2,monday.jsonl,,,,,,,,,,,1,2026-01-02T03:04:05.000006Z,,,,\n"
    );
}

#[test]
fn group_and_marks_stand_behind_all_else() {
    let deposited = event(AccountEventKind::DEPOSITED, 1);
    let marked = marked("528", &deposited, None, Some("=\"KYC\" 2"), [&["a", "b_c"], &["d"]]);
    let json = r#","group":"=\"KYC\" 2","flags":["a","b_c"],"shadow":["d"]}"#;
    assert!(written(&EventForm::JsonLines, &marked).ends_with(&format!("{json}\n")));
    assert!(written(&EventForm::cloud_events(Path::new("a")), &marked).ends_with(&format!("{json}}}\n")));
    assert!(written(&EventForm::Csv, &marked).ends_with("06Z,,\"'=\"\"KYC\"\" 2\",a b_c,d\n"));
}

#[test]
fn time_that_was_used_is_text_in_json_and_has_a_cell_of_its_own_in_csv() {
    let too_late = event(AccountEventKind::TxnTooLate { latest: Timestamp::MIN }, 1);
    let too_late = decision("528", &too_late, Some("too_late"));
    let json = r#""type":"TxnTooLate","#;
    assert!(written(&EventForm::JsonLines, &too_late).contains(json));
    let json = r#""accepted":false,"reason":"too_late","measure":"latest","used":"0001-01-01T00:00:00Z","policy":1,"#;
    assert!(written(&EventForm::JsonLines, &too_late).contains(json));
    assert_eq!(
        written(&EventForm::Csv, &too_late),
        "5,TxnTooLate,2,monday.jsonl,4,528,3,15887,0.01,2000-01-01T00:00:00.500000Z,false,\
         too_late,latest,,1,2026-01-02T03:04:05.000006Z,0001-01-01T00:00:00Z,,,\n"
    );
}

#[test]
fn cloud_event_is_exactly_this() {
    let form = EventForm::cloud_events(Path::new("dir/my ledger\u{e9}.db"));
    let withdrawn = event(AccountEventKind::WITHDRAWN, -1);
    assert_eq!(
        written(&form, &decision("528", &withdrawn, None)),
        r#"{"specversion":"1.0","id":"5","source":"tidegate:my%20ledger%C3%A9.db","type":"tidegate.AccountWithdrawn","#
            .to_owned()
            + r#""subject":"528","time":"2026-01-02T03:04:05.000006Z","datacontenttype":"application/json","#
            + r#""data":{"schema_version":2,"batch":"monday.jsonl","line":4,"account":"528","version":3,"#
            + r#""transaction_id":"15887","amount":"-0.01","time":"2000-01-01T00:00:00.500000Z","accepted":true,"#
            + r#""reason":null,"measure":null,"used":null,"policy":1,"group":null,"flags":[],"shadow":[]}}"#
            + "\n"
    );
    let policy: Value = serde_json::from_str(&written(&form, &policy("a"))).unwrap();
    assert_eq!((policy.get("subject"), &policy["data"]["text"]), (None, &Value::from("a")));
}

#[test]
fn what_was_used_is_an_exact_decimal_or_a_number() {
    let funds = event(AccountEventKind::AccountFundsInsufficient { balance: 5 }, -6);
    for (event, measure, used) in [
        (exceeded(Bound::Amount, u64::MAX), "amount", Value::from("184467440737095516.15")),
        (exceeded(Bound::Count, 3), "count", Value::from(3)),
        (exceeded(Bound::MinimumAmount, 0), "minimum_amount", Value::from("0.00")),
        (exceeded(Bound::MaximumAmount, 0), "maximum_amount", Value::from("0.00")),
        (exceeded(Bound::MaximumBalance, 1_200), "maximum_balance", Value::from("12.00")),
        (exceeded(Bound::Cooldown, 1), "cooldown", Value::from(1)),
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
    let mut marks = Marks::NONE;
    marks.insert(3);
    let too_late = TxnTooLate { latest: Timestamp::MIN };
    for kind in [
        AccountDeposited { marks },
        AccountEventKind::WITHDRAWN,
        DuplicateTxn,
        too_late,
        exceeded(Bound::Cooldown, 1).kind,
        AccountTotalOverflowed,
        funds,
    ] {
        EventForm::Csv.write(&mut out, &decision("a\"b", &event(kind, 0), Some("r")));
    }
    EventForm::Csv.write(&mut out, &policy("a"));
    let mut reader = ::csv::Reader::from_reader(&out[..]);
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    let types: Vec<_> = records.iter().map(|record| &record[1]).collect();
    let mut expected = TYPES.to_vec();
    expected.rotate_left(1);
    assert_eq!(types, expected);
    assert_eq!(&records[0][5], "a\"b");
}
