//! What the verification of a certificate has found.

use serde::Serialize;

use super::form::Totals;

/// Something that does not hold, its keys in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is about: a key of the certificate, such as `verdicts.sha256`, or what else was looked at.
    pub part: &'static str,
    /// What is wrong.
    pub what: String,
}

/// What the verification of a certificate has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Everything that does not hold.
    pub findings: Vec<Finding>,
    /// What came out when the input was decided anew; none if it could not be.
    pub decided: Option<Totals>,
    /// Whether somebody interrupted it, so that it found out nothing.
    pub is_interrupted: bool,
}

impl Report {
    /// Adds something that does not hold.
    pub(super) fn add(&mut self, part: &'static str, what: impl Into<String>) {
        self.findings.push(Finding { part, what: what.into() });
    }

    /// Compares what the certificate says with what is so.
    pub(super) fn compare<T: PartialEq + Shown>(&mut self, part: &'static str, certified: &T, found: &T) {
        if certified != found {
            self.add(part, format!("certified is {}, and it is {}", certified.shown(), found.shown()));
        }
    }
}

/// What can be shown in a finding.
pub(super) trait Shown {
    /// The value as a certificate has it.
    fn shown(&self) -> String;
}

impl<T: Serialize> Shown for T {
    fn shown(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
