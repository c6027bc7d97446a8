//! The transactions that were seen.

use anyhow::Result;

use super::line::Line;
use super::slots::Slots;

/// A set of (customer, transaction id), eight bytes each.
#[derive(Default)]
pub(super) struct Seen(Slots<8>);

impl Seen {
    /// Something of the slot that a line's transaction will be looked for in.
    #[inline]
    pub(super) fn peek(&self, line: &Line) -> u8 {
        self.0.peek(hash(key(line)))
    }

    /// Adds a line's transaction; whether it is new.
    ///
    /// # Errors
    ///
    /// If there is no memory.
    #[inline]
    pub(super) fn insert(&mut self, line: &Line) -> Result<bool> {
        let key = key(line);
        self.0.reserve(|slot| hash(u64::from_le_bytes(*slot)))?;
        let slot = self.0.find(hash(key), |slot| u64::from_le_bytes(*slot) == key);
        let is_new = u64::from_le_bytes(*slot) != key;
        if is_new {
            *slot = key.to_le_bytes();
            self.0.count_one();
        }
        Ok(is_new)
    }
}

/// Never 0, since ids are from 1.
#[inline]
fn key(line: &Line) -> u64 {
    u64::from(line.customer) << 32 | u64::from(line.id)
}

/// The higher half of a product depends on all bits of the key once they are in the lower half, too.
#[inline]
const fn hash(key: u64) -> u64 {
    (key ^ key >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
