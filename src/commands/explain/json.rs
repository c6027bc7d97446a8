//! An explanation as JSON.

use serde::Serialize;

use crate::commands::parts::PartLine;
use crate::domain::{Amount, Limit, Measure};
use crate::inquiry::{ExplainReport, LimitExplained, Told};

/// An explanation, its keys in this order.
#[derive(Serialize)]
pub(super) struct Explained {
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
    limits: Vec<LimitLine>,
    balance: String,
    largest: Option<String>,
    earliest: Option<String>,
    first_sight: Option<FirstSight>,
    repeats: Vec<u64>,
}

/// One limit, as it stood before the transaction.
#[derive(Serialize)]
struct LimitLine {
    limit: String,
    window: &'static str,
    direction: &'static str,
    applies: bool,
    from: Option<String>,
    to: Option<String>,
    resets: Option<String>,
    count: Option<PartLine>,
    amount: Option<PartLine>,
    exceeded: Option<&'static str>,
    used_by: Vec<User>,
    used_by_more: usize,
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

impl From<&ExplainReport> for Explained {
    fn from(report: &ExplainReport) -> Self {
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
        }
    }
}

impl From<(&LimitExplained, &Limit)> for LimitLine {
    fn from((LimitExplained { finding, users }, limit): (&LimitExplained, &Limit)) -> Self {
        let standing = &finding.standing;
        Self {
            limit: limit.name.as_str().to_owned(),
            window: limit.window.as_str(),
            direction: limit.direction.as_str(),
            applies: finding.applies,
            from: standing.window.map(|(first, _)| first.to_string()),
            to: standing.window.map(|(_, last)| last.to_string()),
            resets: standing.resets().map(|resets| resets.to_string()),
            count: standing.count.map(PartLine::of_count),
            amount: standing.amount.map(PartLine::of_amount),
            exceeded: finding.exceeded.map(|measure| match measure {
                Measure::Count => "count",
                Measure::Amount => "amount",
            }),
            used_by: users.last.iter().map(User::from).collect(),
            used_by_more: users.more,
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
