//! Leaves and nodes in blocks of SHA-256, on the way to their hashes.
//!
//! What was stored in pieces can't be loaded in one until the processor has all of them in its cache: blocks that are
//! hashed right after they were filled are waited for, some 30 ns each time. Where there are several messages, the blocks
//! of others are therefore filled before those of one are hashed.

use std::iter;

use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};

use super::Hash;

/// What stands before a leaf, so that no leaf can pass for a node.
const LEAF_PREFIX: u8 = 0x00;
/// What stands before the two hashes of a node.
const NODE_PREFIX: u8 = 0x01;
/// What stands behind a message, with zeros up to its length in bits at the end of a block.
const END: u8 = 0x80;

/// The bytes of a block of SHA-256.
const BLOCK_LEN: usize = 64;

/// The bytes of the length.
const LENGTH_LEN: usize = size_of::<u64>();

/// What SHA-256 adds to a message at least: a byte for where it ends, and its length.
const PADDING_LEN_MIN: usize = 1 + LENGTH_LEN;

/// The blocks of nearly every leaf, a longer one goes through a buffer.
const LEAF_BLOCKS_MAX: usize = 4;

/// The bytes of a node's message: the prefix and two hashes.
const NODE_LEN: usize = 1 + 2 * size_of::<Hash>();

/// How many nodes' blocks are filled before any is hashed.
const NODES_AT_ONCE: usize = 8;

type Block = [u8; BLOCK_LEN];

/// The state that SHA-256 begins with (FIPS 180-4, 5.3.3).
const INITIAL_STATE: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The hash of a leaf.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    let mut room = [[0; BLOCK_LEN]; LEAF_BLOCKS_MAX];
    fill_with_leaf(&mut room, leaf).map_or_else(|| long_leaf_hash(leaf), hash_of)
}

/// The hashes of leaves, in order, in less time than one by one.
pub fn leaf_hashes<'a>(leaves: impl IntoIterator<Item = &'a [u8]>) -> impl Iterator<Item = Hash> {
    let (mut leaves, mut hasher) = (leaves.into_iter(), LeafHasher::default());
    iter::from_fn(move || leaves.by_ref().find_map(|leaf| hasher.push(leaf)).or_else(|| hasher.finish()))
}

/// The hash of the node above two others.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut room = NodeRoom::EMPTY;
    room.fill(&[*left, *right]);
    hash_of(&room.0)
}

/// Tells of the hashes of nodes, each above two others, in order.
#[inline]
pub(super) fn node_hashes(pairs: &[[Hash; 2]], mut hashed: impl FnMut(Hash)) {
    let mut rooms = [const { NodeRoom::EMPTY }; NODES_AT_ONCE];
    for pairs in pairs.chunks(NODES_AT_ONCE) {
        rooms.iter_mut().zip(pairs).for_each(|(room, pair)| room.fill(pair));
        rooms.iter().zip(pairs).for_each(|(room, _)| hashed(hash_of(&room.0)));
    }
}

/// Hashes leaves, each once the next one has been put into blocks.
#[derive(Debug, Default)]
pub(in crate::store) struct LeafHasher {
    rooms: [LeafRoom; 2],
    /// Whether a leaf waits for its hash, in the first of the rooms or in the second.
    waiting: Option<bool>,
}

impl LeafHasher {
    /// Puts a leaf into blocks and hashes the one before, if there is any that waits.
    #[inline]
    pub(in crate::store) fn push(&mut self, leaf: &[u8]) -> Option<Hash> {
        let [first, second] = &mut self.rooms;
        let is_second = self.waiting.is_some_and(|is_second| !is_second);
        let (room, before) = if is_second { (second, first) } else { (first, second) };
        room.fill(leaf);
        self.waiting.replace(is_second).map(|_| before.hash())
    }

    /// Hashes the last leaf, if there is any that waits.
    #[inline]
    pub(in crate::store) fn finish(&mut self) -> Option<Hash> {
        let [first, second] = &self.rooms;
        self.waiting.take().map(|is_second| if is_second { second } else { first }.hash())
    }
}

/// Where a leaf is put into blocks, time and again.
#[derive(Debug)]
struct LeafRoom {
    blocks: [Block; LEAF_BLOCKS_MAX],
    /// How many of them the leaf fills, unless it needs more.
    filled: Option<usize>,
    /// The hash of a leaf that needs more.
    long: Hash,
}

impl Default for LeafRoom {
    fn default() -> Self {
        Self { blocks: [[0; BLOCK_LEN]; LEAF_BLOCKS_MAX], filled: None, long: [0; 32] }
    }
}

impl LeafRoom {
    /// Puts a leaf into blocks, whatever they hold.
    #[inline]
    fn fill(&mut self, leaf: &[u8]) {
        self.filled = fill_with_leaf(&mut self.blocks, leaf).map(|filled| filled.len());
        if self.filled.is_none() {
            self.long = long_leaf_hash(leaf);
        }
    }

    /// The hash of the leaf.
    #[inline]
    fn hash(&self) -> Hash {
        self.filled.and_then(|filled| self.blocks.get(..filled)).map_or(self.long, hash_of)
    }
}

/// Puts a leaf with its padding into blocks, whatever they hold, and tells which it fills; none if there are too few.
#[inline]
fn fill_with_leaf<'b>(room: &'b mut [Block; LEAF_BLOCKS_MAX], leaf: &[u8]) -> Option<&'b [Block]> {
    let len = 1 + leaf.len();
    let blocks = room.get_mut(..(len + PADDING_LEN_MIN).div_ceil(BLOCK_LEN))?;
    // The leaf ends in the last block, or in the one before where the last one has the length.
    if let [.., before, _] = blocks
        && let Some(end) = before.last_chunk_mut::<LENGTH_LEN>()
    {
        *end = [0; LENGTH_LEN];
    }
    *blocks.last_mut()? = [0; BLOCK_LEN];
    let message = blocks.as_flattened_mut();
    *message.last_chunk_mut()? = (len as u64 * u64::from(u8::BITS)).to_be_bytes();
    let (prefix, rest) = message.split_first_mut()?;
    let (place, rest) = rest.split_at_mut_checked(leaf.len())?;
    *prefix = LEAF_PREFIX;
    place.copy_from_slice(leaf);
    *rest.first_mut()? = END;
    Some(blocks)
}

/// The hash of a leaf of any length.
fn long_leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([LEAF_PREFIX]).chain_update(leaf).finalize().into()
}

/// Where a node is put into blocks, of which nothing changes but the two hashes.
#[derive(Debug)]
struct NodeRoom([Block; 2]);

impl NodeRoom {
    const EMPTY: Self = {
        let mut blocks = [[0; BLOCK_LEN]; 2];
        let message = blocks.as_flattened_mut();
        if let [prefix, ..] = message {
            *prefix = NODE_PREFIX;
        }
        if let Some((_, [end, ..])) = message.split_at_mut_checked(NODE_LEN) {
            *end = END;
        }
        if let Some(length) = message.last_chunk_mut() {
            *length = (NODE_LEN as u64 * u8::BITS as u64).to_be_bytes();
        }
        Self(blocks)
    };

    /// Puts a node into blocks, of the two that it is above.
    #[inline]
    fn fill(&mut self, pair: &[Hash; 2]) {
        if let Some(place) = self.0.as_flattened_mut().get_mut(1..NODE_LEN) {
            place.copy_from_slice(pair.as_flattened());
        }
    }
}

/// The hash of a message that stands in blocks with its padding.
#[inline]
fn hash_of(blocks: &[Block]) -> Hash {
    let mut state = INITIAL_STATE;
    compress256(&mut state, blocks);
    let mut hash = Hash::default();
    let (words, _) = hash.as_chunks_mut();
    words.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    hash
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn defined(leaf: &[u8]) -> Hash {
        Sha256::digest([&[0u8][..], leaf].concat()).into()
    }

    #[test]
    fn hashes_are_those_of_the_rfc() {
        assert_eq!(hex::encode(leaf_hash(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        let node = Sha256::digest([&[1u8][..], &[2; 32], &[3; 32]].concat());
        assert_eq!(node_hash(&[2; 32], &[3; 32])[..], node[..]);
    }

    #[test]
    fn leaves_of_every_length_are_hashed_as_the_rfc_says() {
        for len in 0..=2 * LEAF_BLOCKS_MAX * BLOCK_LEN {
            let leaf = vec![0xa5; len];
            assert_eq!(leaf_hash(&leaf), defined(&leaf), "{len}");
        }
    }

    #[test]
    fn leaf_is_hashed_once_the_next_one_comes_or_none_does() {
        let mut hasher = LeafHasher::default();
        assert_eq!(hasher.finish(), None);
        for leaf in [b"a", b"b"] {
            assert_eq!(hasher.push(leaf), None);
            assert_eq!(hasher.push(b""), Some(defined(leaf)));
            assert_eq!(hasher.push(&[7; 300]), Some(defined(b"")));
            assert_eq!(hasher.finish(), Some(defined(&[7; 300])));
            assert_eq!(hasher.finish(), None);
        }
        assert_eq!(leaf_hashes([]).count(), 0);
        assert_eq!(Vec::from_iter(leaf_hashes([&b"a"[..]])), [defined(b"a")]);
    }

    #[test]
    fn what_blocks_held_is_in_no_hash() {
        let mut room = LeafRoom::default();
        for len in 0..=LEAF_BLOCKS_MAX * BLOCK_LEN {
            let leaf = vec![0xa5; len];
            room.blocks = [[0xff; BLOCK_LEN]; LEAF_BLOCKS_MAX];
            room.fill(&leaf);
            assert_eq!(room.hash(), defined(&leaf), "{len}");
        }
    }

    #[test]
    fn nodes_are_hashed_in_order_however_many_there_are() {
        let pairs: Vec<_> = (0..=255u8).map(|number| [[number; 32], [!number; 32]]).collect();
        for count in 0..3 * NODES_AT_ONCE {
            let (mut hashes, pairs) = (Vec::new(), &pairs[count..2 * count]);
            node_hashes(pairs, |hash| hashes.push(hash));
            assert_eq!(hashes, Vec::from_iter(pairs.iter().map(|[left, right]| node_hash(left, right))));
        }
    }

    proptest! {
        #[test]
        fn leaves_hashed_one_behind_the_other_have_the_hashes_that_the_rfc_says(
            leaves in vec(vec(any::<u8>(), 0..400), 0..20),
        ) {
            let hashes = leaf_hashes(leaves.iter().map(Vec::as_slice));
            prop_assert_eq!(Vec::from_iter(hashes), Vec::from_iter(leaves.iter().map(|leaf| defined(leaf))));
        }
    }
}
