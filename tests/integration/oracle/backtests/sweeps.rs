//! Candidates tried side by side, beside a backtest of each.

use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::prop_assert_eq;
use proptest::test_runner::TestCaseError;
use serde_json::Value;
use tidegate::backtest::report::Metrics;
use tidegate::backtest::{Summary, summaries};

use super::subject::{Subject, on_threads, record};
use super::trial::Trial;
use super::{Tried, any_tried, report};
use crate::oracle::compare_until_all_is_reached;
use crate::oracle::reached::Reached;

/// How many random transactions are decided anew in every test run, each by several candidates.
const TRANSACTIONS_MIN: usize = 5_000;

const BATCHES_MAX: usize = 3;
const LINES_MAX: usize = 300;
const CANDIDATES_MAX: usize = 6;

fn compare(tried: &Tried, _: &mut Reached) -> Result<usize, TestCaseError> {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path().join("ledger.db");
    record(&path, &tried.batches);
    let subject = Subject::read(&path);
    let candidates: Vec<_> = tried.proposed.iter().map(|proposed| subject.candidate(proposed)).collect();
    let trials: Vec<_> = tried.proposed.iter().map(|case| Trial::of_ledger(&tried.batches, Some(case))).collect();
    let range = tried.range(&trials[0]);
    let days = range.days();
    let backtests: Vec<_> = candidates.iter().map(|now| subject.compare(now, range).summary).collect();
    for (backtest, trial) in backtests.iter().zip(&trials) {
        let told: Vec<_> = trial.fates.iter().filter(|fate| range.holds(fate.transaction.movement.time)).collect();
        prop_assert_eq!(&metrics(backtest), &report::metrics(&told));
    }
    for threads in [1, 2, 4] {
        let decided = AtomicU64::new(0);
        let progress = |count| {
            decided.fetch_add(count, Ordering::Relaxed);
        };
        let swept = on_threads(threads, || summaries(&subject.history, &candidates, days.as_ref(), &progress));
        prop_assert_eq!(&swept, &backtests, "on {} threads", threads);
        prop_assert_eq!(decided.into_inner(), (tried.len() * candidates.len()) as u64);
    }
    Ok(tried.len())
}

fn metrics(summary: &Summary) -> Value {
    let text = serde_json::to_string(&Metrics(*summary)).expect("metrics are JSON");
    serde_json::from_str(&text).expect("metrics are JSON")
}

#[test]
fn candidates_of_a_sweep_come_to_what_their_backtests_do() {
    let cases = any_tried(BATCHES_MAX, LINES_MAX, CANDIDATES_MAX);
    compare_until_all_is_reached(cases, TRANSACTIONS_MIN, Reached::of(Vec::new(), 0), compare);
}
