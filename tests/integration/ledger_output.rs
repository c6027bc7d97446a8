//! Where commands that read a ledger write, and where they must not.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::ledger::{Ledger, NAME};
use crate::running::{Running, pipe};
use crate::support::{code, stderr, tidegate};
use crate::transactions::loads;

fn ledger() -> Ledger {
    let ledger = Ledger::new();
    ledger.must_feed(0, "- --batch day", loads(1..=3));
    ledger
}

#[test]
fn follower_ends_when_its_reader_goes_though_nothing_happens() {
    let ledger = ledger();
    for arguments in ["--json", "--json --from 1000", "--account nobody"] {
        let (reader, write) = pipe();
        let mut command = tidegate(ledger.directory());
        command.args(["events", "--store", NAME, "--follow"]).args(arguments.split_whitespace());
        command.stdin(Stdio::null()).stdout(write).stderr(Stdio::piped());
        let mut follower = Running::start_as_it_is(command);
        let mut reader = BufReader::new(reader);
        if arguments == "--json" {
            (0..4).for_each(|_| assert!(reader.read_line(&mut String::new()).unwrap() > 0));
        }
        drop(reader);
        assert_eq!(follower.wait().code(), Some(0), "{arguments}");
        assert_eq!(follower.stderr.rest(), b"", "{arguments}");
    }
}

#[test]
fn follower_ends_after_as_many_events_as_were_asked_for() {
    let ledger = ledger();
    assert_eq!(ledger.ask("events --follow --json --from 2 --limit 2").lines().count(), 2);
}

#[test]
fn ledger_takes_no_output_that_is_appended_to_it() {
    let ledger = ledger();
    let before = ledger.bytes();
    for arguments in [
        "events",
        "batches",
        "head",
        "verdicts --batch day",
        "account c1",
        "accounts",
        "days",
        "views",
        "prove --position 1",
    ] {
        let (name, rest) = arguments.split_once(' ').unwrap_or((arguments, ""));
        let file = OpenOptions::new().append(true).open(ledger.path(NAME)).unwrap();
        let mut command = tidegate(ledger.directory());
        command.args([name, "--store", NAME]).args(rest.split_whitespace());
        command.stdin(Stdio::null()).stdout(file).stderr(Stdio::piped());
        let output = Running::start_as_it_is(command).finish();
        assert_eq!(code(&output), 2, "{arguments}");
        assert!(stderr(&output).contains("standard output would overwrite ledger.db"), "{}", stderr(&output));
        assert!(ledger.bytes() == before, "{arguments}");
    }
}

#[test]
fn table_without_events_is_its_header() {
    let ledger = ledger();
    assert!(ledger.ask("events --from 1000").starts_with("position  type"));
    assert_eq!(ledger.ask("events --from 1000 --json"), "");
    assert!(ledger.ask("events --limit 0 --format csv").starts_with("position,type,"));
}
