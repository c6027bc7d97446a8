//! From leaves back to events.

use super::{DUPLICATE_CODE, FUNDS_CODE, OVERFLOWED_CODE, TOO_LATE_CODE, extras};
use crate::domain::{AccountEvent, AccountEventKind, Bound, Marks, Timestamp};
use crate::store::codec::cursor::Cursor;
use crate::store::codec::error::Fault;
use crate::store::codec::head::{self, Head};
use crate::store::codec::policy;
use crate::store::codec::{LeafDecision, LeafEvent};

/// Every kind of decision, with nothing yet of what its leaf tells behind the time.
const BLANK_KINDS: [AccountEventKind; 7] = [
    AccountEventKind::AccountDeposited { marks: Marks::NONE },
    AccountEventKind::AccountWithdrawn { marks: Marks::NONE },
    AccountEventKind::DuplicateTxn,
    AccountEventKind::TxnTooLate { latest: Timestamp::MIN },
    AccountEventKind::AccountLimitExceeded { limit: 0, bound: Bound::Count, used: 0 },
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
pub(in crate::store::codec) fn read<'a>(cursor: &mut Cursor<'a>) -> Result<LeafEvent<'a>, Fault> {
    cursor.literal("\"")?;
    let body = match usual_kind(cursor) {
        Some(kind) => Body::Decision(kind),
        None => cursor.plain("the name of an event", body_named)?,
    };
    cursor.literal(",")?;
    match body {
        Body::Decision(blank) => read_decision(cursor, blank).map(LeafEvent::Decision),
        Body::Policy => policy::read(cursor).map(|(batch, text)| LeafEvent::PolicyActivated { batch, text }),
    }
}

/// Reads the name of an event and the quote that ends it, if it is what most are: a name that is known is compared in a few
/// words, one that is looked for byte by byte.
#[inline(always)]
fn usual_kind(cursor: &mut Cursor<'_>) -> Option<AccountEventKind> {
    let [deposited, withdrawn, duplicate, _, exceeded, ..] = BLANK_KINDS;
    if cursor.take("AccountDeposited\"") {
        Some(deposited)
    } else if cursor.take("AccountLimitExceeded\"") {
        Some(exceeded)
    } else if cursor.take("AccountWithdrawn\"") {
        Some(withdrawn)
    } else if cursor.take("DuplicateTxn\"") {
        Some(duplicate)
    } else {
        None
    }
}

fn body_named(name: &[u8]) -> Option<Body> {
    let kind = BLANK_KINDS.into_iter().find(|kind| kind.name().as_bytes() == name);
    kind.map(Body::Decision).or_else(|| (name == policy::NAME.as_bytes()).then_some(Body::Policy))
}

#[inline(always)]
fn read_decision<'a>(cursor: &mut Cursor<'a>, blank: AccountEventKind) -> Result<LeafDecision<'a>, Fault> {
    let head = head::read(cursor)?;
    let (mut kind, reason) = read_outcome(cursor, blank)?;
    let extras = extras::read(cursor, &mut kind)?;
    cursor.literal("]")?;
    cursor.end()?;
    let Head { batch, line, customer_id, version, transaction_id, amount, time } = head;
    Ok(LeafDecision {
        batch,
        line,
        customer_id,
        transaction_id,
        event: AccountEvent { version, kind, amount, time },
        reason,
        group: extras.group,
        marked: extras.marked,
    })
}

/// Reads what a decline has behind its time.
#[inline]
fn read_outcome<'a>(
    cursor: &mut Cursor<'a>,
    blank: AccountEventKind,
) -> Result<(AccountEventKind, Option<&'a str>), Fault> {
    if blank.is_accepted() {
        return Ok((blank, None));
    }
    cursor.literal(",\"")?;
    let reason = cursor.plain("the code of the reason", |code| code_of(blank, code))?;
    let kind = match blank {
        AccountEventKind::TxnTooLate { .. } => {
            cursor.literal(",\"latest\",\"")?;
            AccountEventKind::TxnTooLate { latest: cursor.time("a time in UTC")? }
        }
        AccountEventKind::AccountLimitExceeded { .. } => read_exceeded(cursor)?,
        AccountEventKind::AccountFundsInsufficient { .. } => {
            cursor.literal(",\"balance\",\"")?;
            AccountEventKind::AccountFundsInsufficient { balance: cursor.minor("an amount from zero")? }
        }
        other => other,
    };
    Ok((kind, Some(reason)))
}

/// Reads which bound of which limit was exceeded, and how much of it was used.
#[inline]
fn read_exceeded(cursor: &mut Cursor<'_>) -> Result<AccountEventKind, Fault> {
    cursor.literal(",\"")?;
    let bound = cursor
        .plain("the key of a bound", |key| Bound::ALL.into_iter().find(|bound| bound.as_str().as_bytes() == key))?;
    cursor.literal(",")?;
    let used = if bound.counts_transactions() {
        cursor.number("a number of transactions")?
    } else {
        cursor.literal("\"")?;
        cursor.minor("an amount from zero")?
    };
    cursor.literal(",")?;
    let limit = cursor.number("the place of a limit")?;
    Ok(AccountEventKind::AccountLimitExceeded { limit, bound, used })
}

/// The code of a decline's reason, if its kind can have that one.
#[inline]
fn code_of(kind: AccountEventKind, code: &[u8]) -> Option<&str> {
    let code = str::from_utf8(code).ok()?;
    let possible = match kind {
        AccountEventKind::AccountDeposited { .. } | AccountEventKind::AccountWithdrawn { .. } => false,
        AccountEventKind::DuplicateTxn => code == DUPLICATE_CODE,
        AccountEventKind::TxnTooLate { .. } => code == TOO_LATE_CODE,
        AccountEventKind::AccountTotalOverflowed => code == OVERFLOWED_CODE,
        AccountEventKind::AccountFundsInsufficient { .. } => code == FUNDS_CODE,
        AccountEventKind::AccountLimitExceeded { .. } => is_code_of_limit(code),
    };
    possible.then_some(code)
}

/// Whether a code can be a limit's: a name's with underscores for its hyphens, and no reason of another kind. Where
/// nothing is too late, a limit may have that name.
#[inline]
pub(super) fn is_code_of_limit(code: &str) -> bool {
    code.starts_with(|first: char| first.is_ascii_lowercase())
        && code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        && ![DUPLICATE_CODE, OVERFLOWED_CODE, FUNDS_CODE].contains(&code)
}
