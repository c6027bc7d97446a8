//! From events to leaves.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{DUPLICATE_CODE, FUNDS_CODE, OVERFLOWED_CODE, POLICY_ACTIVATED, VERSION};
use crate::domain::{AccountEventKind, Measure};
use crate::store::codec::Decision;
use crate::store::codec::write::{push_amount, push_id, push_minor, push_number, push_time};

/// Appends the leaf of a decision.
#[inline]
pub(in crate::store::codec) fn write_decision(out: &mut Vec<u8>, decision: &Decision<'_>) {
    let Decision { batch, line, customer_id, transaction_id, event, reason } = *decision;
    out.extend_from_slice(b"[1,\"");
    out.extend_from_slice(event.kind.name().as_bytes());
    out.extend_from_slice(b"\",");
    push_number(out, u64::from(batch));
    out.push(b',');
    push_number(out, line);
    out.extend_from_slice(b",\"");
    push_id(out, customer_id);
    out.extend_from_slice(b"\",");
    push_number(out, u64::from(event.version));
    out.extend_from_slice(b",\"");
    push_id(out, transaction_id);
    out.extend_from_slice(b"\",\"");
    push_amount(out, event.amount);
    out.extend_from_slice(b"\",\"");
    push_time(out, event.time);
    out.push(b'"');
    push_outcome(out, event.kind, reason);
    out.push(b']');
}

/// Appends what a decline has behind its time.
#[inline]
fn push_outcome(out: &mut Vec<u8>, kind: AccountEventKind, reason: Option<&str>) {
    match kind {
        AccountEventKind::AccountDeposited | AccountEventKind::AccountWithdrawn => {}
        AccountEventKind::DuplicateTxn => push_code(out, DUPLICATE_CODE),
        AccountEventKind::AccountLimitExceeded { limit, measure, used } => {
            push_code(out, reason.unwrap_or_default());
            match measure {
                Measure::Count => {
                    out.extend_from_slice(b",\"count\",");
                    push_number(out, used);
                }
                Measure::Amount => {
                    out.extend_from_slice(b",\"amount\",\"");
                    push_minor(out, used);
                    out.push(b'"');
                }
            }
            out.push(b',');
            push_number(out, u64::from(limit));
        }
        AccountEventKind::AccountTotalOverflowed => push_code(out, OVERFLOWED_CODE),
        AccountEventKind::AccountFundsInsufficient { balance } => {
            push_code(out, FUNDS_CODE);
            out.extend_from_slice(b",\"balance\",\"");
            push_minor(out, balance);
            out.push(b'"');
        }
    }
}

fn push_code(out: &mut Vec<u8>, code: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(code.as_bytes());
    out.push(b'"');
}

/// Appends the leaf of a policy.
pub(in crate::store::codec) fn write_policy(out: &mut Vec<u8>, batch: u32, text: &str) {
    let hash = policy_hash(text);
    let text = Value::from(text);
    out.extend_from_slice(format!("[{VERSION},\"{POLICY_ACTIVATED}\",{batch},\"{hash}\",{text}]").as_bytes());
}

/// The SHA-256 of a policy's text, in hexadecimal digits.
pub(super) fn policy_hash(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
