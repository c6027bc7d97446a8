//! What every decision says before what came of it; all versions so far say it alike.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::error::Fault;
use super::packed::Packed;
use super::slate::Slate;
use super::write::{push_amount, push_id, push_number_between, push_time};
use super::{Decision, RecentDay, Schema};
use crate::domain::{Amount, Timestamp};

/// What stands around numbers.
const NOTHING: Packed = Packed::literal(b"");
pub(super) const COMMA: Packed = Packed::literal(b",");
const BEFORE_TEXT: Packed = Packed::literal(b",\"");
const BEHIND_TEXT: Packed = Packed::literal(b"\",");

/// What a decision was about, as it was read.
#[derive(Clone, Debug)]
pub(super) struct Head<'a> {
    pub(super) batch: u32,
    pub(super) line: u64,
    pub(super) customer_id: Cow<'a, [u8]>,
    pub(super) version: u32,
    pub(super) transaction_id: Cow<'a, [u8]>,
    pub(super) amount: Amount,
    pub(super) time: Timestamp,
}

/// Appends the beginning of a leaf up to the time, the name of the event included.
#[inline]
pub(super) fn write(out: &mut Slate<'_>, last: &mut RecentDay, schema: Schema, name: &str, decision: &Decision<'_>) {
    let Decision { batch, line, customer_id, transaction_id, event, .. } = *decision;
    out.packed(match schema {
        Schema::V1 => const { Packed::literal(b"[1,\"") },
        Schema::V2 => const { Packed::literal(b"[2,\"") },
    });
    out.text(name.as_bytes());
    push_number_between(out, BEHIND_TEXT, u64::from(batch), COMMA);
    push_number_between(out, NOTHING, line, BEFORE_TEXT);
    push_id(out, customer_id);
    push_number_between(out, BEHIND_TEXT, u64::from(event.version), BEFORE_TEXT);
    push_id(out, transaction_id);
    out.extend_from_slice(b"\",");
    push_amount(out, event.amount);
    out.extend_from_slice(b",\"");
    push_time(out, last, event.time);
    out.push(b'"');
}

/// Reads what stands between the name of the event and what came of it.
#[inline(always)]
pub(super) fn read<'a>(cursor: &mut Cursor<'a>) -> Result<Head<'a>, Fault> {
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
    let amount = cursor.amount("an amount")?;
    cursor.literal(",\"")?;
    let time = cursor.time("a time in UTC")?;
    Ok(Head { batch, line, customer_id, version, transaction_id, amount, time })
}
