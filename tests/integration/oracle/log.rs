//! Decisions and their totals as the engine should tell them, beside how it does.

use std::collections::BTreeMap;

use serde_json::json;
use tidegate::domain::{AccountEventKind, LimitOutcome, Totals};
use tidegate::store::StoredDecision;

use super::decisions::Transaction;
use super::history::shown;
use super::policy::{Outcome, Policy};
use super::rules::Judgement;

/// What the log should say of a decision.
pub(super) fn should_tell(policy: &Policy, transaction: &Transaction, judgement: Option<&Judgement>) -> String {
    let Transaction { id, customer_id, group, movement } = transaction;
    let what = match judgement {
        None => json!(["DuplicateTxn"]),
        Some(Judgement::Accepted { .. }) if movement.cents < 0 => json!(["AccountWithdrawn"]),
        Some(Judgement::Accepted { .. }) => json!(["AccountDeposited"]),
        Some(Judgement::TooLate { latest }) => json!(["TxnTooLate", shown(*latest)]),
        Some(Judgement::LimitExceeded { place, exceeded }) => {
            json!(["AccountLimitExceeded", place, exceeded.bound, exceeded.used.to_string()])
        }
        Some(Judgement::TotalOverflow) => json!(["AccountTotalOverflowed"]),
        Some(Judgement::InsufficientFunds { balance }) => json!(["AccountFundsInsufficient", balance.to_string()]),
    };
    let marked = |outcome| -> Vec<_> {
        let places = judgement.map_or(Vec::new(), |judgement| judgement.marked(policy, outcome));
        places.into_iter().map(|place| json!([policy.limits[place].code(), place])).collect()
    };
    let reason = judgement.map_or(Some("duplicate".to_owned()), |judgement| judgement.reason(policy));
    let group = (group != "default").then_some(group);
    let time = shown(movement.time);
    let (cents, flags, shadow) = (movement.cents.to_string(), marked(Outcome::Flag), marked(Outcome::Shadow));
    json!([customer_id, id, cents, time, group, what, reason, flags, shadow]).to_string()
}

/// What the log says of a decision.
pub(super) fn tells(decision: &StoredDecision) -> String {
    let name = decision.event.kind.name();
    let what = match decision.event.kind {
        AccountEventKind::TxnTooLate { latest } => json!([name, latest.to_string()]),
        AccountEventKind::AccountLimitExceeded { limit, bound, used } => {
            json!([name, limit, bound.as_str(), used.to_string()])
        }
        AccountEventKind::AccountFundsInsufficient { balance } => json!([name, balance.to_string()]),
        _ => json!([name]),
    };
    let marked = |outcome| -> Vec<_> {
        let limits = decision.marked.iter().filter(|limit| limit.outcome == outcome);
        limits.map(|limit| json!([limit.code, limit.place])).collect()
    };
    let places: Vec<_> = decision.event.kind.marks().iter().collect();
    assert_eq!(places, decision.marked.iter().map(|limit| limit.place).collect::<Vec<_>>(), "{decision:?}");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("an id is text");
    let (customer_id, id) = (text(&decision.customer_id), text(&decision.transaction_id));
    let (cents, time) = (decision.event.amount.minor().to_string(), decision.event.time.to_string());
    let (flags, shadow) = (marked(LimitOutcome::Flag), marked(LimitOutcome::Shadow));
    json!([customer_id, id, cents, time, decision.group, what, decision.reason, flags, shadow]).to_string()
}

/// What the totals of a run should tell: how often each thing came about, and how much money it was that a limit marked.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Counts(BTreeMap<String, (u64, u128)>);

impl Counts {
    /// Counts a decision.
    pub(super) fn decided(&mut self, transaction: &Transaction, judgement: Option<&Judgement>) {
        self.add(
            &match judgement {
                None => "duplicates".to_owned(),
                Some(Judgement::Accepted { .. }) => "accepted".to_owned(),
                Some(Judgement::TooLate { .. }) => "too late".to_owned(),
                Some(Judgement::LimitExceeded { place, .. }) => format!("declined by {place}"),
                Some(Judgement::TotalOverflow) => "overflows".to_owned(),
                Some(Judgement::InsufficientFunds { .. }) => "insufficient funds".to_owned(),
            },
            1,
            0,
        );
        let Some(Judgement::Accepted { marks }) = judgement else { return };
        for (place, _) in marks {
            self.add(&format!("marked by {place}"), 1, transaction.movement.cents.unsigned_abs());
        }
    }

    /// The counts of a run's totals.
    pub(super) fn of(totals: &Totals) -> Self {
        let mut counts = Self::default();
        let Totals { accepted, duplicates, too_late, limits, overflows, insufficient_funds, rejected, marked } = totals;
        for (what, count) in [
            ("accepted", accepted),
            ("duplicates", duplicates),
            ("too late", too_late),
            ("overflows", overflows),
            ("insufficient funds", insufficient_funds),
            ("rejected", rejected),
        ] {
            counts.add(what, *count, 0);
        }
        for (place, count) in limits.iter().enumerate() {
            counts.add(&format!("declined by {place}"), *count, 0);
        }
        for (place, tally) in marked.iter().enumerate() {
            counts.add(&format!("marked by {place}"), tally.count, tally.sum);
        }
        counts
    }

    fn add(&mut self, what: &str, count: u64, cents: u128) {
        if count > 0 {
            let sum = self.0.entry(what.to_owned()).or_default();
            *sum = (sum.0 + count, sum.1 + cents);
        }
    }
}
