//! An open-addressing table in huge pages: a power of two of slots, of a few bytes each.

use anyhow::Result;
use memmap2::{Advice, MmapMut};

/// How many slots a table has at first, as a power of two.
const BITS_MIN: u32 = 12;

/// Slots of so many bytes; one of zeros is free. The highest bits of a hash are its slot, and the next free one behind
/// it takes what finds it taken.
pub(super) struct Slots<const LEN: usize> {
    map: Option<MmapMut>,
    bits: u32,
    used: usize,
}

impl<const LEN: usize> Default for Slots<LEN> {
    fn default() -> Self {
        Self { map: None, bits: 0, used: 0 }
    }
}

impl<const LEN: usize> Slots<LEN> {
    /// Makes room for one more: at most half of the slots are taken. `hash` is that of what is in a slot.
    ///
    /// # Errors
    ///
    /// If there is no memory.
    #[inline]
    pub(super) fn reserve(&mut self, hash: impl Fn(&[u8; LEN]) -> u64) -> Result<()> {
        if 2 * (self.used + 1) > self.len() { self.grow(hash) } else { Ok(()) }
    }

    /// The slot that a hash begins at, as it is now.
    #[inline]
    pub(super) fn peek(&self, hash: u64) -> u8 {
        self.slots().get(self.home(hash)).map_or(0, |slot| slot[0])
    }

    /// The slot of what has a hash: the first that is free or that `is_same` says yes to. There is one.
    #[inline]
    pub(super) fn find(&mut self, hash: u64, is_same: impl Fn(&[u8; LEN]) -> bool) -> &mut [u8; LEN] {
        let (mut place, mask) = (self.home(hash), self.len() - 1);
        let slots = self.map.as_mut().map_or(&mut [][..], |map| map.as_chunks_mut().0);
        while slots[place] != [0; LEN] && !is_same(&slots[place]) {
            place = (place + 1) & mask;
        }
        &mut slots[place]
    }

    /// Counts one more slot as taken.
    #[inline]
    pub(super) const fn count_one(&mut self) {
        self.used += 1;
    }

    fn slots(&self) -> &[[u8; LEN]] {
        self.map.as_ref().map_or(&[], |map| map.as_chunks().0)
    }

    #[inline]
    fn home(&self, hash: u64) -> usize {
        hash.checked_shr(u64::BITS - self.bits).unwrap_or(0) as usize
    }

    const fn len(&self) -> usize {
        if self.bits == 0 { 0 } else { 1 << self.bits }
    }

    /// Doubles the table. Slots stay in about the order in which they are, so that both tables are passed through once.
    #[cold]
    fn grow(&mut self, hash: impl Fn(&[u8; LEN]) -> u64) -> Result<()> {
        let bits = BITS_MIN.max(self.bits + 1);
        let map = MmapMut::map_anon(LEN << bits)?;
        // A system without huge pages is only slower.
        let _ = map.advise(Advice::HugePage);
        let mut larger = Self { map: Some(map), bits, used: self.used };
        for slot in self.slots().iter().filter(|slot| **slot != [0; LEN]) {
            *larger.find(hash(slot), |_| false) = *slot;
        }
        *self = larger;
        Ok(())
    }
}
