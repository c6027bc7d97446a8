//! What a ledger is exported as, and whether the programs that it is for find it right.

mod journals;
mod programs;
mod tables;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::process::Stdio;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use self::programs::{Program, duckdb};
use crate::ledger::{Ledger, NAME};
use crate::running::{Running, pipe};
use crate::support::{code, stderr, stdout, tidegate};

/// Customers whose ids are hard to tell apart, or to write down.
const CUSTOMERS: [&str; 40] = [
    "528",
    "a",
    "A",
    "a b",
    "a  b",
    " a",
    "a ",
    "a:b",
    "a;b",
    "a%3Ab",
    "a-3Ab",
    "a-b",
    "C-a",
    "-a",
    "=a",
    "+a",
    "@a",
    "it's \"q\"",
    "\"",
    "\\",
    "\\n",
    "a\\",
    "(a)",
    "[a]",
    "{a}",
    "a|b",
    "a,b",
    "#a",
    "^a",
    "*",
    "!",
    "%",
    "~",
    "ünï",
    "é",
    "e\u{301}",
    "客户",
    "🦀",
    "a\u{3000}b",
    "a\u{a0}b",
];

/// Limits that let nearly everything pass, for the second batch.
const LAX: &str = "[[limits]]\nname = \"daily-count\"\nwindow = \"day\"\ndirection = \"any\"\ncount = 9\n";

fn line(id: &str, customer_id: &str, amount: &str, time: &str) -> String {
    json!({"id": id, "customer_id": customer_id, "load_amount": amount, "time": time}).to_string() + "\n"
}

/// A ledger of three batches and two policies over the years 1999 to 2001: loads and withdrawals of odd customers, some
/// late, some declined, some accounts empty.
fn odd_ledger() -> Ledger {
    let ledger = Ledger::new();
    let mut batches = [String::new(), String::new(), String::new()];
    for (place, customer) in CUSTOMERS.iter().enumerate() {
        let load = format!("${}.{:02}", 100 + place, place);
        let [first, second, third] = &mut batches;
        *first += &line(customer, customer, &load, "2000-06-15T12:00:00Z");
        *first += &line(customer, customer, "$1", "2000-06-16T12:00:00Z");
        *first += &line("too much", customer, "$9000", "2000-06-16T12:00:00Z");
        *second += &line(&format!("late {customer}"), customer, "$20.5", "1999-12-31T23:59:59.999999Z");
        *second += &line("\"; (out)", customer, "-$0.03", "2001-01-01T00:00:00+01:00");
        if place % 4 == 0 {
            *third += &line("all but 1", customer, &format!("-{load}"), "2001-02-03T04:05:06Z");
            *third += &line("rest", customer, "-$20.47", "2001-02-03T04:05:06Z");
        }
        *third += &line("nothing", customer, "$0", "2001-02-03T04:05:07.5Z");
    }
    batches[2] += &line("1", "never accepted", "-$1", "2000-01-01T00:00:00Z");
    ledger.write("lax.toml", LAX);
    for (name, batch, more) in
        [("a, \"b\";c", &batches[0], ""), ("two.jsonl", &batches[1], "--config lax.toml"), ("3", &batches[2], "")]
    {
        let mut command = tidegate(ledger.directory());
        command.args(["run", "--store", NAME, "--batch", name, "-"]).args(more.split_whitespace());
        let mut running = Running::start(&mut command);
        running.write(batch.as_bytes());
        assert_eq!(code(&running.finish()), 0);
    }
    ledger
}

/// Exports to a file of the directory, and gives its path.
fn export(ledger: &Ledger, to: &str, more: &str) -> String {
    assert_eq!(ledger.ask(&format!("export --to {to} {more}")), "");
    ledger.path(to).display().to_string()
}

/// Every customer's balance, as the auditors' view of the ledger has it.
fn balances(ledger: &Ledger) -> BTreeMap<String, Decimal> {
    let database = ledger.database();
    let mut statement = database.prepare("SELECT account, balance FROM accounts").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).unwrap();
    rows.map(|row| row.map(|(account, balance)| (account, balance.parse().unwrap())).unwrap()).collect()
}

/// A ledger of six decisions on two customers.
fn small_ledger() -> Ledger {
    let ledger = Ledger::new();
    let lines = [
        line("1", "a b", "$10.50", "2000-01-02T03:04:05Z"),
        line("2", "=c", "$3", "2000-01-03T00:00:00Z"),
        line("3", "a b", "-$0.25", "2000-01-02T05:00:00.5Z"),
        line("3", "a b", "-$0.25", "2000-01-02T05:00:00.5Z"),
        line("\"4\"", "=c", "-$3.00", "1999-12-31T00:00:00Z"),
        line("5", "=c", "-$9.00", "2000-01-04T00:00:00Z"),
    ];
    ledger.must_feed(0, "- --batch monday.jsonl", lines.concat());
    ledger
}

/// The accepted transactions, as `tidegate events` gives them.
fn accepted(ledger: &Ledger) -> Vec<Value> {
    ledger.events().into_iter().filter(|event| event["accepted"] == true).collect()
}

#[test]
fn odd_ledger_has_what_makes_exports_hard() {
    let ledger = odd_ledger();
    let balances = balances(&ledger);
    assert_eq!(balances.len(), CUSTOMERS.len() + 1);
    assert_eq!(balances.values().filter(|balance| balance.is_zero()).count(), 11);
    assert_eq!(ledger.count("PolicyActivated"), 3);
    assert_eq!(ledger.count("DuplicateTxn"), CUSTOMERS.len());
    assert_eq!(ledger.count("AccountLimitExceeded"), CUSTOMERS.len());
    assert_eq!(ledger.count("AccountFundsInsufficient"), 1);
}

#[test]
fn first_and_last_year_and_the_largest_amounts_are_in_every_export() {
    let ledger = Ledger::new();
    let most = "$92233720368547758.07";
    let lines = [
        line("1", "early", most, "0001-01-01T00:00:00Z"),
        line("2", "early", &format!("-{most}"), "9999-12-30T23:59:59Z"),
        line("3", "late", most, "9999-12-31T23:59:59.999999Z"),
    ];
    ledger.write("lax.toml", LAX);
    ledger.must_feed(0, "- --batch day --config lax.toml", lines.concat());
    let [journal, beancount] = ["all.journal", "all.beancount"].map(|name| export(&ledger, name, ""));
    if let Some(hledger) = Program::find("hledger") {
        assert_eq!(hledger.must(&["-f", &journal, "check", "--strict"]), "");
    }
    if let Some(check) = Program::find("bean-check") {
        assert_eq!(check.must(&[&beancount]), "");
    }
    let balances: Vec<_> = ledger.read("all.beancount").lines().rev().take(2).map(str::to_owned).collect();
    assert_eq!(
        balances,
        [
            "; no day is left to check the balance of Liabilities:Customers:C-late, -92233720368547758.07 XXX",
            "9999-12-31 balance Liabilities:Customers:C-early  0.00 ~ 0.00 XXX",
        ]
    );
    let file = export(&ledger, "all.parquet", "");
    let Some(rows) = duckdb(&file, "SELECT epoch_us(time), CAST(amount AS VARCHAR) FROM events ORDER BY position")
    else {
        return;
    };
    let most = "92233720368547758.07";
    let expected = json!([
        [null, null],
        [-62_135_596_800_000_000_i64, most],
        [253_402_214_399_000_000_i64, format!("-{most}")],
        [253_402_300_799_999_999_i64, most]
    ]);
    assert_eq!(rows, expected);
}

#[test]
fn export_as_of_a_position_is_that_of_a_ledger_which_ends_there() {
    let (long, short) = (small_ledger(), Ledger::new());
    short.must_feed(0, "- --batch monday.jsonl", line("1", "a b", "$10.50", "2000-01-02T03:04:05Z"));
    let recorded_at = long.events()[0]["recorded_at"].as_str().unwrap().to_owned();
    long.must_feed(0, "- --batch tuesday.jsonl", line("6", "d", "$1", "2000-01-05T00:00:00Z"));
    for format in ["hledger", "beancount", "csv"] {
        let export = |ledger: &Ledger, more: &str| ledger.ask(&format!("export --to - --format {format} {more}"));
        assert_eq!(export(&long, "--as-of 2"), export(&short, ""), "{format}");
        assert_eq!(export(&long, &format!("--as-of {recorded_at}")), export(&small_ledger(), ""), "{format}");
        assert_eq!(export(&long, "--as-of now"), export(&long, ""), "{format}");
        assert_ne!(export(&long, "--as-of now"), export(&long, "--as-of 7"), "{format}");
    }
    for as_of in ["0", "1", "2", "7"] {
        export(&long, "all.parquet", &format!("--as-of {as_of}"));
        let path = long.path("all.parquet").display().to_string();
        let Some(count) = duckdb(&path, "SELECT count(*) FROM events") else { return };
        assert_eq!(count[0][0].to_string(), as_of);
    }
}

#[test]
fn empty_export_is_one_that_the_programs_read() {
    let ledger = small_ledger();
    let [journal, beancount] = ["none.journal", "none.beancount"].map(|name| export(&ledger, name, "--as-of 0"));
    if let Some(hledger) = Program::find("hledger") {
        assert_eq!(hledger.must(&["-f", &journal, "check", "--strict"]), "");
    }
    if let Some(check) = Program::find("bean-check") {
        assert_eq!(check.must(&[&beancount]), "");
    }
    assert_eq!(ledger.ask("export --to - --format csv --as-of 0").lines().count(), 1);
}

#[test]
fn what_does_not_fit_together_is_a_matter_of_usage_and_writes_nothing() {
    let ledger = small_ledger();
    let before = ledger.bytes();
    for (arguments, why) in [
        ("--to all.txt", "--to all.txt: the extension must be one of .ledger, .journal, "),
        ("--to -", "--to -: say what to write with --format"),
        ("--to all.csv --currency USD", "--currency USD: only a journal has that"),
        ("--to all.journal --currency US", "three capital letters"),
        ("--to all.journal --as-of 99", "--as-of 99: the log ends at position 7"),
        ("--to all.journal --as-of 2000-01-01", "neither a position nor a time"),
        ("--to ledger.db --format csv", "ledger.db would overwrite ledger.db"),
        ("--to ledger.db-wal --format parquet", "would overwrite"),
        ("--to other/../ledger.db --format hledger", "can't write"),
    ] {
        let output = ledger.command(&format!("export --store {NAME} {arguments}"));
        let expected = if why == "can't write" { 1 } else { 2 };
        assert_eq!((code(&output), stdout(&output)), (expected, ""), "{arguments}: {}", stderr(&output));
        assert!(stderr(&output).contains(why), "{arguments}: {}", stderr(&output));
    }
    assert!(ledger.bytes() == before);
    let output = ledger.command("export --store nothing.db --to all.csv");
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    let mut left: Vec<_> = fs::read_dir(ledger.directory()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.retain(|name| !name.to_string_lossy().starts_with(NAME));
    assert_eq!(left, Vec::<OsString>::new());
}

#[test]
fn export_of_a_damaged_ledger_leaves_the_older_one_as_it_is() {
    for (to, damage) in [
        ("all.journal", "UPDATE segments SET events = replace(events, '10.50', '1x.50')"),
        ("all.parquet", "UPDATE commits SET recorded_at = 'now'"),
    ] {
        let ledger = small_ledger();
        let older = fs::read(export(&ledger, to, "")).unwrap();
        let database = rusqlite::Connection::open(ledger.path(NAME)).unwrap();
        assert!(database.execute(damage, []).unwrap() > 0);
        drop(database);
        let output = ledger.command(&format!("export --store {NAME} --to {to}"));
        assert_eq!((code(&output), stdout(&output)), (1, ""), "{}", stderr(&output));
        assert!(stderr(&output).contains("damaged"), "{}", stderr(&output));
        assert!(fs::read(ledger.path(to)).unwrap() == older, "{to}");
        assert!(!ledger.path(&format!("{to}.partial")).exists());
    }
}

#[test]
fn export_of_a_log_that_lacks_events_is_refused() {
    let ledger = small_ledger();
    for batch in ["tuesday", "wednesday"] {
        ledger.must_feed(0, &format!("- --batch {batch}"), line(batch, "d", "$1", "2000-01-05T00:00:00Z"));
    }
    let database = rusqlite::Connection::open(ledger.path(NAME)).unwrap();
    assert_eq!(database.execute("DELETE FROM segments WHERE first_position = 8", []).unwrap(), 1);
    drop(database);
    for format in ["hledger", "beancount", "parquet"] {
        for as_of in ["8", "9"] {
            let output = ledger.command(&format!("export --store {NAME} --to none --format {format} --as-of {as_of}"));
            assert_eq!((code(&output), stdout(&output)), (1, ""), "{format}: {}", stderr(&output));
            assert!(stderr(&output).contains("there is no event at position 8"), "{format}: {}", stderr(&output));
            assert!(!ledger.path("none").exists());
        }
        assert_eq!(ledger.ask(&format!("export --to before --format {format} --as-of 7")), "");
    }
}

#[test]
fn reader_of_an_export_that_goes_away_is_no_error() {
    let ledger = small_ledger();
    for format in ["hledger", "beancount", "parquet", "csv"] {
        let (reader, write) = pipe();
        drop(reader);
        let mut command = tidegate(ledger.directory());
        command.args(["export", "--store", NAME, "--to", "-", "--format", format]);
        command.stdin(Stdio::null()).stdout(write).stderr(Stdio::piped());
        let output = Running::start_as_it_is(command).finish();
        assert_eq!((code(&output), stderr(&output)), (0, ""), "{format}");
    }
}

#[test]
fn export_to_a_full_device_is_a_failure() {
    let ledger = small_ledger();
    for format in ["hledger", "beancount", "parquet", "csv"] {
        let output = ledger.command(&format!("export --store {NAME} --to /dev/full --format {format}"));
        assert_eq!(code(&output), 1, "{format}");
        assert!(stderr(&output).contains("can't write /dev/full"), "{format}: {}", stderr(&output));
    }
}
