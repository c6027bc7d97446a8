//! What a store is told of a run, and what the run takes from it.

use std::io::Write;
use std::sync::Mutex;

use sha2::{Digest, Sha256};

use super::*;
use crate::domain::{Account, Totals};
use crate::formats::reject::RejectedLine;
use crate::results::{Recorded, RecordedPart};
use crate::store::{EventStore, History, StoreError};

const BAD: &str = "{\"id\":\"x\"}\n";

/// What a test keeps of a batch that was committed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Noted {
    first_line: u64,
    line_count: u32,
    rows: usize,
    counted_rejects: usize,
    end: u64,
    hash: [u8; 32],
    completes_input: bool,
}

type Notes = Arc<Mutex<Vec<Noted>>>;

fn noting(notes: &Notes) -> HookedStore {
    let notes = Arc::clone(notes);
    HookedStore::new(move |commit| {
        let mut notes = notes.lock().unwrap();
        notes.extend(commit.batches.iter().map(|batch| Noted {
            first_line: batch.first_line,
            line_count: batch.line_count,
            rows: batch.rows.len(),
            counted_rejects: batch.counted_rejects().count(),
            end: batch.input.end,
            hash: batch.input.hash,
            completes_input: batch.completes_input,
        }));
        Ok(())
    })
}

/// A job on an input, hashed, into a noting store.
fn noted_job(directory: &Path, input: &str, notes: &Notes) -> Job {
    let path = directory.join("input.jsonl");
    fs::write(&path, input).unwrap();
    let mut job = job(Source::open(&path).unwrap(), &directory.join("output.jsonl"));
    job.start.hasher = Some(Sha256::new());
    job.store = Box::new(noting(notes));
    job
}

fn load(id: usize) -> String {
    LINE.replacen("\"1\"", &format!("\"{id}\""), 1) + "\n"
}

#[test]
fn store_is_told_last_that_the_input_is_complete_and_once() {
    let directory = tempfile::tempdir().unwrap();
    let loads: String = (0..10_000).map(load).collect();
    for input in ["", "\u{feff}", "\n \n", "id,customer_id,load_amount,time\n", LINE, BAD, &loads] {
        let notes = Notes::default();
        let report = run_patiently(noted_job(directory.path(), input, &notes)).unwrap();
        assert_eq!(report.outcome, Outcome::Ended(Ending::Complete));
        let notes = notes.lock().unwrap();
        let (last, others) = notes.split_last().unwrap();
        assert!(last.completes_input && last.rows == 0 && last.line_count == 0);
        assert!(others.iter().all(|batch| !batch.completes_input));
        let hash: [u8; 32] = Sha256::digest(input).into();
        assert_eq!((last.end, last.hash), (input.len() as u64, hash));
        assert_eq!(notes.iter().map(|batch| batch.rows as u64).sum::<u64>(), report.totals.transactions());
    }
}

#[test]
fn rejected_line_that_stops_a_run_is_no_progress() {
    let directory = tempfile::tempdir().unwrap();
    let bom = "\u{feff}".to_owned();
    let before: String = (0..7_000).map(load).collect();
    let blank = " ".repeat(100_000) + "\n";
    let header = "id,customer_id,load_amount,time\n".to_owned();
    for read in
        [String::new(), bom.clone(), "\n\n".to_owned(), load(1), bom + &before, load(1) + &blank + &load(2), header]
    {
        let notes = Notes::default();
        let mut job = noted_job(directory.path(), &(read.clone() + BAD + &load(9)), &notes);
        job.strict = true;
        let report = run_patiently(job).unwrap();
        assert_eq!((report.outcome, report.totals.rejected), (Outcome::Ended(Ending::RejectedLine), 1));
        let notes = notes.lock().unwrap();
        let last = notes.last().unwrap();
        let hash: [u8; 32] = Sha256::digest(&read).into();
        assert_eq!((last.end, last.hash), (read.len() as u64, hash));
        assert_eq!(last.first_line + u64::from(last.line_count), 1 + read.matches('\n').count() as u64);
        assert!(notes.iter().all(|batch| !batch.completes_input && batch.counted_rejects == 0));
    }
}

#[test]
fn rejected_lines_that_do_not_stop_a_run_are_counted() {
    let directory = tempfile::tempdir().unwrap();
    let notes = Notes::default();
    run_patiently(noted_job(directory.path(), &(load(1) + BAD + &load(2) + BAD), &notes)).unwrap();
    assert_eq!(notes.lock().unwrap().iter().map(|batch| batch.counted_rejects).sum::<usize>(), 2);
}

/// Tells a test when a shard looks up a transaction.
struct TellingHistory(mpsc::Sender<()>);

impl History for TellingHistory {
    fn accounts(&mut self, customer_ids: &[&[u8]]) -> Result<Vec<Option<Account>>, StoreError> {
        Ok(vec![Some(Account::default()); customer_ids.len()])
    }

    fn seen(&mut self, pairs: &[(&[u8], &[u8])]) -> Result<Vec<bool>, StoreError> {
        self.0.send(()).unwrap();
        Ok(vec![false; pairs.len()])
    }
}

#[test]
fn what_was_decided_is_committed_though_nobody_reads_the_output() {
    let (input, mut lines) = rustix::pipe::pipe().map(|(read, write)| (File::from(read), File::from(write))).unwrap();
    let (reader, write) = rustix::pipe::pipe().unwrap();
    let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&write));
    let mut job = job(Source::of_file(input, "-"), Path::new(&path));
    drop(write);
    let (begun, commit_begun) = mpsc::channel();
    let (allow, allowed) = mpsc::channel::<()>();
    let (deciding, decided) = mpsc::channel();
    let committed = Notes::default();
    let mut inner = noting(&committed);
    // Every commit waits until it is allowed.
    let store = HookedStore::new(move |commit| {
        begun.send(()).unwrap();
        allowed.recv().unwrap();
        inner.append(commit)
    });
    job.store = Box::new(store.with_history(move || Ok(Box::new(TellingHistory(deciding.clone())))));
    job.threads = NonZeroUsize::MIN;
    let run = std::thread::spawn(move || run_patiently(job));
    lines.write_all(load(1).as_bytes()).unwrap();
    commit_begun.recv().unwrap();
    lines.write_all(load(2).as_bytes()).unwrap();
    // Whatever a shard has begun to decide on it sends to the recorder.
    (0..2).for_each(|_| decided.recv_timeout(PATIENCE).unwrap());
    drop(reader);
    allow.send(()).unwrap();
    // The first commit's verdict can't be written, and the second commit is to come about all the same.
    commit_begun.recv_timeout(PATIENCE).unwrap();
    allow.send(()).unwrap();
    assert_eq!(run.join().unwrap().unwrap().outcome, Outcome::OutputClosed);
    assert_eq!(committed.lock().unwrap().iter().map(|batch| batch.rows).sum::<usize>(), 2);
}

struct BrokenHistory;

impl History for BrokenHistory {
    fn accounts(&mut self, _: &[&[u8]]) -> Result<Vec<Option<Account>>, StoreError> {
        Err(StoreError::Damaged("page 7 is torn".to_owned()))
    }

    fn seen(&mut self, _: &[(&[u8], &[u8])]) -> Result<Vec<bool>, StoreError> {
        Ok(Vec::new())
    }
}

/// Knows every account and answers nothing about transactions.
struct SilentHistory;

impl History for SilentHistory {
    fn accounts(&mut self, customer_ids: &[&[u8]]) -> Result<Vec<Option<Account>>, StoreError> {
        Ok(vec![Some(Account::default()); customer_ids.len()])
    }

    fn seen(&mut self, _: &[(&[u8], &[u8])]) -> Result<Vec<bool>, StoreError> {
        Ok(Vec::new())
    }
}

#[test]
fn history_that_fails_or_leaves_a_question_open_stops_the_run() {
    let directory = tempfile::tempdir().unwrap();
    let broken: fn() -> Box<dyn History> = || Box::new(BrokenHistory);
    let silent: fn() -> Box<dyn History> = || Box::new(SilentHistory);
    for (history, why) in [(broken, "page 7 is torn"), (silent, "the store gave 0 answers to 1 questions")] {
        let (source, _held) = silent_pipe();
        let mut job = job(source, &directory.path().join("output.jsonl"));
        job.store = Box::new(HookedStore::new(|_| Ok(())).with_history(move || Ok(history())));
        let error = format!("{:#}", run_patiently(job).unwrap_err());
        assert_eq!(error, format!("the account failed: can't look up what was decided before: {why}"));
    }
}

#[test]
fn store_that_can_not_begin_stops_the_run_before_anything_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("output.jsonl");
    let (source, _held) = silent_pipe();
    let mut job = job(source, &output);
    let store = HookedStore::new(|_| Ok(()));
    job.store = Box::new(store.with_history(|| Err(StoreError::Damaged("no such table".to_owned()))));
    let error = format!("{:#}", run_patiently(job).unwrap_err());
    assert_eq!(error, "can't begin with the store: no such table");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
}

/// Parts of what was decided before, in order.
struct Parts(Vec<RecordedPart>);

impl Recorded for Parts {
    fn next(&mut self, part: &mut RecordedPart) -> anyhow::Result<bool> {
        assert!(part.verdicts.is_empty() && part.rejects.is_empty());
        if self.0.is_empty() {
            return Ok(false);
        }
        let RecordedPart { verdicts, rejects, totals } = self.0.remove(0);
        (part.verdicts, part.rejects) = (verdicts, rejects);
        part.totals.add(&totals);
        Ok(true)
    }
}

fn recorded_part(verdict: &str, line: u64) -> RecordedPart {
    let rejected = RejectedLine { line, error: "line: bad".into(), input: "x".into(), truncated: true };
    let totals = Totals { accepted: 1, rejected: 1, ..Totals::default() };
    RecordedPart { verdicts: verdict.as_bytes().to_vec(), rejects: vec![rejected], totals }
}

#[test]
fn what_was_decided_before_stands_between_the_header_and_the_first_verdict() {
    let directory = tempfile::tempdir().unwrap();
    let (output, rejects) = (directory.path().join("output.csv"), directory.path().join("rejects.jsonl"));
    let notes = Notes::default();
    let mut job = noted_job(directory.path(), &(load(3) + BAD), &notes);
    job.verdicts.format = Format::Csv;
    let (to_output, to_rejects) = (Target::new(&output), Target::new(&rejects));
    let targets = Targets { output: to_output, rejects: Some(to_rejects), certificate: None };
    let sinks = open_sinks(&job.source, &targets).unwrap();
    (job.output, job.rejects) = (sinks.output, sinks.rejects);
    job.start.line = 5;
    job.recorded = Some(Box::new(Parts(vec![recorded_part("1,7,true\n", 2), recorded_part("2,7,true\n", 4)])));
    let report = run_patiently(job).unwrap();
    assert_eq!((report.totals.accepted, report.totals.rejected), (3, 3));
    assert_eq!(fs::read_to_string(output).unwrap(), "id,customer_id,accepted\n1,7,true\n2,7,true\n3,2,true\n");
    let rejects = fs::read_to_string(rejects).unwrap();
    let lines: Vec<_> = rejects.lines().collect();
    assert_eq!(lines[0], r#"{"line":2,"error":"line: bad","input":"x","truncated":true}"#);
    assert_eq!(lines[1], r#"{"line":4,"error":"line: bad","input":"x","truncated":true}"#);
    assert!(lines[2].starts_with(r#"{"line":6,"error":"#), "{}", lines[2]);
    assert_eq!(lines.len(), 3);
    assert_eq!(notes.lock().unwrap()[0].first_line, 5);
}

struct TornRecord;

impl Recorded for TornRecord {
    fn next(&mut self, _: &mut RecordedPart) -> anyhow::Result<bool> {
        anyhow::bail!("segment 7 is torn")
    }
}

#[test]
fn record_that_can_not_be_read_stops_a_run_whose_input_is_silent() {
    let directory = tempfile::tempdir().unwrap();
    let (source, _held) = silent_pipe();
    let mut job = job(source, &directory.path().join("output.jsonl"));
    job.recorded = Some(Box::new(TornRecord));
    let error = format!("{:#}", run_patiently(job).unwrap_err());
    assert_eq!(error, "the writer failed: can't read what was decided before: segment 7 is torn");
}
