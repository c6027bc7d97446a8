//! What every decision says before what came of it; all versions so far say it alike.

use std::borrow::Cow;

use super::cursor::{Cursor, amount, time};
use super::error::Fault;
use super::write::{push_amount, push_id, push_number, push_time};
use super::{Decision, Schema};
use crate::domain::{Amount, Timestamp};

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
pub(super) fn write(out: &mut Vec<u8>, schema: Schema, name: &str, decision: &Decision<'_>) {
    let Decision { batch, line, customer_id, transaction_id, event, .. } = *decision;
    out.extend_from_slice(match schema {
        Schema::V1 => b"[1,\"",
        Schema::V2 => b"[2,\"",
    });
    out.extend_from_slice(name.as_bytes());
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
}

/// Reads what stands between the name of the event and what came of it.
#[inline]
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
    let amount = cursor.plain("an amount", amount)?;
    cursor.literal(",\"")?;
    let time = cursor.plain("a time in UTC", time)?;
    Ok(Head { batch, line, customer_id, version, transaction_id, amount, time })
}
