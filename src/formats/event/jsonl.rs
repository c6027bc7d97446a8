//! Events as JSON lines.

use serde::Serialize;

use super::RecordedEvent;
use super::body::{Behind, Body, push_line};

/// An event as it is written, its keys in this order.
#[derive(Serialize)]
struct Line<'a> {
    position: u64,
    r#type: &'static str,
    #[serde(flatten)]
    body: Body<'a>,
    recorded_at: &'a str,
    #[serde(flatten)]
    behind: Option<Behind<'a>>,
}

/// Appends an event as one line.
pub(super) fn write(out: &mut Vec<u8>, event: &RecordedEvent<'_>) {
    let &RecordedEvent { position, recorded_at, .. } = event;
    let (body, behind) = (Body::of(event), Behind::of(event));
    push_line(out, &Line { position, r#type: event.type_name(), body, recorded_at, behind });
}
