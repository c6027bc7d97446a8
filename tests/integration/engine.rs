//! Running the engine through the library: quicker than the program, and with a store of one's choice.

use std::fs;
use std::num::NonZeroUsize;
use std::sync::Arc;

use tidegate::bus::Ending;
use tidegate::config::{self, NamedFile, Sources};
use tidegate::console::Console;
use tidegate::files::{Source, Target, open_sinks};
use tidegate::formats::Format;
use tidegate::formats::verdict::VerdictFormat;
use tidegate::runner::{self, Job, Outcome, Start};
use tidegate::store::{EventStore, PassThroughStore};

/// The verdicts, with reasons, on an input of JSON lines under a configuration, as the bytes that were written.
pub(crate) fn verdicts(config: &str, input: &str, threads: usize) -> String {
    verdicts_through(Box::<PassThroughStore>::default(), config, input, threads)
}

/// The same, with events that go through a store.
pub(crate) fn verdicts_through(store: Box<dyn EventStore>, config: &str, input: &str, threads: usize) -> String {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = |name| directory.path().join(name);
    fs::write(path("tidegate.toml"), config).expect("the configuration can be written");
    fs::write(path("input.jsonl"), input).expect("the input can be written");

    let sources = Sources {
        file: Some(NamedFile { given_as: "--config", path: &path("tidegate.toml") }),
        set: &[],
        environment: Vec::new(),
        working_dir: directory.path(),
    };
    let (config, _) = config::load(&sources).expect("the configuration is valid");
    let source = Source::open(&path("input.jsonl")).expect("the input can be read");
    let sinks = open_sinks(&source, &Target::new(&path("output.jsonl")), None).expect("the output can be opened");
    let job = Job {
        source,
        start: Start::default(),
        recorded: None,
        input_format: Some(Format::JsonLines),
        time_format: None,
        strict: false,
        policy: Arc::new(config.policy),
        store,
        verdicts: VerdictFormat { format: Format::JsonLines, reasons: true },
        output: sinks.output,
        rejects: None,
        threads: NonZeroUsize::new(threads).expect("a run has a thread"),
        console: Console::new(),
    };
    let report = runner::run(job).expect("the run ends well");
    assert_eq!(report.outcome, Outcome::Ended(Ending::Complete));
    assert_eq!(report.totals.rejected, 0, "every line is a valid transaction");
    fs::read_to_string(path("output.jsonl")).expect("the output is text")
}
