//! Many movements, and what is known of those that were dropped.

use std::mem;

use super::Movement;
use super::node::Node;
use crate::domain::{Stretch, Timestamp, Usage};

/// Once less than this part is left of the most that was held, the tree is built anew: its depth follows what it holds,
/// at a cost that those which were dropped in the meantime share.
const PART_MIN: usize = 4;

/// Movements in a B-tree, and what is known of those that were dropped from it.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    root: Node,
    /// How many are held.
    len: usize,
    /// The most that were held since the tree was built.
    most: usize,
    /// What all used that were ever inserted.
    total: Usage,
    /// The latest time that was ever inserted.
    latest: Option<Timestamp>,
}

impl Tree {
    /// A tree of a list in order, of no more than one leaf holds.
    pub(super) fn of(list: Vec<Movement>) -> Self {
        let (len, latest) = (list.len(), list.last().map(|(time, _)| *time));
        let root = Node::Leaf(list);
        Self { total: root.total(), root, len, most: len, latest }
    }

    /// Inserts a movement behind those of the same time.
    pub(super) fn insert(&mut self, movement: Movement) {
        let (time, amount) = movement;
        self.root.insert_at_root(movement);
        self.len += 1;
        self.most = self.most.max(self.len);
        self.total.add(amount);
        self.latest = self.latest.max(Some(time));
    }

    /// Adds up what those used that are held and lie within a stretch.
    pub(super) fn sum(&self, stretch: Stretch, sum: &mut Usage) {
        self.root.sum(i64::MIN, stretch, sum);
    }

    /// What all used that were ever inserted.
    pub(super) const fn total(&self) -> Usage {
        self.total
    }

    /// The latest time that was ever inserted.
    pub(super) const fn latest(&self) -> Option<Timestamp> {
        self.latest
    }

    /// How many are held.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Drops movements before an instant, in microseconds since 1970-01-01T00:00:00Z.
    pub(super) fn drop_before(&mut self, micros: i64) {
        self.len -= self.root.drop_before(micros);
        if self.len == 0 || self.len < self.most / PART_MIN {
            self.rebuild();
        }
    }

    /// Those that are held, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Movement> {
        self.root.iter()
    }

    /// Builds the tree anew of full nodes.
    fn rebuild(&mut self) {
        let sparse = mem::take(&mut self.root);
        sparse.iter().for_each(|movement| self.root.insert_at_root(movement));
        self.most = self.len;
    }
}
