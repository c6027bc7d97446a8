//! The input of a certificate, decided on again.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use sha2::{Digest as _, Sha256};

use super::form::{Certificate, LogEnd, Sha256Hex};
use super::issue::{Issue, issue};
use super::report::Report;
use crate::bus::Ending;
use crate::console::Console;
use crate::domain::{Membership, Policy, Zone};
use crate::files::{Source, Target, open_output};
use crate::formats::csv::HeaderError;
use crate::formats::verdict::VerdictFormat;
use crate::formats::{Format, TimeFormat};
use crate::runner::{self, Job, Outcome, Start};
use crate::store::{Edge, EventStore};

/// Where verdicts go that nobody wants but their hash.
const NOWHERE: &str = "/dev/null";

/// What is decided on top of: the log before, of which the right edge stays if there is one.
pub(super) struct Base {
    pub(super) store: Box<dyn EventStore>,
    pub(super) edge: Option<Edge>,
}

/// What decides on what.
pub(super) struct Again {
    pub(super) source: Source,
    pub(super) policy: Policy,
    pub(super) members: Option<Arc<Membership>>,
    pub(super) base: Base,
    pub(super) threads: NonZeroUsize,
}

impl Again {
    /// Decides on the input as the run did, and compares what comes out with what is certified.
    pub(super) fn decide(self, certificate: &Certificate, report: &mut Report) -> anyhow::Result<()> {
        let Self { source, policy, members, base: Base { store, edge }, threads } = self;
        let time_format = certificate.input.time_format.as_deref();
        let compiled = match time_format.map(TimeFormat::new).transpose() {
            Ok(compiled) => compiled,
            Err(why) => {
                report.add("input.time_format", why);
                return Ok(());
            }
        };
        let policy = Arc::new(policy);
        let verdicts = VerdictFormat { format: certificate.verdicts.format, reasons: certificate.verdicts.reasons };
        let run = runner::run(Job {
            source,
            start: Start { hasher: Some(Sha256::new()), ..Start::default() },
            recorded: None,
            input_format: certificate.input.format,
            time_format: compiled,
            strict: false,
            policy: Arc::clone(&policy),
            members,
            groups_as_named: false,
            store,
            verdicts,
            output: open_output(&Target::new(Path::new(NOWHERE)), &[])?,
            rejects: None,
            fingerprinted: true,
            threads,
            console: Console::silent(),
        });
        let run = match run {
            Err(error) if error.is::<HeaderError>() => {
                report.add("input", format!("it can't be read as the certificate says: {error:#}"));
                return Ok(());
            }
            other => other?,
        };
        if run.outcome == Outcome::Ended(Ending::Interrupted) {
            report.is_interrupted = true;
            return Ok(());
        }
        let fingerprints = run.fingerprints.context("the hashes of a complete run are missing")?;
        let totals = &run.totals;
        let log = None;
        let found = issue(Issue { fingerprints, time_format, policy: &policy, verdicts, totals, log });
        compare(certificate, &found, edge.as_ref(), report);
        tell_of_zones(&policy, report);
        report.decided = Some(found.totals);
        Ok(())
    }
}

/// Compares what is certified with what came out.
fn compare(certified: &Certificate, found: &Certificate, edge: Option<&Edge>, report: &mut Report) {
    let (input, verdicts, totals) = (&certified.input, &certified.verdicts, &certified.totals);
    report.compare("input.sha256", &input.sha256, &found.input.sha256);
    report.compare("input.bytes", &input.bytes, &found.input.bytes);
    let name = |format: Option<Format>| format.map(Format::as_str);
    report.compare("input.format", &name(input.format), &name(found.input.format));
    report.compare("verdicts.sha256", &verdicts.sha256, &found.verdicts.sha256);
    report.compare("verdicts.bytes", &verdicts.bytes, &found.verdicts.bytes);
    report.compare("totals.read", &totals.read, &found.totals.read);
    report.compare("totals.accepted", &totals.accepted, &found.totals.accepted);
    report.compare("totals.declined", &totals.declined, &found.totals.declined);
    report.compare("totals.ignored", &totals.ignored, &found.totals.ignored);
    report.compare("totals.rejected", &totals.rejected, &found.totals.rejected);
    report.compare("totals.reasons", &totals.reasons, &found.totals.reasons);
    if let (Some(log), Some(edge)) = (&certified.log, edge) {
        let edge = edge.now();
        let after = LogEnd { size: edge.size(), root: Sha256Hex(edge.root()) };
        report.compare("log.after.size", &log.after.size, &after.size);
        report.compare("log.after.root", &log.after.root, &after.root);
    }
}

/// Says that another version of the time zones may be why something came out otherwise.
fn tell_of_zones(policy: &Policy, report: &mut Report) {
    if let Some(zones) = policy.zones().filter(|zones| *zones != Zone::VERSION)
        && !report.findings.is_empty()
    {
        let now = Zone::VERSION;
        report.add(
            "policy.text",
            format!("it was decided by the time zones of {zones}, and this program has those of {now}"),
        );
    }
}
