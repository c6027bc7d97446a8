//! Sweeps that are refused, and say why.

use super::{history, swept};
use crate::ledger::{Ledger, NAME};
use crate::support::{code, stderr, stdout};

/// What is said about a command that is refused as a matter of usage.
fn refused(ledger: &Ledger, arguments: &str) -> String {
    let output = ledger.command(arguments);
    assert_eq!((code(&output), stdout(&output)), (2, ""), "{arguments}");
    stderr(&output).to_owned()
}

#[test]
fn what_is_wrong_with_what_is_varied_is_told_with_the_flag() {
    let ledger = history();
    for (vary, expected) in [
        ("a-day.amount=1..0/1", "--vary a-day.amount=1..0/1: the end 0 lies before the start 1"),
        ("a-day.amount=1..5/0", "--vary a-day.amount=1..5/0: a step of zero gets nowhere"),
        ("a-day.amount=1..5", "--vary a-day.amount=1..5: a range needs a step, such as 1..5/1"),
        ("a-day.amount=", "--vary a-day.amount=: names no value"),
        ("a-day.amuont=1", "--vary a-day.amuont: unknown key; did you mean \"amount\"?"),
        ("a-dya.amount=1", "--vary a-dya.amount: unknown limit; did you mean \"a-day\"?"),
        ("a-day.name=b", "--vary a-day.name: unknown key; there are "),
        ("a-day.count=1 --vary a-day.count=2", "--vary a-day.count=2: a-day.count is varied twice"),
        ("a-day.count=1..10001/1", "--vary a-day.count=1..10001/1: 10,001 values are too many, "),
        (
            "a-day.count=1..101/1 --vary a-day.amount=1..100/1",
            "--vary: 101 x 100 are 10,100 candidates, and a sweep has at most 10,000",
        ),
        (
            "a-day.count=0,x",
            "--vary: no candidate is a valid policy; of the first, a-day.count=0: must be a whole number ",
        ),
    ] {
        let told = refused(&ledger, &format!("sweep --store {NAME} --vary {vary}"));
        assert!(told.starts_with(&format!("tidegate: {expected}")), "{vary}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn what_is_missing_or_contradicts_is_told() {
    let ledger = history();
    for (arguments, expected) in [
        ("sweep day.jsonl", "--vary"),
        ("sweep --vary a-day.count=1", "INPUT"),
        ("sweep day.jsonl --store ledger.db --vary a-day.count=1", "--store"),
        ("sweep day.jsonl --vary a-day.count=1 --fail-if flisp>1", "did you mean \"flips\"?"),
        ("sweep --store ledger.db --vary a-day.count=1 --from 2000-02-01 --to 2000-01-01", "--from 2000-02-01"),
        ("sweep --store ledger.db --vary a-day.count=1 --config none.toml", "--config none.toml: can't be read"),
        ("sweep --store none.db --vary a-day.count=1", "--store none.db: "),
        ("sweep day.jsonl --vary a-day.count=1 --csv - --html -", "--csv -: the page goes to standard output: "),
        ("sweep day.jsonl --vary a-day.count=1 --csv - --json", "--csv -: the JSON goes to standard output: "),
        ("sweep day.jsonl --vary a-day.count=1 --html - --json", "--html -: the JSON goes to standard output: "),
    ] {
        let told = refused(&ledger, arguments);
        assert!(told.contains(expected), "{arguments}: {told}");
    }
}

#[test]
fn standard_output_has_the_csv_or_the_page_alone_if_that_is_wanted() {
    let ledger = history();
    swept(&ledger, "--vary a-day.count=1,2 --csv s.csv --html s.html");
    for (flag, file) in [("--csv", "s.csv"), ("--html", "s.html")] {
        assert_eq!(swept(&ledger, &format!("--vary a-day.count=1,2 {flag} -")), ledger.read(file));
    }
}

#[test]
fn files_that_are_read_and_other_results_are_never_overwritten() {
    let ledger = history();
    let before = (ledger.bytes(), ledger.read("day.jsonl"), ledger.read("rich.toml"));
    for (arguments, expected) in [
        ("--store ledger.db --csv ledger.db", "ledger.db would overwrite ledger.db: name another output"),
        ("--store ledger.db --html ledger.db-wal", "ledger.db-wal would overwrite ledger.db-wal: name another output"),
        ("--store ledger.db --html a --csv ./a", "./a would overwrite a: name another output"),
        ("day.jsonl --csv day.jsonl", "day.jsonl would overwrite day.jsonl: name another output"),
        ("day.jsonl --config rich.toml --html rich.toml", "rich.toml would overwrite rich.toml: name another output"),
    ] {
        let told = refused(&ledger, &format!("sweep --vary a-day.count=1 {arguments}"));
        assert_eq!(told, format!("tidegate: {expected}\n"));
    }
    assert!(!ledger.path("a").exists());
    assert_eq!((ledger.bytes(), ledger.read("day.jsonl"), ledger.read("rich.toml")), before);
}

#[test]
fn sweep_that_is_refused_leaves_earlier_results_as_they_were() {
    let ledger = history();
    ledger.write("s.csv", "earlier");
    refused(&ledger, "sweep --store ledger.db --csv s.csv --html s.html --vary a-day.count=0");
    assert_eq!(ledger.read("s.csv"), "earlier");
    let names = std::fs::read_dir(ledger.directory()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = names
        .filter(|name| name.to_string_lossy().contains("s.html") || name.to_string_lossy().contains("partial"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
