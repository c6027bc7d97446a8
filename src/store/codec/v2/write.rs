//! From events to leaves.

use super::{DUPLICATE_CODE, FUNDS_CODE, OVERFLOWED_CODE, TOO_LATE_CODE, extras};
use crate::domain::AccountEventKind;
use crate::store::codec::write::{push_minor, push_number, push_time};
use crate::store::codec::{Decision, Schema, head};

/// Appends the leaf of a decision.
#[inline]
pub(in crate::store::codec) fn write_decision(out: &mut Vec<u8>, decision: &Decision<'_>) {
    let kind = decision.event.kind;
    head::write(out, Schema::V2, kind.name(), decision);
    push_outcome(out, kind, decision.reason);
    extras::push(out, decision);
    out.push(b']');
}

/// Appends what a decline has behind its time.
#[inline]
fn push_outcome(out: &mut Vec<u8>, kind: AccountEventKind, reason: Option<&str>) {
    match kind {
        AccountEventKind::AccountDeposited { .. } | AccountEventKind::AccountWithdrawn { .. } => {}
        AccountEventKind::DuplicateTxn => push_text(out, DUPLICATE_CODE),
        AccountEventKind::TxnTooLate { latest } => {
            push_text(out, TOO_LATE_CODE);
            out.extend_from_slice(b",\"latest\",\"");
            push_time(out, latest);
            out.push(b'"');
        }
        AccountEventKind::AccountLimitExceeded { limit, bound, used } => {
            push_text(out, reason.unwrap_or_default());
            push_text(out, bound.as_str());
            out.push(b',');
            if bound.counts_transactions() {
                push_number(out, used);
            } else {
                out.push(b'"');
                push_minor(out, used);
                out.push(b'"');
            }
            out.push(b',');
            push_number(out, u64::from(limit));
        }
        AccountEventKind::AccountTotalOverflowed => push_text(out, OVERFLOWED_CODE),
        AccountEventKind::AccountFundsInsufficient { balance } => {
            push_text(out, FUNDS_CODE);
            out.extend_from_slice(b",\"balance\",\"");
            push_minor(out, balance);
            out.push(b'"');
        }
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}
