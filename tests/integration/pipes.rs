//! A producer before the program, a consumer behind it.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::ioctl_fionbio;
use tempfile::tempdir;

use crate::running::{Lines, PATIENCE, Running, pipe};
use crate::support::{code, feed, stderr, stdout, tidegate};
use crate::transactions::{BAD, WHY_BAD, accepted, all_accepted, load, loads};

#[test]
fn verdict_arrives_while_the_producer_still_holds_the_pipe() {
    let directory = tempdir().unwrap();
    let mut running = Running::start(tidegate(directory.path()).args(["run", "-"]));
    for id in 1..=3 {
        running.write(load(id).as_bytes());
        assert_eq!(running.stdout.next(), accepted(id).trim_end());
    }
    assert_eq!(code(&running.finish()), 0);
}

#[test]
fn verdict_on_a_csv_record_arrives_while_the_producer_still_holds_the_pipe() {
    let directory = tempdir().unwrap();
    let mut running = Running::start(tidegate(directory.path()).args(["run", "-", "--output-format", "csv"]));
    assert_eq!(running.stdout.next(), "id,customer_id,accepted");
    running.write(b"time,id,customer_id,load_amount\n");
    running.write(b"2000-01-01T00:00:00Z,1,c,$1.00\n");
    assert_eq!(running.stdout.next(), "1,c,true");
    running.write(b"2000-01-01T00:00:00Z,\"2\",c,\"$1.00\"\n");
    assert_eq!(running.stdout.next(), "2,c,true");
    assert_eq!(code(&running.finish()), 0);
}

#[test]
fn half_a_line_waits_for_its_other_half() {
    let directory = tempdir().unwrap();
    let mut running = Running::start(tidegate(directory.path()).args(["run", "-"]));
    let second = load(2);
    let (head, tail) = second.split_at(30);
    running.write((load(1) + head).as_bytes());
    assert_eq!(running.stdout.next(), accepted(1).trim_end());
    running.write(tail.as_bytes());
    assert_eq!(running.stdout.next(), accepted(2).trim_end());
    assert_eq!(code(&running.finish()), 0);
}

#[test]
fn producer_that_dies_within_a_line_leaves_a_rejected_line() {
    let directory = tempdir().unwrap();
    let output = feed(directory.path(), "run - --quiet", (load(1) + "{\"id\":\"2\",").as_bytes());
    assert_eq!(code(&output), 3);
    assert_eq!(stdout(&output), accepted(1));
    assert!(stderr(&output).starts_with("-:2: line: not JSON: "), "{}", stderr(&output));
}

#[test]
fn consumer_that_has_seen_enough_ends_the_run_quietly() {
    let directory = tempdir().unwrap();
    let (consumer, write) = pipe();
    let watched = write.try_clone().unwrap();
    let mut command = tidegate(directory.path());
    command.args(["run", "-"]).stdin(Stdio::piped()).stdout(write).stderr(Stdio::piped());
    let mut running = Running::start_as_it_is(command);
    running.write(load(1).as_bytes());
    let mut line = String::new();
    let mut consumer = BufReader::new(consumer);
    consumer.read_line(&mut line).unwrap();
    assert_eq!(line, accepted(1));
    drop(consumer);
    // A program that another test is about to start may hold the pipe for a moment more.
    let mut fds = [PollFd::new(&watched, PollFlags::empty())];
    poll(&mut fds, Some(&PATIENCE.try_into().unwrap())).unwrap();
    assert!(fds[0].revents().contains(PollFlags::ERR), "the pipe has no reader");
    running.write((BAD.to_owned() + &load(2)).as_bytes());
    assert!(running.wait().success(), "the input is still open");
    assert_eq!(running.stderr.rest(), b"");
}

#[test]
fn file_named_as_output_of_a_pipe_appears_only_at_the_end() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("verdicts.jsonl");
    let mut running = Running::start(tidegate(directory.path()).args(["run", "-", "-o", "verdicts.jsonl"]));
    running.write((load(1) + BAD).as_bytes());
    assert_eq!(running.stderr.next(), format!("-:2: {WHY_BAD}"));
    assert!(!file.exists());
    let output = running.finish();
    assert_eq!(code(&output), 3);
    assert_eq!(stdout(&output), "");
    assert_eq!(std::fs::read_to_string(file).unwrap(), accepted(1));
}

#[test]
fn pipes_that_somebody_made_non_blocking_are_waited_for() {
    let directory = tempdir().unwrap();
    let (read_input, write_input) = pipe();
    let (read_output, write_output) = pipe();
    ioctl_fionbio(&read_input, true).unwrap();
    ioctl_fionbio(&write_output, true).unwrap();
    // A page holds far less than a batch's verdicts, so that the program has to wait for the reader.
    rustix::pipe::fcntl_setpipe_size(&write_output, 4096).unwrap();
    let mut command = tidegate(directory.path());
    command.args(["run", "-", "--quiet"]).stdin(read_input).stdout(write_output).stderr(Stdio::piped());
    let mut running = Running::start_as_it_is(command);
    let producer = std::thread::spawn(move || File::from(write_input).write_all(loads(1..=5_000).as_bytes()).unwrap());
    let verdicts = Lines::of(read_output).rest();
    producer.join().unwrap();
    assert!(running.wait().success());
    assert_eq!(String::from_utf8(verdicts).unwrap(), all_accepted(1..=5_000));
    assert_eq!(running.stderr.rest(), b"");
}
