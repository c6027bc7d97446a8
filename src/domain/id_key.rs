//! Ids as fixed-size keys.

use super::digits::number;

/// Set in the keys of ids that are kept as text.
const TEXT: u64 = 1 << 63;

/// The most digits that a number key can have: 10^18 is below 2^63.
const DIGITS_MAX: usize = 18;

/// An id in eight bytes: the number itself if it is one in canonical form, else where its text is kept.
///
/// Most programmes number their transactions and customers, and then no text is stored at all. Equal ids have equal
/// keys only if they are numbers; texts are compared by their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IdKey {
    // Two halves rather than one word, so that a record of a key and an account takes 12 bytes instead of 16.
    low: u32,
    high: u32,
}

impl IdKey {
    /// The key of an id that is a number of at most 18 digits without leading zeros.
    #[inline]
    pub(super) fn of_number(id: &[u8]) -> Option<Self> {
        let canonical = match id {
            [b'0'] => true,
            [b'1'..=b'9', rest @ ..] => rest.len() < DIGITS_MAX,
            _ => false,
        };
        if !canonical {
            return None;
        }
        number(id).map(Self::from_word)
    }

    /// The key as one word, for hashing.
    pub(super) const fn word(self) -> u64 {
        (self.high as u64) << 32 | self.low as u64
    }

    /// The number, if this is the key of one.
    pub(super) const fn number(self) -> Option<u64> {
        if self.word() & TEXT == 0 { Some(self.word()) } else { None }
    }

    /// The key of these halves, the lower one first.
    #[inline]
    pub(super) const fn from_halves(low: u32, high: u32) -> Self {
        Self { low, high }
    }

    /// The halves of the key, the lower one first.
    #[inline]
    pub(super) const fn halves(self) -> [u32; 2] {
        [self.low, self.high]
    }

    const fn from_word(word: u64) -> Self {
        Self { low: word as u32, high: (word >> 32) as u32 }
    }
}

/// The texts of ids that are no numbers, one behind the other.
#[derive(Debug, Default)]
pub(super) struct IdTexts {
    bytes: Vec<u8>,
}

impl IdTexts {
    /// Keeps a text and gives its key.
    pub(super) fn keep(&mut self, id: &[u8]) -> IdKey {
        let key = IdKey::from_word(TEXT | self.bytes.len() as u64);
        // No line is longer than 64 KiB, and an id is shorter than its line.
        self.bytes.extend_from_slice(&(id.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(id);
        key
    }

    /// Gives back the memory that is held for more texts.
    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// The text behind a key, if it is the key of a text.
    pub(super) fn text(&self, key: IdKey) -> Option<&[u8]> {
        if key.number().is_some() {
            return None;
        }
        let (len, rest) = self.bytes.get((key.word() & !TEXT) as usize..)?.split_first_chunk()?;
        rest.get(..u32::from_le_bytes(*len) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_numbers_become_number_keys() {
        for (id, number) in [("0", 0), ("15887", 15_887), ("999999999999999999", 999_999_999_999_999_999)] {
            assert_eq!(IdKey::of_number(id.as_bytes()).map(IdKey::word), Some(number));
        }
        for id in ["", "00", "007", "1000000000000000000", "12a", "-1", "+1", "1.0", "１"] {
            assert_eq!(IdKey::of_number(id.as_bytes()), None, "{id}");
        }
    }

    #[test]
    fn texts_come_back_as_they_were_kept() {
        let mut texts = IdTexts::default();
        let keys: Vec<_> = ["007", "", "a-b"].iter().map(|id| texts.keep(id.as_bytes())).collect();
        let kept: Vec<_> = keys.iter().map(|key| texts.text(*key)).collect();
        assert_eq!(kept, [Some(&b"007"[..]), Some(b""), Some(b"a-b")]);
        assert_eq!(IdKey::of_number(b"5").and_then(|key| texts.text(key)), None);
    }
}
