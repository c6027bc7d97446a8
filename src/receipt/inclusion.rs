//! Receipts: an event, and the proof that it is in the log of a head.

use serde::{Deserialize, Serialize};

use super::form::{self, RECEIPT};
use super::{Fault, Given};
use crate::store::merkle::{check_inclusion, leaf_hash};
use crate::store::{Hash, Head, StoredEvent, codec};

/// An event, and the proof that it is in the log of a head.
///
/// As a file it is JSON:
///
/// | key | is |
/// | --- | --- |
/// | `format` | `tidegate-receipt-v1` |
/// | `head` | the head that it is for, `SIZE:ROOT:CHAIN` |
/// | `position` | the event's place in the log, from 1 |
/// | `event` | the event's canonical bytes, its leaf, as a string, so that no reader of JSON makes other bytes of them |
/// | `inclusion` | the hashes beside the leaf's path to the root, the lowest first, in hexadecimal digits |
///
/// It can be checked by hand. The hash of the leaf is
///
/// ```text
/// (printf '\000'; jq -j .event receipt.json) | sha256sum
/// ```
///
/// and that of a node above two others
///
/// ```text
/// (printf '\001'; printf '%s%s' LEFT RIGHT | xxd -r -p) | sha256sum
/// ```
///
/// The hash so far is the right one of the two where the leaf's index, which is `position` - 1, is odd at that level, and
/// else the left one; halve the index from level to level, and skip the levels at which the last node of the tree has
/// nothing beside it. The last hash is ROOT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The head of the log that the event is in.
    pub head: Head,
    /// The event's position in the log.
    pub position: u64,
    /// The event's canonical bytes.
    pub event: String,
    /// The hashes beside the event's path to the root, the lowest first.
    pub inclusion: Vec<Hash>,
}

/// A receipt as a file has it, its keys in this order.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    head: String,
    position: u64,
    event: String,
    inclusion: Vec<String>,
}

impl Receipt {
    /// Reads the bytes of a receipt; of what it says, nothing is checked yet.
    ///
    /// # Errors
    ///
    /// [`Fault::NotOne`] if they are none, and [`Fault::Altered`] if they differ from a receipt's one form.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let File { format, head, position, event, inclusion } = RECEIPT.read(bytes)?;
        let (head, inclusion) = (RECEIPT.head(&head, "head")?, RECEIPT.hashes(&inclusion)?);
        let receipt = Self { head, position, event, inclusion };
        RECEIPT.check_form(bytes, &format, &receipt.text())?;
        Ok(receipt)
    }

    /// The receipt as a file.
    pub fn text(&self) -> String {
        form::text(&File {
            format: RECEIPT.format.to_owned(),
            head: self.head.to_string(),
            position: self.position,
            event: self.event.clone(),
            inclusion: form::hex_of(&self.inclusion),
        })
    }

    /// Checks everything that the receipt says against a head from elsewhere, and gives the event.
    ///
    /// # Errors
    ///
    /// A [`Fault`] if the event is not proved to be in the log of that head.
    pub fn check(&self, head: &Head) -> Result<StoredEvent, Fault> {
        let own = &self.head;
        if !self.proves(own) {
            let what = if self.proves(head) {
                "its head is not the one that its hashes lead to"
            } else {
                "its event, position or head, or a hash of its proof, is not the one that it was issued with"
            };
            return Err(Fault::Altered { what });
        }
        Given::Head.check(own, head)?;
        codec::decode(self.position, self.event.as_bytes()).map_err(Fault::Event)
    }

    /// Whether the hashes lead from the event at its position to the root of a head.
    pub(super) fn proves(&self, head: &Head) -> bool {
        let Some(index) = self.position.checked_sub(1) else { return false };
        check_inclusion(&leaf_hash(self.event.as_bytes()), index, head.size, &self.inclusion, &head.root)
    }
}

impl Given {
    /// Refuses a head in a file that is not the given one.
    pub(super) fn check(self, own: &Head, given: &Head) -> Result<(), Fault> {
        if own.size != given.size {
            return Err(Fault::Size { given: self, own: own.size, size: given.size });
        }
        if own.root != given.root {
            return Err(Fault::Root { given: self, size: own.size });
        }
        if own.chain != given.chain {
            return Err(Fault::Chain { given: self });
        }
        Ok(())
    }
}
