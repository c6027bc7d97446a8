//! Parquet, as DuckDB reads it, and CSV.

use std::collections::BTreeMap;
use std::fs;

use insta::assert_snapshot;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::programs::duckdb;
use super::{balances, export, line, odd_ledger, small_ledger};
use crate::ledger::Ledger;

#[test]
fn duckdb_reads_every_event_as_it_is() {
    let ledger = odd_ledger();
    let file = export(&ledger, "all.parquet", "");
    let types = "SELECT column_name || ' ' || column_type FROM (DESCRIBE events)";
    let Some(types) = duckdb(&file, types) else { return };
    let types: Vec<_> = types.as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "position BIGINT",
            "type VARCHAR",
            "batch VARCHAR",
            "line BIGINT",
            "account VARCHAR",
            "version BIGINT",
            "transaction_id VARCHAR",
            "amount DECIMAL(19,2)",
            "time TIMESTAMP WITH TIME ZONE",
            "accepted BOOLEAN",
            "reason VARCHAR",
            "measure VARCHAR",
            "used_amount DECIMAL(20,2)",
            "used_count BIGINT",
            "policy BIGINT",
            "recorded_at TIMESTAMP WITH TIME ZONE",
            "policy_text VARCHAR",
            "used_time TIMESTAMP WITH TIME ZONE",
            "group VARCHAR",
            "flags VARCHAR",
            "shadow VARCHAR",
        ]
    );
    must_be_as_events_tell(&ledger, &file);
    let sums = "SELECT account, CAST(sum(CASE WHEN accepted THEN amount ELSE 0 END) AS VARCHAR) FROM events \
                WHERE account IS NOT NULL GROUP BY account";
    let sums = duckdb(&file, sums).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let sums: BTreeMap<_, Decimal> =
        sums.as_array().unwrap().iter().map(|row| (text(&row[0]), text(&row[1]).parse().unwrap())).collect();
    assert_eq!(sums, balances(&ledger));
}

#[test]
fn duckdb_reads_groups_marks_and_times_that_were_used() {
    let ledger = Ledger::new();
    let config = r#"
        [policy]
        late_after = "1d"
        [[limits]]
        name = "large"
        maximum_amount = "5"
        outcome = "flag"
        [[limits]]
        name = "larger"
        maximum_amount = "6"
        outcome = "flag"
        [[limits]]
        name = "gold"
        minimum_amount = "2"
        outcome = "shadow"
        groups = ["gold \"1\""]
        [[limits]]
        name = "pause"
        cooldown = "1h"
    "#;
    ledger.write("tidegate.toml", config);
    let grouped = |line: String| line.replace("Z\"}", "Z\",\"group\":\"gold \\\"1\\\"\"}");
    let input = [
        line("1", "c", "$6", "2000-01-03T00:00:00Z"),
        line("2", "c", "$7", "2000-01-03T12:00:00Z"),
        grouped(line("3", "c", "$1", "2000-01-04T00:00:00.5Z")),
        line("4", "c", "$1", "2000-01-01T00:00:00Z"),
        grouped(line("5", "c", "$1", "2000-01-04T00:59:59Z")),
    ];
    ledger.must_feed(0, "- --batch a", input.concat());
    assert_eq!([ledger.count("TxnTooLate"), ledger.count("AccountLimitExceeded")], [1, 1]);
    let file = export(&ledger, "all.parquet", "");
    if duckdb(&file, "SELECT 1").is_some() {
        must_be_as_events_tell(&ledger, &file);
    }
}

/// Asserts that DuckDB finds in a file of all events what `tidegate events` says of each.
fn must_be_as_events_tell(ledger: &Ledger, file: &str) {
    let all = "SELECT position, type, batch, line, account, version, transaction_id, CAST(amount AS VARCHAR), \
               epoch_us(time), accepted, reason, measure, \
               coalesce(CAST(used_amount AS VARCHAR), CAST(used_count AS VARCHAR)), policy, epoch_us(recorded_at), \
               policy_text, epoch_us(used_time), \"group\", flags, shadow FROM events ORDER BY position";
    let rows = duckdb(file, all).unwrap();
    let events = ledger.events();
    assert_eq!(rows.as_array().unwrap().len(), events.len());
    for (row, event) in rows.as_array().unwrap().iter().zip(&events) {
        assert_eq!(*row, row_of(event));
    }
}

/// What a row must say of an event that `tidegate events` gives.
fn row_of(event: &Value) -> Value {
    let micros = |key: &str| {
        let text = event[key].as_str()?;
        Some(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros())
    };
    let is_policy = event["type"] == "PolicyActivated";
    let used_is_time = event["measure"] == "latest";
    let used = match &event["used"] {
        // One column of a query has one type.
        Value::Number(count) => Value::from(count.to_string()),
        _ if used_is_time => Value::Null,
        other => other.clone(),
    };
    // Columns hold codes as one text, if there are any.
    let codes = |key: &str| {
        let codes: Vec<_> = event[key].as_array()?.iter().map(|code| code.as_str().unwrap()).collect();
        (!codes.is_empty()).then(|| codes.join(" "))
    };
    json!([
        event["position"],
        event["type"],
        event["batch"],
        event["line"],
        event["account"],
        event["version"],
        event["transaction_id"],
        event["amount"],
        micros("time"),
        event["accepted"],
        event["reason"],
        event["measure"],
        used,
        event["policy"],
        micros("recorded_at"),
        if is_policy { &event["text"] } else { &Value::Null },
        used_is_time.then(|| micros("used")).flatten(),
        event["group"],
        codes("flags"),
        codes("shadow"),
    ])
}

#[test]
fn accounts_as_csv_say_what_the_events_add_up_to() {
    let ledger = odd_ledger();
    let text = fs::read_to_string(export(&ledger, "accounts.csv", "")).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let events = ledger.events();
    let balances = balances(&ledger);
    assert_eq!(rows.len(), balances.len());
    for (row, (id, balance)) in rows.iter().zip(&balances) {
        let formula = id.starts_with(['=', '+', '-', '@']);
        assert_eq!(&row[0], if formula { format!("'{id}") } else { id.clone() });
        let own: Vec<_> = events.iter().filter(|event| event["account"] == id.as_str()).collect();
        let amounts =
            own.iter().filter(|event| event["accepted"] == true).map(|event| event["amount"].as_str().unwrap());
        let (withdrawals, loads): (Vec<_>, Vec<_>) = amounts.partition(|amount| amount.starts_with('-'));
        let sum =
            |amounts: &[&str]| amounts.iter().map(|amount| amount.parse::<Decimal>().unwrap().abs()).sum::<Decimal>();
        let with_cents = |sum: Decimal| format!("{sum:.2}");
        let times = || own.iter().map(|event| event["time"].as_str().unwrap());
        let instant = |time: &&str| chrono::DateTime::parse_from_rfc3339(time).unwrap();
        let accepted = loads.len() + withdrawals.len();
        let expected = [
            with_cents(*balance),
            with_cents(sum(&loads)),
            loads.len().to_string(),
            with_cents(sum(&withdrawals)),
            withdrawals.len().to_string(),
            accepted.to_string(),
            (own.len() - accepted).to_string(),
            times().min_by_key(instant).unwrap().to_owned(),
            times().max_by_key(instant).unwrap().to_owned(),
        ];
        assert_eq!(row.iter().skip(1).collect::<Vec<_>>(), expected, "{id}");
    }
}

#[test]
fn accounts_csv() {
    assert_snapshot!(small_ledger().ask("export --to - --format csv"), @"
    account,balance,loads,load_count,withdrawals,withdrawal_count,accepted,declined,first,latest
    '=c,0.00,3.00,1,3.00,1,2,1,1999-12-31T00:00:00Z,2000-01-04T00:00:00Z
    a b,10.25,10.50,1,0.25,1,2,1,2000-01-02T03:04:05Z,2000-01-02T05:00:00.500000Z
    ");
}
