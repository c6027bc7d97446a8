//! Backtests beside an oracle that decides every history a second time by the plain rules.

mod checks;
mod inputs;
mod kinds;
mod large;
mod ledgers;
mod report;
mod subject;
mod sweeps;
mod trial;

use std::path::Path;
use std::process::Output;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use serde_json::Value;

use super::{Case, any_batches_and_proposals};
use crate::support::{code, run, stderr, stdout};
use report::Range;
use trial::Trial;

/// As many of the flips as a report explains where all are wanted.
const ALL: usize = 1_000_000;

/// Batches, policies to be tried on them, and which days are reported on.
#[derive(Clone, Debug)]
struct Tried {
    batches: Vec<Case>,
    proposed: Vec<Case>,
    from: Option<(Index, i64)>,
    to: Option<(Index, i64)>,
}

fn any_tried(batches_max: usize, lines_max: usize, proposals_max: usize) -> impl Strategy<Value = Tried> {
    let end = || prop::option::weighted(0.3, (any::<Index>(), -1..=1i64));
    (any_batches_and_proposals(batches_max, lines_max, proposals_max), end(), end())
        .prop_map(|((batches, proposed), from, to)| Tried { batches, proposed, from, to })
}

impl Tried {
    fn len(&self) -> usize {
        self.batches.iter().map(|batch| batch.lines.len()).sum()
    }

    /// The days that are reported on, near to the days of some transactions.
    fn range(&self, trial: &Trial) -> Range {
        if trial.fates.is_empty() {
            return Range::default();
        }
        let day = |(near, off_by): (Index, i64)| {
            let day = near.get(&trial.fates).transaction.movement.time.date_naive();
            let moved = if off_by < 0 {
                day.checked_sub_days(Days::new(1))
            } else {
                day.checked_add_days(Days::new(off_by as u64))
            };
            let years = NaiveDate::from_ymd_opt(1, 1, 1)..=NaiveDate::from_ymd_opt(9999, 12, 31);
            if years.contains(&moved) { moved } else { Some(day) }
        };
        match (self.from.and_then(day), self.to.and_then(day)) {
            (Some(from), Some(to)) => Range { from: Some(from.min(to)), to: Some(from.max(to)) },
            (from, to) => Range { from, to },
        }
    }
}

impl Range {
    /// The flags that ask for it.
    fn flags(&self) -> String {
        let flag = |name: &str, day: Option<NaiveDate>| {
            day.map_or(String::new(), |day| format!(" --{name} {}", super::told::date_text(day)))
        };
        flag("from", self.from) + &flag("to", self.to)
    }
}

/// What the program reports with these arguments, and what it says beside.
fn reported(directory: &Path, arguments: &str, status: i32) -> (Value, String) {
    let output = backtest(directory, arguments, status);
    (serde_json::from_str(stdout(&output)).expect("a report is JSON"), stderr(&output).to_owned())
}

/// Runs the program, which is to report every flip.
fn backtest(directory: &Path, arguments: &str, status: i32) -> Output {
    let output = run(directory, &format!("backtest --json --quiet --first {ALL} {arguments}"));
    assert_eq!(code(&output), status, "{arguments}: {}", stderr(&output));
    output
}

/// Compares each part of a report that the oracle has with what is reported.
fn must_agree(what: &str, expected: &Value, actual: &Value) -> Result<(), TestCaseError> {
    for (key, expected) in expected.as_object().expect("a report is an object") {
        let actual = &actual[key];
        if expected == actual {
            continue;
        }
        if let (Value::Array(expected), Value::Array(actual)) = (expected, actual) {
            let same = expected.iter().zip(actual).take_while(|(expected, actual)| expected == actual).count();
            let item = |list: &[Value]| list.get(same).map_or("nothing".to_owned(), Value::to_string);
            let (is, should) = (item(actual), item(expected));
            return Err(TestCaseError::fail(format!("{what}: {key}[{same}] is\n  {is}\nbut should be\n  {should}")));
        }
        return Err(TestCaseError::fail(format!("{what}: {key} is\n  {actual}\nbut should be\n  {expected}")));
    }
    Ok(())
}
