//! Where one is in a list.

use std::ops::Range;

/// A cursor in a list of which only a part may be known, and the part of it that is on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    cursor: u64,
    top: u64,
    len: u64,
    height: u64,
}

/// A movement of a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Motion {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

impl List {
    /// The row that the cursor is on, from 0; 0, too, if there is none.
    pub(crate) const fn cursor(&self) -> u64 {
        self.cursor
    }

    /// How many rows there are.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// How many rows were on the screen when it was last drawn.
    pub(crate) const fn height(&self) -> u64 {
        self.height
    }

    /// Says how many rows there are now.
    pub(crate) fn set_len(&mut self, len: usize) {
        self.set_long_len(len as u64);
    }

    /// As [`List::set_len`], for lists that are in no memory.
    pub(crate) fn set_long_len(&mut self, len: u64) {
        self.len = len;
        self.cursor = self.cursor.min(self.last());
    }

    /// Whether the cursor is on the last row.
    pub(crate) const fn is_at_end(&self) -> bool {
        self.cursor == self.last()
    }

    /// Moves the cursor to a row, or the last if there is no such row.
    pub(crate) fn go_to(&mut self, row: u64) {
        self.cursor = row.min(self.last());
    }

    /// Moves the cursor.
    pub(crate) fn go(&mut self, motion: Motion) {
        // A page keeps one row of the last in sight.
        let page = self.height.saturating_sub(1).max(1);
        self.go_to(match motion {
            Motion::Up => self.cursor.saturating_sub(1),
            Motion::Down => self.cursor.saturating_add(1),
            Motion::PageUp => self.cursor.saturating_sub(page),
            Motion::PageDown => self.cursor.saturating_add(page),
            Motion::First => 0,
            Motion::Last => u64::MAX,
        });
    }

    /// The rows that are to be shown on so many lines: those shown last, or as near to them as the cursor lets be.
    pub(crate) fn show(&mut self, height: u16) -> Range<u64> {
        self.height = u64::from(height);
        let lowest = self.cursor.saturating_sub(self.height.saturating_sub(1));
        self.top = self.top.max(lowest).min(self.cursor).min(self.len.saturating_sub(self.height));
        self.top..self.len.min(self.top.saturating_add(self.height))
    }

    /// As [`List::show`], for a text that is moved as a whole: the cursor is its first line.
    pub(crate) fn scroll(&mut self, height: u16) -> Range<u64> {
        self.height = u64::from(height);
        self.cursor = self.cursor.min(self.len.saturating_sub(self.height));
        self.top = self.cursor;
        self.top..self.len.min(self.top.saturating_add(self.height))
    }

    const fn last(&self) -> u64 {
        self.len.saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOTIONS: [Motion; 6] =
        [Motion::Up, Motion::Down, Motion::PageUp, Motion::PageDown, Motion::First, Motion::Last];

    fn list(len: usize) -> List {
        let mut list = List::default();
        list.set_len(len);
        list
    }

    #[test]
    fn rows_move_only_as_far_as_the_cursor_needs_them_to() {
        let mut list = list(10);
        assert_eq!(list.show(4), 0..4);
        list.go(Motion::Down);
        assert_eq!((list.cursor(), list.show(4)), (1, 0..4));
        list.go(Motion::PageDown);
        assert_eq!((list.cursor(), list.show(4)), (4, 1..5));
        list.go(Motion::Last);
        assert_eq!((list.cursor(), list.show(4)), (9, 6..10));
        list.go(Motion::PageUp);
        assert_eq!((list.cursor(), list.show(4)), (6, 6..10));
        list.go(Motion::Up);
        assert_eq!((list.cursor(), list.show(4)), (5, 5..9));
        list.go(Motion::First);
        assert_eq!((list.cursor(), list.show(40)), (0, 0..10));
    }

    #[test]
    fn list_that_shrinks_takes_the_cursor_along() {
        let mut list = list(10);
        list.go(Motion::Last);
        list.set_len(3);
        assert_eq!((list.cursor(), list.is_at_end(), list.show(2)), (2, true, 1..3));
        list.set_len(0);
        assert_eq!((list.cursor(), list.is_at_end(), list.show(2)), (0, true, 0..0));
    }

    #[test]
    fn text_scrolls_until_its_last_line_is_on_the_last_line_of_the_screen() {
        let mut list = list(10);
        list.go(Motion::Last);
        assert_eq!(list.scroll(4), 6..10);
        list.go(Motion::Up);
        assert_eq!(list.scroll(4), 5..9);
        assert_eq!(list.scroll(40), 0..10);
    }

    proptest! {
        #[test]
        fn cursor_is_always_on_the_screen(
            steps in prop::collection::vec((0usize..6, 0u64..50, 0u16..20, any::<bool>()), 1..50),
        ) {
            let mut list = List::default();
            for (motion, len, height, scrolls) in steps {
                list.set_long_len(len);
                list.go(MOTIONS[motion]);
                let rows = if scrolls { list.scroll(height) } else { list.show(height) };
                prop_assert!(rows.end <= len);
                prop_assert!(rows.end - rows.start == len.min(u64::from(height)));
                prop_assert!(rows.is_empty() || rows.contains(&list.cursor()));
            }
        }
    }
}
