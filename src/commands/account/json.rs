//! An account as JSON.

use serde::Serialize;

use crate::commands::parts::PartLine;
use crate::domain::{Amount, LimitDirection, decimal};
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
}

/// A limit, its keys in this order.
#[derive(Serialize)]
struct LimitLine<'a> {
    limit: &'a str,
    window: &'static str,
    direction: &'static str,
    from: Option<String>,
    to: Option<String>,
    resets: Option<String>,
    count: Option<PartLine>,
    amount: Option<PartLine>,
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
    };
    Ok(serde_json::to_string(&line)? + "\n")
}

fn limit_line(report: &LimitReport) -> LimitLine<'_> {
    let LimitReport { limit, standing } = report;
    LimitLine {
        limit: limit.name.as_str(),
        window: limit.window.as_str(),
        direction: limit.direction.as_str(),
        from: standing.window.map(|(first, _)| first.to_string()),
        to: standing.window.map(|(_, last)| last.to_string()),
        resets: standing.resets().map(|time| time.to_string()),
        count: standing.count.map(PartLine::of_count),
        amount: standing.amount.map(PartLine::of_amount),
    }
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
    }
}
