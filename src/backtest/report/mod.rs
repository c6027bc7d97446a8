//! What a backtest has to say, as programs and pages read it.

mod example;
mod flip;
mod lines;
mod metrics;

use serde::Serialize;
use sha2::{Digest, Sha256};

pub use example::{ExampleForm, LimitForm, Quantity, SideForm};
pub use flip::FlipForm;
pub use lines::{AccountLine, DayLine, FlipLine, GroupLine, LineForm, ReasonLine, RoomLine, WeekLine};
pub use metrics::Metrics;

use super::{Candidate, Comparison, Example, Gate, History, Value};
use crate::config::policy_text;
use crate::domain::{Day, Timestamp};

/// What history is looked at; its keys come in this order.
#[derive(Clone, Debug, Serialize)]
pub struct About {
    /// The ledger or input, as the user named it.
    pub source: String,
    /// The head of the ledger.
    pub head: Option<String>,
    /// The first day that is reported on, if not the first of all.
    #[serde(serialize_with = "shown")]
    pub from: Option<Day>,
    /// The last day that is reported on, if not the last of all.
    #[serde(serialize_with = "shown")]
    pub to: Option<Day>,
    /// The earliest time of a transaction that is reported on.
    #[serde(serialize_with = "shown")]
    pub first: Option<Timestamp>,
    /// The latest.
    #[serde(serialize_with = "shown")]
    pub last: Option<Timestamp>,
}

/// What a report says besides what was counted.
#[derive(Clone, Debug)]
pub struct Told {
    /// What history is looked at; the times are found here.
    pub about: About,
    /// Whether a history was only checked, by those who had decided it.
    pub is_check: bool,
    /// What sets the policy that is tried apart from the last one that decided.
    pub changes: Vec<String>,
    /// What else a reader must know.
    pub notes: Vec<String>,
    /// Lines that were no transactions.
    pub rejected: u64,
}

/// A backtest's report; its keys come in this order.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What history is looked at.
    #[serde(flatten)]
    pub about: About,
    /// Whether it was only checked, by those who had decided it.
    pub is_check: bool,
    /// The policies that decided.
    pub then: Vec<PolicyForm>,
    /// Those that are tried.
    pub now: Vec<PolicyForm>,
    /// What sets the policy that is tried apart from the last one that decided.
    pub changes: Vec<String>,
    /// What else a reader must know.
    pub notes: Vec<String>,
    /// Lines that were no transactions.
    pub rejected: u64,
    /// All metrics.
    pub metrics: Metrics,
    /// What became of transactions and what would have, acceptance first.
    pub reasons: Vec<ReasonLine>,
    /// The flips by the reason that came or went.
    pub flips_by_reason: Vec<FlipLine>,
    /// By the customers' groups.
    pub groups: Vec<GroupLine>,
    /// By ISO week in UTC.
    pub weeks: Vec<WeekLine>,
    /// By day in UTC.
    pub days: Vec<DayLine>,
    /// The customers with the most flips.
    pub customers: Vec<AccountLine>,
    /// Accepted transactions by what they left of the limit that came nearest.
    pub room_left: Vec<RoomLine>,
    /// The first flips, explained.
    pub flips: Vec<ExampleForm>,
    /// The gates, and which failed.
    pub gates: Vec<GateLine>,
}

/// Which policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyForm {
    /// Where the log has it.
    pub position: Option<u64>,
    /// The SHA-256 of its text.
    pub sha256: String,
}

/// What a gate looked at.
#[derive(Clone, Debug, Serialize)]
pub struct GateLine {
    /// The gate.
    pub gate: String,
    /// The metric's value.
    pub value: Value,
    /// Whether it is one that must not be.
    pub failed: bool,
}

impl Report {
    /// The report of a comparison, with so many of its flips explained.
    pub fn new(
        told: Told,
        history: &History,
        (then, now): (&Candidate, &Candidate),
        comparison: &Comparison,
        gates: &[Gate],
        flips_max: usize,
    ) -> Self {
        let Comparison { summary, breakdown, flips, codes } = comparison;
        let Told { about, is_check, changes, notes, rejected } = told;
        let decided = history.policies();
        let (first, last) = breakdown.times.unzip();
        let explained = flips.iter().take(flips_max);
        Self {
            about: About { first, last, ..about },
            is_check,
            now: if is_check {
                decided.clone()
            } else {
                now.policy().map(|policy| tried(&policy_text(policy))).into_iter().collect()
            },
            then: decided,
            changes,
            notes,
            rejected,
            metrics: Metrics(*summary),
            reasons: lines::reasons(breakdown, codes),
            flips_by_reason: lines::flips(breakdown, codes),
            groups: lines::groups(breakdown, now.groups()),
            weeks: lines::weeks(breakdown),
            days: lines::days(breakdown),
            customers: lines::customers(breakdown, history),
            room_left: lines::rooms(breakdown),
            flips: explained.map(|flip| ExampleForm::from(&Example::of(history, (then, now), codes, flip))).collect(),
            gates: gates.iter().map(|gate| GateLine::of(gate, summary)).collect(),
        }
    }
}

impl GateLine {
    /// What a gate makes of a summary.
    pub fn of(gate: &Gate, summary: &super::Summary) -> Self {
        let value = gate.metric().value(summary);
        Self { gate: gate.to_string(), value, failed: gate.fails(&value) }
    }
}

impl History {
    /// The policies that decided, as reports name them.
    pub(super) fn policies(&self) -> Vec<PolicyForm> {
        let positions = (1u64..).zip(self.spans());
        positions
            .map(|(number, span)| {
                // Before it stand all that was decided before and the policies before it.
                let position = self.has_positions().then(|| u64::from(span.from) + number);
                PolicyForm { position, ..tried(&span.text) }
            })
            .collect()
    }
}

/// A policy that no log has.
fn tried(text: &str) -> PolicyForm {
    PolicyForm { position: None, sha256: hex::encode(Sha256::digest(text.as_bytes())) }
}

fn shown<T: ToString, S: serde::Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(ToString::to_string).serialize(serializer)
}
