//! The leaves of a segment, one behind the other.

use std::ops::RangeInclusive;

use memchr::memmem::Finder;

use crate::store::sqlite::records::{BETWEEN, body};

/// The leaves of a segment that are still to be taken, with their positions.
#[derive(Debug)]
pub(crate) struct Leaves<'a> {
    /// The position of the next leaf, if there is one.
    next: u64,
    last: u64,
    /// From the next leaf on; none behind the last one.
    rest: Option<&'a [u8]>,
    between: Finder<'static>,
}

impl<'a> Leaves<'a> {
    /// Those of a segment's text that have these positions, as far as there are so many.
    pub(super) fn new(text: &'a [u8], positions: RangeInclusive<u64>) -> Self {
        Self { next: *positions.start(), last: *positions.end(), rest: Some(body(text)), between: Finder::new(BETWEEN) }
    }

    /// The position behind those that were taken.
    pub(super) const fn end(&self) -> u64 {
        self.next
    }

    /// The position of the next leaf, if there is one.
    #[inline]
    pub(super) fn next_position(&self) -> Option<u64> {
        (self.next <= self.last && self.rest.is_some()).then_some(self.next)
    }

    /// Takes the next leaf if `read` makes something of the text that begins with it: what it is, and what follows it.
    ///
    /// That saves looking for the leaf's end. If what follows is not what stands behind a leaf, nothing is taken.
    #[inline]
    pub(crate) fn take_by<T>(&mut self, read: impl FnOnce(&'a [u8]) -> Option<(T, &'a [u8])>) -> Option<(u64, T)> {
        let position = self.next_position()?;
        let (value, behind) = read(self.rest?)?;
        self.rest = if behind.is_empty() { None } else { Some(behind.strip_prefix(BETWEEN)?) };
        self.next = position.saturating_add(1);
        Some((position, value))
    }
}

impl<'a> Iterator for Leaves<'a> {
    type Item = (u64, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let position = self.next_position()?;
        let rest = self.rest?;
        let len = self.between.find(rest);
        let leaf = rest.get(..len.unwrap_or(rest.len()))?;
        self.rest = len.and_then(|len| rest.get(len + BETWEEN.len()..));
        self.next = position.saturating_add(1);
        Some((position, leaf))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a number in brackets.
    fn bracketed(text: &[u8]) -> Option<(u8, &[u8])> {
        match text {
            [b'[', digit @ b'0'..=b'9', b']', rest @ ..] => Some((digit - b'0', rest)),
            _ => None,
        }
    }

    #[test]
    fn leaves_are_taken_one_by_one_whichever_way() {
        let mut leaves = Leaves::new(b"[[1]\n,[2]\n,[x]\n,[3] \n,[4]]", 5..=20);
        assert_eq!(leaves.next(), Some((5, &b"[1]"[..])));
        assert_eq!((leaves.next_position(), leaves.take_by(bracketed)), (Some(6), Some((6, 2))));
        assert_eq!((leaves.take_by(bracketed), leaves.next()), (None, Some((7, &b"[x]"[..]))));
        assert_eq!((leaves.take_by(bracketed), leaves.next()), (None, Some((8, &b"[3] "[..]))));
        assert_eq!((leaves.take_by(bracketed), leaves.next_position()), (Some((9, 4)), None));
        assert_eq!((leaves.take_by(bracketed), leaves.next()), (None, None));
    }

    #[test]
    fn leaves_end_where_their_positions_or_their_text_does() {
        let mut leaves = Leaves::new(b"[[1]\n,[2]\n,[3]]", 5..=6);
        assert_eq!((leaves.take_by(bracketed), leaves.take_by(bracketed)), (Some((5, 1)), Some((6, 2))));
        assert_eq!((leaves.take_by(bracketed), leaves.next(), leaves.next_position()), (None, None, None));
        let all = |text: &'static [u8]| Leaves::new(text, 1..=9).map(|(_, leaf)| leaf).collect::<Vec<_>>();
        assert_eq!(all(b"[]"), [b""]);
        assert_eq!(all(b"[[1]\n,]"), [&b"[1]"[..], b""]);
        assert_eq!(all(b"[[1]\n,[2]"), [&b"[1]"[..], b"[2"]);
    }
}
