//! A sweep as one JSON object.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::report::Report;
use crate::backtest::report::{About, Metrics};
use crate::config::policy_text;

/// The object, its keys in this order.
#[derive(Serialize)]
struct Object<'a> {
    #[serde(flatten)]
    about: &'a About,
    rejected: u64,
    notes: &'a [String],
    vary: Vec<Varied<'a>>,
    then: Metrics,
    candidates: Vec<CandidateForm<'a>>,
    invalid: Vec<InvalidForm<'a>>,
}

#[derive(Serialize)]
struct Varied<'a> {
    key: &'a str,
    values: &'a [String],
}

#[derive(Serialize)]
struct CandidateForm<'a> {
    values: &'a [String],
    sha256: String,
    metrics: Metrics,
    is_unbeaten: bool,
    failed_gates: Vec<String>,
}

#[derive(Serialize)]
struct InvalidForm<'a> {
    values: &'a [String],
    why: &'a str,
}

/// The sweep as one line.
pub(super) fn json(report: &Report<'_>) -> serde_json::Result<String> {
    let candidates = report.tried.iter().map(|tried| CandidateForm {
        values: &tried.candidate.values,
        // As the policy would stand in a ledger.
        sha256: hex::encode(Sha256::digest(policy_text(&tried.candidate.policy))),
        metrics: Metrics(tried.summary),
        is_unbeaten: tried.is_unbeaten,
        failed_gates: tried.failed.iter().map(ToString::to_string).collect(),
    });
    let object = Object {
        about: &report.about,
        rejected: report.rejected,
        notes: &report.notes,
        vary: report.axes.iter().map(|axis| Varied { key: &axis.key, values: &axis.values }).collect(),
        then: Metrics(report.then),
        candidates: candidates.collect(),
        invalid: report.invalid.iter().map(|one| InvalidForm { values: &one.values, why: &one.why }).collect(),
    };
    Ok(serde_json::to_string(&object)? + "\n")
}
