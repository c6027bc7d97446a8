//! From the events of older versions to today's, and back.

use super::head::Head;
use super::v1::{self, Outcome, Used};
use super::{LeafDecision, LeafEvent};
use crate::domain::{AccountEvent, AccountEventKind, Bound, Marks};
use crate::store::StoredDecision;

/// What an event of the first version is today: it knew no groups, and every limit declined.
#[inline]
pub(super) fn up(event: v1::Event<'_>) -> LeafEvent<'_> {
    let v1::Decision { head, outcome } = match event {
        v1::Event::Decision(decision) => decision,
        v1::Event::Policy { batch, text } => return LeafEvent::PolicyActivated { batch, text },
    };
    let Head { batch, line, customer_id, version, transaction_id, amount, time } = head;
    let event = AccountEvent { version, kind: kind(outcome), amount, time };
    LeafEvent::Decision(LeafDecision {
        batch,
        line,
        customer_id,
        transaction_id,
        event,
        reason: outcome.code(),
        group: None,
        marked: Vec::new(),
    })
}

fn kind(outcome: Outcome<'_>) -> AccountEventKind {
    match outcome {
        Outcome::Deposited => AccountEventKind::AccountDeposited { marks: Marks::NONE },
        Outcome::Withdrawn => AccountEventKind::AccountWithdrawn { marks: Marks::NONE },
        Outcome::Duplicate => AccountEventKind::DuplicateTxn,
        Outcome::LimitExceeded { used: Used::Count(used), limit, .. } => {
            AccountEventKind::AccountLimitExceeded { limit, bound: Bound::Count, used }
        }
        Outcome::LimitExceeded { used: Used::Amount(used), limit, .. } => {
            AccountEventKind::AccountLimitExceeded { limit, bound: Bound::Amount, used }
        }
        Outcome::TotalOverflowed => AccountEventKind::AccountTotalOverflowed,
        Outcome::FundsInsufficient { balance } => AccountEventKind::AccountFundsInsufficient { balance },
    }
}

/// What came of a transaction in words of the first version; none if it has no words for what a leaf has to say.
pub(super) fn down(decision: &StoredDecision) -> Option<Outcome<'_>> {
    let StoredDecision { event, reason, group, marked, .. } = decision;
    if group.is_some() || !marked.is_empty() || !event.kind.marks().is_empty() {
        return None;
    }
    let outcome = match event.kind {
        AccountEventKind::AccountDeposited { .. } => Outcome::Deposited,
        AccountEventKind::AccountWithdrawn { .. } => Outcome::Withdrawn,
        AccountEventKind::DuplicateTxn => Outcome::Duplicate,
        AccountEventKind::AccountLimitExceeded { limit, bound, used } => {
            let used = match bound {
                Bound::Count => Used::Count(used),
                Bound::Amount => Used::Amount(used),
                Bound::MinimumAmount | Bound::MaximumAmount | Bound::MaximumBalance | Bound::Cooldown => return None,
            };
            Outcome::LimitExceeded { code: reason.as_deref().unwrap_or_default(), used, limit }
        }
        AccountEventKind::AccountTotalOverflowed => Outcome::TotalOverflowed,
        AccountEventKind::AccountFundsInsufficient { balance } => Outcome::FundsInsufficient { balance },
        AccountEventKind::TxnTooLate { .. } => return None,
    };
    Some(outcome)
}
