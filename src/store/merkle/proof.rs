//! Proofs about trees, by RFC 6962 (2.1.1, 2.1.2), checked by the algorithms of RFC 9162 (2.1.3.2, 2.1.4.2).
//!
//! Whoever makes a proof is asked for the hashes of complete subtrees alone, by level and index as
//! [`complete_subtrees`] counts them: they are the same in every tree that is as large or larger.

use super::{Hash, complete_subtrees, empty_root, joined, node_hash};

/// The proof that a tree of so many leaves has the leaf of an index, from 0: the hashes beside its path to the root, the
/// lowest first.
///
/// The index must be below the size; for any other, the proof proves nothing.
///
/// # Errors
///
/// The first that `node` gives.
pub fn inclusion_proof<E>(
    index: u64,
    size: u64,
    mut node: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut beside = Vec::new();
    let (mut first, mut len) = (0, size);
    while len > 1 {
        let left = left_len(len);
        if index - first < left {
            beside.push((first + left, len - left));
            len = left;
        } else {
            beside.push((first, left));
            (first, len) = (first + left, len - left);
        }
    }
    hashes(&beside, &mut node)
}

/// The proof that the first leaves of a tree are those of an older one of so many leaves.
///
/// It is empty for an older tree that is as large, and for one without leaves. The older tree must not be the larger one;
/// for such, the proof proves nothing.
///
/// # Errors
///
/// The first that `node` gives.
pub fn consistency_proof<E>(
    old_size: u64,
    size: u64,
    mut node: impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    if old_size == 0 || old_size >= size {
        return Ok(Vec::new());
    }
    let mut needed = Vec::new();
    let (mut first, mut len) = (0, size);
    // Down to the smallest subtree whose last leaf is the older tree's last.
    while first + len > old_size {
        let left = left_len(len);
        if old_size - first <= left {
            needed.push((first + left, len - left));
            len = left;
        } else {
            needed.push((first, left));
            (first, len) = (first + left, len - left);
        }
    }
    // If it is all of the older tree, its hash is the old root, which the checker has.
    if first > 0 {
        needed.push((first, len));
    }
    hashes(&needed, &mut node)
}

/// Whether a proof shows that the tree of so many leaves and this root has a leaf at an index, from 0.
///
/// It must be the whole proof and nothing else. The root alone does not tell a tree's size: whoever trusts a root must
/// take the size from where the root comes from.
pub fn check_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf);
    for beside in proof {
        if last == 0 {
            return false;
        }
        if is_right(place) || place == last {
            hash = node_hash(beside, &hash);
            climb_to_right_child(&mut place, &mut last);
        } else {
            hash = node_hash(&hash, beside);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether a proof shows that the tree of a root and size begins with the leaves of the older tree of another.
///
/// It must be the whole proof and nothing else. Every tree begins with the leaves of the empty one.
pub fn check_consistency(old_size: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if old_size == 0 {
        return proof.is_empty() && *old_root == empty_root() && (size > 0 || *root == empty_root());
    }
    if old_size >= size {
        return proof.is_empty() && old_size == size && old_root == root;
    }
    let (mut place, mut last) = (old_size - 1, size - 1);
    while is_right(place) {
        (place, last) = (place >> 1, last >> 1);
    }
    let (start, rest) = match proof.split_first() {
        Some(_) if old_size.is_power_of_two() => (old_root, proof),
        Some((start, rest)) => (start, rest),
        None => return false,
    };
    let (mut old_hash, mut hash) = (*start, *start);
    for beside in rest {
        if last == 0 {
            return false;
        }
        if is_right(place) || place == last {
            old_hash = node_hash(beside, &old_hash);
            hash = node_hash(beside, &hash);
            climb_to_right_child(&mut place, &mut last);
        } else {
            hash = node_hash(&hash, beside);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    last == 0 && old_hash == *old_root && hash == *root
}

/// How many leaves are in the left half of a tree of at least two: the most that make a complete one and leave some.
const fn left_len(len: u64) -> u64 {
    1 << (len - 1).ilog2()
}

const fn is_right(place: u64) -> bool {
    place & 1 == 1
}

/// Skips the levels at which the last node of a tree has nothing to its left that it could be joined with.
const fn climb_to_right_child(place: &mut u64, last: &mut u64) {
    while !is_right(*place) && *place > 0 {
        (*place, *last) = (*place >> 1, *last >> 1);
    }
}

/// The hashes of subtrees that were found from the root down, each by its first leaf and number of leaves; the lowest
/// first.
fn hashes<E>(subtrees: &[(u64, u64)], node: &mut impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    subtrees.iter().rev().map(|&(first, len)| subtree(first, len, node)).collect()
}

/// The hash of a subtree, which at the right edge is none of the complete ones but made of them.
fn subtree<E>(first: u64, len: u64, node: &mut impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    let complete = complete_subtrees(len).map(|(level, index)| node(level, (first >> level) + index));
    Ok(joined(&complete.collect::<Result<Vec<_>, _>>()?))
}

#[cfg(test)]
mod tests;
