//! Proofs beside those of another implementation.

use std::convert::Infallible;
use std::iter;

use ct_merkle::digest::Output;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, HashableLeaf, InclusionProof, RootHash};
use sha2::Sha256;

use super::*;
use crate::store::merkle::leaf_hash;

const SIZE_MAX: u64 = 1_100;

/// Up to this size, everything is tried; above it, samples are.
const EVERYTHING_MAX: u64 = 130;

/// The complete nodes of a tree, by level and index.
struct Nodes(Vec<Vec<Hash>>);

impl Nodes {
    fn new(leaves: impl IntoIterator<Item = Hash>) -> Self {
        let mut levels = vec![leaves.into_iter().collect::<Vec<_>>()];
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            levels.push(below.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect());
        }
        Self(levels)
    }

    /// A node, which must be above nothing but the first leaves.
    fn within(&self, size: u64) -> impl Fn(u32, u64) -> Result<Hash, Infallible> {
        move |level, index| {
            assert!((index + 1) << level <= size, "node {index} at level {level} is not complete in a tree of {size}");
            Ok(self.0[level as usize][index as usize])
        }
    }

    fn root(&self, size: u64) -> Hash {
        subtree(0, size, &mut self.within(size)).unwrap()
    }

    fn inclusion(&self, index: u64, size: u64) -> Vec<Hash> {
        inclusion_proof(index, size, self.within(size)).unwrap()
    }

    fn consistency(&self, old_size: u64, size: u64) -> Vec<Hash> {
        consistency_proof(old_size, size, self.within(size)).unwrap()
    }
}

/// A leaf that is its own number.
fn leaf(index: u64) -> [u8; 8] {
    index.to_be_bytes()
}

fn leaf_hashes(size: u64) -> impl Iterator<Item = Hash> {
    (0..size).map(|index| leaf_hash(&leaf(index)))
}

fn outputs(hashes: &[Hash]) -> Vec<Output<Sha256>> {
    hashes.iter().map(|hash| (*hash).into()).collect()
}

fn theirs(root: &Hash, size: u64) -> RootHash<Sha256> {
    RootHash::new((*root).into(), size)
}

/// Whether the other implementation takes a proof that a leaf is in a tree.
fn they_include(leaf: &impl HashableLeaf, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    let proof = InclusionProof::from_digests(&outputs(proof));
    theirs(root, size).verify_inclusion(leaf, index, &proof).is_ok()
}

/// Whether the other implementation takes a proof that a tree has grown; it knows no growth from nothing.
fn they_grow(old_size: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    let proof = ConsistencyProof::from_digests(&outputs(proof));
    theirs(root, size).verify_consistency(&theirs(old_root, old_size), &proof).is_ok()
}

/// Numbers below a bound: all of them, or the ones around every power of two and some more.
fn sample(bound: u64) -> Vec<u64> {
    if bound <= EVERYTHING_MAX {
        return (0..bound).collect();
    }
    let powers = (0..u64::BITS).map(|level| 1u64 << level).take_while(|power| *power < bound);
    let around = powers.flat_map(|power| [power - 1, power, power + 1, bound - power]);
    let scattered = (0..8).map(|step| bound / 8 * step + step);
    let mut sample: Vec<_> = around.chain(scattered).filter(|number| *number < bound).collect();
    sample.sort_unstable();
    sample.dedup();
    sample
}

/// Numbers below a bound, for trying many bounds: a [`sample`] of some, and a few of the others.
fn small_sample(bound: u64) -> Vec<u64> {
    let is_sampled = bound <= EVERYTHING_MAX || bound % 8 == 3 || (bound & (bound - 1)).is_power_of_two();
    if is_sampled { sample(bound) } else { vec![0, bound / 3, bound - 1] }
}

/// Proofs that are like another and not the same: a bit flipped, a hash too few or too many, two swapped.
fn spoiled(proof: &[Hash], every_bit: bool) -> impl Iterator<Item = Vec<Hash>> {
    let bits = proof.len() * 256;
    let flipped = (0..bits).step_by(if every_bit { 1 } else { 255 }).map(|bit| {
        let mut proof = proof.to_vec();
        proof[bit / 256][bit % 256 / 8] ^= 1 << (bit % 8);
        proof
    });
    let missing = (0..proof.len()).map(|place| [&proof[..place], &proof[place + 1..]].concat());
    let extra = (0..=proof.len()).flat_map(|place| {
        let beside = proof.get(place).copied().unwrap_or([7; 32]);
        [beside, [0; 32]].map(|hash| [&proof[..place], &[hash], &proof[place..]].concat())
    });
    let swapped = (1..proof.len()).map(|place| {
        let mut proof = proof.to_vec();
        proof.swap(place - 1, place);
        proof
    });
    flipped.chain(missing).chain(extra).chain(swapped)
}

#[test]
fn inclusion_proofs_are_those_of_another_implementation_at_every_size() {
    let nodes = Nodes::new(leaf_hashes(SIZE_MAX));
    let mut reference = MemoryBackedTree::<Sha256, _>::new();
    for size in 1..=SIZE_MAX {
        reference.push(leaf(size - 1));
        let root = nodes.root(size);
        for index in small_sample(size) {
            let proof = nodes.inclusion(index, size);
            let expected = reference.prove_inclusion(index as usize);
            assert_eq!(proof.concat(), expected.as_bytes(), "{index} of {size}");
            assert!(check_inclusion(&leaf_hash(&leaf(index)), index, size, &proof, &root), "{index} of {size}");
            assert!(reference.root().verify_inclusion(&leaf(index), index, &expected).is_ok());
        }
    }
}

#[test]
fn consistency_proofs_are_those_of_another_implementation_between_all_sizes() {
    let nodes = Nodes::new(leaf_hashes(SIZE_MAX));
    let roots: Vec<_> = (0..=SIZE_MAX).map(|size| nodes.root(size)).collect();
    let mut reference = MemoryBackedTree::<Sha256, _>::new();
    for size in 1..=SIZE_MAX {
        reference.push(leaf(size - 1));
        let root = &roots[size as usize];
        for old_size in small_sample(size + 1).into_iter().filter(|old_size| *old_size > 0) {
            let proof = nodes.consistency(old_size, size);
            let expected = reference.prove_consistency((size - old_size) as usize);
            assert_eq!(proof.concat(), expected.as_bytes(), "{old_size} to {size}");
            let old_root = &roots[old_size as usize];
            assert!(check_consistency(old_size, old_root, size, root, &proof), "{old_size} to {size}");
            assert!(they_grow(old_size, old_root, size, root, &proof), "{old_size} to {size}");
        }
    }
}

#[test]
fn spoiled_inclusion_proof_is_refused() {
    let nodes = Nodes::new(leaf_hashes(EVERYTHING_MAX));
    for size in [1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 17, 31, 33, 64, 65] {
        let root = nodes.root(size);
        for index in 0..size {
            let (proof, hash) = (nodes.inclusion(index, size), leaf_hash(&leaf(index)));
            for spoiled in spoiled(&proof, size <= 8) {
                assert!(!check_inclusion(&hash, index, size, &spoiled, &root), "{index} of {size}: {spoiled:?}");
            }
            for other in (0..size + 3).filter(|other| *other != index) {
                assert!(!check_inclusion(&hash, other, size, &proof, &root), "{index} of {size} for {other}");
                let other_leaf = leaf_hash(&leaf(other));
                assert!(!check_inclusion(&other_leaf, index, size, &proof, &root), "{other} of {size} for {index}");
            }
        }
    }
}

#[test]
fn inclusion_is_refused_under_another_size_whenever_another_implementation_refuses_it() {
    let nodes = Nodes::new(leaf_hashes(20));
    for size in 1..=20 {
        let root = nodes.root(size);
        for index in 0..size {
            let (proof, hash) = (nodes.inclusion(index, size), leaf_hash(&leaf(index)));
            for other in (0..=40).chain([1 << 32, 1 << 63]) {
                let expected = other > 0 && they_include(&leaf(index), index, other, &proof, &root);
                let taken = check_inclusion(&hash, index, other, &proof, &root);
                assert_eq!(taken, expected, "{index} of {size} as of {other}");
            }
        }
    }
}

#[test]
fn spoiled_consistency_proof_is_refused() {
    let nodes = Nodes::new(leaf_hashes(EVERYTHING_MAX));
    let roots: Vec<_> = (0..=EVERYTHING_MAX).map(|size| nodes.root(size)).collect();
    for size in [1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 17, 31, 33, 64, 65] {
        let root = &roots[size as usize];
        for old_size in 1..=size {
            let (proof, old_root) = (nodes.consistency(old_size, size), &roots[old_size as usize]);
            assert!(check_consistency(old_size, old_root, size, root, &proof));
            for spoiled in spoiled(&proof, size <= 8) {
                assert!(!check_consistency(old_size, old_root, size, root, &spoiled), "{old_size} to {size}");
            }
            for (other_size, other) in (0..).zip(&roots) {
                let other_old = check_consistency(old_size, other, size, root, &proof);
                assert_eq!(other_old, other_size == old_size, "{old_size} to {size} from the root at {other_size}");
                let other_new = check_consistency(old_size, old_root, size, other, &proof);
                assert_eq!(other_new, other_size == size, "{old_size} to {size} by the root at {other_size}");
                let from_other = check_consistency(other_size, other, size, root, &proof);
                let expected = match other_size {
                    0 => proof.is_empty(),
                    _ => they_grow(other_size, other, size, root, &proof),
                };
                assert_eq!(from_other, expected, "{old_size} to {size} as from {other_size}");
            }
        }
    }
}

#[test]
fn consistency_is_refused_under_other_sizes_whenever_another_implementation_refuses_it() {
    let nodes = Nodes::new(leaf_hashes(16));
    for size in 1..=16 {
        for old_size in 1..=size {
            let (proof, old_root, root) = (nodes.consistency(old_size, size), nodes.root(old_size), nodes.root(size));
            for (other_old, other) in (1..=18).flat_map(|old| (1..=34).map(move |size| (old, size))) {
                let expected = they_grow(other_old, &old_root, other, &root, &proof);
                let taken = check_consistency(other_old, &old_root, other, &root, &proof);
                assert_eq!(taken, expected, "{old_size} to {size} as {other_old} to {other}");
            }
        }
    }
}

#[test]
fn trees_of_nothing_and_of_the_same_size_need_no_hashes() {
    let (empty, one, other) = (empty_root(), leaf_hash(b"1"), leaf_hash(b"2"));
    assert!(check_consistency(0, &empty, 0, &empty, &[]));
    assert!(check_consistency(0, &empty, 1, &one, &[]));
    assert!(check_consistency(1, &one, 1, &one, &[]));
    assert!(!check_consistency(0, &one, 1, &one, &[]), "the older tree has a root that it can't have");
    assert!(!check_consistency(0, &empty, 0, &one, &[]));
    assert!(!check_consistency(0, &empty, 1, &one, &[one]));
    assert!(!check_consistency(1, &one, 1, &other, &[]));
    assert!(!check_consistency(1, &one, 1, &one, &[one]));
    assert!(!check_consistency(2, &one, 1, &one, &[]), "a tree does not shrink");
    assert!(!check_consistency(1, &empty, 0, &empty, &[]));
    assert!(!check_inclusion(&empty, 0, 0, &[], &empty));
    assert!(check_inclusion(&one, 0, 1, &[], &one));
    assert!(!check_inclusion(&one, 1, 1, &[], &one));
}

#[test]
fn numbers_at_the_end_of_their_range_are_taken_for_what_they_are() {
    let hash = [7; 32];
    for len in [0, 1, 63, 64, 65] {
        let proof = vec![hash; len];
        for index in [0, 1, u64::MAX / 2, u64::MAX - 1, u64::MAX] {
            assert!(!check_inclusion(&hash, index, u64::MAX, &proof, &hash));
            assert!(!check_consistency(index, &hash, u64::MAX, &hash, &proof) || (index == u64::MAX && len == 0));
        }
    }
    let number = |level: u32, index: u64| Ok::<_, Infallible>(leaf_hash(&[u64::from(level), index].map(leaf).concat()));
    for index in [0, 1 << 62, u64::MAX - 1] {
        let root = subtree(0, u64::MAX, &mut number.clone()).unwrap();
        let proof = inclusion_proof(index, u64::MAX, number).unwrap();
        assert!(!check_inclusion(&hash, index, u64::MAX, &proof, &root));
        assert_eq!(consistency_proof(index + 1, u64::MAX, number).unwrap().is_empty(), index == u64::MAX - 1);
    }
}

#[test]
fn failure_to_get_a_node_is_passed_on() {
    let fail = |level: u32, index: u64| Err::<Hash, _>((level, index));
    assert_eq!(inclusion_proof(0, 7, fail), Err((0, 1)));
    assert_eq!(consistency_proof(4, 7, fail), Err((1, 2)));
    assert_eq!(inclusion_proof(0, 1, fail), Ok(vec![]));
    assert_eq!(consistency_proof(0, 7, fail), Ok(vec![]));
}

/// Proofs of a tree of some size, by the nodes of one that is as large or larger.
fn try_large(nodes: &Nodes, size: u64, largest: u64) {
    let root = nodes.root(size);
    for index in sample(size) {
        let (proof, hash) = (nodes.inclusion(index, size), leaf_hash(&leaf(index)));
        assert!(check_inclusion(&hash, index, size, &proof, &root), "{index} of {size}");
        assert!(they_include(&leaf(index), index, size, &proof, &root), "{index} of {size}");
        assert!(!check_inclusion(&hash, index ^ 1, size, &proof, &root), "{index} of {size}");
    }
    let grown = nodes.root(largest);
    for old_size in sample(size).into_iter().filter(|old_size| *old_size > 0).chain(iter::once(size)) {
        for (size, root) in [(size, &root), (largest, &grown)] {
            let (proof, old_root) = (nodes.consistency(old_size, size), nodes.root(old_size));
            assert!(check_consistency(old_size, &old_root, size, root, &proof), "{old_size} to {size}");
            assert!(they_grow(old_size, &old_root, size, root, &proof), "{old_size} to {size}");
        }
    }
}

#[test]
fn proofs_of_trees_of_millions_of_leaves_are_taken_by_another_implementation() {
    const LARGEST: u64 = 2_100_001;
    let nodes = Nodes::new(leaf_hashes(LARGEST));
    for size in [1 << 20, (1 << 20) + 1, (1 << 20) + 1_023, 1_500_000, (1 << 21) - 1, 1 << 21, LARGEST] {
        try_large(&nodes, size, LARGEST);
    }
}
