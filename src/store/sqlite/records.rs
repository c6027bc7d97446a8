//! What the tables hold beside events, as it is read back.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::store::Head;

/// What stands between two events in a segment.
pub(super) const BETWEEN: &[u8] = b"\n,";

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

/// A view that is folded from the log, and how far it has been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewState {
    /// What the view is of.
    pub name: String,
    /// The position of the last event that it has taken in; 0 if it has taken in none.
    pub position: u64,
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
        self.ranges().map(|range| self.text.get(range).unwrap_or_default())
    }

    /// Where in the text each event stands.
    fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let events = body(&self.text);
        let bracket = usize::from(events.len() < self.text.len());
        let mut next = Some(0);
        let between = Finder::new(BETWEEN);
        std::iter::from_fn(move || {
            let start = next?;
            let found = between.find(events.get(start..)?);
            next = found.map(|len| start + len + BETWEEN.len());
            let end = found.map_or(events.len(), |len| start + len);
            Some(bracket + start..bracket + end)
        })
    }

    /// The position of the last event.
    pub const fn last_position(&self) -> u64 {
        (self.first_position + self.count).saturating_sub(1)
    }

    /// The leaves that may tell of an id, with their positions.
    pub(super) fn events_of<'s>(&'s self, id: &'s SoughtId) -> impl Iterator<Item = (u64, &'s [u8])> {
        // Most segments hold nothing of most ids, and a whole one is looked through faster than leaf by leaf.
        let events = id.may_stand_in(&self.text).then(|| self.events());
        events.into_iter().flatten().filter(|(_, leaf)| id.may_stand_in(leaf))
    }

    /// The leaves with their positions.
    pub fn events(&self) -> impl Iterator<Item = (u64, &[u8])> {
        (self.first_position..).zip(self.leaves())
    }
}

/// What stands between the brackets of a segment's text; all of a text that has none.
pub(super) fn body(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")).unwrap_or(text)
}

/// An id that is looked for in leaves.
#[derive(Debug)]
pub(super) struct SoughtId {
    /// The id as it stands in a leaf; none if it has to be escaped there.
    finder: Option<Finder<'static>>,
}

impl SoughtId {
    /// Prepares to look for an id.
    pub(super) fn new(id: &[u8]) -> Self {
        let plain = memchr::memchr2(b'"', b'\\', id).is_none();
        Self { finder: plain.then(|| Finder::new(&[b"\"", id, b"\""].concat()).into_owned()) }
    }

    /// Whether the id may be an element of a leaf, or of one of several.
    fn may_stand_in(&self, text: &[u8]) -> bool {
        self.finder.as_ref().is_none_or(|finder| finder.find(text).is_some())
    }
}

/// A segment of which several events may be asked for, in any order.
#[derive(Debug)]
pub(super) struct OpenSegment {
    segment: StoredSegment,
    /// Where in the text each event stands.
    ranges: Vec<Range<usize>>,
}

impl OpenSegment {
    /// Finds out where the events of a segment stand.
    pub(super) fn new(segment: StoredSegment) -> Self {
        Self { ranges: segment.ranges().collect(), segment }
    }

    /// Whether an event stands at a position.
    pub(super) const fn holds(&self, position: u64) -> bool {
        self.segment.first_position <= position && position <= self.segment.last_position()
    }

    /// The canonical bytes of the event at a position.
    pub(super) fn leaf(&self, position: u64) -> Option<&[u8]> {
        let place = usize::try_from(position.checked_sub(self.segment.first_position)?).ok()?;
        self.segment.text.get(self.ranges.get(place)?.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(text: &str) -> Vec<String> {
        let segment = StoredSegment::new(5, 1, 3, text.as_bytes().to_vec());
        let leaves: Vec<_> = segment.leaves().map(|leaf| String::from_utf8(leaf.to_vec()).unwrap()).collect();
        let open = OpenSegment::new(segment);
        let by_position = (5..).map_while(|position| open.leaf(position)).map(|leaf| leaf.to_vec());
        assert!(by_position.eq(leaves.iter().map(|leaf| leaf.clone().into_bytes())), "{text}");
        leaves
    }

    #[test]
    fn events_are_what_stands_between_line_ends_whatever_became_of_the_text() {
        assert_eq!(leaves("[[1]\n,[2]\n,[3]]"), ["[1]", "[2]", "[3]"]);
        assert_eq!(leaves("[[1]]"), ["[1]"]);
        assert_eq!(leaves("[]"), [""]);
        assert_eq!(leaves("[[1]\n,]"), ["[1]", ""]);
        assert_eq!(leaves("[[1]\n,[2]"), ["[1]", "[2"], "the last bracket is taken for the text's");
        assert_eq!(leaves("x\n,y"), ["x", "y"]);
        assert_eq!(leaves("]["), ["]["]);
        assert_eq!(leaves("["), ["["]);
        assert_eq!(leaves(""), [""]);
    }

    #[test]
    fn segment_holds_the_positions_that_it_says() {
        let open = OpenSegment::new(StoredSegment::new(5, 1, 3, b"[a\n,b\n,c]".to_vec()));
        let held: Vec<_> = (0..20).filter(|position| open.holds(*position)).collect();
        assert_eq!(held, [5, 6, 7]);
        assert_eq!((open.leaf(4), open.leaf(7), open.leaf(8)), (None, Some(&b"c"[..]), None));
    }
}
