//! What `tidegate replay` says: the state that a log comes to.

use std::fs::File;
use std::process::Command;

use insta::assert_snapshot;
use rustix::process::Signal;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tidegate::inquiry::{self, AsOf};
use tidegate::store::Ledger as Store;

use crate::ledger::{Ledger, NAME, records};
use crate::oracle::{FULL_POLICY, workload};
use crate::support::{code, stderr, stdout};
use crate::transactions::{load, load_of, loads, transaction};

/// The statements that make the text which the state hash is made of.
const RECIPE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/inquiry/state.sql");

/// The text of [`ledger`], written by hand.
const STATE: &str = r#"["tidegate accounts",1]
["c",4,[["1999-12-31","0.50","0.00",1,0],["2000-01-01","1.00","0.40",1,1]]]
["c1",1,[["2000-01-01","1.00","0.00",1,0]]]
["it's \"é\"",1,[]]
"#;

/// Three accounts: one with a late load, one whose id JSON escapes and of which nothing was accepted.
fn ledger() -> Ledger {
    let ledger = Ledger::new();
    ledger.write("monday.jsonl", load_of(1, "c") + &load(1) + &load_of(1, "c"));
    ledger.must_run(0, "monday.jsonl --quiet");
    let tuesday = [
        transaction("2", "c", "-$0.40", "2000-01-01T01:02:03Z"),
        transaction("1", r#"it's \"é\""#, "-$1", "2000-01-01T01:02:03Z"),
        transaction("3", "c", "$0.50", "1999-12-31T23:59:59.5Z"),
    ];
    ledger.write("tuesday.jsonl", tuesday.concat());
    ledger.must_run(0, "tuesday.jsonl --quiet --set daily-count.count=9");
    ledger
}

fn replay(ledger: &Ledger, arguments: &str) -> Value {
    records(&ledger.ask(&format!("replay --json {arguments}"))).remove(0)
}

fn state(ledger: &Ledger) -> String {
    replay(ledger, "")["state"].as_str().expect("the state is a text").to_owned()
}

fn sha256(text: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(text))
}

/// The text as the `sqlite3` program makes it; none, and a word about it, if there is no such program.
fn text_by_sql(ledger: &Ledger) -> Option<String> {
    let recipe = File::open(RECIPE).expect("the recipe can be read");
    let output = match Command::new("sqlite3").arg(ledger.path(NAME)).stdin(recipe).output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("skipped: the sqlite3 program can't be run: {error}");
            return None;
        }
    };
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    Some(stdout(&output).to_owned())
}

#[test]
fn state_is_the_hash_of_a_text_that_can_be_written_by_hand() {
    let ledger = ledger();
    assert_eq!(state(&ledger), sha256(STATE));
    assert_eq!(replay(&ledger, "--to 0")["state"], sha256("[\"tidegate accounts\",1]\n"));
}

#[test]
fn sqlite3_program_makes_the_same_text() {
    let ledger = ledger();
    let Some(text) = text_by_sql(&ledger) else { return };
    assert_eq!(text, STATE);
    let mixed = ledger_of(&lines(6_000));
    let text = text_by_sql(&mixed).expect("the program was there before");
    assert_eq!(sha256(text), state(&mixed));
}

#[test]
fn result_in_words_and_as_json() {
    let ledger = ledger();
    assert_snapshot!(ledger.ask("replay"), @"
    8 events up to position 8: 3 accounts, 4 accepted, 2 declined
    balance of all accounts 2.10
    state 9c9348547ffe38a4b330ae161d0f576a7b6e42327e7240f673473d24e8b3fe70
    ");
    assert_snapshot!(ledger.ask("replay --json"), @r#"{"position":8,"events":8,"accounts":3,"accepted":4,"declined":2,"balance":"2.10","state":"9c9348547ffe38a4b330ae161d0f576a7b6e42327e7240f673473d24e8b3fe70"}"#);
    assert_snapshot!(ledger.ask("replay --to 2"), @"
    2 events up to position 2: 1 account, 1 accepted, 0 declined
    balance of all accounts 1.00
    state 25f809a63a7a3f56e97220405dd29e04de72f3826f3072feb9c24219316c3527
    ");
}

#[test]
fn state_by_a_time_is_that_of_what_had_been_recorded_by_then() {
    let ledger = ledger();
    let monday = ledger.batch("monday.jsonl")["ended_at"].as_str().expect("it has ended").to_owned();
    assert_eq!(replay(&ledger, &format!("--to {monday}")), replay(&ledger, "--to 4"));
    assert_eq!(replay(&ledger, "--to now"), replay(&ledger, ""));
    assert_eq!(replay(&ledger, "--to 1999-01-01T00:00:00Z"), replay(&ledger, "--to 0"));
}

#[test]
fn log_that_does_not_reach_as_far_is_said_to_end_before() {
    let output = ledger().command(&format!("replay --store {NAME} --to 9"));
    assert_eq!((code(&output), stdout(&output)), (2, ""));
    assert_eq!(stderr(&output), "tidegate: --to 9: the log ends at position 8\n");
}

#[test]
fn damaged_log_is_an_error_and_no_state() {
    for (what, change) in [
        ("a segment is gone", "DELETE FROM segments WHERE first_position = 1"),
        ("an amount is larger", "UPDATE segments SET events = replace(events, '\"-0.40\"', '\"-4.00\"')"),
        (
            "a total is too large",
            "UPDATE segments SET events = replace(events, '\"0.50\"', '\"92233720368547758.07\"')",
        ),
        ("a version is missing", "UPDATE segments SET events = replace(events, '\"c\",4,', '\"c\",5,')"),
        ("a load goes out", "UPDATE segments SET events = replace(events, '\"0.50\"', '\"-0.50\"')"),
        ("an event is none", "UPDATE segments SET events = replace(events, '\"0.50\"', '\"0.5\"')"),
    ] {
        let ledger = ledger();
        let database = rusqlite::Connection::open(ledger.path(NAME)).unwrap();
        assert!(database.execute(change, []).unwrap() > 0, "{what}");
        drop(database);
        let output = ledger.command(&format!("replay --store {NAME}"));
        assert_eq!((code(&output), stdout(&output)), (1, ""), "{what}");
        assert!(stderr(&output).starts_with("tidegate: the store is damaged: "), "{what}: {}", stderr(&output));
    }
}

#[test]
fn missing_events_are_an_error_wherever_among_them_a_replay_is_to_end() {
    let ledger = Ledger::new();
    ledger.write("many.jsonl", loads(1..=3_000));
    ledger.must_run(0, "many.jsonl --quiet -o out.jsonl");
    let database = rusqlite::Connection::open(ledger.path(NAME)).unwrap();
    let change = "DELETE FROM segments WHERE first_position = \
                  (SELECT min(first_position) FROM segments WHERE first_position > 1) RETURNING first_position, count";
    let gap = |row: &rusqlite::Row<'_>| Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?));
    let (first, count) = database.query_row(change, [], gap).unwrap();
    drop(database);
    for to in [first, first + count / 2, first + count - 1, first + count] {
        let output = ledger.command(&format!("replay --store {NAME} --to {to}"));
        let expected = format!("tidegate: the store is damaged: there is no event at position {first}\n");
        assert_eq!((code(&output), stdout(&output), stderr(&output)), (1, "", &*expected), "--to {to}");
    }
    assert_eq!(replay(&ledger, &format!("--to {}", first - 1))["position"], first - 1);
}

/// A mixed workload: withdrawals, late lines, local times, duplicates.
fn lines(count: u64) -> Vec<String> {
    workload(count).lines().map(|line| format!("{line}\n")).collect()
}

/// A ledger under a policy with limits of every kind, before its first run.
fn new_ledger() -> Ledger {
    let ledger = Ledger::new();
    ledger.write("tidegate.toml", FULL_POLICY);
    ledger
}

/// A ledger that was made in one batch.
fn ledger_of(lines: &[String]) -> Ledger {
    let ledger = new_ledger();
    ledger.write("day.jsonl", lines.concat());
    ledger.must_run(0, "day.jsonl --threads 1 -o out.jsonl");
    ledger
}

#[test]
fn state_depends_on_neither_batches_nor_threads_nor_commits_nor_the_index() {
    let lines = lines(6_000);
    let expected = state(&ledger_of(&lines));

    let threads = new_ledger();
    threads.write("day.jsonl", lines.concat());
    threads.must_run(0, "day.jsonl --threads 4 -o out.jsonl");
    assert_eq!(state(&threads), expected, "on four threads");

    let batches = new_ledger();
    for (number, piece) in lines.chunks(1_700).enumerate() {
        batches.write(&format!("{number}.jsonl"), piece.concat());
        batches.must_run(0, &format!("{number}.jsonl -o out.jsonl"));
    }
    assert_eq!(state(&batches), expected, "in four batches");

    let interrupted = new_ledger();
    let loud = FULL_POLICY.replace("\"ignore\"", "\"decline\"");
    interrupted.write("tidegate.toml", loud);
    interrupted.write("day.jsonl", lines.concat());
    interrupted.break_off("- --batch day.jsonl", &lines[..500].concat(), Signal::KILL);
    interrupted.must_run(0, "day.jsonl -o out.jsonl");
    interrupted.ask("rebuild");
    assert_eq!(state(&interrupted), expected, "after a kill, and with verdicts on duplicates");

    assert_ne!(state(&ledger_of(&lines[1..])), expected, "without the first line");
}

#[test]
fn state_at_any_position_is_that_of_a_ledger_which_ends_there() {
    let lines = lines(200);
    let whole = ledger_of(&lines);
    let whole = Store::open(&whole.path(NAME)).unwrap();
    let growing = new_ledger();
    for (number, piece) in lines.chunks(9).enumerate() {
        growing.write("piece.jsonl", piece.concat());
        growing.must_run(0, &format!("piece.jsonl --batch {number} -o out.jsonl"));
        let expected = inquiry::replay(&Store::open(&growing.path(NAME)).unwrap(), None).unwrap();
        let prefix = inquiry::replay(&whole, Some(AsOf::Position(expected.position))).unwrap();
        assert_eq!(prefix, expected);
    }
}
