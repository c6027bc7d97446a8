//! From leaves back to events.

use super::{Decision, Event, Outcome, Used};
use crate::store::codec::cursor::Cursor;
use crate::store::codec::error::Fault;
use crate::store::codec::{head, policy};

/// Every kind of decision, with nothing yet of what its leaf tells behind the time.
const BLANK: [Outcome<'static>; 6] = [
    Outcome::Deposited,
    Outcome::Withdrawn,
    Outcome::Duplicate,
    Outcome::LimitExceeded { code: "", used: Used::Count(0), limit: 0 },
    Outcome::TotalOverflowed,
    Outcome::FundsInsufficient { balance: 0 },
];

/// What follows a name: a decision of some kind, or a policy.
#[derive(Clone, Copy, Debug)]
enum Body {
    Decision(Outcome<'static>),
    Policy,
}

/// Reads what follows the version of a leaf.
pub(in crate::store::codec) fn read<'a>(cursor: &mut Cursor<'a>) -> Result<Event<'a>, Fault> {
    cursor.literal("\"")?;
    let body = cursor.plain("the name of an event", body_named)?;
    cursor.literal(",")?;
    match body {
        Body::Decision(blank) => {
            let head = head::read(cursor)?;
            let outcome = read_outcome(cursor, blank)?;
            cursor.literal("]")?;
            cursor.end()?;
            Ok(Event::Decision(Decision { head, outcome }))
        }
        Body::Policy => policy::read(cursor).map(|(batch, text)| Event::Policy { batch, text }),
    }
}

#[inline]
fn body_named(name: &[u8]) -> Option<Body> {
    let blank = BLANK.into_iter().find(|blank| blank.name().as_bytes() == name);
    blank.map(Body::Decision).or_else(|| (name == policy::NAME.as_bytes()).then_some(Body::Policy))
}

/// Reads what a decline has behind its time.
#[inline]
fn read_outcome<'a>(cursor: &mut Cursor<'a>, blank: Outcome<'static>) -> Result<Outcome<'a>, Fault> {
    let Some(code) = blank.code() else { return Ok(blank) };
    cursor.literal(",\"")?;
    let is_limit = matches!(blank, Outcome::LimitExceeded { .. });
    let code = cursor.plain("the code of the reason", |text| {
        let text = str::from_utf8(text).ok()?;
        (if is_limit { is_code_of_limit(text) } else { text == code }).then_some(text)
    })?;
    match blank {
        Outcome::LimitExceeded { .. } => {
            cursor.literal(",\"")?;
            let counts = cursor.plain("\"count\" or \"amount\"", |measure| match measure {
                b"count" => Some(true),
                b"amount" => Some(false),
                _ => None,
            })?;
            cursor.literal(",")?;
            let used = if counts {
                Used::Count(cursor.number("a number of transactions")?)
            } else {
                cursor.literal("\"")?;
                Used::Amount(cursor.minor("an amount from zero")?)
            };
            cursor.literal(",")?;
            let limit = cursor.number("the place of a limit")?;
            Ok(Outcome::LimitExceeded { code, used, limit })
        }
        Outcome::FundsInsufficient { .. } => {
            cursor.literal(",\"balance\",\"")?;
            let balance = cursor.minor("an amount from zero")?;
            Ok(Outcome::FundsInsufficient { balance })
        }
        other => Ok(other),
    }
}

/// Whether a code can be a limit's: a name's with underscores for its hyphens.
#[inline]
fn is_code_of_limit(code: &str) -> bool {
    code.starts_with(|first: char| first.is_ascii_lowercase())
        && code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
