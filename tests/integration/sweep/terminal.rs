//! Sweeps in front of people.

use std::process::Stdio;

use rustix::process::Signal;

use super::{history, swept};
use crate::ledger::{Ledger, NAME};
use crate::running::Running;
use crate::screen::Screen;
use crate::support::{code, stderr, stdout, tidegate};

/// What only a progress bar writes.
const ESCAPE: char = '\u{1b}';

/// What a sweep shows on a terminal.
fn shown(ledger: &Ledger, arguments: &str) -> String {
    let (screen, terminal) = Screen::with_columns(140);
    let mut command = tidegate(ledger.directory());
    command.args(["sweep", "--store", NAME]).args(arguments.split_whitespace()).env("TERM", "xterm");
    command.stdin(Stdio::null()).stdout(terminal).stderr(Stdio::piped());
    let output = Running::start_as_it_is(command).finish();
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    screen.rest().replace("\r\n", "\n")
}

/// The rows of a table, whose first column may be empty.
fn rows(text: &str) -> Vec<&str> {
    let (_, table) = text.split_once("flips").expect("there is a header");
    table.lines().skip(1).take_while(|line| !line.is_empty()).collect()
}

#[test]
fn terminal_shows_bars_and_no_more_than_one_looks_through() {
    let ledger = history();
    let few = "--vary a-day.amount=1000..4000/1000";
    let text = shown(&ledger, few);
    assert!(text.contains('█'), "{text}");
    let without: String =
        text.lines().map(|line| line.trim_end_matches(|c| "█▏▎▍▌▋▊▉ ".contains(c)).to_owned() + "\n").collect();
    assert_eq!(without, swept(&ledger, few));

    let many = "--vary a-day.amount=100..9900/100";
    let text = shown(&ledger, many);
    assert_eq!(rows(&text).len(), 40, "{text}");
    assert!(text.contains("\n40 of 99 candidates, first what nothing beats, then what accepts most; "), "{text}");
    assert_eq!(rows(&swept(&ledger, many)).len(), 99);
}

#[test]
fn progress_is_shown_on_a_terminal_alone() {
    let ledger = history();
    let vary = "--vary a-day.amount=1..100/1";
    let run = |quiet: &str| {
        let (screen, terminal) = Screen::open();
        let mut command = tidegate(ledger.directory());
        command.args(["sweep", "--store", NAME]).args(vary.split_whitespace()).args(quiet.split_whitespace());
        command.env("TERM", "xterm").stdin(Stdio::null()).stdout(Stdio::null()).stderr(terminal);
        assert_eq!(code(&Running::start_as_it_is(command).finish()), 0);
        screen.rest()
    };
    let bar = run("");
    assert!(bar.contains("100 candidates, ") && bar.contains(" left"), "{bar:?}");
    assert_eq!(run("--quiet"), "");
    let output = ledger.command(&format!("sweep --store {NAME} {vary}"));
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    assert!(!stdout(&output).contains(ESCAPE));
}

#[test]
fn interrupt_ends_a_sweep_at_once_and_leaves_no_result() {
    let ledger = history();
    for history in ["--store ledger.db", "day.jsonl"] {
        let (mut screen, terminal) = Screen::open();
        let mut command = tidegate(ledger.directory());
        let limit = if history == "day.jsonl" { "daily-amount" } else { "a-day" };
        let arguments = format!("sweep {history} --vary {limit}.amount=1..10000/1 --csv s.csv");
        command.args(arguments.split_whitespace()).env("TERM", "xterm");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(terminal);
        let mut running = Running::start_as_it_is(command);
        screen.wait_for("10,000 candidates");
        running.signal(Signal::INT);
        assert_eq!(running.wait().code(), Some(130), "{history}");
        assert!(!ledger.path("s.csv").exists());
    }
}
