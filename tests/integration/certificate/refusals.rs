//! What is refused before anything is written, and what can't be checked.

use std::fs;
use std::os::unix::fs::symlink;

use super::{certified, directory, verified};
use crate::ledger::Ledger;
use crate::support::{code, stderr, stdout};
use crate::transactions::{load, loads};

#[test]
fn certificate_over_another_file_of_the_run_is_refused() {
    let directory = Ledger::new();
    directory.write("day.jsonl", load(1));
    directory.must_feed(0, "- --batch before", load(9));
    symlink("day.jsonl", directory.path("link")).unwrap();
    let bytes = directory.bytes();
    let names = || fs::read_dir(directory.directory()).unwrap().count();
    let before = names();
    for (arguments, expected) in [
        ("day.jsonl --certificate day.jsonl", "day.jsonl would overwrite the input day.jsonl"),
        ("day.jsonl -o out --certificate link", "link would overwrite the input day.jsonl"),
        ("day.jsonl -o out --certificate out", "the certificate can't go to out: the verdicts go to out"),
        ("day.jsonl -o out --certificate ./out.partial", "the certificate can't go to ./out.partial: the verdicts"),
        (
            "day.jsonl --certificate -",
            "the certificate can't go to standard output: the verdicts go to standard output",
        ),
        ("day.jsonl --rejects bad --certificate bad", "the certificate can't go to bad: rejects go to bad"),
        (
            "day.jsonl --store ledger.db --certificate ledger.db",
            "ledger.db: the certificate can't be the ledger ledger.db",
        ),
        ("day.jsonl --store ledger.db --certificate ledger.db-wal", "the certificate can't be the ledger ledger.db"),
        (
            "day.jsonl --store ledger.db --dry-run --certificate c",
            "'--dry-run' cannot be used with '--certificate <FILE>'",
        ),
        ("day.jsonl --certificate no/c", "can't write no/c"),
    ] {
        let output = directory.command(&format!("run {arguments}"));
        let status = if arguments.ends_with("no/c") { 1 } else { 2 };
        assert_eq!((code(&output), stdout(&output)), (status, ""), "{arguments}: {}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{arguments}: {}", stderr(&output));
    }
    assert_eq!((names(), directory.bytes()), (before, bytes));
    assert_eq!(directory.read("day.jsonl"), load(1));
}

#[test]
fn certificate_may_go_to_standard_output_and_over_an_older_one() {
    let directory = Ledger::new();
    directory.write("day.jsonl", load(1));
    let output = directory.command("run day.jsonl -o out --certificate -");
    directory.write("c.json", "an older one");
    assert_eq!(stdout(&output), certified(&directory, 0, "day.jsonl -o out", ""));
    verified(&directory, 0, "day.jsonl");
}

#[test]
fn what_can_not_be_checked_is_a_matter_of_usage() {
    let directory = directory();
    directory.write("day.jsonl", loads(1..=3));
    directory.write("broken.json", "{\"certificate\": \"tidegate replay\", \"version\": 1}");
    directory.write("bad.csv", "customer_id,group\nc1,gold\nc1,silver\n");
    let certificate = certified(&directory, 0, "day.jsonl -o out", "");
    let plain = Ledger::new();
    plain.write("day.jsonl", loads(1..=3));
    directory.write("plain.json", certified(&plain, 0, "day.jsonl -o out", ""));
    directory.must_run(0, "day.jsonl -o out");
    for (arguments, expected) in [
        ("none.json day.jsonl", "none.json: there is no such file"),
        ("c.json none.jsonl --groups groups.csv", "none.jsonl: there is no such file"),
        ("- -", "only one of the certificate and INPUT can be standard input"),
        ("broken.json day.jsonl", "broken.json: it is no certificate, or a damaged one: missing field `input`"),
        ("day.jsonl day.jsonl", "day.jsonl: it is no certificate, or a damaged one: "),
        ("c.json day.jsonl", "--groups FILE is needed: the policy decided by a file of groups"),
        ("c.json day.jsonl --groups none.csv", "--groups none.csv: can't read none.csv"),
        ("c.json day.jsonl --groups bad.csv", "bad.csv:3: group: customer"),
        ("plain.json day.jsonl --groups groups.csv", "--groups: the policy in the certificate decided by no file"),
        ("plain.json day.jsonl --store ledger.db", "--store: the certificate is of a run without a ledger"),
        ("plain.json day.jsonl --store none.db", "--store: the certificate is of a run without a ledger"),
    ] {
        let output = directory.command(&format!("verify-certificate {arguments}"));
        assert_eq!((code(&output), stdout(&output)), (2, ""), "{arguments}: {}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{arguments}: {}", stderr(&output));
    }
    assert_eq!(directory.read("c.json"), certificate);
}

#[test]
fn certificate_or_input_may_come_through_a_pipe() {
    let directory = Ledger::new();
    directory.write("day.jsonl", loads(1..=3));
    let certificate = certified(&directory, 0, "day.jsonl -o out", "");
    for (arguments, input) in [("- day.jsonl", &certificate), ("c.json -", &loads(1..=3))] {
        let output =
            crate::support::feed(directory.directory(), &format!("verify-certificate {arguments}"), input.as_bytes());
        assert_eq!(code(&output), 0, "{arguments}: {}", stderr(&output));
    }
}
