//! A hash table of ids that costs a look-up one walk through memory.

use super::id_key::IdKey;
use super::prefetch::prefetch;

/// Entries of 12 bytes, found by hashes that whoever asks makes.
///
/// It is an open table, probed place by place from the one that the highest bits of a hash name, and at most three quarters
/// full. So a look-up nearly always ends in the cache line in which it began, and a table that grows is gone through from
/// its beginning to its end, as is the larger one that it becomes.
#[derive(Debug)]
pub(super) struct IdTable {
    /// A power of two of places.
    places: Vec<Place>,
    /// How many bits of a hash are too many for a place.
    shift: u32,
    len: usize,
}

/// The number of an entry, counted from 1, and the halves of its key; all zero where there is no entry. It is an array since
/// the memory of arrays of zeros comes from the system as it is.
type Place = [u32; 3];

const EMPTY: Place = [0; 3];

/// How many places the first table has: two to this power.
const BITS_MIN: u32 = 8;

/// The most entries that room is made for in advance, which takes some 200 MB.
const ROOM_MAX: usize = 12 << 20;

/// An id and what it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The number of an account, below `u32::MAX`.
    pub(super) number: u32,
    pub(super) key: IdKey,
}

/// A place for an entry that was not found, good until the table changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vacancy(usize);

impl Default for IdTable {
    fn default() -> Self {
        Self::of_bits(BITS_MIN)
    }
}

impl IdTable {
    /// An empty table with room for so many entries, or for as many as are worth to be expected before they come.
    pub(super) fn with_room(len: usize) -> Self {
        let places = len.min(ROOM_MAX).div_ceil(3) * 4;
        Self::of_bits(places.next_power_of_two().trailing_zeros().max(BITS_MIN))
    }

    fn of_bits(bits: u32) -> Self {
        Self { places: vec![EMPTY; 1 << bits], shift: u64::BITS - bits, len: 0 }
    }

    /// The entry of a hash that is the one sought, or else the place for it.
    #[inline]
    pub(super) fn find(&self, hash: u64, is_sought: impl Fn(Entry) -> bool) -> Result<Entry, Vacancy> {
        let mut place = self.home(hash);
        loop {
            match self.places.get(place).and_then(entry_in) {
                None => return Err(Vacancy(place)),
                Some(entry) if is_sought(entry) => return Ok(entry),
                // There is always a place that is empty.
                Some(_) => place = (place + 1) & (self.places.len() - 1),
            }
        }
    }

    /// Adds an entry where none was found; `hash_of` makes the hash of any entry.
    #[inline]
    pub(super) fn fill(&mut self, vacancy: Vacancy, entry: Entry, hash_of: impl Fn(Entry) -> u64) {
        self.put(vacancy, entry);
        if self.len > self.places.len() / 4 * 3 {
            self.grow(hash_of);
        }
    }

    /// Asks the processor for the place where a look-up of a hash begins.
    #[inline]
    pub(super) fn prefetch(&self, hash: u64) {
        if let Some(place) = self.places.get(self.home(hash)) {
            prefetch(place);
        }
    }

    #[inline]
    fn home(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize
    }

    #[inline]
    fn put(&mut self, Vacancy(place): Vacancy, entry: Entry) {
        if let Some(place) = self.places.get_mut(place) {
            let [low, high] = entry.key.halves();
            *place = [entry.number + 1, low, high];
            self.len += 1;
        }
    }

    #[cold]
    fn grow(&mut self, hash_of: impl Fn(Entry) -> u64) {
        let mut grown = Self::of_bits(u64::BITS - self.shift + 1);
        for entry in self.places.iter().filter_map(entry_in) {
            if let Err(vacancy) = grown.find(hash_of(entry), |_| false) {
                grown.put(vacancy, entry);
            }
        }
        *self = grown;
    }
}

#[inline]
fn entry_in(place: &Place) -> Option<Entry> {
    let [number, low, high] = *place;
    Some(Entry { number: number.checked_sub(1)?, key: IdKey::from_halves(low, high) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u32) -> Entry {
        Entry { number, key: IdKey::from_halves(number, !number) }
    }

    /// Adds as many entries, which must not be there, whose hashes are these.
    fn filled(mut table: IdTable, len: u32, hash_of: impl Fn(Entry) -> u64) -> IdTable {
        for entry in (0..len).map(entry) {
            let vacancy = table.find(hash_of(entry), |found| found == entry).unwrap_err();
            table.fill(vacancy, entry, &hash_of);
        }
        table
    }

    fn holds_exactly(table: &IdTable, len: u32, hash_of: impl Fn(Entry) -> u64) -> bool {
        (0..2 * len).map(entry).all(|entry| {
            let found = table.find(hash_of(entry), |found| found == entry);
            found.ok() == (entry.number < len).then_some(entry)
        })
    }

    #[test]
    fn entries_are_found_again_as_the_table_grows() {
        let hash_of = |entry: Entry| u64::from(entry.number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for len in [0, 1, 191, 192, 193, 10_000] {
            for room in [0, 1, 5_000, 10_000] {
                let table = filled(IdTable::with_room(room), len, hash_of);
                assert!(holds_exactly(&table, len, hash_of), "{len} with room for {room}");
            }
        }
    }

    #[test]
    fn entries_of_one_hash_are_told_apart_and_go_on_at_the_beginning() {
        for hash in [0, 1 << 63, u64::MAX] {
            let table = filled(IdTable::default(), 500, |_| hash);
            assert!(holds_exactly(&table, 500, |_| hash), "{hash:x}");
        }
    }

    #[test]
    fn room_is_made_for_what_is_expected_and_at_most_for_so_much() {
        for (expected, places) in [(0, 1 << 8), (192, 1 << 8), (193, 1 << 9), (500_000, 1 << 20), (usize::MAX, 1 << 24)]
        {
            assert_eq!(IdTable::with_room(expected).places.len(), places, "{expected}");
        }
        let full = filled(IdTable::with_room(3_000), 3_000, |entry| u64::from(entry.number) << 50);
        assert_eq!(full.places.len(), 1 << 12, "it has not grown");
    }

    #[test]
    fn entry_takes_12_bytes() {
        assert_eq!(size_of::<Place>(), 12);
    }
}
