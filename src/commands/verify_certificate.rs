//! `tidegate verify-certificate`: whether a run's certificate holds.

use std::fmt::Write as _;
use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context;
use indicatif::HumanCount;
use serde::Serialize;

use super::ledger::open_ledger;
use super::output::print;
use super::proof_file::{damage_found, open};
use crate::certificate::{self, Certificate, Finding, Given, LEN_MAX, Report, Totals, needed, verify};
use crate::config::read_groups;
use crate::console::{Console, escaped, printable_path};
use crate::exit::{Exit, UsageError};

/// What nobody should take a certificate for.
const NOT_PROVED: &str =
    "not proved: who made it and when, whether the input is whole, and whether the policy was the right one\n";

/// What `tidegate verify-certificate` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate verify-certificate certificate.json day.jsonl
  tidegate verify-certificate certificate.json day.jsonl --groups customers.csv
  producer | tidegate verify-certificate certificate.json - --store ledger.db --json

INPUT is decided anew under the policy in the certificate, on top of the log that the batch went on from, and nothing of \
that is kept. If the certificate holds, the verdicts that come out are the certified ones, byte for byte: compare your copy \
of them with verdicts.sha256 by `sha256sum`. The ledger is needed if the log was not empty before the batch; then every \
decision before it is made anew as well.

Not proved are who made the certificate and when, that INPUT is all that the senders sent, and that the policy was the \
right one. The exit status is 4 if anything does not hold.")]
pub struct VerifyCertificateArgs {
    /// The certificate that `tidegate run --certificate` wrote, or - for standard input
    #[arg(value_name = "FILE")]
    certificate: PathBuf,
    /// The transactions that were decided on: a file, or - for standard input
    input: PathBuf,
    /// The file that says which customers are in which group, if the policy decided by one
    #[arg(long, value_name = "FILE")]
    groups: Option<PathBuf>,
    /// The ledger that the decisions were recorded in
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Write a JSON object
    #[arg(long)]
    json: bool,
}

/// What was found as JSON, its keys in this order.
#[derive(Serialize)]
struct JsonReport<'a> {
    holds: bool,
    decided: Option<&'a Totals>,
    with_ledger: bool,
    findings: &'a [Finding],
}

/// Checks a certificate, and writes what was found.
///
/// # Errors
///
/// A [`UsageError`] if a file is missing or not what it should be; otherwise why something can't be read or written.
pub fn run(args: &VerifyCertificateArgs, console: &Console) -> anyhow::Result<Exit> {
    damage_found(check(args), console)
}

fn check(args: &VerifyCertificateArgs) -> anyhow::Result<Exit> {
    let stdin = Path::new("-");
    if args.certificate == stdin && args.input == stdin {
        return Err(UsageError("only one of the certificate and INPUT can be standard input".to_owned()).into());
    }
    let bytes = read(&args.certificate)?;
    let malformed = |error| UsageError(format!("{}: {error}", printable_path(&args.certificate)));
    let certificate = Certificate::parse(&bytes).map_err(malformed)?;
    check_flags(args, &certificate)?;
    let groups = args.groups.as_deref().map(|path| read_groups("--groups", path)).transpose()?;
    let ledger =
        args.store.as_deref().map(|path| open_ledger(path)?.pinned().map_err(anyhow::Error::from)).transpose()?;
    let given = Given {
        source: open(&args.input)?,
        groups,
        ledger: ledger.as_ref(),
        threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
    };
    let report = verify(&certificate, &bytes, given)?;
    if report.is_interrupted {
        return Ok(Exit::Interrupted);
    }
    let text = if args.json { json(&report, ledger.is_some())? } else { in_words(&certificate, &report, args) };
    print(&text)?;
    Ok(if report.findings.is_empty() { Exit::Done } else { Exit::Findings })
}

/// The bytes of a certificate; no more of them than tell that it is too large.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let source = open(path)?;
    let mut bytes = Vec::new();
    let read = source.file().take(LEN_MAX as u64 + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("can't read {}", source.name()))?;
    Ok(bytes)
}

/// Refuses flags that the certificate has no use for, and the want of those that it needs.
fn check_flags(args: &VerifyCertificateArgs, certificate: &Certificate) -> Result<(), UsageError> {
    let certificate::Needed { groups, ledger } = needed(certificate);
    let refuse = |why: &str| Err(UsageError(why.to_owned()));
    match (&args.groups, groups) {
        (None, true) => return refuse("--groups FILE is needed: the policy decided by a file of groups"),
        (Some(_), false) => return refuse("--groups: the policy in the certificate decided by no file of groups"),
        _ => {}
    }
    match (&args.store, ledger) {
        (None, true) => refuse("--store LEDGER is needed: the batch went on from a log that was not empty"),
        (Some(_), _) if certificate.log.is_none() => refuse("--store: the certificate is of a run without a ledger"),
        _ => Ok(()),
    }
}

fn json(report: &Report, with_ledger: bool) -> serde_json::Result<String> {
    let Report { findings, decided, .. } = report;
    let report = JsonReport { holds: findings.is_empty(), decided: decided.as_ref(), with_ledger, findings };
    Ok(serde_json::to_string(&report)? + "\n")
}

fn in_words(certificate: &Certificate, report: &Report, args: &VerifyCertificateArgs) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let _ = writeln!(text, "{}: {}", finding.part, escaped(&finding.what));
    }
    match &report.decided {
        None => text.push_str("nothing was decided anew\n"),
        Some(totals) if report.findings.is_empty() => checked(&mut text, certificate, totals, args),
        Some(_) => {}
    }
    text += match (report.findings.is_empty(), &certificate.log, &args.store) {
        (false, ..) => "the certificate does NOT hold\n",
        (true, Some(_), None) => "the certificate holds, but for the name of its batch, which the ledger alone knows\n",
        (true, ..) => "the certificate holds\n",
    };
    if report.findings.is_empty() {
        text.push_str(NOT_PROVED);
    }
    text
}

/// Says what was checked of a certificate that holds.
fn checked(text: &mut String, certificate: &Certificate, totals: &Totals, args: &VerifyCertificateArgs) {
    let Certificate { input, verdicts, .. } = certificate;
    let format = input.format.map_or("nothing but blank lines", |format| format.as_str());
    let _ = writeln!(text, "input     {}: {} bytes, {format}", printable_path(&args.input), HumanCount(input.bytes));
    let _ = writeln!(text, "policy    sha256 {}", certificate.policy.sha256);
    if let (Some(groups), Some(path)) = (&certificate.groups, &args.groups) {
        let _ = writeln!(text, "groups    {}: sha256 {}", printable_path(path), groups.sha256);
    }
    let counts = [totals.read, totals.accepted, totals.declined, totals.rejected].map(HumanCount);
    let [read, accepted, declined, rejected] = counts;
    let _ = write!(text, "anew      read {read}: {accepted} accepted, {declined} declined, {rejected} rejected");
    let ignored =
        if totals.ignored > 0 { format!(", {} duplicates ignored", HumanCount(totals.ignored)) } else { String::new() };
    let _ = writeln!(text, "{ignored}");
    let (bytes, format) = (HumanCount(verdicts.bytes), verdicts.format.as_str());
    let reasons = if verdicts.reasons { " with reasons" } else { "" };
    let _ = writeln!(text, "verdicts  {bytes} bytes, {format}{reasons}, sha256 {}", verdicts.sha256);
    if let Some(log) = &certificate.log {
        let (before, after) = (HumanCount(log.before.size), HumanCount(log.after.size));
        let _ = writeln!(text, "log       from {before} to {after} events, root {}", log.after.root);
    }
    if let (Some(log), Some(path)) = (&certificate.log, &args.store) {
        let before = match log.before.size {
            0 => "has the batch at its beginning".to_owned(),
            before => format!("has the batch behind {} events, which were decided anew as well", HumanCount(before)),
        };
        let _ = writeln!(text, "ledger    {} {before}", printable_path(path));
    }
}
