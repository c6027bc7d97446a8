//! What groups, marks and lateness leave in a ledger: for auditors, for verification, and for the runs that follow.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::ledger::{Ledger, NAME, verdicts_at_once};
use crate::support::{code, stdout};
use crate::transactions::transaction;

/// Gold customers may load twice a day; what is large is flagged, what is small is counted by a limit on trial; two
/// transactions lie a minute apart; nothing is more than two days late.
const POLICY: &str = r#"
[policy]
late_after = "2d"
groups_file = "groups.csv"

[[limits]]
name = "gold-daily"
window = "day"
direction = "load"
count = 2
groups = ["gold"]

[[limits]]
name = "large"
window = "7d"
amount = "30.00"
outcome = "flag"

[[limits]]
name = "small"
minimum_amount = "2.00"
outcome = "shadow"

[[limits]]
name = "apart"
cooldown = "1m"

[[limits]]
name = "most"
maximum_balance = "100.00"
"#;

/// A policy of the oldest kind.
const PLAIN: &str = "[[limits]]\nname = \"daily\"\nwindow = \"day\"\ncount = 5\n";

/// A transaction with a group of its own.
fn in_group(id: &str, customer_id: &str, amount: &str, time: &str, group: &str) -> String {
    transaction(id, customer_id, amount, time).replace('}', &format!(",\"group\":\"{group}\"}}"))
}

/// A ledger of three batches, the second under a plain policy, the third under another file of groups.
fn ledger() -> Ledger {
    let ledger = Ledger::new();
    let day = |hour: u32| format!("2020-05-04T{hour:02}:00:00Z");
    ledger.write("tidegate.toml", POLICY);
    ledger.write("plain.toml", PLAIN);
    ledger.write("groups.csv", "customer_id,group\ng,gold\n");
    let monday = [
        transaction("1", "g", "$10", &day(0)),
        transaction("2", "g", "$1", &day(1)),
        transaction("3", "g", "$10", &day(2)),
        transaction("4", "n", "$31", &day(3)),
        transaction("5", "n", "$1", &day(4)),
        in_group("6", "n", "$2", &day(5), "gold"),
        in_group("7", "n", "-$2", "2020-05-04T04:00:30Z", "it's \\\"new\\\""),
        transaction("8", "n", "$70", &day(6)),
        transaction("9", "n", "$5", "2020-05-02T03:59:59Z"),
        transaction("1", "g", "$10", &day(7)),
        in_group("10", "n", "-$500", &day(8), "gold"),
    ];
    ledger.write("monday.jsonl", monday.concat());
    ledger
        .write("tuesday.jsonl", in_group("11", "g", "$1", &day(9), "gold") + &in_group("12", "n", "$3", &day(9), "x"));
    ledger.must_run(0, "monday.jsonl");
    ledger.must_run(0, "tuesday.jsonl --config plain.toml");
    ledger.write("groups.csv", "customer_id,group\nn,gold\n");
    let wednesday = [transaction("13", "n", "$1", "2020-05-05T00:00:00Z"), transaction("14", "g", "$1", &day(10))];
    ledger.write("wednesday.jsonl", wednesday.concat());
    ledger.must_run(0, "wednesday.jsonl");
    ledger
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[test]
fn views_tell_auditors_of_groups_marks_and_lateness_what_events_tell() {
    let ledger = ledger();
    let database = ledger.database();
    let mut statement = database
        .prepare(
            "SELECT position, type, reason, measure, used, \"group\", flags, shadow FROM decisions ORDER BY position",
        )
        .unwrap();
    let rows = statement.query_map([], |row| {
        let used: rusqlite::types::Value = row.get(4)?;
        let used = match used {
            rusqlite::types::Value::Integer(count) => Some(count.to_string()),
            rusqlite::types::Value::Text(text) => Some(text),
            _ => None,
        };
        let texts = |column| row.get::<_, Option<String>>(column);
        Ok((row.get::<_, u64>(0)?, [texts(1)?, texts(2)?, texts(3)?, used, texts(5)?, texts(6)?, texts(7)?]))
    });
    let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    let codes = |value: &Value| value.as_array().filter(|codes| !codes.is_empty()).map(|_| value.to_string());
    let events: Vec<_> = ledger.events().into_iter().filter(|event| event["type"] != "PolicyActivated").collect();
    let told = events.iter().map(|event| {
        let texts = ["type", "reason", "measure", "used", "group"].map(|key| text(&event[key]));
        let [kind, reason, measure, used, group] = texts;
        let (flags, shadow) = (codes(&event["flags"]), codes(&event["shadow"]));
        (event["position"].as_u64().unwrap(), [kind, reason, measure, used, group, flags, shadow])
    });
    assert_eq!(rows, told.collect::<Vec<_>>());
    let row = |position: u64| {
        let (_, row) = rows.iter().find(|(at, _)| *at == position).unwrap();
        row.each_ref().map(|text| text.as_deref().unwrap_or("-")).join(" ")
    };
    assert_eq!(row(3), r#"AccountDeposited - - - gold - ["small"]"#);
    assert_eq!(row(4), "AccountLimitExceeded gold_daily count 2 gold - -");
    assert_eq!(row(5), r#"AccountDeposited - - - - ["large"] -"#);
    assert_eq!(row(6), r#"AccountDeposited - - - - ["large"] ["small"]"#);
    assert_eq!(row(7), "AccountLimitExceeded gold_daily count 2 gold - -", "the transaction says more than the file");
    assert_eq!(row(8), "AccountLimitExceeded apart cooldown 1 it's \"new\" - -");
    assert_eq!(row(9), "AccountLimitExceeded most maximum_balance 32.00 - - -");
    assert_eq!(row(10), "TxnTooLate too_late latest 2020-05-04T04:00:00Z - - -");
    assert_eq!(row(11), "DuplicateTxn duplicate - - gold - -");
    assert_eq!(row(12), "AccountFundsInsufficient insufficient_funds balance 32.00 gold - -");
    assert_eq!(row(14), "AccountDeposited - - - - - -", "the plain policy knows no groups");
    assert_eq!(row(17), r#"AccountDeposited - - - gold ["large"] ["small"]"#, "the file has changed");
}

/// What verification finds.
fn findings(ledger: &Ledger) -> Vec<Value> {
    let output = ledger.command(&format!("verify --json --store {NAME}"));
    let report: Value = serde_json::from_str(stdout(&output)).unwrap();
    let findings = report["findings"].as_array().unwrap().clone();
    assert_eq!(code(&output), if findings.is_empty() { 0 } else { 4 }, "{report:#}");
    findings
}

#[test]
fn ledger_is_verified_by_the_groups_in_it_whatever_became_of_their_file() {
    let ledger = ledger();
    assert_eq!(findings(&ledger), [] as [Value; 0]);
    ledger.write("groups.csv", "no groups at all\n");
    ledger.write("tidegate.toml", "limits = []\n");
    assert_eq!(findings(&ledger), [] as [Value; 0]);
    let size = ledger.head().size;
    ledger.ask("rebuild");
    assert_eq!((findings(&ledger), ledger.head().size), (Vec::new(), size));
}

#[test]
fn group_or_mark_that_was_changed_is_found_by_deciding_again() {
    let changes = [
        (3, ",{\"group\":\"gold\",\"shadow\":[[\"small\",2]]}", "", "AccountDeposited\",1,2,\"g\""),
        (3, "\"shadow\"", "\"flags\"", "\"shadow\":[[\"small\",2]]"),
        (3, "\"small\",2", "\"large\",1", "\"shadow\":[[\"small\",2]]"),
        (3, ",\"shadow\":[[\"small\",2]]", "", "\"shadow\":[[\"small\",2]]"),
        (4, ",{\"group\":\"gold\"}", "", "\"AccountDeposited\""),
        (4, "\"gold\"}", "\"silver\"}", "\"AccountDeposited\""),
        (5, "[[\"large\",1]]", "[[\"large\",1],[\"apart\",3]]", "{\"flags\":[[\"large\",1]]}"),
        (5, "[\"large\",1]", "[\"larger\",1]", "{\"flags\":[[\"large\",1]]}"),
        (8, "\"cooldown\",1,3", "\"cooldown\",2,3", "\"cooldown\",1,3"),
        (10, "2020-05-04T04:00:00Z", "2020-05-04T04:00:01Z", "\"latest\",\"2020-05-04T04:00:00Z\""),
        // Where it matters to nothing, nobody writes a group down.
        (14, "Z\"]", "Z\",{\"group\":\"gold\"}]", "2020-05-04T09:00:00Z\"]"),
    ];
    let ledger = ledger();
    let pristine = ledger.bytes();
    for (position, from, to, right) in changes {
        ledger.write(NAME, &pristine);
        replace(&ledger, position, from, to);
        let found = findings(&ledger);
        let decided = found.iter().find(|finding| finding["position"] == json!(position));
        let Some(decided) = decided else { panic!("position {position}, {from}: {found:#?}") };
        let what = decided["what"].as_str().unwrap();
        assert!(what.starts_with("decided anew, the event is [2,") && what.contains(right), "{from}: {what}");
    }
}

/// Replaces a part of an event, which stands in its segment only once.
fn replace(ledger: &Ledger, position: u64, from: &str, to: &str) {
    let database = Connection::open(ledger.path(NAME)).unwrap();
    let sql = "SELECT event FROM events WHERE position = ?1";
    let event: String = database.query_row(sql, [position], |row| row.get(0)).unwrap();
    assert_eq!(event.matches(from).count(), 1, "{from} in {event}");
    let sql = "UPDATE segments SET events = replace(events, ?1, ?2) WHERE first_position <= ?3 \
               AND first_position + count > ?3";
    let changed = event.replace(from, to);
    assert_eq!(database.execute(sql, rusqlite::params![event, changed, position]), Ok(1));
}

#[test]
fn event_of_an_older_schema_than_one_before_it_is_found() {
    let ledger = ledger();
    replace(&ledger, 14, "[2,", "[1,");
    let found = findings(&ledger);
    let expected = json!("the event's schema is older than that of an event before it");
    let finding = found.iter().find(|finding| finding["what"] == expected);
    assert_eq!(finding.map(|finding| &finding["position"]), Some(&json!(14)), "{found:#?}");
}

#[test]
fn batches_under_lateness_decide_what_one_run_would() {
    const LATE: &str = r#"
[policy]
late_after = "3d"
week_starts = "sunday"

[[limits]]
name = "apart"
cooldown = "5h"

[[limits]]
name = "weekly"
window = "week"
amount = "30.00"

[[limits]]
name = "trailing"
window = "36h"
count = 3

[[limits]]
name = "ever"
window = "lifetime"
count = 60
outcome = "flag"
"#;
    // Five customers over two months; every third transaction is late, by up to five days.
    let line = |number: u64| {
        let minutes = number * 97 - if number.is_multiple_of(3) { number * 7_919 % (5 * 1_440) } else { 0 };
        let (day, hour, minute) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
        let time = format!("2021-{:02}-{:02}T{hour:02}:{minute:02}:00Z", 3 + day / 28, 1 + day % 28);
        let amount = format!("{}${}", if number.is_multiple_of(4) { "-" } else { "" }, 1 + number % 4);
        transaction(&number.to_string(), &format!("c{}", number % 5), &amount, &time)
    };
    let lines: Vec<_> = (100..900).map(line).collect();
    let ledger = Ledger::new();
    ledger.write("tidegate.toml", LATE);
    let expected = verdicts_at_once(&ledger, &lines.concat(), "");
    for reason in ["too_late", "weekly", "trailing", "apart"] {
        let count = expected.lines().filter(|line| line.contains(&format!("\"reason\":\"{reason}\""))).count();
        assert!(count >= 10, "{reason} is the reason {count} times");
    }
    let mut actual = String::new();
    for (number, batch) in lines.chunks(70).enumerate() {
        ledger.write(&format!("{number}.jsonl"), batch.concat());
        let arguments = format!("{number}.jsonl --reasons --quiet --threads {}", 1 + number % 3);
        // There is nothing to try on top of before the first one.
        let dry = if number == 0 { String::new() } else { ledger.must_run(0, &format!("{arguments} --dry-run")) };
        actual += &ledger.must_run(0, &arguments);
        assert!(actual.ends_with(&dry), "batch {number} is decided otherwise where nothing is recorded");
        if number % 2 == 1 {
            ledger.ask("rebuild");
        }
    }
    assert!(actual == expected, "{}", crate::oracle::difference(&expected, &actual));
    assert_eq!(findings(&ledger), [] as [Value; 0]);
}
