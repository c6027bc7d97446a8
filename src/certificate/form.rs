//! The file of a certificate: JSON with two spaces, keys in a fixed order, and a line end.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::console::escaped;
use crate::formats::Format;

/// What a certificate calls itself.
const KIND: &str = "tidegate replay";

/// The version of its form.
const VERSION: u64 = 1;

/// The most bytes of a certificate that are read: policies that people write are far smaller.
pub const LEN_MAX: usize = 64 << 20;

/// A SHA-256, 64 hexadecimal digits in lower case where it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sha256Hex(pub [u8; 32]);

/// What a run that came to its end made of its input, its keys in this order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    certificate: String,
    version: u64,
    /// What was decided on.
    pub input: Input,
    /// What decided.
    pub policy: Policy,
    /// The file of groups by which the policy decided, if by one.
    pub groups: Option<Groups>,
    /// What came out.
    pub verdicts: Verdicts,
    /// How many lines came out which way.
    pub totals: Totals,
    /// Where in a ledger the decisions stand, if they were recorded in one.
    pub log: Option<Log>,
}

/// What was decided on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The hash of all its bytes.
    pub sha256: Sha256Hex,
    /// How many they are.
    pub bytes: u64,
    /// How it was read, `jsonl` or `csv`; none if no line of it has told.
    #[serde(with = "format_or_null")]
    pub format: Option<Format>,
    /// The format of times that carry none of their own, if it was not RFC 3339.
    pub time_format: Option<String>,
}

/// What decided.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The hash of the text.
    pub sha256: Sha256Hex,
    /// The limits and what became of duplicates, as a configuration file would have them.
    pub text: String,
}

/// A file of groups.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Groups {
    /// The hash of who is in which group, as the policy has it.
    pub sha256: Sha256Hex,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Verdicts {
    /// The hash of the output's bytes.
    pub sha256: Sha256Hex,
    /// How many they are.
    pub bytes: u64,
    /// How they were written.
    #[serde(with = "format_name")]
    pub format: Format,
    /// Whether each verdict says why.
    pub reasons: bool,
}

/// How many lines came out which way.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Lines that held something.
    pub read: u64,
    /// Transactions accepted.
    pub accepted: u64,
    /// Transactions declined.
    pub declined: u64,
    /// Duplicates that the policy keeps from the output.
    pub ignored: u64,
    /// Lines that were no valid transaction.
    pub rejected: u64,
    /// The declines by reason, in the order in which the reasons are looked for.
    pub reasons: Vec<Reason>,
}

/// How many transactions were declined for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The reason, a code in snake_case.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// Where in a ledger the decisions stand.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The name of the batch.
    pub batch: String,
    /// The number of the batch, which its events have.
    pub number: u32,
    /// The log right before the batch's first event.
    pub before: LogEnd,
    /// The log right behind its last.
    pub after: LogEnd,
}

/// What a log comes down to, but for its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LogEnd {
    /// How many events there are.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Sha256Hex,
}

/// Why a text is no certificate, as the end of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalformedError(String);

/// What tells the kinds and versions of files apart.
#[derive(Deserialize)]
struct Any {
    certificate: Option<String>,
    version: Option<u64>,
    format: Option<String>,
}

/// The parts of a certificate that say something.
pub(super) struct Parts {
    pub(super) input: Input,
    pub(super) policy: Policy,
    pub(super) groups: Option<Groups>,
    pub(super) verdicts: Verdicts,
    pub(super) totals: Totals,
    pub(super) log: Option<Log>,
}

impl Certificate {
    /// A certificate of these parts.
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { input, policy, groups, verdicts, totals, log } = parts;
        Self { certificate: KIND.to_owned(), version: VERSION, input, policy, groups, verdicts, totals, log }
    }

    /// Reads the bytes of a certificate; of what it says, nothing is checked yet, nor whether it is in the one form.
    ///
    /// # Errors
    ///
    /// [`MalformedError`] names what is wrong, and where.
    pub fn parse(bytes: &[u8]) -> Result<Self, MalformedError> {
        if bytes.len() > LEN_MAX {
            return Err(MalformedError("it is larger than any that is read".to_owned()));
        }
        // What is no object at all is told below.
        if let Ok(any) = serde_json::from_slice::<Any>(bytes) {
            any.check()?;
        }
        serde_json::from_slice(bytes).map_err(|error| MalformedError(escaped(&error.to_string())))
    }

    /// The file.
    pub fn text(&self) -> String {
        // Texts and numbers always have a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl Any {
    fn check(&self) -> Result<(), MalformedError> {
        let why = match (self.certificate.as_deref(), self.version) {
            (Some(KIND), Some(VERSION)) => return Ok(()),
            (Some(KIND), Some(version)) => {
                format!("it is of version {version}, and this program knows version {VERSION}")
            }
            (Some(KIND), None) => "it has no version".to_owned(),
            (Some(other), _) => format!("it is a certificate of another kind, {other:?}"),
            (None, _) => match self.format.as_deref() {
                Some(format @ ("tidegate-receipt-v1" | "tidegate-consistency-v1")) => {
                    format!("it is of the format {format}, which is checked by another command")
                }
                _ => format!("it has no \"certificate\": {KIND:?}"),
            },
        };
        Err(MalformedError(why))
    }
}

impl Sha256Hex {
    /// The hash of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Sha256Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Sha256Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut hash = [0; 32];
        let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        match hex::decode_to_slice(&text, &mut hash) {
            Ok(()) if is_lower => Ok(Self(hash)),
            _ => Err(serde::de::Error::custom("a hash must be 64 hexadecimal digits in lower case")),
        }
    }
}

impl fmt::Display for MalformedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is no certificate, or a damaged one: {}", self.0)
    }
}

impl std::error::Error for MalformedError {}

/// The format of a name.
fn named<E: serde::de::Error>(name: &str) -> Result<Format, E> {
    let known = [Format::JsonLines, Format::Csv].into_iter().find(|format| format.as_str() == name);
    known.ok_or_else(|| E::unknown_variant(name, &["jsonl", "csv"]))
}

/// A format by its name.
mod format_name {
    use super::{Deserialize, Deserializer, Format, Serializer, named};

    pub(super) fn serialize<S: Serializer>(format: &Format, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(format.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Format, D::Error> {
        named(&String::deserialize(deserializer)?)
    }
}

/// A format by its name, or none.
mod format_or_null {
    use super::{Deserialize, Deserializer, Format, Serialize, Serializer, named};

    pub(super) fn serialize<S: Serializer>(format: &Option<Format>, serializer: S) -> Result<S::Ok, S::Error> {
        format.map(Format::as_str).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Format>, D::Error> {
        Option::<String>::deserialize(deserializer)?.map(|name| named(&name)).transpose()
    }
}
