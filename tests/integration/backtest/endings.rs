//! How a backtest ends: by gates, by what a check finds, by interrupts.

use rusqlite::Connection;
use rustix::process::Signal;

use super::{LOWER, command, day, history, object};
use crate::ledger::{Ledger, NAME};
use crate::running::Running;
use crate::support::{code, stderr, stdout, tidegate};
use crate::transactions::BAD;

/// A backtest with gates: its status, and what it says on standard error.
fn judged(ledger: &Ledger, gates: &[&str]) -> (i32, String) {
    let gates = gates.iter().flat_map(|gate| ["--fail-if", gate]);
    let arguments: Vec<_> = ["backtest", "--store", NAME].into_iter().chain(LOWER.split(' ')).chain(gates).collect();
    let (status, report, errors) = command(ledger, &arguments);
    assert!(report.contains("5 of 9 decisions flip"), "the report is written all the same: {report}");
    (status, errors)
}

#[test]
fn gate_fails_exactly_where_its_operator_says() {
    let ledger = history();
    for (gate, fails) in [
        ("flips > 5", false),
        ("flips > 4", true),
        ("flips >= 5", true),
        ("flips >= 6", false),
        ("flips < 5", false),
        ("flips < 5.01", true),
        ("flips <= 5", true),
        ("flips <= 4", false),
        ("flips == 5", true),
        ("flips == 4", false),
        ("flips != 5", false),
        ("flips != 4", true),
        // A third of the transactions, which no decimal is.
        ("accepted_change_pp < -33.3333", true),
        ("accepted_change_pp < -33.3334", false),
        ("accepted_change_pp == -33.3333", false),
        ("loads_lost > 8600", false),
        ("loads_lost > 8599.99", true),
        ("loads_change < -6600", false),
        ("loads_change < -6599.99", true),
    ] {
        let (status, errors) = judged(&ledger, &[gate]);
        assert_eq!((status, errors.is_empty()), (if fails { 5 } else { 0 }, !fails), "{gate}: {errors}");
    }
}

#[test]
fn each_gate_that_fails_is_told_with_its_value() {
    let ledger = history();
    let gates = ["flips>4", "customers > 100", "accepted_change_pp < -1", "loads_lost >= 08600.0"];
    let expected = "\
gate \"flips > 4\" failed: flips is 5
gate \"accepted_change_pp < -1\" failed: accepted_change_pp is about -33.3333
gate \"loads_lost >= 8600.0\" failed: loads_lost is 8600.00
";
    assert_eq!(judged(&ledger, &gates), (5, expected.to_owned()));
    let quiet = command(&ledger, &["backtest", "--store", NAME, "--quiet", "--fail-if", "flips == 0", "--json"]);
    assert_eq!((quiet.0, quiet.2.as_str()), (5, "gate \"flips == 0\" failed: flips is 0\n"));
    let told = &object(&quiet.1)["gates"];
    assert_eq!(told.to_string(), r#"[{"failed":true,"gate":"flips == 0","value":0}]"#);
}

#[test]
fn gates_come_before_rejected_lines() {
    let ledger = history();
    ledger.write("bad.jsonl", day() + BAD);
    for (gate, expected) in [("flips > 0", 3), ("flips == 0", 5)] {
        let (status, _, errors) = command(&ledger, &["backtest", "bad.jsonl", "--fail-if", gate]);
        assert_eq!(status, expected, "{gate}: {errors}");
    }
}

#[test]
fn check_tells_decisions_that_their_policy_does_not_make() {
    for (was, is, told) in [
        (
            "daily_amount",
            "daily_count",
            "2 of 9 decisions are not what the policy decides: 2 declined for another reason than its policy has.",
        ),
        (
            "1000.00",
            "2100.00",
            "1 of 9 decisions is not what the policy decides: 1 accepted and must have been declined.",
        ),
        // With the smaller one accepted there is no room for the next.
        (
            "2500.00",
            "1500.00",
            "2 of 9 decisions are not what the policy decides: 1 accepted and must have been declined, 1 declined and must have been accepted.",
        ),
    ] {
        let ledger = history();
        let database = Connection::open(ledger.path(NAME)).unwrap();
        database.execute("UPDATE segments SET events = replace(events, ?1, ?2)", [was, is]).unwrap();
        drop(database);
        let output = ledger.command(&format!("backtest --store {NAME} --fail-if flips>=0"));
        let gate = stderr(&output);
        assert!(code(&output) == 4 && gate.starts_with("gate \"flips >= 0\" failed: "), "{gate}");
        let words: Vec<_> = stdout(&output).split_whitespace().collect();
        assert!(words.join(" ").contains(told), "{}", stdout(&output));
    }
}

#[test]
fn interrupt_while_an_input_is_read_ends_it_with_nothing_written() {
    let ledger = history();
    for signal in [Signal::INT, Signal::TERM] {
        let mut command = tidegate(ledger.directory());
        let mut running = Running::start(command.args(["backtest", "-", "--flips", "flips.jsonl", "--log", "trace"]));
        running.write(day().as_bytes());
        running.stderr.find("actors::creator: created");
        running.signal(signal);
        assert_eq!(running.wait().code(), Some(130));
        assert_eq!(running.stdout.rest(), b"");
        assert!(!ledger.path("flips.jsonl").exists() && !ledger.path("flips.jsonl.partial").exists());
    }
}
