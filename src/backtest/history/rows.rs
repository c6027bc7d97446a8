//! The rows of a history, in a few pieces.

use std::ops::Range;

use super::Row;

/// Rows, in pieces of whole accounts, so that the memory of each is made ready by the thread that fills it.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Each with how many rows stand before it.
    pieces: Vec<(usize, Vec<Row>)>,
    len: usize,
}

impl Rows {
    /// Adds a piece behind all others.
    pub(super) fn push(&mut self, piece: Vec<Row>) {
        let first = self.len;
        self.len += piece.len();
        self.pieces.push((first, piece));
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The rows from one on and before another, all of one account.
    #[inline]
    pub(super) fn of_account(&self, range: Range<usize>) -> &[Row] {
        let behind = self.pieces.partition_point(|(first, _)| *first <= range.start);
        let piece = behind.checked_sub(1).and_then(|piece| self.pieces.get(piece));
        let rows = piece.and_then(|(first, rows)| rows.get(range.start - first..range.end.checked_sub(*first)?));
        rows.unwrap_or_default()
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Row> {
        self.pieces.iter().flat_map(|(_, rows)| rows)
    }

    /// All of them, to be changed.
    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.pieces.iter_mut().flat_map(|(_, rows)| rows)
    }
}
