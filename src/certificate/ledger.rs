//! What a ledger says of a certified batch, and what it leaves to decide on top of.

use super::again::Base;
use super::form::{Certificate, Log, Sha256Hex};
use super::report::Report;
use super::span::{Standing, standing};
use crate::audit::{Finding, Refolded, refold, root_behind};
use crate::formats::Format;
use crate::store::{BatchRecord, EdgeStore, Ledger, StoreError};

/// Compares a ledger with what is certified, from the events alone, and gives the log before the batch as they leave it,
/// if they leave the certified one.
pub(super) fn check(
    ledger: &Ledger,
    certificate: &Certificate,
    log: &Log,
    report: &mut Report,
) -> Result<Option<Base>, StoreError> {
    match compare(ledger, certificate, log, report) {
        Err(StoreError::Damaged(why) | StoreError::Refused(why)) => {
            report.add("ledger", why);
            Ok(None)
        }
        other => other,
    }
}

fn compare(
    ledger: &Ledger,
    certificate: &Certificate,
    log: &Log,
    report: &mut Report,
) -> Result<Option<Base>, StoreError> {
    let size = ledger.head()?.size;
    let (before, after) = (log.before, log.after);
    if after.size < before.size {
        report.add("log.after.size", format!("it is smaller than before, {}", before.size));
    }
    if size < before.size.max(after.size) {
        let wanted = before.size.max(after.size);
        report.add("ledger", format!("it has {size} events, and the certified log had {wanted} behind the batch"));
        return Ok(None);
    }
    check_batch(ledger, certificate, log, report)?;
    let Refolded { edge, policy, history, findings } = refold(ledger, before.size)?;
    findings.list().iter().for_each(|finding| report.add("ledger", told(finding)));
    if findings.untold() > 0 {
        report.add("ledger", format!("and {} more of the same kinds", findings.untold()));
    }
    let root = Sha256Hex(edge.root());
    report.compare("log.before.root", &before.root, &root);
    if after.size >= before.size {
        let root = root_behind(ledger, edge.clone(), after.size)?;
        if Sha256Hex(root) != log.after.root {
            let what =
                format!("its first {} events have the root {}, not the certified one", after.size, hex::encode(root));
            report.add("ledger", what);
        }
    }
    let Some(history) = history.filter(|_| root == before.root) else { return Ok(None) };
    let text = &certificate.policy.text;
    let activates = (policy.as_ref() != Some(text)).then(|| text.clone());
    let store = EdgeStore::new(log.number, activates, edge, history);
    Ok(Some(Base { edge: Some(store.edge()), store: Box::new(store) }))
}

/// Compares what the ledger records of the batch with what is certified of it.
fn check_batch(ledger: &Ledger, certificate: &Certificate, log: &Log, report: &mut Report) -> Result<(), StoreError> {
    let Some(batch) = ledger.batch(&log.batch)? else {
        report.add("log.batch", "the ledger has no batch of this name");
        return Ok(());
    };
    report.compare("log.number", &log.number, &batch.number);
    if !batch.complete {
        report.add("log.batch", "the batch is unfinished in the ledger");
    }
    let input = &certificate.input;
    report.compare("input.format", &input.format.map(Format::as_str), &batch.format.as_deref());
    report.compare("input.time_format", &input.time_format, &batch.time_format);
    check_commits(ledger, certificate, &batch, report)?;
    match standing(ledger, &batch)? {
        Standing::Torn => report.add("log.batch", "other batches stand between its parts in the ledger"),
        Standing::Whole(span) => {
            report.compare("log.before.size", &log.before.size, &span.before);
            report.compare("log.after.size", &log.after.size, &span.after);
        }
        Standing::Nowhere => {
            report.compare("log.before.size", &log.before.size, &batch.head.size);
            report.compare("log.after.size", &log.after.size, &batch.head.size);
        }
    }
    Ok(())
}

/// Compares the recorded hash of the whole input with the certified one, if the batch was hashed from its first byte.
fn check_commits(
    ledger: &Ledger,
    certificate: &Certificate,
    batch: &BatchRecord,
    report: &mut Report,
) -> Result<(), StoreError> {
    let last = ledger.batch_commits(batch.number, batch.last_commit.saturating_sub(1), 1)?.pop();
    if let Some(last) = last.filter(|last| last.hashed_from == 0)
        && Sha256Hex(last.input_hash) != certificate.input.sha256
    {
        let what =
            format!("it records that the batch was made of an input whose SHA-256 is {}", hex::encode(last.input_hash));
        report.add("ledger", what);
    }
    Ok(())
}

/// A finding of the audit's, with its place.
fn told(finding: &Finding) -> String {
    match finding.position {
        Some(position) => format!("position {position}: {}", finding.what),
        None => finding.what.clone(),
    }
}
