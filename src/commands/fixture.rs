//! Ledgers for tests, as runs leave them.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use super::ledger::StoreArgs;
use crate::config::policy_text;
use crate::console::Console;
use crate::domain::{Duplicates, Policy, PolicyParts};
use crate::files::{Source, Target, Targets, open_sinks};
use crate::formats::verdict::VerdictFormat;
use crate::runner::{self, Job, Report, Start};
use crate::store::{Intake, Ledger, SqliteStore};
use crate::workload::Workload;

/// A directory with a ledger in it.
pub(super) struct Fixture(TempDir);

/// What a run wrote.
pub(super) struct Written {
    pub(super) verdicts: Vec<u8>,
    pub(super) rejects: Vec<u8>,
    pub(super) report: Report,
}

/// The default limits.
pub(super) fn policy(duplicates: Duplicates) -> Policy {
    Policy::new(PolicyParts { duplicates, ..Policy::default().parts().clone() }).unwrap()
}

/// Transactions of a seed in so many lines, some of them repeated, and every two thousandth line followed by a bad one.
pub(super) fn input(seed: u64, lines: u64) -> String {
    let mut text = Vec::new();
    Workload { lines, seed, mix: true }.write(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let bad = |number: usize| if number % 2_000 == 1_999 { "{\"bad\":\"\u{1b}\"}\n" } else { "" };
    text.lines().enumerate().map(|(number, line)| format!("{line}\n{}", bad(number))).collect()
}

impl Fixture {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn store(&self) -> StoreArgs {
        StoreArgs { store: self.path("ledger.db") }
    }

    pub(super) fn ledger(&self) -> Ledger {
        self.store().open().unwrap()
    }

    /// Decides on an input as a batch of a name.
    pub(super) fn decide(&self, batch: &str, policy: &Policy, verdicts: VerdictFormat, input: &str) -> Written {
        self.decide_with(self.open_to_write(), batch, policy, verdicts, input)
    }

    /// The ledger, opened to be written.
    pub(super) fn open_to_write(&self) -> SqliteStore {
        SqliteStore::open(&self.path("ledger.db")).unwrap()
    }

    /// The same with the ledger as it was opened.
    pub(super) fn decide_with(
        &self,
        mut store: SqliteStore,
        batch: &str,
        policy: &Policy,
        verdicts: VerdictFormat,
        input: &str,
    ) -> Written {
        let [input_path, output, rejects] = ["input", "output", "rejects"].map(|name| self.path(name));
        std::fs::write(&input_path, input).unwrap();
        let source = Source::open(&input_path).unwrap();
        let (to_output, to_rejects) = (Target::new(&output), Target::new(&rejects));
        let targets = Targets { output: to_output, rejects: Some(to_rejects), certificate: None };
        let sinks = open_sinks(&source, &targets).unwrap();
        let intake = Intake { name: batch.to_owned(), time_format: None, hashed_from: 0, policy: policy_text(policy) };
        store.take_in(intake).unwrap();
        let report = runner::run(Job {
            source,
            start: Start::default(),
            recorded: None,
            input_format: None,
            time_format: None,
            strict: false,
            policy: Arc::new(policy.clone()),
            members: None,
            groups_as_named: false,
            store: Box::new(store),
            verdicts,
            output: sinks.output,
            rejects: sinks.rejects,
            fingerprinted: false,
            threads: NonZeroUsize::new(2).unwrap(),
            console: Console::new(),
        })
        .unwrap();
        Written { verdicts: std::fs::read(output).unwrap(), rejects: std::fs::read(rejects).unwrap(), report }
    }
}
