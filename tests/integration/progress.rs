//! The progress bar.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use tempfile::tempdir;

use crate::running::{Lines, Running, pipe};
use crate::screen::Screen;
use crate::support::{feed, stderr, tidegate};
use crate::transactions::{BAD, WHY_BAD, accepted, load, loads};

/// What only a progress bar writes.
const ESCAPE: char = '\u{1b}';

/// A run from a pipe with standard error on a new screen and standard output where it is told.
fn run_on_screen(directory: &Path, arguments: &[&str], stdout: impl Into<Stdio>) -> (Running, Screen) {
    let (screen, terminal) = Screen::open();
    let mut command = tidegate(directory);
    command.args(["run", "-"]).args(arguments).env("TERM", "xterm");
    command.stdin(Stdio::piped()).stdout(stdout).stderr(terminal);
    (Running::start_as_it_is(command), screen)
}

#[test]
fn run_from_a_pipe_shows_how_many_and_how_fast() {
    let directory = tempdir().unwrap();
    let (mut running, mut screen) = run_on_screen(directory.path(), &[], Stdio::null());
    running.write(load(1).as_bytes());
    screen.wait_for("  1 transactions, ");
    screen.wait_for("/s");
    running.finish();
    let end = screen.rest();
    assert!(end.contains("read 1: 1 accepted"), "{end:?}");
}

#[test]
fn run_from_a_file_shows_how_far_and_how_long_still() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("day.jsonl"), loads(1..=40_000)).unwrap();
    // The verdicts of a batch fit into the pipe and those of the file don't, so that the run waits half way.
    let (consumer, write) = pipe();
    rustix::pipe::fcntl_setpipe_size(&write, 1 << 20).unwrap();
    let (mut screen, terminal) = Screen::open();
    let mut command = tidegate(directory.path());
    command.args(["run", "day.jsonl"]).env("TERM", "xterm");
    command.stdin(Stdio::null()).stdout(write).stderr(terminal);
    let mut running = Running::start_as_it_is(command);
    screen.wait_for(" %  ");
    screen.wait_for(" transactions, ");
    screen.wait_for("/s, ");
    screen.wait_for(" left");
    running.stdout = Lines::of(consumer);
    assert!(running.finish().status.success());
}

#[test]
fn rejected_lines_stand_whole_on_a_line_of_their_own() {
    let directory = tempdir().unwrap();
    let (mut running, mut screen) = run_on_screen(directory.path(), &[], Stdio::null());
    running.write(load(1).as_bytes());
    screen.wait_for(" transactions, ");
    running.write((BAD.to_owned() + &load(3)).as_bytes());
    let reject = format!("-:2: {WHY_BAD}\r\n");
    let shown = screen.wait_for(&reject);
    let before = shown.split_once(&reject).unwrap().0;
    assert!(before.ends_with('\r') || before.ends_with("\u{1b}[2K") || before.ends_with("\u{1b}[J"), "{before:?}");
    running.finish();
}

#[test]
fn quiet_run_leaves_the_screen_empty() {
    let directory = tempdir().unwrap();
    let (mut running, screen) = run_on_screen(directory.path(), &["--quiet"], Stdio::null());
    running.write(load(1).as_bytes());
    running.finish();
    assert_eq!(screen.rest(), "");
}

#[test]
fn verdicts_on_the_screen_have_it_to_themselves() {
    let directory = tempdir().unwrap();
    let (screen, terminal) = Screen::open();
    let mut command = tidegate(directory.path());
    command.args(["run", "-"]).env("TERM", "xterm");
    command.stdin(Stdio::piped()).stdout(terminal.try_clone().unwrap()).stderr(terminal);
    let mut running = Running::start_as_it_is(command);
    running.write(load(1).as_bytes());
    running.finish();
    let shown = screen.rest();
    assert!(shown.starts_with(accepted(1).trim_end()) && !shown.contains(ESCAPE), "{shown:?}");
}

#[test]
fn standard_error_that_is_no_screen_gets_no_bar() {
    let directory = tempdir().unwrap();
    let output = feed(directory.path(), "run - -o /dev/null", loads(1..=10_000).as_bytes());
    assert!(stderr(&output).starts_with("read 10,000: ") && !stderr(&output).contains(ESCAPE), "{}", stderr(&output));
}
