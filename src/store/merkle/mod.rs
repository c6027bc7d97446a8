//! The tree of hashes over all leaves of a log, by RFC 6962 with SHA-256.
//!
//! The leaves are those of [`super::codec`], in order of position. Whoever knows the root of a log of some size will
//! know of any change to any event of it.

mod proof;

use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};

pub use proof::{check_consistency, check_inclusion, consistency_proof, inclusion_proof};

/// A SHA-256.
pub type Hash = [u8; 32];

/// What stands before a leaf, so that no leaf can pass for a node.
const LEAF_PREFIX: [u8; 1] = [0x00];
/// What stands before the two hashes of a node.
const NODE_PREFIX: [u8; 1] = [0x01];

/// The bytes of a block of SHA-256.
const BLOCK_LEN: usize = 64;

/// The blocks of nearly every leaf, which are filled and hashed at once; a longer one goes through a buffer.
const LEAF_BLOCKS_MAX: usize = 4;

/// What SHA-256 adds to a message at least: a byte for where it ends, and its length.
const PADDING_LEN_MIN: usize = 9;

/// The state that SHA-256 begins with (FIPS 180-4, 5.3.3).
const INITIAL_STATE: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The hash of a leaf.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    let len = LEAF_PREFIX.len() + leaf.len();
    let mut room = [[0; BLOCK_LEN]; LEAF_BLOCKS_MAX];
    match room.get_mut(..(len + PADDING_LEN_MIN).div_ceil(BLOCK_LEN)) {
        Some(blocks) => hash_of([&LEAF_PREFIX, leaf], blocks),
        None => Sha256::new().chain_update(LEAF_PREFIX).chain_update(leaf).finalize().into(),
    }
}

/// The hash of the node above two others.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    hash_of([&NODE_PREFIX, left, right], &mut [[0; BLOCK_LEN]; 2])
}

/// The hash of a message of several parts, by way of as many empty blocks as it fills with its padding.
#[inline(always)]
fn hash_of<const PARTS: usize>(parts: [&[u8]; PARTS], blocks: &mut [[u8; BLOCK_LEN]]) -> Hash {
    let message = blocks.as_flattened_mut();
    let mut len = 0;
    for part in parts {
        if let Some(place) = message.get_mut(len..len + part.len()) {
            place.copy_from_slice(part);
        }
        len += part.len();
    }
    if let Some(end) = message.get_mut(len) {
        *end = 0x80;
    }
    if let Some(length) = message.last_chunk_mut() {
        *length = (len as u64 * u64::from(u8::BITS)).to_be_bytes();
    }
    let mut state = INITIAL_STATE;
    compress256(&mut state, blocks);
    let mut hash = Hash::default();
    let (words, _) = hash.as_chunks_mut();
    words.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    hash
}

/// The root of a tree without leaves: the hash of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest(b"").into()
}

/// The complete subtrees that a tree of so many leaves consists of, from the left, as level and index.
///
/// A node of level `l` and index `i` is above the leaves from `i * 2^l` to `(i + 1) * 2^l - 1`, counted from 0.
pub fn complete_subtrees(size: u64) -> impl Iterator<Item = (u32, u64)> {
    let levels = (0..u64::BITS).rev().filter(move |level| size >> level & 1 == 1);
    levels.map(move |level| (level, (size >> level) - 1))
}

/// The right edge of a tree, which is all that is needed to add leaves and to know the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// The hashes of the complete subtrees, from the left: one for each bit that is set in the size.
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// The edge of a tree of so many leaves, of the hashes of its [`complete_subtrees`]; none unless there are as many
    /// as there must be.
    pub fn restore(size: u64, subtrees: impl IntoIterator<Item = Hash>) -> Option<Self> {
        let subtrees: Vec<_> = subtrees.into_iter().collect();
        (subtrees.len() == size.count_ones() as usize).then_some(Self { size, subtrees })
    }

    /// The number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash. `completed` learns of every node above leaves that is complete with it, the lowest
    /// first: its level from 1, its index in that level from 0, and its hash.
    pub fn push(&mut self, leaf: Hash, mut completed: impl FnMut(u32, u64, &Hash)) {
        let mut hash = leaf;
        // Each complete subtree that the new one is as large as becomes its left half.
        for level in 1..=self.size.trailing_ones() {
            let Some(left) = self.subtrees.pop() else { break };
            hash = node_hash(&left, &hash);
            completed(level, self.size >> level, &hash);
        }
        self.subtrees.push(hash);
        self.size += 1;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        joined(&self.subtrees)
    }
}

/// The root above complete subtrees, each smaller than the one to its left.
fn joined(subtrees: &[Hash]) -> Hash {
    let from_right = subtrees.iter().rev().copied();
    from_right.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use ct_merkle::mem_backed_tree::MemoryBackedTree;

    use super::*;

    const SIZE_MAX: u64 = 1_100;

    fn leaf(index: u64) -> Vec<u8> {
        format!("leaf {index}").into_bytes()
    }

    fn no_one(_: u32, _: u64, _: &Hash) {}

    /// The root of some leaves by the definition of RFC 6962.
    fn defined(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => leaf_hash(leaf),
            leaves => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node_hash(&defined(left), &defined(right))
            }
        }
    }

    #[test]
    fn hashes_are_those_of_the_rfc() {
        assert_eq!(hex::encode(empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex::encode(leaf_hash(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        let node = Sha256::digest([&[1u8][..], &[2; 32], &[3; 32]].concat());
        assert_eq!(node_hash(&[2; 32], &[3; 32])[..], node[..]);
    }

    #[test]
    fn leaves_of_every_length_are_hashed_as_the_rfc_says() {
        for len in 0..=2 * LEAF_BLOCKS_MAX * BLOCK_LEN {
            let leaf = vec![0xa5; len];
            assert_eq!(leaf_hash(&leaf)[..], Sha256::digest([&[0u8][..], &leaf].concat())[..], "{len}");
        }
    }

    #[test]
    fn roots_are_those_of_another_implementation_at_every_size() {
        let (mut frontier, mut reference) = (Frontier::default(), MemoryBackedTree::<Sha256, Vec<u8>>::new());
        for size in 0..=SIZE_MAX {
            assert_eq!(frontier.size(), size);
            assert_eq!(frontier.root()[..], reference.root().as_bytes()[..], "{size}");
            frontier.push(leaf_hash(&leaf(size)), no_one);
            reference.push(leaf(size));
        }
    }

    #[test]
    fn every_complete_node_is_told_of_once_and_is_the_root_of_its_leaves() {
        let leaves: Vec<_> = (0..SIZE_MAX).map(leaf).collect();
        let (mut frontier, mut nodes) = (Frontier::default(), HashMap::new());
        for leaf in &leaves {
            frontier.push(leaf_hash(leaf), |level, index, hash| {
                assert_eq!(nodes.insert((level, index), *hash), None, "{level} {index}");
            });
        }
        let complete = (1..u64::BITS).map(|level| SIZE_MAX >> level).sum::<u64>();
        assert_eq!(nodes.len() as u64, complete);
        for ((level, index), hash) in nodes {
            let first = (index << level) as usize;
            assert_eq!(hash, defined(&leaves[first..first + (1 << level)]), "{level} {index}");
        }
    }

    #[test]
    fn restored_edge_is_the_one_that_grew_at_every_size() {
        let (mut frontier, mut nodes) = (Frontier::default(), HashMap::new());
        for size in 0..=SIZE_MAX {
            let subtrees = complete_subtrees(size).map(|place| nodes[&place]);
            assert_eq!(Frontier::restore(size, subtrees), Some(frontier.clone()), "{size}");
            let hash = leaf_hash(&leaf(size));
            nodes.insert((0, size), hash);
            frontier.push(hash, |level, index, hash| _ = nodes.insert((level, index), *hash));
        }
    }

    #[test]
    fn edge_is_not_restored_of_too_few_or_too_many_subtrees() {
        assert_eq!(Frontier::restore(0, []), Some(Frontier::default()));
        assert_eq!(Frontier::restore(0, [[0; 32]]), None);
        assert_eq!(Frontier::restore(6, [[0; 32]]), None);
        assert_eq!(Frontier::restore(6, [[0; 32]; 3]), None);
        assert!(Frontier::restore(u64::MAX, [[0; 32]; 64]).is_some());
    }

    #[test]
    fn subtrees_come_from_the_left_and_cover_every_leaf_once() {
        for size in [0, 1, 5, 6, 1_024, 1_099, u64::MAX] {
            let mut next = 0u128;
            for (level, index) in complete_subtrees(size) {
                assert_eq!(u128::from(index) << level, next);
                next += 1 << level;
            }
            assert_eq!(next, u128::from(size));
        }
    }
}
