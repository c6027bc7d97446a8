//! One commit, from decided batches to the texts and hashes that are written of them.

use super::append::{SEGMENT_LEN_MAX, STORED_LEVEL_MIN};
use crate::batch::Leaves;
use crate::store::merkle::{Frontier, leaf_hash};
use crate::store::{Commit, Hash, StoreError};

/// How many leaves are added to the tree at once: enough for that to be quick, and few enough for the nearest cache.
const LEAVES_AT_ONCE: usize = 512;

/// The events of a commit as segments, in order; used again for each commit.
#[derive(Debug, Default)]
pub(super) struct Segments {
    text: Vec<u8>,
    segments: Vec<Segment>,
    /// How many of the decisions are accepted.
    pub(super) accepted: u64,
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    first_position: u64,
    count: u64,
    /// Where it ends in the text.
    end: usize,
}

/// What a commit has made of the tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Grown {
    /// The nodes that are stored: level, index and hash.
    pub(super) nodes: Vec<(u32, u64, Hash)>,
    /// The root.
    pub(super) root: Hash,
}

impl Segments {
    /// Makes the segments of a commit that begins at a position, with the leaf of its policy if that has come into force.
    pub(super) fn make(
        &mut self,
        first_position: u64,
        policy: Option<&[u8]>,
        commit: &Commit<'_>,
    ) -> Result<(), StoreError> {
        self.text.clear();
        self.segments.clear();
        self.accepted = 0;
        let mut next_position = first_position;
        if let Some(leaf) = policy {
            self.add(next_position, &[Leaves::BEFORE, leaf].concat());
            next_position += 1;
        }
        let are_whole = commit.each_leaf(|leaf, _| {
            self.add(next_position, leaf);
            next_position += 1;
        });
        self.end();
        let decisions = commit.batches.iter().flat_map(|batch| &batch.decisions);
        self.accepted = decisions.filter(|decision| decision.event.kind.is_accepted()).count() as u64;
        if are_whole { Ok(()) } else { Err(without_leaf()) }
    }

    /// Position, number of events and text of each segment.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, u64, &[u8])> {
        let mut start = 0;
        self.segments.iter().map(move |segment| {
            let text = self.text.get(start..segment.end).unwrap_or_default();
            start = segment.end;
            (segment.first_position, segment.count, text)
        })
    }

    /// The length of all texts.
    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds a leaf with what stands before it.
    #[inline]
    fn add(&mut self, position: u64, leaf: &[u8]) {
        match self.segments.last_mut() {
            Some(segment) if segment.count < SEGMENT_LEN_MAX => {
                segment.count += 1;
                self.text.extend_from_slice(leaf);
            }
            _ => {
                self.end();
                self.segments.push(Segment { first_position: position, count: 1, end: 0 });
                self.text.push(b'[');
                self.text.extend_from_slice(leaf.get(Leaves::BEFORE.len()..).unwrap_or_default());
            }
        }
    }

    /// Ends the last segment, if there is any.
    fn end(&mut self) {
        if let Some(last) = self.segments.last_mut() {
            self.text.push(b']');
            last.end = self.text.len();
        }
    }
}

/// Adds the events of a commit to the tree, behind the leaf of its policy if that has come into force.
pub(super) fn grow(frontier: &mut Frontier, policy: Option<&[u8]>, commit: &Commit<'_>) -> Result<Grown, StoreError> {
    let (mut nodes, mut leaves) = (Vec::new(), Vec::with_capacity(LEAVES_AT_ONCE));
    let mut add = |leaves: &mut Vec<Hash>| {
        frontier.extend(leaves.drain(..), |level, index, hash| {
            if level >= STORED_LEVEL_MIN {
                nodes.push((level, index, *hash));
            }
        });
    };
    leaves.extend(policy.map(leaf_hash));
    let are_whole = commit.each_leaf(|_, hash| {
        leaves.push(*hash);
        if leaves.len() == LEAVES_AT_ONCE {
            add(&mut leaves);
        }
    });
    add(&mut leaves);
    if are_whole { Ok(Grown { nodes, root: frontier.root() }) } else { Err(without_leaf()) }
}

fn without_leaf() -> StoreError {
    StoreError::Failed("a decision came without its leaf".to_owned())
}
