//! What `tidegate explain` says.

mod decided;
mod kinds;
mod supposed;

use insta::assert_snapshot;
use serde_json::Value;

use crate::ledger::{Ledger, NAME, records};
use crate::running::Running;
use crate::support::{code, stderr, stdout, tidegate};
use crate::transactions::transaction;

const SATURDAY: &str = "2000-01-01T12:00:00Z";
const SUNDAY: &str = "2000-01-02T12:00:00Z";

/// A policy with bounds of every window, and without verdicts on duplicates.
const SILENT: &str = r#"
    policy.duplicates = "ignore"
    limits = [
        { name = "single", window = "transaction", direction = "any", amount = "900.00" },
        { name = "out", window = "month", direction = "withdrawal", count = 2, amount = "750.00" },
        { name = "in", window = "week", direction = "load", count = 5 },
    ]
"#;

/// Two batches on account 528, the second under another policy and with a load that arrives a day late.
fn ledger() -> Ledger {
    let ledger = Ledger::new();
    let sent = |transactions: &[(&str, &str, &str)]| -> String {
        transactions.iter().map(|(id, amount, time)| transaction(id, "528", amount, time)).collect()
    };
    let saturday = sent(&[
        ("1", "$1000", SATURDAY),
        ("2", "$1082.50", SATURDAY),
        ("3", "$3318.47", SATURDAY),
        ("1", "$1", SATURDAY),
        ("4", "-$2082.51", SATURDAY),
        ("5", "-$82.50", SATURDAY),
        ("6", "$1", SATURDAY),
        ("1", "-$7000", SUNDAY),
    ]);
    ledger.write("saturday.jsonl", saturday);
    ledger.must_run(0, "saturday.jsonl --quiet");
    ledger.write("tidegate.toml", SILENT);
    ledger.write("sunday.jsonl", sent(&[("7", "-$650", SUNDAY), ("8", "$100", SATURDAY), ("3", "$1000", SUNDAY)]));
    ledger.must_run(0, "sunday.jsonl --quiet");
    ledger
}

/// An answer with every digit of the times of recording made 0, which are those with microseconds.
fn explain(ledger: &Ledger, arguments: &str) -> String {
    let text = ledger.ask(&format!("explain {arguments}"));
    let masked = |word: &str| {
        let is_recorded = word.contains('T') && word.contains('.') && word.contains('Z');
        if is_recorded { word.replace(|letter: char| letter.is_ascii_digit(), "0") } else { word.to_owned() }
    };
    text.split_inclusive([' ', '\n', '"']).map(masked).collect()
}

/// What is said of a question that is refused.
fn refused(ledger: &Ledger, arguments: &str) -> String {
    let output = ledger.command(&format!("explain --store {NAME} {arguments}"));
    assert_eq!((code(&output), stdout(&output)), (2, ""), "{arguments}");
    stderr(&output).to_owned()
}

#[test]
fn question_that_has_no_answer_says_which_part_is_at_fault() {
    let ledger = ledger();
    for (arguments, expected) in [
        ("--account nobody 1", "tidegate: --account nobody: the ledger has no such account\n"),
        ("--account 528 9", "tidegate: TRANSACTION 9: account 528 has none of this id\n"),
        ("--account 528 1 --position 3", "tidegate: --position 3: transaction 1 was decided at 2, 5, 9\n"),
        ("--account 528 --amount 1 --as-of 14", "tidegate: --as-of 14: the log ends at position 13\n"),
        ("--account 528 --amount 1 --as-of 0", "tidegate: --as-of: no policy was in force yet at position 0\n"),
        (
            "--account nobody --amount 1",
            "tidegate: --time is missing: up to position 13 account nobody has no transaction to take it from\n",
        ),
    ] {
        assert_eq!(refused(&ledger, arguments), expected, "{arguments}");
    }
    for (arguments, named) in [
        ("--account 528", "<TRANSACTION>"),
        ("1", "--account"),
        ("--account 528 1 --amount 5", "--amount"),
        ("--account 528 1 --at 2000-01-01T00:00:00Z", "--at"),
        ("--account 528 1 --as-of 3", "--as-of"),
        ("--account 528 1 --time now", "--time"),
        ("--account 528 --amount 5 --position 3", "--position"),
        ("--account 528 --amount 1.234", "not an amount, such as 250, 12.50 or -50"),
        ("--account 528 --amount 5 --at 2000-01-01", "not an RFC 3339 time"),
        ("--account 528 --amount 5 --as-of yesterday", "neither a position nor a time"),
    ] {
        assert!(refused(&ledger, arguments).contains(named), "{arguments}: {}", refused(&ledger, arguments));
    }
}

#[test]
fn decision_that_does_not_follow_from_those_before_it_is_an_error() {
    for (what, old, new) in [("an amount", "\"1082.50\"", "\"1082.51\""), ("a version", "\"528\",3,", "\"528\",9,")] {
        let ledger = ledger();
        let database = rusqlite::Connection::open(ledger.path(NAME)).unwrap();
        let change = "UPDATE segments SET events = replace(events, ?1, ?2) WHERE instr(events, ?1)";
        assert_eq!(database.execute(change, [old, new]).unwrap(), 1, "{what}");
        drop(database);
        let output = ledger.command(&format!("explain --store {NAME} --account 528 3"));
        assert_eq!((code(&output), stdout(&output)), (1, ""), "{what}");
        assert_eq!(
            stderr(&output),
            "tidegate: the store is damaged: the event at position 4 does not follow from those before it; \
             `tidegate verify` says more\n",
            "{what}"
        );
    }
}

#[test]
fn ids_can_not_steer_a_terminal_and_amounts_may_be_the_largest_there_are() {
    let ledger = Ledger::new();
    ledger.write("tidegate.toml", "limits = []");
    let largest = "$92233720368547758.07";
    let customer = "a\u{202e}b";
    ledger.write("a b.jsonl", transaction("1", customer, largest, SUNDAY) + &transaction("2", customer, "$1", SUNDAY));
    let mut run = tidegate(ledger.directory());
    run.args(["run", "--store", NAME, "--quiet", "a b.jsonl"]);
    assert_eq!(code(&Running::start(&mut run).finish()), 0);
    let text = explain(&ledger, &format!("--account {customer} 2"));
    assert!(!text.contains('\u{202e}'), "{text}");
    assert_snapshot!(text, @r#"
    transaction 2 of account "a\u{202e}b": a load of 1.00 at 2000-01-02T12:00:00Z
    batch a b.jsonl line 2, position 3, recorded 0000-00-00T00:00:00.000000Z, policy at position 1
    declined: total_overflow

    limit  window                     used   this                    of  left
    total  all loads  92233720368547758.07  +1.00  92233720368547758.07  0.00  exceeded by 1.00
    funds  balance                                                             not needed for a load

    the largest load that would have passed: 0.00
    this amount would have passed at no later time, had nothing else happened
    "#);
    let answer: Value =
        records(&ledger.ask(&format!("explain --json --account {customer} --amount=-$92233720368547758.08"))).remove(0);
    assert_eq!((&answer["reason"], &answer["largest"]), (&"total_overflow".into(), &"-92233720368547758.07".into()));
}
