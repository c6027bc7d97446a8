//! What a leaf has behind everything else: the customer's group, and the marks that limits left.

use super::read::is_code_of_limit;
use crate::domain::{AccountEventKind, DEFAULT_GROUP, GroupName, LimitOutcome, Marks};
use crate::store::MarkedLimit;
use crate::store::codec::Decision;
use crate::store::codec::cursor::Cursor;
use crate::store::codec::error::Fault;
use crate::store::codec::slate::Slate;
use crate::store::codec::write::{push_id, push_number};

/// What leaves marks, by its key.
const MARKS: [(&str, LimitOutcome); 2] = [("flags", LimitOutcome::Flag), ("shadow", LimitOutcome::Shadow)];

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Extras {
    pub(super) group: Option<String>,
    /// Ascending by place.
    pub(super) marked: Vec<MarkedLimit>,
}

/// Appends what there is, if there is anything.
#[inline]
pub(super) fn push(out: &mut Slate<'_>, decision: &Decision<'_>) {
    if decision.group.is_some() || !decision.event.kind.marks().is_empty() {
        push_object(out, decision);
    }
}

fn push_object(out: &mut Slate<'_>, decision: &Decision<'_>) {
    let Decision { event, group, marked, .. } = *decision;
    // What stands before the next key.
    let mut before = ",{";
    if let Some(group) = group {
        push_key(out, &mut before, "group");
        out.push(b'"');
        push_id(out, group);
        out.push(b'"');
    }
    for (key, outcome) in MARKS {
        let mut is_first = true;
        marked.each(event, outcome, |place, code| {
            if is_first {
                push_key(out, &mut before, key);
            }
            out.extend_from_slice(if is_first { b"[[\"" } else { b",[\"" });
            out.text(code.as_bytes());
            out.extend_from_slice(b"\",");
            push_number(out, u64::from(place));
            out.push(b']');
            is_first = false;
        });
        if !is_first {
            out.push(b']');
        }
    }
    if before == "," {
        out.push(b'}');
    }
}

fn push_key(out: &mut Slate<'_>, before: &mut &str, key: &str) {
    out.text(before.as_bytes());
    out.push(b'"');
    out.text(key.as_bytes());
    out.extend_from_slice(b"\":");
    *before = ",";
}

/// Reads what there is, and puts the marks into the kind of an event.
#[inline]
pub(super) fn read(cursor: &mut Cursor<'_>, kind: &mut AccountEventKind) -> Result<Extras, Fault> {
    if cursor.take(",{") { read_object(cursor, kind) } else { Ok(Extras::default()) }
}

fn read_object(cursor: &mut Cursor<'_>, kind: &mut AccountEventKind) -> Result<Extras, Fault> {
    let nothing = cursor.fault("a group or marks");
    let mut extras = Extras::default();
    if cursor.take("\"group\":\"") {
        extras.group = Some(read_group(cursor)?);
    }
    if let AccountEventKind::AccountDeposited { marks } | AccountEventKind::AccountWithdrawn { marks } = kind {
        let has_flags = cursor.take(if extras.group.is_some() { ",\"flags\":[" } else { "\"flags\":[" });
        if has_flags {
            read_marks(cursor, LimitOutcome::Flag, marks, &mut extras.marked)?;
        }
        let is_first = extras.group.is_none() && !has_flags;
        if cursor.take(if is_first { "\"shadow\":[" } else { ",\"shadow\":[" }) {
            read_marks(cursor, LimitOutcome::Shadow, marks, &mut extras.marked)?;
        }
        extras.marked.sort_by_key(|limit| limit.place);
    }
    if extras.group.is_none() && extras.marked.is_empty() {
        return Err(nothing);
    }
    cursor.literal("}")?;
    Ok(extras)
}

fn read_group(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    let unfit = cursor.fault("the name of a group");
    let name = String::from_utf8(cursor.id("the name of a group")?.into_owned()).map_err(|_| unfit)?;
    let is_told = GroupName::check(&name).is_ok() && name != DEFAULT_GROUP;
    if is_told { Ok(name) } else { Err(unfit) }
}

/// Reads the limits that left marks of one kind, at least one, to the bracket behind them.
fn read_marks(
    cursor: &mut Cursor<'_>,
    outcome: LimitOutcome,
    marks: &mut Marks,
    marked: &mut Vec<MarkedLimit>,
) -> Result<(), Fault> {
    let mut lowest = 0;
    loop {
        cursor.literal("[\"")?;
        let code = cursor
            .plain("the code of a limit", |code| str::from_utf8(code).ok().filter(|code| is_code_of_limit(code)))?;
        cursor.literal(",")?;
        let unfit = cursor.fault("the place of a limit that can leave a mark, in order");
        let place = cursor.number::<u16>("the place of a limit")?;
        // One limit leaves one mark.
        let is_new = marked.iter().all(|limit| limit.place != place);
        if place < lowest || !is_new || !marks.insert(place) {
            return Err(unfit);
        }
        cursor.literal("]")?;
        marked.push(MarkedLimit { place, code: code.to_owned(), outcome });
        lowest = place;
        if !cursor.take(",") {
            return cursor.literal("]");
        }
    }
}
