//! `tidegate backtest`: what is told of a history that anyone can count.

mod endings;
mod figures;
mod files;
mod mistakes;
mod terminal;

use serde_json::Value;

use crate::ledger::{Ledger, NAME};
use crate::support::{code, stderr, stdout, tidegate};
use crate::transactions::transaction;

/// What flips half of [`day`].
const LOWER: &str = "--set daily-amount.amount=3500";

/// Nine transactions of three customers, in two weeks.
///
/// The default limits accept six of them: 2 goes beyond 5,000 a day, as 8 does, and 4 comes again. With 3,500 a day 3 goes
/// beyond it, 4 and 7 do by themselves, 5 finds no funds, and 8 finds the room that 7 no longer takes.
fn day() -> String {
    [
        ("1", "a", "$3000.00", "2000-01-03T10:00:00Z"),
        ("2", "a", "$2500.00", "2000-01-03T11:00:00Z"),
        ("3", "a", "$1000.00", "2000-01-03T12:00:00Z"),
        ("4", "b", "$4000.00", "2000-01-04T10:00:00Z"),
        ("5", "b", "-$3500.00", "2000-01-05T10:00:00Z"),
        ("7", "=c", "$3600.00", "2000-01-06T10:00:00Z"),
        ("8", "=c", "$2000.00", "2000-01-06T11:00:00Z"),
        ("4", "b", "$4000.00", "2000-01-07T10:00:00Z"),
        ("6", "a", "$2000.00", "2000-01-10T10:00:00Z"),
    ]
    .map(|(id, customer, amount, time)| transaction(id, customer, amount, time))
    .concat()
}

/// A directory with [`day`] as `day.jsonl`, and a ledger in which the default limits decided on it.
fn history() -> Ledger {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", day());
    ledger.must_run(0, "day.jsonl --quiet");
    ledger
}

/// What a backtest of the ledger writes that ends with a status and says nothing else.
fn tested(ledger: &Ledger, status: i32, arguments: &str) -> String {
    let output = ledger.command(&format!("backtest --store {NAME} {arguments}"));
    assert_eq!((code(&output), stderr(&output)), (status, ""), "{arguments}");
    stdout(&output).to_owned()
}

/// The same as JSON.
fn report(ledger: &Ledger, arguments: &str) -> Value {
    object(&tested(ledger, 0, &format!("--json {arguments}")))
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The program with arguments that may hold spaces: its status, and both outputs.
fn command(ledger: &Ledger, arguments: &[&str]) -> (i32, String, String) {
    let output = tidegate(ledger.directory()).args(arguments).output().expect("the program starts");
    (code(&output), stdout(&output).to_owned(), stderr(&output).to_owned())
}
