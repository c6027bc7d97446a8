//! Events as CSV.

use std::fmt::Display;
use std::io::Write;

use super::{RecordedEvent, SCHEMA_VERSION, Used, What};
use crate::formats::cell::push_cell;

/// Appends the header.
pub(super) fn header(out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"position,type,schema_version,batch,line,account,version,transaction_id,amount,time,accepted,reason,measure,\
          used,policy,recorded_at,used_time,group,flags,shadow\n",
    );
}

/// Appends an event as one record; what it has nothing to say of stays empty.
///
/// A time that was used has a cell of its own, so that the others of its column stay numbers.
pub(super) fn write(out: &mut Vec<u8>, event: &RecordedEvent<'_>) {
    push(out, format_args!("{},{},{SCHEMA_VERSION},", event.position, event.type_name()));
    push_cell(out, event.batch.as_bytes());
    match &event.what {
        What::PolicyActivated { .. } => out.extend_from_slice(b",,,,,,,,,,"),
        What::Decision(decision) => {
            push(out, format_args!(",{},", decision.line));
            push_cell(out, decision.account.as_bytes());
            push(out, format_args!(",{},", decision.event.version));
            push_cell(out, decision.transaction_id.as_bytes());
            let (amount, time) = (decision.event.amount, decision.event.time);
            push(out, format_args!(",{amount},{time},{},", decision.event.kind.is_accepted()));
            push_cell(out, decision.reason.unwrap_or_default().as_bytes());
            match decision.measured() {
                None => out.extend_from_slice(b",,"),
                Some((measure, Used::Time(_))) => push(out, format_args!(",{measure},")),
                Some((measure, used)) => push(out, format_args!(",{measure},{used}")),
            }
        }
    }
    push(out, format_args!(",{},{},", event.policy, event.recorded_at));
    match &event.what {
        What::PolicyActivated { .. } => out.extend_from_slice(b",,,"),
        What::Decision(decision) => {
            if let Some((_, Used::Time(time))) = decision.measured() {
                push(out, time);
            }
            out.push(b',');
            push_cell(out, decision.group.unwrap_or_default().as_bytes());
            push(out, format_args!(",{},{}", decision.flags.join(" "), decision.shadow.join(" ")));
        }
    }
    out.push(b'\n');
}

fn push(out: &mut Vec<u8>, text: impl Display) {
    // Memory takes everything.
    let _ = write!(out, "{text}");
}
