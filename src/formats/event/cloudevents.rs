//! Events as CloudEvents 1.0, in the JSON format.

use std::fmt::Write;
use std::path::Path;

use serde::Serialize;

use super::body::{Behind, Body, push_line};
use super::{RecordedEvent, What};

/// An event as it is written, its attributes in this order.
#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'static str,
    id: String,
    source: &'a str,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    time: &'a str,
    datacontenttype: &'static str,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    body: Body<'a>,
    #[serde(flatten)]
    behind: Option<Behind<'a>>,
}

/// Where the events of a ledger come from: a URI of the file's name.
pub(super) fn source(store: &Path) -> String {
    let name = store.file_name().unwrap_or(store.as_os_str());
    let mut source = "tidegate:".to_owned();
    for &byte in name.as_encoded_bytes() {
        // What a URI takes as it is; everything else stands for itself only when escaped.
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            source.push(char::from(byte));
        } else {
            let _ = write!(source, "%{byte:02X}");
        }
    }
    source
}

/// Appends an event as one line.
pub(super) fn write(out: &mut Vec<u8>, source: &str, event: &RecordedEvent<'_>) {
    let subject = match &event.what {
        What::PolicyActivated { .. } => None,
        What::Decision(decision) => Some(decision.account),
    };
    let event = CloudEvent {
        specversion: "1.0",
        id: event.position.to_string(),
        source,
        r#type: format!("tidegate.{}", event.type_name()),
        subject,
        time: event.recorded_at,
        datacontenttype: "application/json",
        data: Data { body: Body::of(event), behind: Behind::of(event) },
    };
    push_line(out, &event);
}
