//! An account as JSON.

use serde::Serialize;

use crate::commands::parts::{MoreLine, WindowLine};
use crate::domain::{Amount, LimitDirection, LimitOutcome, decimal};
use crate::inquiry::words::codes;
use crate::inquiry::{AccountReport, LimitReport, Movement};

/// An account as JSON, its keys in this order.
#[derive(Serialize)]
struct AccountLine<'a> {
    account: String,
    at: Option<String>,
    as_of: u64,
    limits_at: String,
    balance: String,
    loads: String,
    load_count: u64,
    withdrawals: String,
    withdrawal_count: u64,
    accepted: u64,
    declined: u64,
    policy: u64,
    limits: Vec<LimitLine<'a>>,
    events: Vec<EventLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
}

/// A limit, its keys in this order.
#[derive(Serialize)]
struct LimitLine<'a> {
    limit: &'a str,
    window: String,
    direction: &'static str,
    #[serde(flatten)]
    window_used: WindowLine,
    #[serde(flatten)]
    more: MoreLine<'a>,
    /// Told only where it does not apply.
    #[serde(skip_serializing_if = "is_true")]
    applies: bool,
}

/// A decision, its keys in this order.
#[derive(Serialize)]
struct EventLine<'a> {
    position: u64,
    batch: &'a str,
    line: u64,
    transaction_id: String,
    amount: String,
    time: String,
    accepted: bool,
    reason: Option<&'a str>,
    recorded_at: &'a str,
    balance: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shadow: Vec<&'a str>,
}

/// An account as one line of JSON.
pub(super) fn line(report: &AccountReport) -> serde_json::Result<String> {
    let total = &report.total;
    let line = AccountLine {
        account: String::from_utf8_lossy(&report.account).into_owned(),
        at: report.known.at.map(|time| time.to_string()),
        as_of: report.known.position,
        limits_at: report.limits_at.to_string(),
        balance: Amount::from_minor(report.balance).to_string(),
        loads: decimal(total.amount(LimitDirection::Load)),
        load_count: total.count(LimitDirection::Load),
        withdrawals: decimal(total.amount(LimitDirection::Withdrawal)),
        withdrawal_count: total.count(LimitDirection::Withdrawal),
        accepted: total.count(LimitDirection::Any),
        declined: report.declined,
        policy: report.policy,
        limits: report.limits.iter().map(limit_line).collect(),
        events: report.movements.iter().map(event_line).collect(),
        group: report.group.as_ref().map(|group| group.name.as_str()),
    };
    Ok(serde_json::to_string(&line)? + "\n")
}

fn limit_line(report: &LimitReport) -> LimitLine<'_> {
    let LimitReport { limit, applies, standing } = report;
    LimitLine {
        limit: limit.name.as_str(),
        window: limit.window.to_string(),
        direction: limit.direction.as_str(),
        window_used: WindowLine::of(limit, standing),
        more: MoreLine::of(limit, standing),
        applies: applies.is_yes(),
    }
}

const fn is_true(value: &bool) -> bool {
    *value
}

fn event_line(movement: &Movement) -> EventLine<'_> {
    let Movement { told, balance } = movement;
    let decision = &told.decision;
    EventLine {
        position: decision.position,
        batch: &told.batch,
        line: decision.line,
        transaction_id: told.transaction_id(),
        amount: decision.event.amount.to_string(),
        time: decision.event.time.to_string(),
        accepted: decision.event.kind.is_accepted(),
        reason: decision.reason.as_deref(),
        recorded_at: &told.recorded_at,
        balance: Amount::from_minor(*balance).to_string(),
        flags: codes(decision, LimitOutcome::Flag),
        shadow: codes(decision, LimitOutcome::Shadow),
    }
}
