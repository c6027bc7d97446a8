//! Ctrl-C and SIGTERM.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use rustix::process::Signal;
use tempfile::tempdir;

use crate::running::{Lines, Running, pipe};
use crate::support::{stderr, stdout, tidegate};
use crate::transactions::{BAD, WHY_BAD, accepted, all_accepted, load, loads};

/// So many lines that their verdicts don't fit into a pipe.
const MORE_THAN_A_PIPE: u64 = 3_000;

/// The number of lines read, as the summary tells it.
fn read_count(summary: &str) -> u64 {
    let line = summary.lines().find(|line| line.starts_with("read ")).expect("there is a summary");
    line["read ".len()..].split(':').next().unwrap().replace(',', "").parse().unwrap()
}

/// A run that was interrupted while its verdicts don't all fit into the pipe, and the end where they are read.
fn interrupted_while_nobody_reads(directory: &Path) -> (Running, File) {
    let (consumer, write) = pipe();
    let mut command = tidegate(directory);
    command.args(["run", "-", "--log", "info"]).stdin(Stdio::piped()).stdout(write).stderr(Stdio::piped());
    let mut running = Running::start_as_it_is(command);
    running.write(loads(1..=MORE_THAN_A_PIPE).as_bytes());
    running.signal(Signal::INT);
    running.stderr.find("interrupted: what was read is finished");
    (running, consumer)
}

#[test]
fn interrupt_ends_a_run_whose_input_is_silent_with_a_summary() {
    let directory = tempdir().unwrap();
    for signal in [Signal::INT, Signal::TERM] {
        let mut running = Running::start(tidegate(directory.path()).args(["run", "-"]));
        running.write(load(1).as_bytes());
        assert_eq!(running.stdout.next(), accepted(1).trim_end());
        running.signal(signal);
        assert_eq!(running.wait().code(), Some(130), "{signal:?}");
        let summary = String::from_utf8(running.stderr.rest()).unwrap();
        assert!(summary.starts_with("read 1: 1 accepted, 0 declined, 0 rejected in "), "{summary}");
        assert!(summary.ends_with("\ninterrupted\n"), "{summary}");
    }
}

#[test]
fn interrupt_before_the_first_line_ends_the_run_as_well() {
    let directory = tempdir().unwrap();
    let mut running = Running::start(tidegate(directory.path()).args(["run", "-", "--output-format", "csv"]));
    assert_eq!(running.stdout.next(), "id,customer_id,accepted");
    running.signal(Signal::INT);
    assert_eq!(running.wait().code(), Some(130));
}

#[test]
fn half_a_line_that_was_read_when_the_interrupt_came_gets_neither_verdict_nor_reject() {
    let directory = tempdir().unwrap();
    let mut running = Running::start(tidegate(directory.path()).args(["run", "-"]));
    running.write((load(1) + "{\"id\":").as_bytes());
    assert_eq!(running.stdout.next(), accepted(1).trim_end());
    running.signal(Signal::INT);
    assert_eq!(running.wait().code(), Some(130));
    let summary = String::from_utf8(running.stderr.rest()).unwrap();
    assert!(summary.starts_with("read 1: 1 accepted, 0 declined, 0 rejected in "), "{summary}");
}

#[test]
fn all_that_was_read_before_an_interrupt_is_decided_and_written() {
    let directory = tempdir().unwrap();
    let (mut running, consumer) = interrupted_while_nobody_reads(directory.path());
    // Only now can the verdicts leave.
    running.stdout = Lines::of(consumer);
    let output = running.finish();
    assert_eq!(output.status.code(), Some(130));
    let read = read_count(stderr(&output));
    assert!(read > 0);
    assert_eq!(stdout(&output), all_accepted(1..=read));
}

#[test]
fn second_interrupt_quits_at_once_though_nobody_reads_the_output() {
    let directory = tempdir().unwrap();
    let (mut running, _consumer) = interrupted_while_nobody_reads(directory.path());
    running.signal(Signal::TERM);
    assert_eq!(running.wait().code(), Some(130));
}

#[test]
fn interrupt_leaves_the_files_of_a_run_as_they_were_and_nothing_beside_them() {
    let directory = tempdir().unwrap();
    let path = |name| directory.path().join(name);
    fs::write(path("verdicts.jsonl"), "before").unwrap();
    let arguments = ["run", "-", "-o", "verdicts.jsonl", "--rejects", "rejects.jsonl"];
    let mut running = Running::start(tidegate(directory.path()).args(arguments));
    running.write((load(1) + BAD).as_bytes());
    assert_eq!(running.stderr.next(), format!("-:2: {WHY_BAD}"));
    running.signal(Signal::INT);
    assert_eq!(running.wait().code(), Some(130));
    let summary = String::from_utf8(running.stderr.rest()).unwrap();
    assert!(summary.ends_with("interrupted; verdicts.jsonl is left as it was\n"), "{summary}");
    assert_eq!(fs::read_to_string(path("verdicts.jsonl")).unwrap(), "before");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}
