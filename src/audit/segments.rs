//! The stored events, a segment at a time.

use rusqlite::Rows;

use super::cells::{self, Fault, Unfit};

/// All segments, in order of their first positions.
pub(super) const SQL: &str =
    "SELECT first_position, commit_number, count, events FROM segments ORDER BY first_position";

/// A segment as it is stored.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) first_position: u64,
    pub(super) commit: u64,
    pub(super) count: u64,
    text: String,
}

/// The segments, the next one known before it is taken.
pub(super) struct Segments<'s> {
    rows: Rows<'s>,
    next: Option<Result<Segment, Unfit>>,
}

impl<'s> Segments<'s> {
    /// The segments that [`SQL`] gives.
    pub(super) fn new(rows: Rows<'s>) -> Result<Self, Fault> {
        let mut segments = Self { rows, next: None };
        segments.advance()?;
        Ok(segments)
    }

    /// The next segment, or what is wrong with its row.
    pub(super) const fn peek(&self) -> Option<&Result<Segment, Unfit>> {
        self.next.as_ref()
    }

    /// Takes the next segment.
    pub(super) fn take(&mut self) -> Result<Option<Result<Segment, Unfit>>, Fault> {
        let taken = self.next.take();
        self.advance()?;
        Ok(taken)
    }

    fn advance(&mut self) -> Result<(), Fault> {
        self.next = self.rows.next()?.map(|row| {
            Ok(Segment {
                first_position: cells::number(row, 0)?,
                commit: cells::number(row, 1)?,
                count: cells::number(row, 2)?,
                text: cells::text(row, 3)?.to_owned(),
            })
        });
        Ok(())
    }
}

impl Segment {
    /// The events, if they stand between brackets.
    pub(super) fn leaves(&self) -> Option<impl Iterator<Item = &[u8]>> {
        let mut rest = Some(self.text.strip_prefix('[')?.strip_suffix(']')?.as_bytes());
        // An event holds no line end, as it would be escaped there.
        Some(std::iter::from_fn(move || {
            let text = rest?;
            match memchr::memchr(b'\n', text) {
                Some(end) if text.get(end + 1) == Some(&b',') => {
                    rest = text.get(end + 2..);
                    text.get(..end)
                }
                _ => rest.take(),
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(text: &str) -> Option<Vec<String>> {
        let segment = Segment { first_position: 1, commit: 1, count: 1, text: text.to_owned() };
        let leaves = segment.leaves()?.map(|leaf| String::from_utf8(leaf.to_vec()).unwrap());
        Some(leaves.collect())
    }

    #[test]
    fn events_stand_between_brackets_and_are_parted_by_a_line_end_and_a_comma() {
        assert_eq!(leaves("[[1]\n,[2,\",\"]]"), Some(vec!["[1]".to_owned(), "[2,\",\"]".to_owned()]));
        assert_eq!(leaves("[]"), Some(vec![String::new()]));
        assert_eq!(leaves("[[1]\n[2]]"), Some(vec!["[1]\n[2]".to_owned()]));
        assert_eq!(leaves("[[1]\n,]"), Some(vec!["[1]".to_owned(), String::new()]));
        for text in ["", "[", "]", "[1", " [1]", "[1] "] {
            assert_eq!(leaves(text), None, "{text}");
        }
    }
}
