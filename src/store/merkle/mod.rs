//! The tree of hashes over all leaves of a log, by RFC 6962 with SHA-256.
//!
//! The leaves are those of [`super::codec`], in order of position. Whoever knows the root of a log of some size will
//! know of any change to any event of it.

mod blocks;
mod proof;

use sha2::{Digest as _, Sha256};

pub(super) use blocks::LeafHasher;
use blocks::node_hashes;
pub use blocks::{leaf_hash, leaf_hashes, node_hash};
pub use proof::{check_consistency, check_inclusion, consistency_proof, inclusion_proof};

/// A SHA-256.
pub type Hash = [u8; 32];

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

    /// Adds leaves by their hashes, in order, many at a time in less time than one by one. `completed` learns of the same
    /// nodes as from [`Self::push`], level by level.
    pub fn extend(&mut self, leaves: impl IntoIterator<Item = Hash>, mut completed: impl FnMut(u32, u64, &Hash)) {
        let size = self.size;
        let mut nodes = Vec::from_iter(self.take_smallest(size));
        let known = nodes.len();
        nodes.extend(leaves);
        self.size += (nodes.len() - known) as u64;
        // What has no right sibling yet, the smallest first.
        let mut edge = Vec::new();
        for level in 1.. {
            let (pairs, rest) = nodes.as_chunks();
            edge.extend_from_slice(rest);
            if pairs.is_empty() {
                break;
            }
            let mut index = size >> level;
            let mut above = Vec::with_capacity(1 + pairs.len());
            above.extend(self.take_smallest(index));
            node_hashes(pairs, |hash| {
                completed(level, index, &hash);
                above.push(hash);
                index += 1;
            });
            nodes = above;
        }
        self.subtrees.extend(edge.iter().rev());
    }

    /// Takes the smallest complete subtree away if it is the last of so many nodes of a level.
    fn take_smallest(&mut self, nodes: u64) -> Option<Hash> {
        // Of an odd number, one has no sibling.
        if nodes & 1 == 1 { self.subtrees.pop() } else { None }
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
    use proptest::collection::vec;
    use proptest::prelude::*;

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
    fn root_of_nothing_is_that_of_the_rfc() {
        assert_eq!(hex::encode(empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
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

    proptest! {
        #[test]
        fn leaves_added_many_at_a_time_make_the_tree_that_they_make_one_by_one(
            counts in vec(prop_oneof![4 => 0..20u64, 1 => 0..300u64], 0..12),
        ) {
            let (mut many, mut told) = (Frontier::default(), HashMap::new());
            let (mut single, mut expected) = (Frontier::default(), HashMap::new());
            let mut reference = MemoryBackedTree::<Sha256, Vec<u8>>::new();
            for count in counts {
                let size = many.size();
                let hashes = (size..size + count).map(|index| leaf_hash(&leaf(index)));
                let mut twice = false;
                many.extend(hashes, |level, index, hash| twice |= told.insert((level, index), *hash).is_some());
                prop_assert!(!twice);
                for index in size..size + count {
                    single.push(leaf_hash(&leaf(index)), |level, index, hash| {
                        expected.insert((level, index), *hash);
                    });
                    reference.push(leaf(index));
                }
                prop_assert_eq!(&many, &single);
                prop_assert_eq!(&told, &expected);
                prop_assert!(many.root()[..] == reference.root().as_bytes()[..]);
            }
        }
    }
}
