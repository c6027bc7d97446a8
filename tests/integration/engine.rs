//! Running the engine through the library: quicker than the program, and with a store of one's choice.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tidegate::bus::Ending;
use tidegate::config::{self, Config, NamedFile, Sources, policy_text};
use tidegate::console::Console;
use tidegate::domain::{Policy, Totals};
use tidegate::files::{Source, Target, Targets, open_sinks};
use tidegate::formats::Format;
use tidegate::formats::verdict::VerdictFormat;
use tidegate::runner::{self, Job, Outcome, Start};
use tidegate::store::{EventStore, Intake, PassThroughStore, SqliteStore};

use crate::oracle::{Case, GROUPS_FILE};

/// What a run is configured by.
#[derive(Clone, Copy)]
pub(crate) struct Files<'a> {
    /// The configuration.
    pub(crate) config: &'a str,
    /// The groups file that it names as [`GROUPS_FILE`], if it does.
    pub(crate) groups: Option<&'a str>,
}

impl<'a> From<&'a str> for Files<'a> {
    fn from(config: &'a str) -> Self {
        Self { config, groups: None }
    }
}

impl<'a> From<&'a Case> for Files<'a> {
    fn from(case: &'a Case) -> Self {
        Self { config: &case.config, groups: case.groups_file.as_deref() }
    }
}

impl Files<'_> {
    /// Writes the files to a directory.
    pub(crate) fn write(&self, directory: &Path) {
        fs::write(directory.join("tidegate.toml"), self.config).expect("the configuration can be written");
        if let Some(groups) = self.groups {
            fs::write(directory.join(GROUPS_FILE), groups).expect("the groups can be written");
        }
    }

    /// Writes the files to a directory and loads them.
    pub(crate) fn loaded_in(&self, directory: &Path) -> Config {
        self.write(directory);
        let sources = Sources {
            file: Some(NamedFile { given_as: "--config", path: &directory.join("tidegate.toml") }),
            set: &[],
            environment: Vec::new(),
            working_dir: directory,
        };
        config::load(&sources).expect("the configuration is valid").0
    }
}

/// What came of a run.
pub(crate) struct Ran {
    /// The verdicts, with reasons, as the bytes that were written.
    pub(crate) verdicts: String,
    pub(crate) totals: Totals,
}

/// The verdicts, with reasons, on an input of JSON lines under a configuration, as the bytes that were written.
pub(crate) fn verdicts<'a>(files: impl Into<Files<'a>>, input: &str, threads: usize) -> String {
    verdicts_through(Box::<PassThroughStore>::default(), files, input, threads)
}

/// The same, with events that go through a store.
pub(crate) fn verdicts_through<'a>(
    store: Box<dyn EventStore>,
    files: impl Into<Files<'a>>,
    input: &str,
    threads: usize,
) -> String {
    run(store, files.into(), input, Format::JsonLines, threads).verdicts
}

/// Runs on an input of a format, which the verdicts have too.
pub(crate) fn run(store: Box<dyn EventStore>, files: Files<'_>, input: &str, format: Format, threads: usize) -> Ran {
    decide(files, input, format, threads, Start::default(), |_| store)
}

/// Runs on an input of JSON lines on top of a ledger, where it is recorded as a batch of a name.
pub(crate) fn run_in_ledger(ledger: &Path, batch: &str, files: Files<'_>, input: &str, threads: usize) -> Ran {
    run_in_ledger_as(ledger, batch, files, input, threads, policy_text)
}

/// The same, and the ledger takes the text for that of the policy.
pub(crate) fn run_in_ledger_as(
    ledger: &Path,
    batch: &str,
    files: Files<'_>,
    input: &str,
    threads: usize,
    text: impl FnOnce(&Policy) -> String,
) -> Ran {
    let start = Start { hasher: Some(Sha256::new()), ..Start::default() };
    decide(files, input, Format::JsonLines, threads, start, |policy| {
        let mut store = SqliteStore::open(ledger).expect("the ledger can be opened");
        let policy = text(policy);
        let intake = Intake { name: batch.to_owned(), time_format: None, hashed_from: 0, policy };
        store.take_in(intake).expect("the ledger takes the batch");
        Box::new(store)
    })
}

fn decide(
    files: Files<'_>,
    input: &str,
    format: Format,
    threads: usize,
    start: Start,
    store: impl FnOnce(&Policy) -> Box<dyn EventStore>,
) -> Ran {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = |name| directory.path().join(name);
    let config = files.loaded_in(directory.path());
    fs::write(path("input"), input).expect("the input can be written");
    let source = Source::open(&path("input")).expect("the input can be read");
    let targets = Targets { output: Target::new(&path("output")), rejects: None, certificate: None };
    let sinks = open_sinks(&source, &targets).expect("the output can be opened");
    let store = store(&config.policy);
    let job = Job {
        source,
        start,
        recorded: None,
        input_format: Some(format),
        time_format: None,
        strict: false,
        policy: Arc::new(config.policy),
        members: config.members,
        groups_as_named: false,
        store,
        verdicts: VerdictFormat { format, reasons: true },
        output: sinks.output,
        rejects: None,
        fingerprinted: false,
        threads: NonZeroUsize::new(threads).expect("a run has a thread"),
        console: Console::new(),
    };
    let report = runner::run(job).expect("the run ends well");
    assert_eq!(report.outcome, Outcome::Ended(Ending::Complete));
    assert_eq!(report.totals.rejected, 0, "every line is a valid transaction");
    let verdicts = fs::read_to_string(path("output")).expect("the output is text");
    Ran { verdicts, totals: report.totals }
}
