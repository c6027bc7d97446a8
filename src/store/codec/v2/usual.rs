//! The leaves that nearly all decisions have, read without anything that they don't need.

use super::read::is_code_of_limit;
use crate::store::codec::UsualDecision;
use crate::store::codec::cursor::Cursor;
use crate::store::codec::known_codes::KnownCodes;

/// What nearly every transaction comes to.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    Accepted,
    Duplicate,
    Exceeded,
}

/// Reads a whole leaf up to its last bracket, whatever follows; nothing of one that is not as most are, be it right or wrong.
#[inline(always)]
pub(in crate::store::codec) fn read<'a>(cursor: &mut Cursor<'a>, known: &mut KnownCodes) -> Option<UsualDecision<'a>> {
    let outcome = read_name(cursor)?;
    cursor.number::<u32>("the number of a batch").ok()?;
    cursor.literal(",").ok()?;
    let line = cursor.number_from_one("a line number, from 1").ok()?;
    cursor.literal(",\"").ok()?;
    let customer_id = cursor.plain_id()?;
    cursor.literal(",").ok()?;
    cursor.number_from_one::<u32>("the version of an account, from 1").ok()?;
    cursor.literal(",\"").ok()?;
    let transaction_id = cursor.plain_id()?;
    cursor.literal(",\"").ok()?;
    let amount = cursor.amount("an amount").ok()?;
    cursor.literal(",\"").ok()?;
    let time = cursor.time("a time in UTC").ok()?;
    let reason = match outcome {
        Outcome::Accepted => None,
        Outcome::Duplicate => {
            cursor.literal(",\"duplicate\"").ok()?;
            Some(&b"duplicate"[..])
        }
        Outcome::Exceeded => Some(read_exceeded(cursor, known)?),
    };
    cursor.literal("]").ok()?;
    Some(UsualDecision { line, customer_id, transaction_id, amount, time, reason })
}

/// Reads the beginning, up to the comma behind the name of an event.
#[inline(always)]
fn read_name(cursor: &mut Cursor<'_>) -> Option<Outcome> {
    if cursor.take("[2,\"AccountDeposited\",") {
        Some(Outcome::Accepted)
    } else if cursor.take("[2,\"AccountLimitExceeded\",") {
        Some(Outcome::Exceeded)
    } else if cursor.take("[2,\"AccountWithdrawn\",") {
        Some(Outcome::Accepted)
    } else if cursor.take("[2,\"DuplicateTxn\",") {
        Some(Outcome::Duplicate)
    } else {
        None
    }
}

/// Reads which limit was exceeded, of which its code is given, and how.
#[inline(always)]
fn read_exceeded<'a>(cursor: &mut Cursor<'a>, known: &mut KnownCodes) -> Option<&'a [u8]> {
    cursor.literal(",\"").ok()?;
    let code = match cursor.known_code(known) {
        Some(code) => code,
        None => read_new_code(cursor, known)?,
    };
    if cursor.take(",\"amount\",\"") {
        cursor.minor("an amount from zero").ok()?;
    } else if cursor.take(",\"count\",") {
        cursor.number::<u64>("a number of transactions").ok()?;
    } else {
        return None;
    }
    cursor.literal(",").ok()?;
    cursor.number::<u16>("the place of a limit").ok()?;
    Some(code)
}

#[cold]
fn read_new_code<'a>(cursor: &mut Cursor<'a>, known: &mut KnownCodes) -> Option<&'a [u8]> {
    let check = |code: &'a [u8]| str::from_utf8(code).ok().filter(|code| is_code_of_limit(code));
    let code = cursor.plain("the code of a limit", check).ok()?;
    known.learn(code);
    Some(code.as_bytes())
}
