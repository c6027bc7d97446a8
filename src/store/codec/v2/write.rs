//! From events to leaves.

use super::{DUPLICATE_CODE, FUNDS_CODE, OVERFLOWED_CODE, TOO_LATE_CODE, extras};
use crate::domain::AccountEventKind;
use crate::store::codec::head::COMMA;
use crate::store::codec::slate::Slate;
use crate::store::codec::write::{push_minor, push_number, push_number_between, push_time};
use crate::store::codec::{Decision, RecentDay, Schema, head};

/// Appends the leaf of a decision.
#[inline]
pub(in crate::store::codec) fn write_decision(out: &mut Slate<'_>, last: &mut RecentDay, decision: &Decision<'_>) {
    let kind = decision.event.kind;
    head::write(out, last, Schema::V2, kind.name(), decision);
    push_outcome(out, last, kind, decision.reason);
    extras::push(out, decision);
    out.push(b']');
}

/// Appends what a decline has behind its time.
#[inline]
fn push_outcome(out: &mut Slate<'_>, last: &mut RecentDay, kind: AccountEventKind, reason: Option<&str>) {
    match kind {
        AccountEventKind::AccountDeposited { .. } | AccountEventKind::AccountWithdrawn { .. } => {}
        AccountEventKind::DuplicateTxn => push_text(out, DUPLICATE_CODE),
        AccountEventKind::TxnTooLate { latest } => {
            push_text(out, TOO_LATE_CODE);
            out.extend_from_slice(b",\"latest\",\"");
            push_time(out, last, latest);
            out.push(b'"');
        }
        AccountEventKind::AccountLimitExceeded { limit, bound, used } => {
            push_text(out, reason.unwrap_or_default());
            push_text(out, bound.as_str());
            if bound.counts_transactions() {
                push_number_between(out, COMMA, used, COMMA);
            } else {
                out.extend_from_slice(b",\"");
                push_minor(out, used);
                out.extend_from_slice(b"\",");
            }
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

fn push_text(out: &mut Slate<'_>, text: &str) {
    out.extend_from_slice(b",\"");
    out.text(text.as_bytes());
    out.push(b'"');
}
