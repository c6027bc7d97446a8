//! The one form of both kinds of files: JSON with two spaces, keys in a fixed order, and a line end.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Fault, LEN_MAX};
use crate::store::{Hash, Head};

/// A kind of file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// What its format is called in it.
    pub(super) format: &'static str,
    /// What people call it, with an article.
    pub(super) name: &'static str,
    /// The command that checks it.
    pub(super) checked_by: &'static str,
}

/// Receipts.
pub(super) const RECEIPT: Kind =
    Kind { format: "tidegate-receipt-v1", name: "a receipt", checked_by: "tidegate check-receipt" };

/// Proofs that a log has only grown.
pub(super) const CONSISTENCY: Kind =
    Kind { format: "tidegate-consistency-v1", name: "a consistency proof", checked_by: "tidegate check-consistency" };

/// What tells the kinds apart.
#[derive(Deserialize)]
struct AnyKind {
    format: String,
}

impl Kind {
    /// Reads a file of this kind as JSON; whether it is in the one form is for [`Self::check_form`] to say.
    pub(super) fn read<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, Fault> {
        if bytes.len() > LEN_MAX {
            return Err(self.not_one("it is larger than any".to_owned()));
        }
        serde_json::from_slice(bytes).map_err(|error| {
            self.not_one(match self.other_format(bytes) {
                Some(why) => why,
                None => format!("it is wrong at line {}, column {}", error.line(), error.column()),
            })
        })
    }

    /// Refuses bytes that are not exactly those of a file.
    pub(super) fn check_form(&self, bytes: &[u8], format: &str, text: &str) -> Result<(), Fault> {
        if format != self.format {
            let why = self.other_format(bytes).unwrap_or_else(|| "its format is another".to_owned());
            return Err(self.not_one(why));
        }
        if text.as_bytes() != bytes {
            return Err(Fault::Altered { what: "it says the same in other bytes" });
        }
        Ok(())
    }

    /// A head.
    pub(super) fn head(&self, text: &str, key: &str) -> Result<Head, Fault> {
        text.parse().map_err(|_| self.not_one(format!("its {key:?} is no head")))
    }

    /// The hashes of a proof.
    pub(super) fn hashes(&self, texts: &[String]) -> Result<Vec<Hash>, Fault> {
        let hash = |text: &String| {
            let mut hash = Hash::default();
            hex::decode_to_slice(text, &mut hash).ok().map(|()| hash)
        };
        let hashes: Option<Vec<_>> = texts.iter().map(hash).collect();
        hashes.ok_or_else(|| self.not_one("one of its hashes is none".to_owned()))
    }

    fn not_one(&self, why: String) -> Fault {
        Fault::NotOne { kind: self.name, why }
    }

    /// What a file of another kind is, if it says so.
    fn other_format(&self, bytes: &[u8]) -> Option<String> {
        let AnyKind { format } = serde_json::from_slice(bytes).ok()?;
        if let Some(kind) = [RECEIPT, CONSISTENCY].iter().find(|kind| kind.format == format) {
            let is_other = kind.format != self.format;
            return is_other.then(|| format!("it is {}, for `{}`", kind.name, kind.checked_by));
        }
        Some(format!("it must be of the format {}", self.format))
    }
}

/// A file's bytes.
pub(super) fn text(file: &impl Serialize) -> String {
    // Texts and numbers always have a JSON form.
    serde_json::to_string_pretty(file).unwrap_or_default() + "\n"
}

/// Hashes as the file has them.
pub(super) fn hex_of(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(hex::encode).collect()
}
