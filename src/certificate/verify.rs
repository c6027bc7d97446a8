//! Whether a certificate holds.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::again::{Again, Base};
use super::form::{Certificate, LogEnd, Sha256Hex};
use super::ledger;
use super::report::Report;
use crate::config::{parse_policy_text, policy_text};
use crate::domain::{Membership, Policy};
use crate::files::Source;
use crate::intake::hash_rest;
use crate::store::merkle::empty_root;
use crate::store::{EdgeStore, Ledger, PassThroughStore};

/// What a certificate is checked by.
pub struct Given<'a> {
    /// The input.
    pub source: Source,
    /// Who is in which group, and the hash of that.
    pub groups: Option<(Membership, [u8; 32])>,
    /// The ledger that the batch was recorded in.
    pub ledger: Option<&'a Ledger>,
    /// How many threads decide.
    pub threads: NonZeroUsize,
}

/// What a certificate can't be checked without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The file of groups.
    pub groups: bool,
    /// The ledger, because the batch went on from a log that was not empty.
    pub ledger: bool,
}

/// What a certificate can't be checked without.
pub fn needed(certificate: &Certificate) -> Needed {
    let members = parse_policy_text(&certificate.policy.text).ok().and_then(|policy| policy.members());
    Needed {
        groups: certificate.groups.is_some() || members.is_some(),
        ledger: certificate.log.as_ref().is_some_and(|log| log.before.size > 0),
    }
}

/// Compares everything that a certificate says, as it was read from these bytes, with what comes out of what is given.
///
/// Nothing of it is left anywhere. With a ledger it takes memory for every account and transaction of the log before the
/// batch.
///
/// # Errors
///
/// Why the input or the ledger can't be read. That they are not what is certified, or damaged, is a finding.
pub fn verify(certificate: &Certificate, bytes: &[u8], given: Given<'_>) -> anyhow::Result<Report> {
    let Given { source, groups, ledger, threads } = given;
    let mut report = Report::default();
    if certificate.text().as_bytes() != bytes {
        report.add("form", "the certificate says this in other bytes than those that it is written in");
    }
    let policy = check_policy(certificate, &mut report);
    let (members, members_hash) = groups.unzip();
    if let (Some(groups), Some(found)) = (&certificate.groups, members_hash) {
        report.compare("groups.sha256", &groups.sha256, &Sha256Hex(found));
    }
    let base = base(certificate, ledger, &mut report)?;
    if let (Some(policy), Some(base)) = (policy, base) {
        let members = members.map(Arc::new);
        Again { source, policy, members, base, threads }.decide(certificate, &mut report)?;
        return Ok(report);
    }
    // The input is compared even where nothing can be decided on it.
    let (sha256, bytes) = hash_rest(&source)?;
    report.compare("input.sha256", &certificate.input.sha256, &Sha256Hex(sha256));
    report.compare("input.bytes", &certificate.input.bytes, &bytes);
    Ok(report)
}

/// Checks the policy by itself; gives it, if it is one.
fn check_policy(certificate: &Certificate, report: &mut Report) -> Option<Policy> {
    let certified = &certificate.policy;
    report.compare("policy.sha256", &certified.sha256, &Sha256Hex::of(certified.text.as_bytes()));
    let policy = match parse_policy_text(&certified.text) {
        Ok(policy) => policy,
        Err(errors) => {
            report.add("policy.text", format!("it is no policy: {errors}"));
            return None;
        }
    };
    if policy_text(&policy) != certified.text {
        report.add("policy.text", "it is not in the one form that a policy is written in");
    }
    let groups = certificate.groups.as_ref().map(|groups| groups.sha256);
    let members = policy.members().map(Sha256Hex);
    if groups != members {
        report.add("groups", "they are not those that the policy's text names as members");
    }
    Some(policy)
}

/// What the batch is decided on top of; none if that is not as it is certified.
fn base(certificate: &Certificate, ledger: Option<&Ledger>, report: &mut Report) -> anyhow::Result<Option<Base>> {
    let Some(log) = &certificate.log else {
        return Ok(Some(Base { store: Box::new(PassThroughStore::default()), edge: None }));
    };
    if let Some(ledger) = ledger {
        return Ok(ledger::check(ledger, certificate, log, report)?);
    }
    report.compare("log.before", &log.before, &LogEnd { size: 0, root: Sha256Hex(empty_root()) });
    let store = EdgeStore::on_nothing(log.number, certificate.policy.text.clone());
    Ok(Some(Base { edge: Some(store.edge()), store: Box::new(store) }))
}
