//! From events to leaves.

use super::{Outcome, Used};
use crate::store::codec::slate::Slate;
use crate::store::codec::write::{push_minor, push_number};
use crate::store::codec::{Decision, RecentDay, Schema, head};

/// Appends the leaf of a decision of which this came.
pub(in crate::store::codec) fn write_decision(
    out: &mut Slate<'_>,
    last: &mut RecentDay,
    decision: &Decision<'_>,
    outcome: Outcome<'_>,
) {
    head::write(out, last, Schema::V1, outcome.name(), decision);
    if let Some(code) = outcome.code() {
        out.extend_from_slice(b",\"");
        out.text(code.as_bytes());
        out.push(b'"');
    }
    match outcome {
        Outcome::LimitExceeded { used, limit, .. } => {
            match used {
                Used::Count(count) => {
                    out.extend_from_slice(b",\"count\",");
                    push_number(out, count);
                }
                Used::Amount(minor) => {
                    out.extend_from_slice(b",\"amount\",\"");
                    push_minor(out, minor);
                    out.push(b'"');
                }
            }
            out.push(b',');
            push_number(out, u64::from(limit));
        }
        Outcome::FundsInsufficient { balance } => {
            out.extend_from_slice(b",\"balance\",\"");
            push_minor(out, balance);
            out.push(b'"');
        }
        Outcome::Deposited | Outcome::Withdrawn | Outcome::Duplicate | Outcome::TotalOverflowed => {}
    }
    out.push(b']');
}
