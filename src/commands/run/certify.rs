//! The certificate of a run, written as the last thing.

use std::path::PathBuf;

use anyhow::{Context, anyhow};

use super::plan::Plan;
use crate::bus::Ending;
use crate::certificate::{Issue, Log, Standing, issue, standing};
use crate::console::printable;
use crate::exit::UsageError;
use crate::files::Sink;
use crate::formats::Format;
use crate::results::Fingerprints;
use crate::runner::{Outcome, Report};
use crate::store::{BatchRecord, Ledger};

/// What `run` takes for its certificate.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct CertificateArgs {
    /// Once the run is complete, write to a file what `tidegate verify-certificate` proves it by
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "resume_at_line"])]
    pub(super) certificate: Option<PathBuf>,
}

/// Refuses a certificate of a batch that stands in its log in pieces, or of whose input not all is known.
///
/// # Errors
///
/// A [`UsageError`], or why the ledger can't be read.
pub(super) fn check(ledger: &Ledger, plan: &Plan) -> anyhow::Result<()> {
    let (batch, goes_on) = match plan {
        Plan::Decide { told: None, .. } => return Ok(()),
        Plan::Decide { told: Some(batch), hashed_from, .. } if *hashed_from > 0 => {
            return Err(UsageError(format!(
                "--certificate: batch {} once went on by --resume-at-line, so that a run which goes on from there does not \
                 know the hash of its whole input: let this one end without a certificate and repeat it with one",
                printable(&batch.name)
            ))
            .into());
        }
        Plan::Decide { told: Some(batch), .. } => (batch, true),
        Plan::Repeat { batch, .. } => (batch, false),
    };
    match standing(ledger, batch)? {
        Standing::Whole(span) if goes_on && span.after != ledger.head()?.size => Err(torn(batch).into()),
        Standing::Whole(_) | Standing::Nowhere => Ok(()),
        Standing::Torn => Err(torn(batch).into()),
    }
}

fn torn(batch: &BatchRecord) -> UsageError {
    let name = printable(&batch.name);
    UsageError(format!(
        "--certificate: other batches were recorded between the parts of batch {name}, and a certificate is of a batch in \
         one piece"
    ))
}

/// Writes the certificate of a run that may have come to its end; if it has not, gives a line that says so.
///
/// # Errors
///
/// Why it can't be written. That nobody wanted the output is an error here.
pub(super) fn certify<'a>(
    sink: Option<Sink>,
    report: &Report,
    what: impl FnOnce(Fingerprints) -> anyhow::Result<Issue<'a>>,
) -> anyhow::Result<&'static str> {
    let Some(mut sink) = sink else { return Ok("") };
    match report.outcome {
        Outcome::OutputClosed => return Err(anyhow!("the reader of the output is gone, so there is no certificate")),
        Outcome::Ended(Ending::Interrupted | Ending::RejectedLine) => {
            return Ok("no certificate is written, as the run did not come to its end\n");
        }
        Outcome::Ended(Ending::Complete) => {}
    }
    let fingerprints = report.fingerprints.context("the hashes of a complete run are missing")?;
    let text = issue(what(fingerprints)?).text();
    let name = sink.name().to_owned();
    sink.write_all(text.as_bytes()).with_context(|| format!("can't write {name}"))?;
    sink.commit().with_context(|| format!("can't finish {name}"))?;
    Ok("")
}

/// Where the decisions on a complete batch stand.
///
/// # Errors
///
/// Why the ledger can't be read.
pub(super) fn log_of(ledger: &Ledger, batch: &BatchRecord) -> anyhow::Result<Log> {
    Log::of(ledger, batch)?.ok_or_else(|| torn(batch).into())
}

/// The format of a batch's input, if a line of it has told.
///
/// # Errors
///
/// If the ledger names one that there is not.
pub(super) fn format_of(batch: &BatchRecord) -> anyhow::Result<Option<Format>> {
    let named = |name: &String| {
        let known = [Format::JsonLines, Format::Csv].into_iter().find(|format| format.as_str() == name);
        known.ok_or_else(|| anyhow!("the store is damaged: batch {} has the format {name:?}", batch.number))
    };
    batch.format.as_ref().map(named).transpose()
}
