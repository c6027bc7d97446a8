//! The engine of backtests, called through the library.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use rayon::ThreadPoolBuilder;
use serde_json::Value;
use tidegate::backtest::report::{About, Report, Told};
use tidegate::backtest::{Candidate, Comparison, Groups, GroupsOf, History, compare, read_ledger};
use tidegate::domain::Day;
use tidegate::store::{EventStore, SqliteStore};

use super::Case;
use super::report::Range;
use crate::engine::{Files, run_in_ledger};

/// The number of the day before 1970-01-01, where 0001-01-01 has the number 1.
const DAYS_BEFORE_EPOCH: i32 = 719_163;

/// Runs one thing on so many threads.
pub(super) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started").install(work)
}

/// Decides on batches on top of each other in a ledger, whose index grows now and then.
pub(super) fn record(ledger: &Path, batches: &[Case]) {
    for (number, batch) in batches.iter().enumerate() {
        let threads = if number % 2 == 0 { 4 } else { 1 };
        run_in_ledger(ledger, &number.to_string(), batch.into(), &batch.input(), threads);
        if (batch.lines.len() + number).is_multiple_of(3) {
            SqliteStore::open(ledger).and_then(|mut store| store.checkpoint()).expect("the index can grow");
        }
    }
}

/// A history that was read, with those who decided it.
pub(super) struct Subject {
    pub(super) history: History,
    pub(super) then: Candidate,
}

impl Subject {
    pub(super) fn read(ledger: &Path) -> Self {
        Self::of(read_ledger(ledger).expect("the ledger can be read").0)
    }

    pub(super) fn of(history: History) -> Self {
        let groups = Arc::new(Groups::new(&history, &GroupsOf::History));
        let then = Candidate::of_history(&history, groups);
        Self { history, then }
    }

    /// The policy of a case, as it is tried on the history.
    pub(super) fn candidate(&self, case: &Case) -> Candidate {
        let directory = tempfile::tempdir().expect("a directory can be made");
        let config = Files::from(case).loaded_in(directory.path());
        let of = config.members.map_or(GroupsOf::History, GroupsOf::HistoryBelow);
        Candidate::new(Arc::new(config.policy), Arc::new(Groups::new(&self.history, &of)))
    }

    pub(super) fn compare(&self, now: &Candidate, range: Range) -> Comparison {
        compare(&self.history, &self.then, now, range.days().as_ref()).expect("the history is sound")
    }

    /// The report on a candidate, with so many flips explained.
    pub(super) fn report(&self, now: &Candidate, range: Range, flips_max: usize) -> Value {
        let (from, to) = (range.from.map(number), range.to.map(number));
        let about = About { source: String::new(), head: None, from, to, first: None, last: None };
        let told = Told { about, is_check: false, changes: Vec::new(), notes: Vec::new(), rejected: 0 };
        let comparison = self.compare(now, range);
        let report = Report::new(told, &self.history, (&self.then, now), &comparison, &[], flips_max);
        let text = serde_json::to_string(&report).expect("a report is JSON");
        serde_json::from_str(&text).expect("a report is JSON")
    }
}

impl Range {
    pub(super) fn days(&self) -> Option<RangeInclusive<Day>> {
        if self.from.is_none() && self.to.is_none() {
            return None;
        }
        let from = self.from.map_or(Day::from_number(i32::MIN), number);
        Some(from..=self.to.map_or(Day::from_number(i32::MAX), number))
    }
}

/// The number of a day is the engine's own.
fn number(date: NaiveDate) -> Day {
    Day::from_number(date.num_days_from_ce() - DAYS_BEFORE_EPOCH)
}
