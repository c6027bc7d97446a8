//! What the tables hold beside events, as it is read back.

use crate::store::Head;

/// A named input: how far it has been decided, and how it came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRecord {
    /// Its number in the store, from 1.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// The input's format, `jsonl` or `csv`, if a line of it has told.
    pub format: Option<String>,
    /// The header of a CSV input, as it stands there.
    pub header: Option<String>,
    /// The format of times that carry none of their own, if it was not RFC 3339.
    pub time_format: Option<String>,
    /// Whether all of the input was decided.
    pub complete: bool,
    /// The position of the policy that decided.
    pub policy: u64,
    /// When its first commit was recorded.
    pub started_at: String,
    /// When its last commit was recorded.
    pub ended_at: String,
    /// The number of its last commit.
    pub last_commit: u64,
    /// How many lines have been passed, those of a CSV header included.
    pub lines: u64,
    /// How many bytes of the input they take up.
    pub bytes: u64,
    /// Transactions accepted.
    pub accepted: u64,
    /// Transactions declined, duplicates included.
    pub declined: u64,
    /// Lines that were no valid transaction.
    pub rejected: u64,
    /// The log's head after the batch's last commit.
    pub head: Head,
}

/// A line that was no valid transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReject {
    /// The number of the line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub error: String,
    /// What the line held, as far as it is shown.
    pub input: String,
    /// Whether that is less than all.
    pub truncated: bool,
}

/// A run of consecutive events of one commit, as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSegment {
    /// The position of the first event.
    pub first_position: u64,
    /// The commit that the events belong to.
    pub commit_number: u64,
    /// How many events there are said to be.
    pub count: u64,
    text: Vec<u8>,
}

impl StoredSegment {
    /// A segment of a text, which is `[`, events with `\n,` between them, and `]`.
    pub(super) const fn new(first_position: u64, commit_number: u64, count: u64, text: Vec<u8>) -> Self {
        Self { first_position, commit_number, count, text }
    }

    /// The canonical bytes of each event, in order.
    ///
    /// An event holds no line end, so that a text which was changed gives events that are none, or too many.
    pub fn leaves(&self) -> impl Iterator<Item = &[u8]> {
        let inner = self.text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")).unwrap_or(&self.text);
        let mut rest = Some(inner);
        std::iter::from_fn(move || {
            let text = rest?;
            match memchr::memmem::find(text, b"\n,") {
                Some(end) => {
                    rest = text.get(end + 2..);
                    text.get(..end)
                }
                None => rest.take(),
            }
        })
    }

    /// The position of the last event.
    pub const fn last_position(&self) -> u64 {
        (self.first_position + self.count).saturating_sub(1)
    }

    /// Whether an event stands at a position.
    pub(super) const fn holds(&self, position: u64) -> bool {
        self.first_position <= position && position <= self.last_position()
    }

    /// Whether an id can be part of some event: it stands there as it is, unless it has to be escaped.
    pub(super) fn may_hold(&self, id: &[u8]) -> bool {
        memchr::memchr2(b'"', b'\\', id).is_some() || memchr::memmem::find(&self.text, id).is_some()
    }

    /// The canonical bytes of the event at a position.
    pub(super) fn leaf(&self, position: u64) -> Option<&[u8]> {
        self.leaves().nth(usize::try_from(position.checked_sub(self.first_position)?).ok()?)
    }

    /// The leaves with their positions.
    pub fn events(&self) -> impl Iterator<Item = (u64, &[u8])> {
        (self.first_position..).zip(self.leaves())
    }
}
