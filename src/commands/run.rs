//! `tidegate run`.

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;
use clap::{Args, ValueEnum};

use crate::bus::Ending;
use crate::commands::summary::summary;
use crate::config::{self, Config, NamedFile, Sources};
use crate::console::Console;
use crate::exit::Exit;
use crate::files::{Source, Target, open_sinks};
use crate::formats::Format;
use crate::formats::verdict::VerdictFormat;
use crate::runner::{self, Job, Outcome, Start};
use crate::store::PassThroughStore;

/// What helps whoever named no input and has none by the configured name.
const INPUT_HINT: &str = "Name an input, as in `tidegate run day.jsonl`, or - for standard input.";

/// What `tidegate run` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tidegate run                                   io.input -> io.output (input.txt -> output.txt)
  tidegate run day.csv -o verdicts.csv           one file to another
  producer | tidegate run - | consumer           a stream
  tidegate run --set daily-amount.amount=3000 --reasons --rejects rejects.jsonl day.jsonl")]
pub struct RunArgs {
    /// The transactions: a file, or - for standard input [default: the configuration's io.input]
    input: Option<PathBuf>,
    /// Where verdicts go: a file, or - for standard output [default: standard output if INPUT is given, else io.output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The configuration [default: tidegate.toml here, else the user's, else the built-in limits]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Change one limit, such as daily-amount.amount=3000
    #[arg(long, value_name = "NAME.KEY=VALUE")]
    set: Vec<String>,
    /// Say why each transaction was declined
    #[arg(long)]
    reasons: bool,
    /// Write lines that are no valid transaction to a file, as JSON lines
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Stop at the first line that is no valid transaction
    #[arg(long)]
    strict: bool,
    /// The input's format [default: by extension, else by the first line]
    #[arg(long, value_name = "FORMAT")]
    input_format: Option<FormatArg>,
    /// The output's format [default: by extension, else jsonl]
    #[arg(long, value_name = "FORMAT")]
    output_format: Option<FormatArg>,
    /// How many threads work [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// No summary and no progress bar
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// A JSON object a line
    #[value(alias = "json", alias = "ndjson")]
    Jsonl,
    /// Comma-separated values with a header
    Csv,
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Self {
        match arg {
            FormatArg::Jsonl => Self::JsonLines,
            FormatArg::Csv => Self::Csv,
        }
    }
}

/// Decides on a file's or a pipe's transactions.
///
/// # Errors
///
/// A configuration or usage error, or the failure that ended the run.
pub fn run(args: &RunArgs, console: &Console) -> anyhow::Result<Exit> {
    let named = args.config.as_deref().map(|path| NamedFile { given_as: "--config", path });
    let (config, _) = config::load(&Sources::of_process(named, &args.set))?;
    let (input, output) = ends(args, &config);
    let job = job(args, &config, &input, &output, console)?;
    let policy = Arc::clone(&job.policy);
    let held_back = job.output.is_replacement().then(|| output.name());
    // On a terminal that shows the verdicts they are the progress.
    if !args.quiet && !job.output.is_terminal() {
        console.show_progress(job.source.size());
    }
    let report = runner::run(job)?;
    if !args.quiet {
        console.print(&summary(&report, &policy, held_back.as_deref()));
    }
    Ok(match report.outcome {
        Outcome::OutputClosed => Exit::Done,
        Outcome::Ended(Ending::Interrupted) => Exit::Interrupted,
        Outcome::Ended(Ending::RejectedLine) => Exit::Rejected,
        Outcome::Ended(Ending::Complete) if report.totals.rejected > 0 => Exit::Rejected,
        Outcome::Ended(Ending::Complete) => Exit::Done,
    })
}

/// Where lines come from and verdicts go, by the command line and the configuration.
fn ends(args: &RunArgs, config: &Config) -> (PathBuf, Target) {
    let input = args.input.as_ref().unwrap_or(&config.io.input).clone();
    let output = match (&args.output, &args.input) {
        (Some(output), _) => output,
        (None, Some(_)) => Path::new("-"),
        (None, None) => &config.io.output,
    };
    (input, Target::new(output))
}

/// Whether an error comes down to a file that does not exist.
fn is_not_found(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Opens and checks everything that a run needs.
fn job(args: &RunArgs, config: &Config, input: &Path, output: &Target, console: &Console) -> anyhow::Result<Job> {
    let source = Source::open(input).map_err(|error| match args.input {
        None if is_not_found(&error) => anyhow!("{error:#}\n{INPUT_HINT}"),
        _ => error,
    })?;
    let rejects = args.rejects.as_deref().map(Target::new);
    let sinks = open_sinks(&source, output, rejects.as_ref())?;
    let output_format = args.output_format.map(Format::from).or_else(|| match output {
        Target::Path(path) => Format::of_path(path),
        Target::Stdout => None,
    });
    let machine = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Ok(Job {
        input_format: args.input_format.map(Format::from).or_else(|| Format::of_path(input)),
        source,
        start: Start::default(),
        recorded: None,
        time_format: config.io.time_format.clone(),
        strict: args.strict,
        policy: Arc::new(config.policy.clone()),
        store: Box::new(PassThroughStore::default()),
        verdicts: VerdictFormat { format: output_format.unwrap_or(Format::JsonLines), reasons: args.reasons },
        output: sinks.output,
        rejects: sinks.rejects,
        threads: args.threads.and_then(|threads| NonZeroUsize::new(threads.into())).unwrap_or(machine),
        console: console.clone(),
    })
}
