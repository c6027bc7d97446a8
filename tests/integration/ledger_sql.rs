//! The ledger as auditors open it: a SQLite database with views in plain words.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::Value;

use crate::ledger::{Ledger, NAME};
use crate::oracle::{DEFAULT_POLICY, Oracle, workload};
use crate::transactions::{BAD, load, transaction};

/// The views and the columns that each must have; there may be more.
const VIEWS: [(&str, &str); 6] = [
    ("events", "position, batch, line, type"),
    (
        "decisions",
        "position, batch, line, type, account, version, transaction_id, amount, time, accepted, reason, \"group\", flags, \
         shadow",
    ),
    ("accounts", "account, version, balance"),
    (
        "daily_totals",
        "day, accepted_loads, accepted_load_count, accepted_withdrawals, accepted_withdrawal_count, declined_loads, \
         declined_load_count, declined_withdrawals, declined_withdrawal_count",
    ),
    ("batches", "number, name, complete, lines, accepted, declined, rejected"),
    ("commit_log", "number, batch, complete, first_position, events, recorded_at, root, chain"),
];

/// A ledger of two batches under two policies, with declines, duplicates, withdrawals and a reject.
fn ledger() -> Ledger {
    let ledger = Ledger::new();
    ledger.write("monday.jsonl", load(1) + BAD + &load(1) + &transaction("2", "c1", "-$0.40", "2000-01-01T01:02:03Z"));
    ledger.must_run(3, "monday.jsonl");
    let half_a_second_before_2000 = "1999-12-31T23:59:59.5Z";
    let tuesday: String = (3..)
        .zip(["$5.05", "-$9", "$0", "-$1.05"])
        .map(|(id, amount)| transaction(&id.to_string(), r#"it's \"c\""#, amount, half_a_second_before_2000))
        .collect();
    ledger.write("tuesday.jsonl", tuesday);
    ledger.must_run(0, "tuesday.jsonl --set daily-count.count=9");
    ledger
}

/// The first column of every row, as text.
fn texts(database: &Connection, query: &str) -> Vec<String> {
    let mut statement = database.prepare(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let rows = statement.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
    rows.map(|text| text.unwrap().unwrap_or_else(|| "null".to_owned())).collect()
}

fn number(database: &Connection, query: &str) -> i64 {
    database.query_row(query, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{query}: {error}"))
}

#[test]
fn views_have_plain_columns() {
    let ledger = ledger();
    let database = ledger.database();
    for (view, columns) in VIEWS {
        let kind = texts(&database, &format!("SELECT type FROM sqlite_schema WHERE name = '{view}'"));
        assert_eq!(kind, ["view"], "{view}");
        assert!(number(&database, &format!("SELECT COUNT(*) FROM (SELECT {columns} FROM {view})")) > 0, "{view}");
    }
}

#[test]
fn file_says_what_it_is_and_is_all_that_a_run_leaves() {
    let ledger = ledger();
    assert!(!ledger.path(&format!("{NAME}-wal")).exists(), "a run that ended well leaves one file");
    let database = ledger.database();
    assert_eq!(number(&database, "PRAGMA application_id"), 0x5469_6465);
    assert_eq!(number(&database, "PRAGMA user_version"), 3);
    assert_eq!(texts(&database, "PRAGMA integrity_check"), ["ok"]);
}

#[test]
fn decisions_are_a_row_each_in_order_and_the_policy_is_none() {
    let ledger = ledger();
    let database = ledger.database();
    assert_eq!(number(&database, "SELECT COUNT(*) FROM events"), 9);
    let row = "position || ' ' || batch || ':' || line || ' ' || type || ' ' || account || ' ' || version || ' ' || \
               transaction_id || ' ' || amount || ' ' || time || ' ' || accepted || ' ' || coalesce(reason, '-')";
    let rows = texts(&database, &format!("SELECT {row} FROM decisions ORDER BY position"));
    let c = "it's \"c\"";
    let expected = [
        "2 monday.jsonl:1 AccountDeposited c1 1 1 1.00 2000-01-01T00:00:00Z 1 -".to_owned(),
        "3 monday.jsonl:3 DuplicateTxn c1 2 1 1.00 2000-01-01T00:00:00Z 0 duplicate".to_owned(),
        "4 monday.jsonl:4 AccountWithdrawn c1 3 2 -0.40 2000-01-01T01:02:03Z 1 -".to_owned(),
        format!("6 tuesday.jsonl:1 AccountDeposited {c} 1 3 5.05 1999-12-31T23:59:59.500000Z 1 -"),
        format!(
            "7 tuesday.jsonl:2 AccountFundsInsufficient {c} 2 4 -9.00 1999-12-31T23:59:59.500000Z 0 insufficient_funds"
        ),
        format!("8 tuesday.jsonl:3 AccountDeposited {c} 3 5 0.00 1999-12-31T23:59:59.500000Z 1 -"),
        format!("9 tuesday.jsonl:4 AccountWithdrawn {c} 4 6 -1.05 1999-12-31T23:59:59.500000Z 1 -"),
    ];
    assert_eq!(rows, expected);
    assert_eq!(texts(&database, "SELECT DISTINCT typeof(amount) FROM decisions"), ["text"]);
}

#[test]
fn accounts_tell_their_balances_as_decimals() {
    let ledger = ledger();
    let database = ledger.database();
    let rows = texts(&database, "SELECT account || ' ' || version || ' ' || balance FROM accounts ORDER BY balance");
    assert_eq!(rows, ["c1 3 0.60", "it's \"c\" 4 4.00"]);
    assert_eq!(texts(&database, "SELECT DISTINCT typeof(balance) FROM accounts"), ["text"]);
}

/// A row of `daily_totals` as a text.
const DAY: &str = "day || ' ' || accepted_loads || ':' || accepted_load_count || ' ' || accepted_withdrawals || ':' || \
                   accepted_withdrawal_count || ' ' || declined_loads || ':' || declined_load_count || ' ' || \
                   declined_withdrawals || ':' || declined_withdrawal_count";

#[test]
fn days_tell_what_came_of_all_accounts_as_decimals() {
    let ledger = ledger();
    let database = ledger.database();
    let rows = texts(&database, &format!("SELECT {DAY} FROM daily_totals ORDER BY day"));
    let expected = ["1999-12-31 5.05:2 1.05:1 0.00:0 9.00:1", "2000-01-01 1.00:1 0.40:1 1.00:1 0.00:0"];
    assert_eq!(rows, expected);
    assert_eq!(texts(&database, "SELECT DISTINCT typeof(accepted_loads) FROM daily_totals"), ["text"]);
}

#[test]
fn days_add_up_to_more_than_64_bits() {
    let ledger = Ledger::new();
    let most =
        |customer: usize| transaction("1", &format!("c{customer}"), "92233720368547758.07", "2000-01-01T00:00:00Z");
    ledger.write("day.jsonl", (0..300).map(most).collect::<String>());
    ledger.write("tidegate.toml", "limits = []\n");
    ledger.must_run(0, "day.jsonl");
    let rows = texts(&ledger.database(), &format!("SELECT {DAY} FROM daily_totals"));
    assert_eq!(rows, ["2000-01-01 27670116110564327421.00:300 0.00:0 0.00:0 0.00:0"]);
}

#[test]
fn zeros_in_the_middle_of_a_days_sum_stay_there() {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", transaction("1", "c1", "$20000000.05", "2000-01-01T00:00:00Z"));
    ledger.write("tidegate.toml", "limits = []\n");
    ledger.must_run(0, "day.jsonl");
    assert_eq!(texts(&ledger.database(), "SELECT accepted_loads FROM daily_totals"), ["20000000.05"]);
}

#[test]
fn batches_tell_what_became_of_their_lines() {
    let ledger = ledger();
    let mut running = ledger.start("- --batch wednesday");
    running.write(load(7).as_bytes());
    running.stdout.next();
    let row = "number || ' ' || name || ' ' || complete || ' ' || lines || ' ' || accepted || ' ' || declined || ' ' || rejected";
    let rows = texts(&ledger.database(), &format!("SELECT {row} FROM batches ORDER BY number"));
    assert_eq!(rows, ["1 monday.jsonl 1 4 2 1 1", "2 tuesday.jsonl 1 4 3 1 0", "3 wednesday 0 1 1 0 0"]);
}

#[test]
fn sums_in_sql_are_those_of_the_verdicts_and_of_the_oracle() {
    let input = workload(6_000);
    let ledger = Ledger::new();
    ledger.write("day.jsonl", &input);
    let verdicts = ledger.must_run(0, "day.jsonl --reasons --quiet");
    let database = ledger.database();

    let mut statement =
        database.prepare("SELECT transaction_id, account, accepted, reason FROM decisions ORDER BY position").unwrap();
    let rows = statement.query_map([], |row| {
        let (id, customer_id): (String, String) = (row.get(0)?, row.get(1)?);
        let (accepted, reason): (bool, Option<String>) = (row.get(2)?, row.get(3)?);
        let (id, customer_id, reason) = (Value::from(id), Value::from(customer_id), Value::from(reason));
        Ok(format!("{{\"id\":{id},\"customer_id\":{customer_id},\"accepted\":{accepted},\"reason\":{reason}}}\n"))
    });
    let rows: String = rows.unwrap().map(Result::unwrap).collect();
    assert!(rows == verdicts, "the decisions are not the verdicts");

    let accepted = verdicts.lines().filter(|line| line.contains("\"accepted\":true")).count() as i64;
    let batch = "FROM batches WHERE name = 'day.jsonl'";
    assert_eq!(number(&database, &format!("SELECT accepted {batch}")), accepted);
    assert_eq!(number(&database, &format!("SELECT declined {batch}")), 6_000 - accepted);

    let mut oracle = Oracle::new(DEFAULT_POLICY);
    oracle.verdicts(&input);
    let expected: BTreeMap<_, _> = oracle.balances().map(|(id, cents)| (id.to_owned(), cents as i64)).collect();
    let folded = "SELECT account, SUM(CASE accepted WHEN 1 THEN CAST(round(amount * 100) AS INTEGER) ELSE 0 END) \
                  FROM decisions GROUP BY account";
    let told = "SELECT account, CAST(replace(balance, '.', '') AS INTEGER) FROM accounts";
    for query in [folded, told] {
        let mut statement = database.prepare(query).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).unwrap();
        let actual: BTreeMap<_, _> = rows.map(Result::unwrap).collect();
        assert_eq!(actual, expected, "{query}");
    }
}
