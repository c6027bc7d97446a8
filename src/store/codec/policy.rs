//! The leaf of a policy; all versions so far have it alike.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Schema;
use super::cursor::Cursor;
use super::error::Fault;

/// The name of the event that is no decision.
pub(super) const NAME: &str = "PolicyActivated";

/// Appends the leaf of a policy that decides from a batch on.
pub(super) fn write(out: &mut Vec<u8>, schema: Schema, batch: u32, text: &str) {
    let (version, hash) = (schema.number(), hash(text));
    let text = Value::from(text);
    out.extend_from_slice(format!("[{version},\"{NAME}\",{batch},\"{hash}\",{text}]").as_bytes());
}

/// Reads what follows the name, to the end of the leaf: the number of a batch and the text.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<(u32, String), Fault> {
    let batch = cursor.number("the number of a batch")?;
    cursor.literal(",\"")?;
    let unfit = cursor.fault("the SHA-256 of the text");
    let stored = cursor.plain("the SHA-256 of the text", Some)?;
    cursor.literal(",")?;
    let text = cursor.remainder("a text as JSON in its one form, and the end", |remainder| {
        let written = remainder.strip_suffix(b"]")?;
        let text: String = serde_json::from_slice(written).ok()?;
        // JSON can write a text in many ways, of which a leaf has only the one that it was written in.
        (Value::from(text.as_str()).to_string().as_bytes() == written).then_some(text)
    })?;
    if stored == hash(&text).as_bytes() { Ok((batch, text)) } else { Err(unfit) }
}

/// The SHA-256 of a policy's text, in hexadecimal digits.
fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
