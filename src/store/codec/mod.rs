//! The canonical bytes of events: what a log keeps, and what its tree of hashes is made of.
//!
//! An event is a JSON array without spaces, a *leaf*, and each event has exactly one in each version that can tell it.
//! Its first element is the version of its schema. New events are written in the latest; events of every version are read
//! for ever, since a leaf can't change without its hash.
//!
//! A version is a module with a reader and a writer. What an older one has read is of that version's own types, of which
//! `upcast` makes today's [`StoredEvent`]; nobody else knows of versions but verification, which writes an event again in
//! the one that it was read from. A third version becomes a module beside the others, and the second gets types of its
//! own then.

mod cursor;
mod error;
mod head;
mod known_codes;
mod packed;
mod policy;
mod recent_day;
mod slate;
mod upcast;
mod v1;
mod v2;
mod write;

pub use error::CodecError;
pub use recent_day::RecentDay;

use std::borrow::Cow;

use super::{MarkedLimit, StoredDecision, StoredEvent, StoredPolicy};
use crate::domain::{AccountEvent, Amount, LimitOutcome, Policy, RecentDate, Timestamp};
use cursor::Cursor;
use known_codes::KnownCodes;
use slate::Slate;

/// A version of the schema of leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Schema {
    /// Without groups, marks, lateness, and any bounds but counts and amounts.
    V1,
    /// With all of them.
    V2,
}

/// What a leaf says of a decision.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    /// The number of the batch that it belongs to.
    pub batch: u32,
    /// The input line of the transaction, from 1.
    pub line: u64,
    /// Whose account it is.
    pub customer_id: &'a [u8],
    /// The transaction that was decided on.
    pub transaction_id: &'a [u8],
    /// The decision.
    pub event: &'a AccountEvent,
    /// The code of the limit that was exceeded; the other kinds have codes of their own.
    pub reason: Option<&'a str>,
    /// The group that the customer was in, if in another than the default one.
    pub group: Option<&'a [u8]>,
    /// The limits of the event's marks.
    pub marked: Marked<'a>,
}

/// The limits of an event's marks.
#[derive(Clone, Copy, Debug)]
pub enum Marked<'a> {
    /// As the policy that decided has them.
    By(&'a Policy),
    /// As they were read, ascending by place.
    Read(&'a [MarkedLimit]),
}

/// An event as its leaf tells it.
#[derive(Clone, Debug)]
pub enum LeafEvent<'a> {
    /// From here on another policy decides.
    PolicyActivated {
        /// The number of the batch that it begins with.
        batch: u32,
        /// The policy as a configuration file would have it.
        text: String,
    },
    /// A transaction was decided on.
    Decision(LeafDecision<'a>),
}

/// A decision as its leaf tells it; texts are copied only where something in them is escaped.
#[derive(Clone, Debug)]
pub struct LeafDecision<'a> {
    /// The number of the batch that it belongs to.
    pub batch: u32,
    /// The input line of the transaction, from 1.
    pub line: u64,
    /// Whose account it is.
    pub customer_id: Cow<'a, [u8]>,
    /// The transaction that was decided on.
    pub transaction_id: Cow<'a, [u8]>,
    /// The decision.
    pub event: AccountEvent,
    /// Why it is a decline, if it is one: a code in snake_case.
    pub reason: Option<&'a str>,
    /// The group that the customer was in, if in another than the default one.
    pub group: Option<String>,
    /// The limits of the event's marks, ascending by place.
    pub marked: Vec<MarkedLimit>,
}

/// What matters later of a decision whose leaf is as nearly all are: of the latest version, without a group and marks, and
/// with nothing escaped.
#[derive(Clone, Copy, Debug)]
pub struct UsualDecision<'a> {
    /// The input line of the transaction, from 1.
    pub line: u64,
    /// Whose account it is.
    pub customer_id: &'a [u8],
    /// The transaction that was decided on.
    pub transaction_id: &'a [u8],
    /// The transaction's amount.
    pub amount: Amount,
    /// The transaction's time.
    pub time: Timestamp,
    /// Why it is a decline, if it is one: a code in snake_case.
    pub reason: Option<&'a [u8]>,
}

impl LeafEvent<'_> {
    /// The event of a position as stores give it back.
    pub fn stored(self, position: u64) -> StoredEvent {
        let decision = match self {
            Self::Decision(decision) => decision,
            Self::PolicyActivated { batch, text } => {
                return StoredEvent::PolicyActivated(StoredPolicy { position, batch, text });
            }
        };
        let LeafDecision { batch, line, customer_id, transaction_id, event, reason, group, marked } = decision;
        StoredEvent::Decision(StoredDecision {
            position,
            batch,
            line,
            customer_id: customer_id.into_owned(),
            transaction_id: transaction_id.into_owned(),
            event,
            reason: reason.map(str::to_owned),
            group,
            marked,
        })
    }
}

impl Schema {
    /// The version that new events are written in.
    pub const LATEST: Self = Self::V2;

    /// The version that the leaf at a position of the log is of.
    ///
    /// # Errors
    ///
    /// [`CodecError`] if the version is unknown, or there is none.
    pub fn of(position: u64, leaf: &[u8]) -> Result<Self, CodecError> {
        Self::read(&mut Cursor::new(leaf, RecentDate::default()), position)
    }

    /// The first element of a leaf.
    const fn number(self) -> u64 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
        }
    }

    fn read(cursor: &mut Cursor<'_>, position: u64) -> Result<Self, CodecError> {
        if cursor.take("[2,") {
            return Ok(Self::V2);
        }
        let version = cursor.schema_version().map_err(|fault| CodecError::malformed(position, fault))?;
        let known = [Self::V1, Self::V2].into_iter().find(|schema| schema.number() == version);
        known.ok_or(CodecError::UnknownVersion { position, version })
    }
}

impl Marked<'_> {
    /// Visits those of the event's limits that did something else than decline it, ascending: place and code.
    #[inline]
    fn each(self, event: &AccountEvent, outcome: LimitOutcome, mut visit: impl FnMut(u16, &str)) {
        match self {
            Self::By(policy) => {
                for place in event.kind.marks().iter() {
                    if let Some(limit) = policy.limits().get(usize::from(place))
                        && limit.outcome == outcome
                    {
                        visit(place, limit.name.code());
                    }
                }
            }
            Self::Read(limits) => {
                let own = limits.iter().filter(|limit| limit.outcome == outcome);
                own.for_each(|limit| visit(limit.place, &limit.code));
            }
        }
    }
}

impl<'a> Decision<'a> {
    /// What a leaf says of a decision that was read.
    fn of(decision: &'a StoredDecision) -> Self {
        let StoredDecision { position: _, batch, line, customer_id, transaction_id, event, reason, group, marked } =
            decision;
        Self {
            batch: *batch,
            line: *line,
            customer_id,
            transaction_id,
            event,
            reason: reason.as_deref(),
            group: group.as_deref().map(str::as_bytes),
            marked: Marked::Read(marked),
        }
    }
}

/// Appends the leaf of a decision in the latest version. Which day was written last decides how quickly, and nothing else.
#[inline]
pub fn encode_decision(out: &mut Vec<u8>, last: &mut RecentDay, decision: &Decision<'_>) {
    Slate::append_to(out, |slate| v2::write_decision(slate, last, decision));
}

/// Appends the leaf of a policy, whose text may hold any characters, that decides from a batch on, in the latest version.
pub fn encode_policy(out: &mut Vec<u8>, batch: u32, text: &str) {
    policy::write(out, Schema::LATEST, batch, text);
}

/// Appends the leaf of an event in a version, or in the latest if that one can't tell it: of what [`decode`] gave, in the
/// version that it was read from, the bytes that it was read from.
pub fn encode(out: &mut Vec<u8>, schema: Schema, event: &StoredEvent) {
    match event {
        StoredEvent::PolicyActivated(StoredPolicy { batch, text, .. }) => policy::write(out, schema, *batch, text),
        StoredEvent::Decision(decision) => match (schema, upcast::down(decision)) {
            (Schema::V1, Some(outcome)) => {
                let decision = Decision::of(decision);
                let last = &mut RecentDay::default();
                Slate::append_to(out, |slate| v1::write_decision(slate, last, &decision, outcome));
            }
            _ => encode_decision(out, &mut RecentDay::default(), &Decision::of(decision)),
        },
    }
}

/// Reads the leaf at a position of the log, and nothing but a leaf: what it accepts, [`encode`] writes again byte for
/// byte.
///
/// # Errors
///
/// [`CodecError`] if the leaf's version is unknown, if any byte of it is not as that version would have it, or if the
/// hash of a policy does not fit its text.
pub fn decode(position: u64, leaf: &[u8]) -> Result<StoredEvent, CodecError> {
    LeafReader::default().read(position, leaf).map(|event| event.stored(position))
}

/// Reads many leaves as [`decode`] does, and copies nothing that need not be.
///
/// What is read does not depend on what was read before.
#[derive(Debug, Default)]
pub struct LeafReader {
    dates: RecentDate,
    codes: KnownCodes,
}

impl LeafReader {
    /// Reads the leaf at a position of the log.
    ///
    /// # Errors
    ///
    /// As [`decode`].
    #[inline]
    pub fn read<'a>(&mut self, position: u64, leaf: &'a [u8]) -> Result<LeafEvent<'a>, CodecError> {
        let mut cursor = Cursor::new(leaf, std::mem::take(&mut self.dates));
        let read = match Schema::read(&mut cursor, position)? {
            Schema::V1 => v1::read(&mut cursor).map(upcast::up),
            Schema::V2 => v2::read(&mut cursor),
        };
        self.dates = cursor.into_dates();
        read.map_err(|fault| CodecError::malformed(position, fault))
    }

    /// Reads the leaf that a text begins with if it is a usual one, and gives what follows it: what [`Self::read`] would say
    /// of the leaf alone, in a third of the time. Nothing of any other leaf, right or wrong.
    #[inline]
    pub fn read_usual<'a>(&mut self, text: &'a [u8]) -> Option<(UsualDecision<'a>, &'a [u8])> {
        let mut cursor = Cursor::new(text, std::mem::take(&mut self.dates));
        let read = v2::read_usual(&mut cursor, &mut self.codes);
        let rest = cursor.rest();
        self.dates = cursor.into_dates();
        Some((read?, rest))
    }
}

#[cfg(test)]
mod tests;
