//! What transactions say of their customers' groups.

use crate::domain::IdDirectory;

/// What each row says of its customer's group, which is mostly nothing.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The names that are said.
    pub(super) names: IdDirectory,
    /// By row, the number of the name and one, or 0 where nothing is said; empty if nothing ever is.
    pub(super) by_row: Vec<u32>,
}

impl Said {
    /// What stands for a name in a row.
    pub(super) fn place(&mut self, name: &[u8]) -> u32 {
        // Each name takes a transaction, of which there are fewer than 2^32.
        self.names.number(name) + 1
    }

    /// The number of the name that a row says.
    pub(super) fn of_row(&self, row: usize) -> Option<usize> {
        self.by_row.get(row)?.checked_sub(1).map(|number| number as usize)
    }
}
