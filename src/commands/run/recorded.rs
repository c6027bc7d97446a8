//! `tidegate run --store`: a run on top of a ledger.

use std::path::Path;

use anyhow::anyhow;
use indicatif::HumanCount;

use super::certify::{self, certify};
use super::plan::{Plan, Planner};
use super::{Ends, RunArgs, exit, job, perform};
use crate::bus::Ending;
use crate::certificate::Issue;
use crate::commands::ledger::{files_of, open_ledger, refused};
use crate::commands::summary::summary;
use crate::config::{Config, policy_text};
use crate::console::{Console, printable, printable_path};
use crate::exit::{Exit, UsageError};
use crate::files::{Sink, Target, is_same_file};
use crate::formats::TimeFormat;
use crate::formats::verdict::VerdictFormat;
use crate::recall::Recall;
use crate::results::{Fingerprint, Fingerprints, Rejects, Results, ResultsError};
use crate::runner::{Outcome, Report};
use crate::store::{BatchRecord, DryRunStore, EventStore, Intake, Ledger, SqliteStore};

/// Decides on an input's transactions on top of a ledger, and records the decisions there.
///
/// # Errors
///
/// A [`UsageError`] if the input, the policy or a flag doesn't fit what the ledger holds of the batch; or the failure
/// that ended the run.
pub(super) fn run(args: &RunArgs, path: &Path, config: &Config, ends: Ends, console: &Console) -> anyhow::Result<Exit> {
    let name = batch_name(args, &ends)?;
    check_apart(args, path, &ends)?;
    let (mut store, ledger) = open(path, args.dry_run)?;
    let time_format = config.io.time_format.as_ref().map(|format| format.as_str().to_owned());
    let policy = policy_text(&config.policy);
    let planner = Planner {
        ledger: &ledger,
        source: &ends.source,
        batch: &name,
        policy: &policy,
        time_format: time_format.as_deref(),
        groups: config.policy.decides_by_groups(),
        input_format: args.input_format.map(Into::into),
        resume_at_line: args.resume_at_line,
    };
    let plan = planner.plan()?;
    if args.certificate.certificate.is_some() {
        certify::check(&ledger, &plan)?;
    }
    let (start, hashed_from, told) = match plan {
        Plan::Repeat { batch, input } => return repeat(args, (&ledger, path), (&batch, input), ends, console),
        Plan::Decide { start, hashed_from, told } => (start, hashed_from, told),
    };
    // The writer is to be the last who has the ledger open, so that it can leave one file alone.
    drop(ledger);
    if let Opened::Writer(store) = &mut store {
        store.take_in(Intake { name: name.clone(), time_format, hashed_from, policy })?;
    }
    let (mut job, certificate) = job(args, config, ends, console)?;
    let verdicts = job.verdicts;
    let resumed_at = start.line;
    job.start = start;
    job.store = match store {
        Opened::Writer(store) => store,
        Opened::DryRun(store) => store,
    };
    job.recorded = match &told {
        Some(batch) => Some(Box::new(Recall::new(open_ledger(path)?, batch, job.verdicts)?)),
        None => None,
    };
    let (report, mut text) = perform(job, args.quiet, console)?;
    if resumed_at > 1 {
        text += &format!("batch {}: resumed at line {}\n", printable(&name), HumanCount(resumed_at));
    }
    text += &if args.dry_run {
        "dry run: nothing is recorded\n".to_owned()
    } else {
        conclude(path, &name, config, &report, (certificate, verdicts))?
    };
    if !args.quiet {
        console.print(&text);
    }
    Ok(exit(&report))
}

/// Writes the certificate of a run that has recorded its decisions, if one is wanted; gives what there is to say about the
/// ledger.
fn conclude(
    path: &Path,
    name: &str,
    config: &Config,
    report: &Report,
    (certificate, verdicts): (Option<Sink>, VerdictFormat),
) -> anyhow::Result<String> {
    let ledger = open_ledger(path)?;
    let after = After::read(&ledger, name)?;
    if report.outcome == Outcome::OutputClosed {
        let why = if certificate.is_some() { ", so there is no certificate" } else { "" };
        return Err(anyhow!("the reader of the output is gone{why}: {}", after.progress()));
    }
    let mut text = String::new();
    if report.outcome != Outcome::Ended(Ending::Complete) {
        text = after.progress() + "\n";
    }
    text += certify(certificate, report, |fingerprints| {
        let batch = ledger.batch(name)?.ok_or_else(|| anyhow!("the store has lost batch {}", printable(name)))?;
        let (policy, totals) = (&config.policy, &report.totals);
        let time_format = config.io.time_format.as_ref().map(TimeFormat::as_str);
        let log = Some(certify::log_of(&ledger, &batch)?);
        Ok(Issue { fingerprints, time_format, policy, verdicts, totals, log })
    })?;
    text += &format!("head {}\n", ledger.head()?);
    Ok(text)
}

/// What a run decides on top of.
enum Opened {
    Writer(Box<SqliteStore>),
    DryRun(Box<DryRunStore>),
}

/// Opens a ledger to decide on top of it and to read it, both as they are at one moment.
fn open(path: &Path, dry_run: bool) -> anyhow::Result<(Opened, Ledger)> {
    if !dry_run {
        // With the lock nothing changes any more between the plan and the run.
        let store = SqliteStore::open(path).map_err(|error| refused(path, error))?;
        return Ok((Opened::Writer(Box::new(store)), open_ledger(path)?));
    }
    loop {
        let ledger = open_ledger(path)?.pinned()?;
        let store = DryRunStore::open(path).map_err(|error| refused(path, error))?;
        // A run may have committed between the two.
        if store.next_position() == ledger.head()?.size + 1 {
            return Ok((Opened::DryRun(Box::new(store)), ledger));
        }
    }
}

/// How far a batch is recorded once a run has ended.
struct After<'a> {
    name: &'a str,
    lines: u64,
}

impl<'a> After<'a> {
    fn read(ledger: &Ledger, name: &'a str) -> anyhow::Result<Self> {
        Ok(Self { name, lines: ledger.batch(name)?.map_or(0, |batch| batch.lines) })
    }

    fn progress(&self) -> String {
        let (verb, plural) = if self.lines == 1 { ("is", "") } else { ("are", "s") };
        let (lines, name) = (HumanCount(self.lines), printable(self.name));
        format!("{lines} line{plural} of {name} {verb} committed; run again to go on")
    }
}

/// Writes out once more what was decided on a batch that is complete.
fn repeat(
    args: &RunArgs,
    (ledger, path): (&Ledger, &Path),
    (batch, input): (&BatchRecord, Fingerprint),
    ends: Ends,
    console: &Console,
) -> anyhow::Result<Exit> {
    let begun = std::time::Instant::now();
    let name = ends.source.name().to_owned();
    let sinks = ends.open_sinks(args)?;
    let verdicts = ends.verdicts(args);
    let mut recall = Recall::new(open_ledger(path)?, batch, verdicts)?;
    let results = Results::new(sinks.output, Rejects::new(name, sinks.rejects), console.clone());
    let mut results = if sinks.certificate.is_some() { results.fingerprinted() } else { results };
    let mut header = Vec::new();
    recall.verdicts().header(&mut header);
    let told = results.write(&header).and_then(|()| results.retell(&mut recall, || true));
    let totals = match told {
        Ok(totals) => totals,
        Err(ResultsError::ReaderGone) if sinks.certificate.is_none() => return Ok(Exit::Done),
        Err(ResultsError::ReaderGone) => {
            return Err(anyhow!("the reader of the output is gone, so there is no certificate"));
        }
        Err(ResultsError::Failed(error)) => return Err(error),
    };
    results.finish_rejects()?;
    let output = results.finish_verdicts()?;
    let input_format = certify::format_of(batch)?;
    let fingerprints = output.map(|output| Fingerprints { input, input_format, output });
    let report = Report { outcome: Outcome::Ended(Ending::Complete), totals, fingerprints, elapsed: begun.elapsed() };
    certify(sinks.certificate, &report, |fingerprints| {
        let (policy, totals, time_format) = (recall.policy(), &report.totals, batch.time_format.as_deref());
        let log = Some(certify::log_of(ledger, batch)?);
        Ok(Issue { fingerprints, time_format, policy, verdicts, totals, log })
    })?;
    if !args.quiet {
        let mut text = summary(&report, recall.policy(), None);
        text += &format!(
            "batch {} was complete already: nothing was decided, and the output is that of the log\nhead {}\n",
            printable(&batch.name),
            ledger.head()?
        );
        console.print(&text);
    }
    Ok(exit(&report))
}

/// The name of the batch: the one that was given, or the input's own.
fn batch_name(args: &RunArgs, ends: &Ends) -> anyhow::Result<String> {
    let given = args.batch.clone();
    let own = || ends.input.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = match given {
        Some(name) => Some(name),
        None if ends.input == Path::new("-") => None,
        None => own(),
    };
    match name {
        None => Err(UsageError("standard input has no name: give the batch one with --batch NAME".to_owned()).into()),
        Some(name) if name.is_empty() || name.chars().any(char::is_control) => {
            Err(UsageError(format!("--batch {name:?}: a name is not empty and has no control characters")).into())
        }
        Some(name) => Ok(name),
    }
}

/// Refuses a ledger that is an input or an output too, before anything is opened for writing.
fn check_apart(args: &RunArgs, store: &Path, ends: &Ends) -> anyhow::Result<()> {
    let output = match &ends.output {
        Target::Path(path) => Some(path.as_path()),
        Target::Stdout => None,
    };
    let others = [
        ("input", Some(ends.input.as_path())),
        ("output", output),
        ("rejects", args.rejects.as_deref()),
        ("certificate", args.certificate.certificate.as_deref()),
    ];
    for (role, path) in others.iter().filter_map(|(role, path)| Some((role, (*path)?))) {
        if files_of(store).iter().any(|file| is_same_file(file, path)) {
            let (path, store) = (printable_path(path), printable_path(store));
            return Err(UsageError(format!("{path}: the {role} can't be the ledger {store} as well")).into());
        }
    }
    Ok(())
}
