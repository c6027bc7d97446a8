//! What the supervisor does when an actor fails.

mod reading;
mod recording;

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use super::graph::Inboxes;
use super::{Job, Outcome, Report, Start, run_through};
use rustix::event::{PollFd, PollFlags, poll};

use crate::actors::Role;
use crate::bus::{Ending, Fault, Inbox};
use crate::console::Console;
use crate::domain::Policy;
use crate::files::{Source, Target, Targets, open_sinks};
use crate::formats::Format;
use crate::formats::verdict::VerdictFormat;
use crate::store::{HookedStore, PassThroughStore, StoreError};

const LINE: &str = r#"{"id":"1","customer_id":"2","load_amount":"$3.00","time":"2000-01-01T00:00:00Z"}"#;

/// How long a run may hang before its test fails. A run that ends does so at once.
const PATIENCE: Duration = Duration::from_secs(60);

fn job(source: Source, output: &Path) -> Job {
    let targets = Targets { output: Target::new(output), rejects: None, certificate: None };
    let sinks = open_sinks(&source, &targets).unwrap();
    Job {
        source,
        start: Start::default(),
        recorded: None,
        input_format: None,
        time_format: None,
        strict: false,
        policy: Arc::new(Policy::default()),
        members: None,
        groups_as_named: false,
        store: Box::new(PassThroughStore::default()),
        verdicts: VerdictFormat { format: Format::JsonLines, reasons: false },
        output: sinks.output,
        rejects: None,
        fingerprinted: false,
        threads: NonZeroUsize::new(2).unwrap(),
        console: Console::new(),
    }
}

fn run_patiently(job: Job) -> anyhow::Result<Report> {
    run_rewired(job, |inboxes| inboxes)
}

/// Runs a job in which the actors of a role crash.
fn run_with_fault(job: Job, role: Role, fault: Fault) -> anyhow::Result<Report> {
    run_rewired(job, move |mut inboxes| {
        match role {
            Role::Reader => inboxes.reader = inboxes.reader.with_fault(fault),
            Role::ProcessManager => inboxes.manager = inboxes.manager.with_fault(fault),
            Role::Creator => inboxes.creators = with_faults(inboxes.creators, &fault),
            Role::Account => inboxes.shards = with_faults(inboxes.shards, &fault),
            Role::Recorder => inboxes.recorder = inboxes.recorder.with_fault(fault),
            Role::AccountView => inboxes.view = inboxes.view.with_fault(fault),
            Role::Writer => inboxes.writer = inboxes.writer.with_fault(fault),
        }
        inboxes
    })
}

fn with_faults<T>(inboxes: Vec<Inbox<T>>, fault: &Fault) -> Vec<Inbox<T>> {
    inboxes.into_iter().map(|inbox| inbox.with_fault(fault.clone())).collect()
}

/// Runs a job on another thread, so that one which hangs fails its test.
fn run_rewired(job: Job, rewire: impl FnOnce(Inboxes) -> Inboxes + Send + 'static) -> anyhow::Result<Report> {
    let (done, result) = mpsc::channel();
    std::thread::spawn(move || _ = done.send(run_through(job, rewire)));
    result.recv_timeout(PATIENCE).expect("the run hangs")
}

/// A pipe that holds one line and stays silent for as long as the other end is kept.
fn silent_pipe() -> (Source, OwnedFd) {
    let (read, write) = rustix::pipe::pipe().unwrap();
    rustix::io::write(&write, format!("{LINE}\n").as_bytes()).unwrap();
    (Source::of_file(File::from(read), "-"), write)
}

#[test]
fn crash_of_any_actor_stops_a_run_whose_input_is_silent_and_is_named() {
    let directory = tempfile::tempdir().unwrap();
    for role in [
        Role::Reader,
        Role::Creator,
        Role::Account,
        Role::Recorder,
        Role::AccountView,
        Role::Writer,
        Role::ProcessManager,
    ] {
        let (source, _held) = silent_pipe();
        let output = directory.path().join("output.jsonl");
        let error = run_with_fault(job(source, &output), role, Fault::after(0)).unwrap_err();
        let error = format!("{error:#}");
        assert_eq!(error, format!("the {role} crashed: an injected fault"));
        assert!(fs::read_dir(&directory).unwrap().next().is_none(), "{role}: a crash leaves no half output behind");
    }
}

#[test]
fn crash_in_the_middle_leaves_the_output_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let (input, output) = (directory.path().join("input.jsonl"), directory.path().join("output.jsonl"));
    fs::write(&input, format!("{LINE}\n").repeat(20_000)).unwrap();
    fs::write(&output, "before").unwrap();
    for role in [Role::Creator, Role::Account, Role::Recorder, Role::AccountView, Role::Writer] {
        let job = job(Source::open(&input).unwrap(), &output);
        let error = format!("{:#}", run_with_fault(job, role, Fault::after(2)).unwrap_err());
        assert!(error.starts_with(&format!("the {role} crashed")), "{error}");
        assert_eq!(fs::read_to_string(&output).unwrap(), "before");
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 2);
    }
}

#[test]
fn failing_store_stops_a_run_with_the_whole_chain_of_causes() {
    let directory = tempfile::tempdir().unwrap();
    let (source, _held) = silent_pipe();
    let mut job = job(source, &directory.path().join("output.jsonl"));
    job.store = Box::new(HookedStore::new(|_| Err(StoreError::Failed("the disk is on fire".to_owned()))));
    let error = format!("{:#}", run_patiently(job).unwrap_err());
    let expected = "the recorder failed: can't commit the decisions of lines 1 to 1: the disk is on fire";
    assert_eq!(error, expected);
}

#[test]
fn full_device_stops_a_run_whose_input_is_silent() {
    let (source, _held) = silent_pipe();
    let error = format!("{:#}", run_patiently(job(source, Path::new("/dev/full"))).unwrap_err());
    assert!(error.starts_with("the writer failed: can't write /dev/full: "), "{error}");
}

#[test]
fn input_that_fails_stops_the_run() {
    let directory = tempfile::tempdir().unwrap();
    let source = Source::of_file(File::open(directory.path()).unwrap(), "broken");
    let error = format!("{:#}", run_patiently(job(source, &directory.path().join("output.jsonl"))).unwrap_err());
    assert!(error.starts_with("the reader failed: can't read broken: "), "{error}");
}

#[test]
fn writer_that_does_not_return_is_named_and_left_behind() {
    let directory = tempfile::tempdir().unwrap();
    let input = directory.path().join("input.jsonl");
    fs::write(&input, format!("{LINE}\n").repeat(100_000)).unwrap();
    let (unread, write) = rustix::pipe::pipe().unwrap();
    let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&write));
    let job = job(Source::open(&input).unwrap(), Path::new(&path));
    // The first batch of verdicts is longer than a pipe holds, so whoever has begun to write it can't come back.
    let (now, moment) = mpsc::channel();
    let reader = unread.try_clone().unwrap();
    std::thread::spawn(move || {
        poll(&mut [PollFd::new(&reader, PollFlags::IN)], None).unwrap();
        now.send(())
    });
    // The reader may wait for that, as its thread is its own.
    let error = run_with_fault(job, Role::Reader, Fault::after(3).not_before(moment)).unwrap_err();
    let error = format!("{error:#}");
    assert_eq!(error, "not stopped in time: writer: the reader crashed: an injected fault");
}

#[test]
fn ten_thousand_short_runs_end() {
    let directory = tempfile::tempdir().unwrap();
    let (input, output) = (directory.path().join("input.jsonl"), directory.path().join("output.jsonl"));
    fs::write(&input, format!("{LINE}\n")).unwrap();
    for i in 0..10_000 {
        let mut job = job(Source::open(&input).unwrap(), &output);
        job.threads = NonZeroUsize::new(1 + i % 4).unwrap();
        let report = run_patiently(job).unwrap();
        assert_eq!(report.outcome, Outcome::Ended(Ending::Complete));
        assert_eq!(report.totals.accepted, 1);
    }
}
