//! The proof that an earlier log is the beginning of a later one.

use serde::{Deserialize, Serialize};

use super::form::{self, CONSISTENCY};
use super::{Fault, Given};
use crate::store::merkle::check_consistency;
use crate::store::{Hash, Head};

/// The proof that the log of an earlier head is the beginning of the log of a later one.
///
/// As a file it is JSON:
///
/// | key | is |
/// | --- | --- |
/// | `format` | `tidegate-consistency-v1` |
/// | `from` | the earlier head, `SIZE:ROOT:CHAIN` |
/// | `to` | the later head |
/// | `consistency` | the consistency proof's hashes, in its order, in hexadecimal digits |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// The earlier head.
    pub from: Head,
    /// The later head.
    pub to: Head,
    /// The hashes of the proof.
    pub consistency: Vec<Hash>,
}

/// The proof as a file has it, its keys in this order.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    from: String,
    to: String,
    consistency: Vec<String>,
}

impl Growth {
    /// Reads the bytes of a proof; of what it says, nothing is checked yet.
    ///
    /// # Errors
    ///
    /// [`Fault::NotOne`] if they are none, and [`Fault::Altered`] if they differ from a proof's one form.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let File { format, from, to, consistency } = CONSISTENCY.read(bytes)?;
        let (from, to) = (CONSISTENCY.head(&from, "from")?, CONSISTENCY.head(&to, "to")?);
        let growth = Self { from, to, consistency: CONSISTENCY.hashes(&consistency)? };
        CONSISTENCY.check_form(bytes, &format, &growth.text())?;
        Ok(growth)
    }

    /// The proof as a file.
    pub fn text(&self) -> String {
        form::text(&File {
            format: CONSISTENCY.format.to_owned(),
            from: self.from.to_string(),
            to: self.to.to_string(),
            consistency: form::hex_of(&self.consistency),
        })
    }

    /// Checks everything that the proof says against two heads from elsewhere.
    ///
    /// # Errors
    ///
    /// A [`Fault`] if the log of the earlier head is not proved to be the beginning of the later one's.
    pub fn check(&self, from: &Head, to: &Head) -> Result<(), Fault> {
        if !self.proves(&self.from, &self.to) {
            let what = if self.proves(from, to) {
                "its heads are not those that its hashes lead to"
            } else {
                "one of its heads, or a hash of its proof, is not the one that it was issued with"
            };
            return Err(Fault::Altered { what });
        }
        Given::From.check(&self.from, from)?;
        Given::To.check(&self.to, to)
    }

    /// Whether the hashes lead to the roots of both heads.
    pub(super) fn proves(&self, from: &Head, to: &Head) -> bool {
        check_consistency(from.size, &from.root, to.size, &to.root, &self.consistency)
    }
}
