//! An explanation as JSON.

use serde::Serialize;

use crate::commands::parts::{MoreLine, WindowLine};
use crate::domain::{Amount, Bound, Lateness, Limit, LimitOutcome};
use crate::inquiry::{ExplainReport, LimitExplained, Told};

/// An explanation, its keys in this order.
#[derive(Serialize)]
pub(super) struct Explained<'a> {
    account: String,
    transaction_id: Option<String>,
    position: Option<u64>,
    batch: Option<String>,
    line: Option<u64>,
    recorded_at: Option<String>,
    amount: String,
    time: String,
    accepted: bool,
    reason: Option<String>,
    at: Option<String>,
    as_of: u64,
    policy: u64,
    limits: Vec<LimitLine<'a>>,
    balance: String,
    largest: Option<String>,
    earliest: Option<String>,
    first_sight: Option<FirstSight>,
    repeats: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shadow: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lateness: Option<LatenessLine>,
}

/// How late the transaction may be, where the policy says so and something was accepted before; its keys in this order.
#[derive(Serialize)]
struct LatenessLine {
    late_after: String,
    latest: String,
    not_before: Option<String>,
}

/// One limit, as it stood before the transaction.
#[derive(Serialize)]
struct LimitLine<'a> {
    limit: &'a str,
    window: String,
    direction: &'static str,
    applies: bool,
    #[serde(flatten)]
    window_used: WindowLine,
    exceeded: Option<&'static str>,
    used_by: Vec<User>,
    used_by_more: usize,
    #[serde(flatten)]
    more: MoreLine<'a>,
}

/// A transaction that had used a limit.
#[derive(Serialize)]
struct User {
    position: u64,
    transaction_id: String,
    amount: String,
    time: String,
    batch: String,
    line: u64,
}

/// The first decision on a transaction that came again.
#[derive(Serialize)]
struct FirstSight {
    position: u64,
    batch: String,
    line: u64,
    amount: String,
    time: String,
    accepted: bool,
    reason: Option<String>,
    recorded_at: String,
}

impl<'a> From<&'a ExplainReport> for Explained<'a> {
    fn from(report: &'a ExplainReport) -> Self {
        let (told, explanation) = (report.told.as_ref(), &report.explanation);
        Self {
            account: String::from_utf8_lossy(&report.account).into_owned(),
            transaction_id: told.map(Told::transaction_id),
            position: told.map(|told| told.decision.position),
            batch: told.map(|told| told.batch.clone()),
            line: told.map(|told| told.decision.line),
            recorded_at: told.map(|told| told.recorded_at.clone()),
            amount: explanation.amount.to_string(),
            time: explanation.time.to_string(),
            accepted: report.kind().is_accepted(),
            reason: report.reason().map(str::to_owned),
            at: report.known.at.map(|at| at.to_string()),
            as_of: report.known.position,
            policy: report.policy_position,
            limits: report.limits.iter().zip(report.policy.limits()).map(LimitLine::from).collect(),
            balance: Amount::from_minor(explanation.balance).to_string(),
            largest: report.largest().map(|largest| largest.to_string()),
            earliest: report.earliest().map(|earliest| earliest.to_string()),
            first_sight: report.first_sight.as_ref().map(FirstSight::from),
            repeats: report.repeats.clone(),
            group: report.group.as_ref().map(|group| group.name.as_str()),
            flags: report.marked(LimitOutcome::Flag),
            shadow: report.marked(LimitOutcome::Shadow),
            lateness: explanation.lateness.map(LatenessLine::from),
        }
    }
}

impl From<Lateness> for LatenessLine {
    fn from(lateness: Lateness) -> Self {
        Self {
            late_after: lateness.late_after.to_string(),
            latest: lateness.latest.to_string(),
            not_before: lateness.not_before.map(|time| time.to_string()),
        }
    }
}

impl<'a> From<(&LimitExplained, &'a Limit)> for LimitLine<'a> {
    fn from((LimitExplained { finding, users }, limit): (&LimitExplained, &'a Limit)) -> Self {
        let standing = &finding.standing;
        Self {
            limit: limit.name.as_str(),
            window: limit.window.to_string(),
            direction: limit.direction.as_str(),
            applies: finding.applies.is_yes(),
            window_used: WindowLine::of(limit, standing),
            exceeded: finding.exceeded.map(Bound::as_str),
            used_by: users.last.iter().map(User::from).collect(),
            used_by_more: users.more,
            more: MoreLine::of(limit, standing),
        }
    }
}

impl From<&Told> for User {
    fn from(told: &Told) -> Self {
        let event = told.decision.event;
        Self {
            position: told.decision.position,
            transaction_id: told.transaction_id(),
            amount: event.amount.to_string(),
            time: event.time.to_string(),
            batch: told.batch.clone(),
            line: told.decision.line,
        }
    }
}

impl From<&Told> for FirstSight {
    fn from(told: &Told) -> Self {
        let event = told.decision.event;
        Self {
            position: told.decision.position,
            batch: told.batch.clone(),
            line: told.decision.line,
            amount: event.amount.to_string(),
            time: event.time.to_string(),
            accepted: event.kind.is_accepted(),
            reason: told.decision.reason.clone(),
            recorded_at: told.recorded_at.clone(),
        }
    }
}
