//! Runs on a ledger that stop of themselves: at a rejected line, or because nobody reads them any more.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::Signal;

use crate::ledger::{Ledger, NAME, verdicts_at_once};
use crate::running::{PATIENCE, Running, pipe};
use crate::support::{code, stderr, stdout, tidegate};
use crate::transactions::{BAD, WHY_BAD, accepted, all_accepted, load, loads};

/// Enough lines for several batches of the engine on either side of the bad one.
const LINES: u64 = 12_000;

const BAD_LINE: u64 = 5_000;

/// Loads, with a bad line among them.
fn with_a_bad_line() -> String {
    loads(1..=BAD_LINE - 1) + BAD + &loads(BAD_LINE + 1..=LINES)
}

/// A ledger on which a strict run has stopped at the bad line.
fn stopped(threads: u16) -> Ledger {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", with_a_bad_line());
    let output = ledger.run(&format!("day.jsonl --strict --threads {threads} -o out.jsonl"));
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stderr(&output).starts_with(&format!("day.jsonl:{BAD_LINE}: {WHY_BAD}\n")), "{}", stderr(&output));
    assert!(!ledger.path("out.jsonl").exists());
    assert_eq!(ledger.batch("day.jsonl")["complete"], false);
    assert_eq!(ledger.head().size, BAD_LINE, "the policy and the loads before the line");
    ledger
}

#[test]
fn strict_run_that_stopped_goes_on_once_the_line_is_mended() {
    for threads in [1, 4] {
        let ledger = stopped(threads);
        ledger.write("day.jsonl", loads(1..=LINES));
        ledger.must_run(0, "day.jsonl --strict -o out.jsonl --rejects rejects.jsonl");
        assert!(ledger.read("out.jsonl") == all_accepted(1..=LINES));
        assert_eq!(ledger.read("rejects.jsonl"), "", "the line is rejected no more");
        assert_eq!(ledger.head().size, LINES + 1);
    }
}

#[test]
fn strict_run_stops_at_the_same_line_for_as_long_as_it_is_bad() {
    let ledger = stopped(4);
    let head = ledger.head();
    for _ in 0..2 {
        let output = ledger.run("day.jsonl --strict");
        assert_eq!(code(&output), 3);
        assert!(stderr(&output).starts_with(&format!("day.jsonl:{BAD_LINE}: {WHY_BAD}\n")), "{}", stderr(&output));
        assert!(stdout(&output) == all_accepted(1..=BAD_LINE - 1));
    }
    assert_eq!(ledger.head().events(), head.events());
}

#[test]
fn run_that_is_strict_no_more_leaves_what_it_would_have_left_at_first() {
    let ledger = stopped(4);
    let plain = Ledger::new();
    plain.write("day.jsonl", with_a_bad_line());
    for ledger in [&ledger, &plain] {
        ledger.must_run(3, "day.jsonl -o out.jsonl --rejects rejects.jsonl");
    }
    for name in ["out.jsonl", "rejects.jsonl"] {
        assert!(ledger.read(name) == plain.read(name), "{name}");
    }
    assert_eq!(ledger.head().events(), plain.head().events());
}

#[test]
fn completed_batch_with_rejects_stays_complete_under_strict() {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", load(1) + BAD + &load(2));
    let verdicts = ledger.must_run(3, "day.jsonl");
    let head = ledger.head();
    assert_eq!(code(&ledger.run("day.jsonl --strict")), 3);
    assert_eq!(ledger.head(), head);
    assert_eq!(ledger.must_run(3, "day.jsonl"), verdicts);
}

#[test]
fn rejects_before_a_break_are_told_again_after_it_and_are_the_same() {
    for signal in [Signal::INT, Signal::KILL] {
        let ledger = Ledger::new();
        let input = load(1) + BAD + &load(2) + "[]\n" + &load(3);
        let mut running = ledger.start("- --batch day.jsonl --rejects rejects.jsonl");
        running.write((load(1) + BAD + &load(2)).as_bytes());
        assert_eq!([running.stdout.next(), running.stdout.next()], [accepted(1).trim_end(), accepted(2).trim_end()]);
        running.signal(signal);
        running.wait();
        ledger.write("day.jsonl", &input);
        let output = ledger.run("day.jsonl --rejects rejects.jsonl");
        assert_eq!((code(&output), stdout(&output)), (3, all_accepted(1..=3).as_str()), "{}", stderr(&output));
        assert!(stderr(&output).starts_with(&format!("day.jsonl:2: {WHY_BAD}\nday.jsonl:4: ")), "{}", stderr(&output));
        let rejects = ledger.read("rejects.jsonl");
        let plain = ledger.command("run day.jsonl --rejects plain.jsonl");
        assert_eq!((code(&plain), ledger.read("plain.jsonl")), (3, rejects));
    }
}

/// A run whose output is read up to the first verdict and then no more, its input still open.
fn abandoned(ledger: &Ledger) -> Running {
    let (consumer, write) = pipe();
    let watched = write.try_clone().unwrap();
    let mut command = tidegate(ledger.directory());
    command.args(["run", "--store", NAME, "-", "--batch", "day.jsonl"]);
    command.stdin(Stdio::piped()).stdout(write).stderr(Stdio::piped());
    let mut running = Running::start_as_it_is(command);
    running.write(load(1).as_bytes());
    // Unless something comes, reading would never end, as this test can write to the pipe as well.
    let mut fds = [PollFd::new(&consumer, PollFlags::IN)];
    assert_eq!(poll(&mut fds, Some(&PATIENCE.try_into().unwrap())), Ok(1), "a verdict comes");
    let mut line = String::new();
    let mut consumer: BufReader<File> = BufReader::new(consumer);
    consumer.read_line(&mut line).unwrap();
    assert_eq!(line, accepted(1));
    drop(consumer);
    // A program that another test is about to start may hold the pipe for a moment more.
    let mut fds = [PollFd::new(&watched, PollFlags::empty())];
    poll(&mut fds, Some(&PATIENCE.try_into().unwrap())).unwrap();
    assert!(fds[0].revents().contains(PollFlags::ERR), "the pipe has no reader");
    running
}

#[test]
fn reader_that_goes_ends_the_run_with_word_of_what_is_committed_and_the_next_run_goes_on() {
    let ledger = Ledger::new();
    let mut running = abandoned(&ledger);
    running.write(load(2).as_bytes());
    assert_eq!(running.wait().code(), Some(1), "the input is still open");
    let message = String::from_utf8(running.stderr.rest()).unwrap();
    let (_, message) = message.split_once("the reader of the output is gone: ").expect("it is told");
    let (committed, rest) = message.split_once(" line").expect("lines are counted");
    assert!(rest.contains(" of day.jsonl ") && rest.contains(" committed; run again to go on\n"), "{message}");
    let committed: u64 = committed.parse().unwrap();
    assert!((1..=2).contains(&committed), "{message}");
    assert_eq!(ledger.head().size, committed + 1);
    ledger.write("day.jsonl", loads(1..=4));
    assert_eq!(ledger.must_run(0, "day.jsonl"), all_accepted(1..=4));
    assert_eq!(ledger.count("AccountDeposited"), 4);
}

#[test]
fn reader_that_takes_the_first_line_of_a_file_leaves_a_batch_that_can_be_finished() {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", loads(1..=LINES));
    let (consumer, write) = pipe();
    let mut command = tidegate(ledger.directory());
    command.args(["run", "--store", NAME, "day.jsonl"]).stdin(Stdio::null()).stdout(write).stderr(Stdio::piped());
    let mut running = Running::start_as_it_is(command);
    let mut line = String::new();
    let mut consumer: BufReader<File> = BufReader::new(consumer);
    consumer.read_line(&mut line).unwrap();
    assert_eq!(line, accepted(1));
    drop(consumer);
    assert_eq!(running.wait().code(), Some(1));
    ledger.must_run(0, "day.jsonl -o out.jsonl");
    assert!(ledger.read("out.jsonl") == verdicts_plainly(&ledger));
    assert_eq!(ledger.head().size, LINES + 1);
    let output = ledger.command("verify --store ledger.db");
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
}

/// The verdicts on the file `day.jsonl` without a ledger.
fn verdicts_plainly(ledger: &Ledger) -> String {
    verdicts_at_once(ledger, &ledger.read("day.jsonl"), "").replace(",\"reason\":null", "")
}
