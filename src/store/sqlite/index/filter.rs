//! Which keys a run may hold, in two bytes a key.

/// The words of a block: 256 bits, half a cache line.
const WORDS: usize = 8;

/// The odd numbers that choose a bit in each word, as Parquet publishes them.
const SALTS: [u32; WORDS] =
    [0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31];

/// The bits that a filter has for each key, with which about one absent key in 800 seems present.
const BITS_PER_KEY: u64 = 16;

/// A split-block Bloom filter, as Apache Parquet specifies it: a key sets one bit in each word of one block.
///
/// The same keys make the same filter in any order, as long as their number is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    blocks: Vec<[u32; WORDS]>,
}

impl Filter {
    /// A filter with room for so many keys.
    pub(super) fn for_keys(count: u64) -> Self {
        Self { blocks: vec![[0; WORDS]; blocks(count) as usize] }
    }

    /// Whether the filter has just the room for so many keys.
    pub(super) fn is_for(&self, count: u64) -> bool {
        self.blocks.len() as u64 == blocks(count)
    }

    /// Adds a key.
    pub(super) fn insert(&mut self, key: u64) {
        let hash = mix(key);
        let block = self.block(hash);
        if let Some(words) = self.blocks.get_mut(block) {
            for (word, bit) in words.iter_mut().zip(bits(hash)) {
                *word |= bit;
            }
        }
    }

    /// Whether a key may have been added; never false for one that was.
    pub(super) fn contains(&self, key: u64) -> bool {
        let hash = mix(key);
        let Some(words) = self.blocks.get(self.block(hash)) else { return true };
        words.iter().zip(bits(hash)).all(|(word, bit)| word & bit != 0)
    }

    /// The filter as it is kept: words of all blocks, little-endian.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.blocks.iter().flatten().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// The filter of these bytes; none if they are no whole number of blocks.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks();
        let (blocks, rest_words) = words.as_chunks();
        let whole = rest.is_empty() && rest_words.is_empty() && !blocks.is_empty();
        let block = |words: &[[u8; 4]; WORDS]| words.map(u32::from_le_bytes);
        whole.then(|| Self { blocks: blocks.iter().map(block).collect() })
    }

    /// The place of a hash's block: its upper half, scaled to their number.
    fn block(&self, hash: u64) -> usize {
        (((hash >> 32) * self.blocks.len() as u64) >> 32) as usize
    }
}

/// The number of blocks for so many keys.
const fn blocks(count: u64) -> u64 {
    let blocks = count.saturating_mul(BITS_PER_KEY).div_ceil(32 * WORDS as u64);
    if blocks == 0 { 1 } else { blocks }
}

/// One bit for each word, by a hash's lower half.
#[inline]
fn bits(hash: u64) -> [u32; WORDS] {
    let mut bits = SALTS;
    for salt in &mut bits {
        *salt = 1 << ((hash as u32).wrapping_mul(*salt) >> 27);
    }
    bits
}

/// Spreads a key over 64 bits (the finaliser of MurmurHash3), since the upper half of a transaction's key is its
/// customer's, and a customer with many transactions would crowd a single block.
const fn mix(key: u64) -> u64 {
    let key = (key ^ key >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let key = (key ^ key >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    key ^ key >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(keys: impl ExactSizeIterator<Item = u64>) -> Filter {
        let mut filter = Filter::for_keys(keys.len() as u64);
        keys.for_each(|key| filter.insert(key));
        filter
    }

    #[test]
    fn every_key_is_found_and_one_in_400_others_at_most() {
        // Keys of few customers, as the upper half of a transaction's key tells them.
        let key = |number: u64| (number % 7) << 32 | number;
        let filter = filter((0..100_000usize).map(|number| key(number as u64)));
        assert!((0..100_000).all(|number| filter.contains(key(number))));
        let wrong = (100_000..300_000).filter(|number| filter.contains(key(*number))).count();
        assert!(wrong < 500, "{wrong} of 200,000");
    }

    #[test]
    fn bytes_give_the_filter_back() {
        for count in [0, 1, 21, 22, 1_000usize] {
            let filter = filter((0..count).map(|key| key as u64));
            let bytes = filter.to_bytes();
            assert_eq!(Filter::from_bytes(&bytes), Some(filter));
        }
        for len in [0, 1, 31, 33, 63] {
            assert_eq!(Filter::from_bytes(&vec![0; len]), None, "{len} bytes");
        }
    }

    #[test]
    fn same_keys_make_the_same_filter_in_any_order() {
        assert_eq!(filter((0..500usize).map(|key| key as u64)), filter((0..500usize).rev().map(|key| key as u64)));
    }

    #[test]
    fn format_of_filters_does_not_change() {
        let bytes = filter([1, 2, 3u64].into_iter()).to_bytes();
        assert_eq!(hex::encode(bytes), "004001080904000000041400004400080002200802102000000600000000020c");
    }
}
