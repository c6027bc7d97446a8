//! A certificate of what a run did.

use super::form::{Certificate, Groups, Input, Log, Parts, Policy, Reason, Sha256Hex, Totals, Verdicts};
use crate::config::policy_text;
use crate::domain;
use crate::formats::verdict::VerdictFormat;
use crate::results::Fingerprints;

/// What a run did that came to its end.
#[derive(Clone, Debug)]
pub struct Issue<'a> {
    /// The whole input and what was written.
    pub fingerprints: Fingerprints,
    /// The format of times that carry none of their own, if it was not RFC 3339.
    pub time_format: Option<&'a str>,
    /// What decided.
    pub policy: &'a domain::Policy,
    /// What verdicts look like.
    pub verdicts: VerdictFormat,
    /// What was decided.
    pub totals: &'a domain::Totals,
    /// Where the decisions stand in a ledger, if they do.
    pub log: Option<Log>,
}

/// The certificate of a run.
pub fn issue(run: Issue<'_>) -> Certificate {
    let Issue { fingerprints, time_format, policy, verdicts, totals, log } = run;
    let (input, output) = (fingerprints.input, fingerprints.output);
    let text = policy_text(policy);
    Certificate::new(Parts {
        input: Input {
            sha256: Sha256Hex(input.sha256),
            bytes: input.bytes,
            format: fingerprints.input_format,
            time_format: time_format.map(str::to_owned),
        },
        policy: Policy { sha256: Sha256Hex::of(text.as_bytes()), text },
        groups: policy.members().map(|hash| Groups { sha256: Sha256Hex(hash) }),
        verdicts: Verdicts {
            sha256: Sha256Hex(output.sha256),
            bytes: output.bytes,
            format: verdicts.format,
            reasons: verdicts.reasons,
        },
        totals: Totals::of(totals, policy),
        log,
    })
}

impl Totals {
    /// What a run counted under a policy.
    fn of(totals: &domain::Totals, policy: &domain::Policy) -> Self {
        let reasons = totals.declined_by_reason(policy);
        let reasons: Vec<_> = reasons.map(|(reason, count)| Reason { reason: reason.to_owned(), count }).collect();
        Self {
            read: totals.read(),
            accepted: totals.accepted,
            declined: reasons.iter().map(|reason| reason.count).sum(),
            ignored: totals.ignored(policy),
            rejected: totals.rejected,
            reasons,
        }
    }
}
