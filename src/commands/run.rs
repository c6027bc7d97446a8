//! `tidegate run`.

mod certify;
mod difference;
mod plan;
mod recorded;

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;
use clap::{Args, ValueEnum};
use sha2::{Digest as _, Sha256};

use crate::bus::Ending;
use crate::certificate::Issue;
use crate::commands::summary::summary;
use crate::config::{self, Config, NamedFile, Sources};
use crate::console::Console;
use crate::exit::Exit;
use crate::files::{Sink, Sinks, Source, Target, Targets, open_sinks};
use crate::formats::verdict::VerdictFormat;
use crate::formats::{Format, TimeFormat};
use crate::runner::{self, Job, Outcome, Report, Start};
use crate::store::PassThroughStore;
use certify::{CertificateArgs, certify};

/// What helps whoever named no input and has none by the configured name.
const INPUT_HINT: &str = "Name an input, as in `tidegate run day.jsonl`, or - for standard input.";

/// What `tidegate run` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tidegate run                                   io.input -> io.output (input.txt -> output.txt)
  tidegate run day.csv -o verdicts.csv           one file to another
  producer | tidegate run - | consumer           a stream
  tidegate run --store ledger.db monday.jsonl    on top of a ledger, and recorded there
  tidegate run day.jsonl -o verdicts.jsonl --certificate certificate.json
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
    /// Say why each transaction was declined, and which limits flagged it
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
    /// Record every decision in a ledger, on top of what it holds: a file, made if there is none
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// What the ledger calls this input [default: the input's name, without its directory]
    #[arg(long, value_name = "NAME", requires = "store")]
    batch: Option<String>,
    /// Only say what the verdicts would be on top of the ledger, and record nothing
    #[arg(long, requires = "store")]
    dry_run: bool,
    /// Go on with an unfinished batch, of which the input holds only the lines from N on
    #[arg(long, value_name = "N", requires = "store", value_parser = clap::value_parser!(u64).range(1..))]
    resume_at_line: Option<u64>,
    #[command(flatten)]
    certificate: CertificateArgs,
    /// How many threads work [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// No summary and no progress bar
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
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
    let ends = Ends::open(args, &config)?;
    if let Some(store) = &args.store {
        return recorded::run(args, store, &config, ends, console);
    }
    let verdicts = ends.verdicts(args);
    let (job, certificate) = job(args, &config, ends, console)?;
    let (report, mut text) = perform(job, args.quiet, console)?;
    let no_certificate = certify(certificate, &report, |fingerprints| {
        let (policy, totals) = (&config.policy, &report.totals);
        let time_format = config.io.time_format.as_ref().map(TimeFormat::as_str);
        Ok(Issue { fingerprints, time_format, policy, verdicts, totals, log: None })
    })?;
    if !args.quiet {
        text += no_certificate;
    }
    console.print(&text);
    Ok(exit(&report))
}

/// Runs a job; gives how it ended and its summary, unless that is not wanted.
fn perform(job: Job, quiet: bool, console: &Console) -> anyhow::Result<(Report, String)> {
    let policy = Arc::clone(&job.policy);
    let held_back = job.output.is_replacement().then(|| job.output.name().to_owned());
    // On a terminal that shows the verdicts they are the progress.
    if !quiet && !job.output.is_terminal() {
        console.show_progress(job.source.size());
    }
    let report = runner::run(job)?;
    let text = if quiet { String::new() } else { summary(&report, &policy, held_back.as_deref()) };
    Ok((report, text))
}

/// What the operating system is told of a run that did not fail.
const fn exit(report: &Report) -> Exit {
    match report.outcome {
        Outcome::OutputClosed => Exit::Done,
        Outcome::Ended(Ending::Interrupted) => Exit::Interrupted,
        Outcome::Ended(Ending::RejectedLine) => Exit::Rejected,
        Outcome::Ended(Ending::Complete) if report.totals.rejected > 0 => Exit::Rejected,
        Outcome::Ended(Ending::Complete) => Exit::Done,
    }
}

/// Where lines come from and verdicts go, by the command line and the configuration.
struct Ends {
    input: PathBuf,
    source: Source,
    output: Target,
}

impl Ends {
    /// Opens the input. Nothing is opened for writing yet.
    fn open(args: &RunArgs, config: &Config) -> anyhow::Result<Self> {
        let input = args.input.as_ref().unwrap_or(&config.io.input).clone();
        let output = match (&args.output, &args.input) {
            (Some(output), _) => output,
            (None, Some(_)) => Path::new("-"),
            (None, None) => &config.io.output,
        };
        let source = Source::open(&input).map_err(|error| match args.input {
            None if is_not_found(&error) => anyhow!("{error:#}\n{INPUT_HINT}"),
            _ => error,
        })?;
        Ok(Self { input, source, output: Target::new(output) })
    }

    /// Opens the outputs.
    fn open_sinks(&self, args: &RunArgs) -> anyhow::Result<Sinks> {
        let target = |path: &Option<PathBuf>| path.as_deref().map(Target::new);
        let (rejects, certificate) = (target(&args.rejects), target(&args.certificate.certificate));
        open_sinks(&self.source, &Targets { output: self.output.clone(), rejects, certificate })
    }

    /// What verdicts look like.
    fn verdicts(&self, args: &RunArgs) -> VerdictFormat {
        let by_name = || match &self.output {
            Target::Path(path) => Format::of_path(path),
            Target::Stdout => None,
        };
        let format = args.output_format.map(Format::from).or_else(by_name).unwrap_or(Format::JsonLines);
        VerdictFormat { format, reasons: args.reasons }
    }
}

/// Whether an error comes down to a file that does not exist.
fn is_not_found(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Opens and checks everything that a run needs, one that starts at the beginning and keeps nothing; and where its
/// certificate goes, if one is wanted.
fn job(args: &RunArgs, config: &Config, ends: Ends, console: &Console) -> anyhow::Result<(Job, Option<Sink>)> {
    let sinks = ends.open_sinks(args)?;
    let machine = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let fingerprinted = sinks.certificate.is_some();
    let job = Job {
        input_format: args.input_format.map(Format::from).or_else(|| Format::of_path(&ends.input)),
        verdicts: ends.verdicts(args),
        source: ends.source,
        start: Start { hasher: fingerprinted.then(Sha256::new), ..Start::default() },
        recorded: None,
        time_format: config.io.time_format.clone(),
        strict: args.strict,
        policy: Arc::new(config.policy.clone()),
        members: config.members.clone(),
        groups_as_named: false,
        store: Box::new(PassThroughStore::default()),
        output: sinks.output,
        rejects: sinks.rejects,
        fingerprinted,
        threads: args.threads.and_then(|threads| NonZeroUsize::new(threads.into())).unwrap_or(machine),
        console: console.clone(),
    };
    Ok((job, sinks.certificate))
}
