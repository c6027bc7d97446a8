//! How accounts stand and stood, as the program says it.

mod account;
mod charts;
mod kinds;
mod lists;
mod moments;

use crate::ledger::Ledger;
use crate::support::{code, run, stderr, stdout};
use crate::transactions::transaction;

/// What stands in the place of the times at which the two batches were recorded.
const RECORDED: [&str; 2] = ["RECORDED-WITH-MONDAY-......", "RECORDED-WITH-TUESDAY......"];

/// A customer whose id no terminal and no table likes.
const ODD: &str = "日曜 \u{202e},\\\"=";

/// A ledger of two batches, Monday's with six transactions and Tuesday's with four: the first of these is a load of
/// Monday that came late.
fn ledger() -> Ledger {
    let ledger = Ledger::new();
    let monday = [
        transaction("1", "528", "3318.47", "2000-01-01T00:00:00Z"),
        transaction("2", "528", "-100.5", "2000-01-03T10:00:00Z"),
        transaction("3", "528", "4200", "2000-01-03T11:00:00Z"),
        transaction("4", "528", "900", "2000-01-03T12:00:00Z"),
        transaction("1", "528", "1", "2000-01-03T13:00:00Z"),
        transaction("5", ODD, "20", "1999-12-30T00:00:00Z"),
    ];
    let tuesday = [
        transaction("6", "528", "77.01", "2000-01-03T09:00:00Z"),
        transaction("7", "528", "4500", "2000-01-04T20:00:00Z"),
        transaction("8", "-x", "5000", "2000-01-04T22:00:00Z"),
        transaction("9", "-x", "-6000", "2000-01-04T22:00:00Z"),
    ];
    ledger.write("monday.jsonl", monday.concat());
    ledger.write("tuesday.jsonl", tuesday.concat());
    ledger.must_run(0, "monday.jsonl --quiet");
    ledger.must_run(0, "tuesday.jsonl --quiet");
    ledger
}

/// The times at which the batches of [`ledger`] were recorded.
fn recorded(ledger: &Ledger) -> [String; 2] {
    let events = ledger.events();
    let time = |position: usize| events[position - 1]["recorded_at"].as_str().expect("a time is text").to_owned();
    [time(7), time(8)]
}

/// What a command says of [`ledger`], without the times that differ every time and nothing that turns lines round.
fn told(ledger: &Ledger, question: &str) -> String {
    masked(ledger, ledger.ask(question))
}

fn masked(ledger: &Ledger, text: String) -> String {
    let [monday, tuesday] = recorded(ledger);
    text.replace(&monday, RECORDED[0]).replace(&tuesday, RECORDED[1]).replace('\u{202e}', "<202e>")
}

/// What a command of usage that is wrong says.
fn refused(ledger: &Ledger, question: &str) -> String {
    let (command, arguments) = question.split_once(' ').unwrap_or((question, ""));
    let output = run(ledger.directory(), &format!("{command} --store ledger.db {arguments}"));
    assert_eq!((code(&output), stdout(&output)), (2, ""), "{question}");
    stderr(&output).lines().next().expect("it says what is wrong").to_owned()
}
