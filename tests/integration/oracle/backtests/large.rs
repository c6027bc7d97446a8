//! A long history: the same report whatever the number of threads, and a ledger that stays as it was.

use std::fs;
use std::path::Path;

use serde_json::json;
use tidegate::store::SqliteStore;

use super::report::{self, Range};
use super::subject::{Subject, on_threads};
use super::trial::Trial;
use super::{backtest, must_agree};
use crate::engine::{Files, run_in_ledger};
use crate::oracle::{Case, DEFAULT_POLICY, FULL_POLICY, RICH_POLICY, workload};
use crate::support::stdout;

/// More accounts than one thread takes at a time, and more than ten with flips.
const LINES: u64 = 12_000;

/// The last day of February is reported on, and some days before it.
const DAYS: (&str, &str) = ("2000-02-10", "2000-02-29");

/// Batches under three policies, the first of them once more at the end.
fn batches() -> Vec<Case> {
    let text = workload(LINES);
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let policies = [DEFAULT_POLICY, FULL_POLICY, RICH_POLICY, DEFAULT_POLICY];
    let pieces = lines.chunks(lines.len() / policies.len());
    let case = |(policy, lines): (&str, &[String])| case(policy, lines.to_vec());
    policies.into_iter().zip(pieces).map(case).collect()
}

fn case(policy: &str, lines: Vec<String>) -> Case {
    Case { config: policy.to_owned(), groups_file: None, lines }
}

/// Everything that is in a directory.
fn content(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(directory).expect("the directory can be read").map(|file| file.expect("a file"));
    let mut files: Vec<_> = files
        .map(|file| (file.file_name().to_string_lossy().into_owned(), fs::read(file.path()).expect("it can be read")))
        .collect();
    files.sort();
    files
}

#[test]
fn long_ledger_is_reported_alike_on_any_threads_with_any_index_and_stays_as_it_was() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path().join("ledger.db");
    let batches = batches();
    for (number, batch) in batches.iter().enumerate() {
        run_in_ledger(&path, &number.to_string(), batch.into(), &batch.input(), 4);
    }
    let proposed = case(&FULL_POLICY.replace("count = 3", "count = 2").replace("9000.00", "7000.00"), Vec::new());
    Files::from(&proposed).write(directory.path());
    let trial = Trial::of_ledger(&batches, Some(&proposed));
    let (from, to) = (DAYS.0.parse().ok(), DAYS.1.parse().ok());
    for range in [Range::default(), Range { from, to }] {
        let expected = report::report(&trial, range);
        assert_eq!(expected["customers"].as_array().map(Vec::len), Some(10), "there are enough customers with flips");
        let before = content(directory.path());
        let arguments = format!("--store ledger.db --config tidegate.toml{}", range.flags());
        let on = |threads: usize| {
            stdout(&backtest(directory.path(), &format!("{arguments} --threads {threads}"), 0)).to_owned()
        };
        let one = on(1);
        must_agree("on one thread", &expected, &serde_json::from_str(&one).expect("a report is JSON")).expect("alike");
        for threads in [2, 4, 8] {
            assert!(on(threads) == one, "on {threads} threads");
        }
        assert!(content(directory.path()) == before, "a backtest leaves everything as it was");
        SqliteStore::rebuild(&path).expect("the index can be made anew");
        assert!(content(directory.path()) != before, "the index is another");
        assert!(on(2) == one, "with an index that was made anew");
    }
    let subject = Subject::read(&path);
    let check = on_threads(4, || subject.report(&subject.then, Range::default(), 1));
    assert_eq!((&check["metrics"]["flips"], &check["metrics"]["reason_changes"]), (&json!(0), &json!(0)));
}
