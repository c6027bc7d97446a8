//! Events of a log, as other programs read them.
//!
//! | module | what it writes |
//! | --- | --- |
//! | `jsonl` | a JSON object a line |
//! | `csv` | a record a line, policies without their texts |
//! | `cloudevents` | CloudEvents 1.0, an event a line |

mod body;
mod cloudevents;
mod csv;
mod jsonl;

use std::fmt;
use std::path::Path;

use serde::{Serialize, Serializer};

use crate::domain::{AccountEvent, AccountEventKind, Timestamp};

/// The version of the forms' fields. Since 2 there are groups, flags, shadows and times that were used.
const SCHEMA_VERSION: u32 = 2;

/// The type of an event that changes the policy.
pub const POLICY_ACTIVATED: &str = "PolicyActivated";

/// The types that events can have.
pub const TYPES: [&str; 8] = [
    POLICY_ACTIVATED,
    "AccountDeposited",
    "AccountWithdrawn",
    "DuplicateTxn",
    "TxnTooLate",
    "AccountLimitExceeded",
    "AccountTotalOverflowed",
    "AccountFundsInsufficient",
];

/// How events are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventForm {
    /// A JSON object a line.
    JsonLines,
    /// Comma-separated values below a header.
    Csv,
    /// CloudEvents 1.0, one a line.
    CloudEvents {
        /// Where the events come from, as a URI.
        source: String,
    },
}

/// An event with what its log says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent<'a> {
    /// Its position in the log.
    pub position: u64,
    /// The name of the batch that it belongs to.
    pub batch: &'a str,
    /// The position of the policy in force.
    pub policy: u64,
    /// When it was recorded, in RFC 3339.
    pub recorded_at: &'a str,
    /// What happened.
    pub what: What<'a>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What<'a> {
    /// From here on another policy decides.
    PolicyActivated {
        /// The policy as a configuration file would have it.
        text: &'a str,
    },
    /// A transaction was decided on.
    Decision(Decision<'a>),
}

/// What was decided about a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The input line of the transaction, from 1.
    pub line: u64,
    /// The id of the customer whose account it is.
    pub account: &'a str,
    /// The id of the transaction.
    pub transaction_id: &'a str,
    /// The decision.
    pub event: &'a AccountEvent,
    /// Why it is a decline, if it is one.
    pub reason: Option<&'a str>,
    /// The group that the customer was in, if in another than the default one.
    pub group: Option<&'a str>,
    /// The codes of the limits that flagged it.
    pub flags: Vec<&'a str>,
    /// The codes of the limits that would have declined it had they not been on trial.
    pub shadow: Vec<&'a str>,
}

/// How much was used, or there, when a transaction was declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// Minor units.
    Amount(u64),
    /// A number of transactions.
    Count(u64),
    /// The time of a transaction.
    Time(Timestamp),
}

impl RecordedEvent<'_> {
    /// The event's type, one of [`TYPES`].
    pub const fn type_name(&self) -> &'static str {
        match &self.what {
            What::PolicyActivated { .. } => POLICY_ACTIVATED,
            What::Decision(decision) => decision.event.kind.name(),
        }
    }
}

impl Decision<'_> {
    /// What was measured, and how much of it there was, if the decision turned on that.
    pub const fn measured(&self) -> Option<(&'static str, Used)> {
        match self.event.kind {
            AccountEventKind::TxnTooLate { latest } => Some(("latest", Used::Time(latest))),
            AccountEventKind::AccountLimitExceeded { bound, used, .. } => {
                Some((bound.as_str(), if bound.counts_transactions() { Used::Count(used) } else { Used::Amount(used) }))
            }
            AccountEventKind::AccountFundsInsufficient { balance } => Some(("balance", Used::Amount(balance))),
            _ => None,
        }
    }
}

impl EventForm {
    /// CloudEvents from the ledger at a path.
    pub fn cloud_events(store: &Path) -> Self {
        Self::CloudEvents { source: cloudevents::source(store) }
    }

    /// Appends what stands before the first event.
    pub fn header(&self, out: &mut Vec<u8>) {
        if *self == Self::Csv {
            csv::header(out);
        }
    }

    /// Appends an event as one line.
    pub fn write(&self, out: &mut Vec<u8>, event: &RecordedEvent<'_>) {
        match self {
            Self::JsonLines => jsonl::write(out, event),
            Self::Csv => csv::write(out, event),
            Self::CloudEvents { source } => cloudevents::write(out, source, event),
        }
    }
}

impl fmt::Display for Used {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount(minor) => write!(f, "{}.{:02}", minor / 100, minor % 100),
            Self::Count(count) => write!(f, "{count}"),
            Self::Time(time) => write!(f, "{time}"),
        }
    }
}

impl Serialize for Used {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Amount(_) | Self::Time(_) => serializer.collect_str(self),
            Self::Count(count) => serializer.serialize_u64(*count),
        }
    }
}

#[cfg(test)]
mod tests;
