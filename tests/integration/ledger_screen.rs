//! What the commands that read a ledger show.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use insta::assert_snapshot;
use rustix::process::Signal;
use serde_json::Value;

use crate::ledger::{Ledger, NAME, records};
use crate::running::{Lines, Running, pipe};
use crate::support::{code, run, stderr, stdout, tidegate};
use crate::transactions::{BAD, accepted, load, load_of, loads};

const COMMANDS: &[&str] = &[
    "batches",
    "account",
    "accounts",
    "days",
    "explain",
    "events",
    "verdicts",
    "head",
    "view",
    "views",
    "export",
    "verify",
    "prove",
    "consistency",
    "replay",
    "rebuild",
    "backup",
    "backtest",
];

/// A ledger of two batches, the second of them unfinished: six events of the policy and of two customers.
fn ledger() -> Ledger {
    let ledger = Ledger::new();
    ledger.write("monday.jsonl", load_of(1, "c") + BAD + &load_of(1, "c") + &load_of(2, r#"d,\"e"#));
    ledger.must_run(3, "monday.jsonl");
    ledger.break_off("- --batch tuesday", &(load_of(3, "c") + &load_of(4, "c")), Signal::INT);
    ledger
}

/// A text with every digit of its times made 0.
fn same_every_time(text: &str) -> String {
    let is_time = |word: &str| word.starts_with(|first: char| first.is_ascii_digit()) && word.contains(['-', ':']);
    let masked = |word: &str| word.replace(|letter: char| letter.is_ascii_digit(), "0");
    text.split_inclusive([' ', '\n']).map(|word| if is_time(word) { masked(word) } else { word.to_owned() }).collect()
}

fn positions(events: &str) -> Vec<u64> {
    records(events).iter().map(|event| event["position"].as_u64().expect("a position is a number")).collect()
}

#[test]
fn help_of_each_command_has_examples_and_names_the_ledger() {
    for command in COMMANDS {
        let output = run(Ledger::new().directory(), &format!("{command} --help"));
        assert_eq!((code(&output), stderr(&output)), (0, ""), "{command}");
        let (options, examples) = stdout(&output).split_once("\nExamples:\n").expect("there are examples");
        assert!(options.contains("--store <"), "{command}: {options}");
        let examples: Vec<_> = examples.lines().take_while(|line| line.starts_with("  ")).collect();
        assert!(!examples.is_empty(), "{command}");
        assert!(examples.iter().all(|line| line.contains(&format!("tidegate {command} "))), "{examples:?}");
    }
    let help = run(Ledger::new().directory(), "run --help");
    assert!(["--store", "--batch", "--dry-run", "--resume-at-line"].iter().all(|flag| stdout(&help).contains(flag)));
}

#[test]
fn each_command_needs_to_be_told_the_ledger() {
    for command in COMMANDS {
        let output = run(Ledger::new().directory(), command);
        assert_eq!((code(&output), stdout(&output)), (2, ""), "{command}");
        assert!(stderr(&output).contains("--store"), "{command}: {}", stderr(&output));
    }
}

#[test]
fn table_of_batches() {
    assert_snapshot!(same_every_time(&ledger().ask("batches")), @"
    number  name          state       lines  accepted  declined  rejected  started                      ended
         1  monday.jsonl  complete        4         2         1         1  0000-00-00T00:00:00.000000Z  0000-00-00T00:00:00.000000Z
         2  tuesday       unfinished      2         2         0         0  0000-00-00T00:00:00.000000Z  0000-00-00T00:00:00.000000Z
    ");
}

#[test]
fn table_of_events() {
    assert_snapshot!(same_every_time(&ledger().ask("events")), @r#"
    position  type              account  version  transaction  amount  time                  batch         line  reason     used
           1  PolicyActivated                                                                monday.jsonl
           2  AccountDeposited  c              1  1              1.00  0000-00-00T00:00:00Z  monday.jsonl     1
           3  DuplicateTxn      c              2  1              1.00  0000-00-00T00:00:00Z  monday.jsonl     3  duplicate
           4  AccountDeposited  "d,\"e"        1  2              1.00  0000-00-00T00:00:00Z  monday.jsonl     4
           5  AccountDeposited  c              3  3              1.00  0000-00-00T00:00:00Z  tuesday          1
           6  AccountDeposited  c              4  4              1.00  0000-00-00T00:00:00Z  tuesday          2
    "#);
}

#[test]
fn batches_as_json_tell_the_same() {
    let batches = records(&ledger().ask("batches --json"));
    let told: Vec<_> = batches
        .iter()
        .map(|batch| ["name", "complete", "lines", "accepted", "declined", "rejected"].map(|key| &batch[key]))
        .map(|values| values.map(Value::to_string).join(" "))
        .collect();
    assert_eq!(told, ["\"monday.jsonl\" true 4 2 1 1", "\"tuesday\" false 2 2 0 0"]);
}

#[test]
fn head_as_json_has_its_three_parts() {
    let ledger = ledger();
    let [head] = &records(&ledger.ask("head --json"))[..] else { panic!("one head") };
    let expected = ledger.head();
    assert_eq!(head["size"], expected.size);
    assert_eq!((head["root"].as_str(), head["chain"].as_str()), (Some(&*expected.root), Some(&*expected.chain)));
}

#[test]
fn events_as_json_lines_are_told_in_full() {
    let ledger = ledger();
    let text = ledger.ask("events --format jsonl");
    assert_eq!(text, ledger.ask("events --json"));
    assert_eq!(text.lines().count(), 6);
    assert_eq!(positions(&text), [1, 2, 3, 4, 5, 6]);
    let duplicate = &records(&text)[2];
    let expected = [
        ("type", Value::from("DuplicateTxn")),
        ("batch", Value::from("monday.jsonl")),
        ("line", Value::from(3)),
        ("account", Value::from("c")),
        ("version", Value::from(2)),
        ("transaction_id", Value::from("1")),
        ("amount", Value::from("1.00")),
        ("time", Value::from("2000-01-01T00:00:00Z")),
        ("reason", Value::from("duplicate")),
    ];
    for (key, value) in expected {
        assert_eq!(duplicate[key], value, "{key}: {duplicate}");
    }
}

#[test]
fn events_as_csv_have_a_header_and_a_record_each() {
    let text = ledger().ask("events --format csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap_or_else(|| panic!("no {name}"));
    let [position, kind, customer] = ["position", "type", "account"].map(column);
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let told: Vec<_> = rows.iter().map(|row| [&row[position], &row[kind], &row[customer]].join(" ")).collect();
    let deposit = |position: u64, customer: &str| format!("{position} AccountDeposited {customer}");
    assert_eq!(told[0], "1 PolicyActivated ");
    assert_eq!(
        told[1..],
        [deposit(2, "c"), "3 DuplicateTxn c".to_owned(), deposit(4, "d,\"e"), deposit(5, "c"), deposit(6, "c")]
    );
}

#[test]
fn events_as_cloudevents_are_what_the_standard_asks_for() {
    let events = records(&ledger().ask("events --format cloudevents"));
    assert_eq!(events.len(), 6);
    let text = |event: &Value, key: &str| event[key].as_str().unwrap_or_else(|| panic!("no {key}: {event}")).to_owned();
    let mut ids = Vec::new();
    for event in &events {
        assert_eq!(event["specversion"], "1.0");
        assert!(!text(event, "source").is_empty());
        assert!(chrono::DateTime::parse_from_rfc3339(&text(event, "time")).is_ok(), "{event}");
        assert!(event["data"].is_object(), "{event}");
        assert_eq!(event["datacontenttype"], "application/json");
        let names = event.as_object().unwrap().keys();
        assert!(
            names.into_iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())),
            "{event}"
        );
        ids.push(text(event, "source") + " " + &text(event, "id"));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6, "source and id together are unique");
    assert!(text(&events[0], "type").ends_with("PolicyActivated"));
    assert!(text(&events[3], "type").ends_with("AccountDeposited"));
    assert_eq!(text(&events[3], "subject"), "d,\"e");
}

#[test]
fn events_can_be_chosen() {
    let ledger = ledger();
    for (chosen, expected) in [
        ("--from 1", &[1, 2, 3, 4, 5, 6][..]),
        ("--from 5", &[5, 6]),
        ("--from 7", &[]),
        ("--limit 2", &[1, 2]),
        ("--account c", &[2, 3, 5, 6]),
        ("--account nobody", &[]),
        ("--type DuplicateTxn", &[3]),
        ("--type PolicyActivated", &[1]),
        ("--account c --type AccountDeposited", &[2, 5, 6]),
        ("--account c --from 3 --limit 2", &[3, 5]),
    ] {
        assert_eq!(positions(&ledger.ask(&format!("events --format jsonl {chosen}"))), expected, "{chosen}");
    }
    let output = ledger.command("events --store ledger.db --type AccountClosed");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("AccountClosed"), "{}", stderr(&output));
}

/// `tidegate events --follow` on a ledger from a position on, into a pipe.
fn follow(ledger: &Ledger, from: u64, output: impl Into<Stdio>) -> Running {
    let mut command = tidegate(ledger.directory());
    command.args(["events", "--store", NAME, "--follow", "--format", "jsonl", "--from", &from.to_string()]);
    command.stdin(Stdio::null()).stdout(output).stderr(Stdio::piped());
    Running::start_as_it_is(command)
}

#[test]
fn follower_sees_events_while_a_run_writes_them_and_ends_quietly_when_its_reader_goes() {
    let ledger = ledger();
    let (reader, write) = pipe();
    let mut follower = follow(&ledger, 7, write);
    let seen = Lines::of(reader.try_clone().unwrap());
    for round in 0..2 {
        let mut writer = ledger.start(&format!("- --batch round-{round}"));
        for id in [10 * round + 10, 10 * round + 11] {
            writer.write(load(id).as_bytes());
            assert_eq!(writer.stdout.next(), accepted(id).trim_end());
            let event: Value = serde_json::from_str(&seen.next()).unwrap();
            assert_eq!(event["transaction_id"], id.to_string(), "{event}");
        }
        assert_eq!(code(&writer.finish()), 0);
    }
    follower.signal(Signal::INT);
    follower.wait();
    assert_eq!(follower.stderr.rest(), b"");

    let (reader, write) = pipe();
    let mut follower = follow(&ledger, 11, write);
    drop(reader);
    ledger.must_feed(0, "- --batch last", load(99));
    assert_eq!(follower.wait().code(), Some(0));
    assert_eq!(follower.stderr.rest(), b"");
}

#[test]
fn reader_that_has_seen_the_first_line_ends_each_command_quietly() {
    let ledger = ledger();
    ledger.must_feed(0, "- --batch many", loads(100..=5_000));
    for command in [
        "events",
        "events --format csv",
        "events --json",
        "batches",
        "verdicts --batch many",
        "head",
        "account c",
        "account c --json",
        "accounts",
        "accounts --json",
        "days",
        "views",
        "backtest",
        "backtest --json",
    ] {
        let (reader, write) = pipe();
        let (name, arguments) = command.split_once(' ').unwrap_or((command, ""));
        let mut command = tidegate(ledger.directory());
        command.args([name, "--store", NAME]).args(arguments.split_whitespace());
        command.stdin(Stdio::null()).stdout(write).stderr(Stdio::piped());
        let running = Running::start_as_it_is(command);
        let mut line = String::new();
        BufReader::new(reader).read_line(&mut line).unwrap();
        let output = running.finish();
        assert_ne!(line, "", "{name} {arguments}");
        assert_eq!((code(&output), stderr(&output)), (0, ""), "{name} {arguments}");
    }
}
