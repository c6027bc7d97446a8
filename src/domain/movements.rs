//! The accepted transactions of one account, in order of time.

use std::mem;

use super::{Amount, Stretch, Timestamp, Usage};
use leaf::LEN_MAX;
use tree::Tree;

mod leaf;
mod node;
mod tree;

/// One accepted transaction: when, and how much.
type Movement = (Timestamp, Amount);

/// The accepted transactions of one account in order of time, those of the same time in the order of their insertion.
///
/// An insertion and a sum over a stretch of time cost no more than a logarithm of what is held, wherever they fall.
/// Most accounts have few transactions, which a list serves in 16 bytes each beside the 24 of this value.
#[derive(Clone, Debug)]
pub struct Movements(Held);

#[derive(Clone, Debug)]
enum Held {
    /// All that were ever inserted, if they are few.
    List(Vec<Movement>),
    Tree(Box<Tree>),
}

impl Default for Movements {
    fn default() -> Self {
        Self(Held::List(Vec::new()))
    }
}

impl PartialEq for Movements {
    /// Equal are those that tell the same, however they came to hold it.
    fn eq(&self, other: &Self) -> bool {
        self.total() == other.total() && self.latest() == other.latest() && self.iter().eq(other.iter())
    }
}

impl Movements {
    /// Takes in a transaction, behind those of the same time. All that are ever inserted must be those of one account,
    /// whose totals fit into 63 bits.
    pub fn insert(&mut self, time: Timestamp, amount: Amount) {
        if let Held::List(list) = &mut self.0 {
            if list.len() < LEN_MAX {
                return leaf::insert(list, (time, amount));
            }
            self.plant();
        }
        if let Held::Tree(tree) = &mut self.0 {
            tree.insert((time, amount));
        }
    }

    /// What those used that lie within a stretch and were not dropped.
    pub fn sum(&self, stretch: Stretch) -> Usage {
        let mut sum = Usage::ZERO;
        match &self.0 {
            Held::List(list) => leaf::sum(list, stretch, &mut sum),
            Held::Tree(tree) => tree.sum(stretch, &mut sum),
        }
        sum
    }

    /// What all used that were ever inserted, dropped or not.
    pub fn total(&self) -> Usage {
        match &self.0 {
            Held::List(_) => self.sum(Stretch::EVER),
            Held::Tree(tree) => tree.total(),
        }
    }

    /// The latest time of all that were ever inserted, dropped or not.
    pub fn latest(&self) -> Option<Timestamp> {
        match &self.0 {
            Held::List(list) => list.last().map(|(time, _)| *time),
            Held::Tree(tree) => tree.latest(),
        }
    }

    /// Drops those before an instant, in microseconds since 1970-01-01T00:00:00Z: nothing but the total and the latest
    /// time will tell of them.
    pub fn drop_before(&mut self, micros: i64) {
        if let Held::List(list) = &self.0
            && list.first().is_some_and(|(first, _)| first.micros() < micros)
        {
            self.plant();
        }
        if let Held::Tree(tree) = &mut self.0 {
            tree.drop_before(micros);
        }
    }

    /// How many are held: inserted and not dropped.
    pub fn len(&self) -> usize {
        match &self.0 {
            Held::List(list) => list.len(),
            Held::Tree(tree) => tree.len(),
        }
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Those that are held, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Timestamp, Amount)> {
        let (list, tree) = match &self.0 {
            Held::List(list) => (Some(list), None),
            Held::Tree(tree) => (None, Some(tree)),
        };
        list.into_iter().flatten().copied().chain(tree.into_iter().flat_map(|tree| tree.iter()))
    }

    /// Turns a list into a tree, which remembers what it drops.
    fn plant(&mut self) {
        if let Held::List(list) = &mut self.0 {
            self.0 = Held::Tree(Box::new(Tree::of(mem::take(list))));
        }
    }
}

#[cfg(test)]
mod tests;
