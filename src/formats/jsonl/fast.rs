//! The one usual form of a JSON line, read without a general parser.
//!
//! What is read here means the same to [`super::careful`]; what is not may still be valid. The two are tested against
//! each other.

use std::ops::Range;

use memchr::memrchr;

use crate::batch::LINE_LEN_MAX;
use crate::domain::{Amount, GroupName, RecentDate, Timestamp};
use crate::formats::plain::plain_id_len;

/// A valid transaction, its ids by their places in the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FastRecord {
    /// The transaction's id: printable ASCII without `"` and `\`, and so the same in JSON as it is.
    pub id: Range<usize>,
    /// The customer's id, likewise.
    pub customer_id: Range<usize>,
    /// How much, and which way.
    pub amount: Amount,
    /// When.
    pub time: Timestamp,
}

/// What stands before each value.
struct Layout {
    id: &'static [u8],
    customer_id: &'static [u8],
    load_amount: &'static [u8],
    time: &'static [u8],
    group: &'static [u8],
}

/// No white space at all.
const COMPACT: Layout = Layout {
    id: br#"{"id":""#,
    customer_id: br#"","customer_id":""#,
    load_amount: br#"","load_amount":""#,
    time: br#"","time":""#,
    group: br#"","group":""#,
};

/// One space after each `:` and `,`, as Python's `json.dumps` writes it.
const SPACED: Layout = Layout {
    id: br#"{"id": ""#,
    customer_id: br#"", "customer_id": ""#,
    load_amount: br#"", "load_amount": ""#,
    time: br#"", "time": ""#,
    group: br#"", "group": ""#,
};

/// What stands behind the last value.
const CLOSE: &[u8] = br#""}"#;

/// The length of `2000-01-01T00:00:00Z`.
const USUAL_TIME_LEN: usize = 20;

/// Reads `{"id":"..","customer_id":"..","load_amount":"..","time":".."}`, compact or spaced, and nothing else.
///
/// Gives nothing for a line in any other form, valid or not: that one is for [`super::careful::parse`]. The time is
/// RFC 3339, so where another format is the default this function is not for any line. `dates` is to be the same for line
/// after line, and makes no difference but to the time that it takes.
pub fn parse(line: &[u8], dates: &mut RecentDate) -> Option<FastRecord> {
    if line.len() > LINE_LEN_MAX {
        return None;
    }
    match line.get(COMPACT.id.len() - 1)? {
        b'"' => parse_body(line.strip_suffix(CLOSE)?, &COMPACT, dates),
        b' ' => parse_body(line.strip_suffix(CLOSE)?, &SPACED, dates),
        _ => None,
    }
}

/// Reads what [`parse`] reads with `,"group":".."` behind the time, and nothing else. Gives also where the group's name
/// stands: printable ASCII as in ids.
///
/// It is a function of its own so that lines without a group cost nothing for it.
#[inline(never)]
pub fn parse_with_group(line: &[u8], dates: &mut RecentDate) -> Option<(FastRecord, Range<usize>)> {
    if line.len() > LINE_LEN_MAX {
        return None;
    }
    match line.get(COMPACT.id.len() - 1)? {
        b'"' => parse_group(line.strip_suffix(CLOSE)?, &COMPACT, dates),
        b' ' => parse_group(line.strip_suffix(CLOSE)?, &SPACED, dates),
        _ => None,
    }
}

/// Takes the group off the end; what remains is a line without one.
#[inline(always)]
fn parse_group(body: &[u8], layout: &Layout, dates: &mut RecentDate) -> Option<(FastRecord, Range<usize>)> {
    let start = memrchr(b'"', body)? + 1;
    let (front, name) = body.split_at_checked(start)?;
    let front = front.strip_suffix(layout.group)?;
    let is_plain = name.iter().all(|byte| matches!(byte, b' '..=b'~') && *byte != b'\\');
    if !is_plain || !(1..=GroupName::LEN_MAX).contains(&name.len()) {
        return None;
    }
    Some((parse_body(front, layout, dates)?, start..body.len()))
}

/// Reads the ids from the front and the time from the back, both of whose ends are where they nearly always are; what
/// remains between them is the amount. The `"}` at the end of a line is no part of its body.
#[inline(always)]
fn parse_body(body: &[u8], layout: &Layout, dates: &mut RecentDate) -> Option<FastRecord> {
    let (front, time) = body.split_at_checked(time_start(body)?)?;
    let rest = front.strip_suffix(layout.time)?.strip_prefix(layout.id)?;
    let id_start = layout.id.len();
    let (id, rest) = rest.split_at_checked(plain_id_len(rest)?)?;
    let id = id_start..id_start + id.len();
    let rest = rest.strip_prefix(layout.customer_id)?;
    let customer_id_start = id.end + layout.customer_id.len();
    let (customer_id, rest) = rest.split_at_checked(plain_id_len(rest)?)?;
    let customer_id = customer_id_start..customer_id_start + customer_id.len();
    let amount = Amount::parse(rest.strip_prefix(layout.load_amount)?).ok()?;
    Some(FastRecord { id, customer_id, amount, time: dates.parse_rfc3339(time).ok()? })
}

/// Where the last value starts in a line without its closing `"}`.
#[inline(always)]
fn time_start(body: &[u8]) -> Option<usize> {
    let usual = body.len().checked_sub(USUAL_TIME_LEN)?;
    if body.get(usual.checked_sub(1)?) == Some(&b'"') {
        return Some(usual);
    }
    memrchr(b'"', body).map(|quote| quote + 1)
}

#[cfg(test)]
mod tests;
