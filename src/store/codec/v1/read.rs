//! From leaves back to events.

use serde_json::Value;

use super::write::policy_hash;
use super::{DUPLICATE_CODE, FUNDS_CODE, OVERFLOWED_CODE, POLICY_ACTIVATED};
use crate::domain::{AccountEvent, AccountEventKind, Measure};
use crate::store::codec::cursor::{Cursor, amount, minor, time};
use crate::store::codec::error::Fault;
use crate::store::{StoredDecision, StoredEvent, StoredPolicy};

/// Every kind of decision, with nothing yet of what its leaf tells behind the time.
const BLANK_KINDS: [AccountEventKind; 6] = [
    AccountEventKind::AccountDeposited,
    AccountEventKind::AccountWithdrawn,
    AccountEventKind::DuplicateTxn,
    AccountEventKind::AccountLimitExceeded { limit: 0, measure: Measure::Count, used: 0 },
    AccountEventKind::AccountTotalOverflowed,
    AccountEventKind::AccountFundsInsufficient { balance: 0 },
];

/// What follows a name: a decision of some kind, or a policy.
#[derive(Clone, Copy, Debug)]
enum Body {
    Decision(AccountEventKind),
    Policy,
}

/// Reads what follows the version of a leaf.
pub(in crate::store::codec) fn read(cursor: &mut Cursor<'_>, position: u64) -> Result<StoredEvent, Fault> {
    cursor.literal("\"")?;
    let body = cursor.plain("the name of an event", body_named)?;
    cursor.literal(",")?;
    let event = match body {
        Body::Decision(blank) => StoredEvent::Decision(read_decision(cursor, position, blank)?),
        Body::Policy => StoredEvent::PolicyActivated(read_policy(cursor, position)?),
    };
    Ok(event)
}

#[inline]
fn body_named(name: &[u8]) -> Option<Body> {
    let kind = BLANK_KINDS.into_iter().find(|kind| kind.name().as_bytes() == name);
    kind.map(Body::Decision).or_else(|| (name == POLICY_ACTIVATED.as_bytes()).then_some(Body::Policy))
}

#[inline]
fn read_decision(cursor: &mut Cursor<'_>, position: u64, blank: AccountEventKind) -> Result<StoredDecision, Fault> {
    let batch = cursor.number("the number of a batch")?;
    cursor.literal(",")?;
    let line = cursor.number_from_one("a line number, from 1")?;
    cursor.literal(",\"")?;
    let customer_id = cursor.id("the id of an account")?;
    cursor.literal(",")?;
    let version = cursor.number_from_one("the version of an account, from 1")?;
    cursor.literal(",\"")?;
    let transaction_id = cursor.id("the id of a transaction")?;
    cursor.literal(",\"")?;
    let amount = cursor.plain("an amount", amount)?;
    cursor.literal(",\"")?;
    let time = cursor.plain("a time in UTC", time)?;
    let (kind, reason) = read_outcome(cursor, blank)?;
    cursor.literal("]")?;
    cursor.end()?;
    let event = AccountEvent { version, kind, amount, time };
    Ok(StoredDecision { position, batch, line, customer_id, transaction_id, event, reason: reason.map(str::to_owned) })
}

/// Reads what a decline has behind its time.
#[inline]
fn read_outcome<'a>(
    cursor: &mut Cursor<'a>,
    blank: AccountEventKind,
) -> Result<(AccountEventKind, Option<&'a str>), Fault> {
    if matches!(blank, AccountEventKind::AccountDeposited | AccountEventKind::AccountWithdrawn) {
        return Ok((blank, None));
    }
    cursor.literal(",\"")?;
    let reason = cursor.plain("the code of the reason", |code| code_of(blank, code))?;
    let kind = match blank {
        AccountEventKind::AccountLimitExceeded { .. } => {
            cursor.literal(",\"")?;
            let measure = cursor.plain("\"count\" or \"amount\"", measure)?;
            cursor.literal(",")?;
            let used = match measure {
                Measure::Count => cursor.number("a number of transactions")?,
                Measure::Amount => {
                    cursor.literal("\"")?;
                    cursor.plain("an amount from zero", minor)?
                }
            };
            cursor.literal(",")?;
            let limit = cursor.number("the place of a limit")?;
            AccountEventKind::AccountLimitExceeded { limit, measure, used }
        }
        AccountEventKind::AccountFundsInsufficient { .. } => {
            cursor.literal(",\"balance\",\"")?;
            let balance = cursor.plain("an amount from zero", minor)?;
            AccountEventKind::AccountFundsInsufficient { balance }
        }
        other => other,
    };
    Ok((kind, Some(reason)))
}

/// The code of a decline's reason, if its kind can have that one.
#[inline]
fn code_of(kind: AccountEventKind, code: &[u8]) -> Option<&str> {
    let code = str::from_utf8(code).ok()?;
    let possible = match kind {
        AccountEventKind::AccountDeposited | AccountEventKind::AccountWithdrawn => false,
        AccountEventKind::DuplicateTxn => code == DUPLICATE_CODE,
        AccountEventKind::AccountTotalOverflowed => code == OVERFLOWED_CODE,
        AccountEventKind::AccountFundsInsufficient { .. } => code == FUNDS_CODE,
        AccountEventKind::AccountLimitExceeded { .. } => is_code_of_limit(code),
    };
    possible.then_some(code)
}

/// Whether a code can be a limit's: a name's with underscores for its hyphens.
#[inline]
fn is_code_of_limit(code: &str) -> bool {
    code.starts_with(|first: char| first.is_ascii_lowercase())
        && code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn measure(text: &[u8]) -> Option<Measure> {
    match text {
        b"count" => Some(Measure::Count),
        b"amount" => Some(Measure::Amount),
        _ => None,
    }
}

fn read_policy(cursor: &mut Cursor<'_>, position: u64) -> Result<StoredPolicy, Fault> {
    let batch = cursor.number("the number of a batch")?;
    cursor.literal(",\"")?;
    let unfit = cursor.fault("the SHA-256 of the text");
    let hash = cursor.plain("the SHA-256 of the text", Some)?;
    cursor.literal(",")?;
    let text = cursor.remainder("a text as JSON in its one form, and the end", |remainder| {
        let written = remainder.strip_suffix(b"]")?;
        let text: String = serde_json::from_slice(written).ok()?;
        // JSON can write a text in many ways, of which a leaf has only the one that it was written in.
        (Value::from(text.as_str()).to_string().as_bytes() == written).then_some(text)
    })?;
    if hash != policy_hash(&text).as_bytes() {
        return Err(unfit);
    }
    Ok(StoredPolicy { position, batch, text })
}
