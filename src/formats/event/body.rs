//! What the JSON forms say of an event, its place in the log aside.

use std::fmt::Display;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::{Decision, RecordedEvent, SCHEMA_VERSION, Used, What};
use crate::domain::{Amount, Timestamp};

/// What happened, its keys in this order.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Body<'a> {
    Policy(PolicyBody<'a>),
    Decision(DecisionBody<'a>),
}

#[derive(Serialize)]
pub(super) struct PolicyBody<'a> {
    schema_version: u32,
    batch: &'a str,
    policy: u64,
    hash: String,
    text: &'a str,
}

#[derive(Serialize)]
pub(super) struct DecisionBody<'a> {
    schema_version: u32,
    batch: &'a str,
    line: u64,
    account: &'a str,
    version: u32,
    transaction_id: &'a str,
    #[serde(serialize_with = "as_text")]
    amount: Amount,
    #[serde(serialize_with = "as_text")]
    time: Timestamp,
    accepted: bool,
    reason: Option<&'a str>,
    measure: Option<&'static str>,
    used: Option<Used>,
    policy: u64,
}

/// What stands behind all else of a decision, its keys in this order.
#[derive(Serialize)]
pub(super) struct Behind<'a> {
    group: Option<&'a str>,
    flags: &'a [&'a str],
    shadow: &'a [&'a str],
}

impl<'a> Behind<'a> {
    /// None for an event that is no decision.
    pub(super) fn of(recorded: &'a RecordedEvent<'a>) -> Option<Self> {
        match &recorded.what {
            What::PolicyActivated { .. } => None,
            What::Decision(Decision { group, flags, shadow, .. }) => Some(Self { group: *group, flags, shadow }),
        }
    }
}

impl<'a> Body<'a> {
    pub(super) fn of(recorded: &RecordedEvent<'a>) -> Self {
        let &RecordedEvent { batch, policy, .. } = recorded;
        match &recorded.what {
            What::PolicyActivated { text } => Self::Policy(PolicyBody {
                schema_version: SCHEMA_VERSION,
                batch,
                policy,
                hash: hex::encode(Sha256::digest(text.as_bytes())),
                text,
            }),
            What::Decision(decision) => {
                let measured = decision.measured();
                Self::Decision(DecisionBody {
                    schema_version: SCHEMA_VERSION,
                    batch,
                    line: decision.line,
                    account: decision.account,
                    version: decision.event.version,
                    transaction_id: decision.transaction_id,
                    amount: decision.event.amount,
                    time: decision.event.time,
                    accepted: decision.event.kind.is_accepted(),
                    reason: decision.reason,
                    measure: measured.map(|(measure, _)| measure),
                    used: measured.map(|(_, used)| used),
                    policy,
                })
            }
        }
    }
}

fn as_text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Appends a value as one line.
pub(super) fn push_line(out: &mut Vec<u8>, value: &impl Serialize) {
    // Texts and numbers always have a JSON form, and memory takes it.
    let _ = serde_json::to_writer(&mut *out, value);
    out.push(b'\n');
}
