//! The nodes of a B-tree of movements whose children are summed up.

use std::mem;

use super::{Movement, leaf};
use crate::domain::{Stretch, Timestamp, Usage};

/// The most children of one node. A sum adds up to so many on each level, and with 32 took half as long again.
const CHILDREN_MAX: usize = 16;

/// A node: movements in order of time, or nodes of the same depth, of which none ends later than the next begins.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Leaf(Vec<Movement>),
    Inner(Vec<Child>),
}

/// A node below another, which holds at least one movement.
#[derive(Clone, Debug)]
pub(super) struct Child {
    /// The time of its last movement.
    last: Timestamp,
    /// What all its movements used.
    sum: Usage,
    node: Node,
}

impl Child {
    /// A node as another's child; none if it holds nothing.
    fn of(node: Node) -> Option<Self> {
        Some(Self { last: node.last()?, sum: node.total(), node })
    }
}

impl Default for Node {
    fn default() -> Self {
        Self::Leaf(Vec::new())
    }
}

impl Node {
    /// Inserts a movement into the uppermost node, which grows by a level if it has to be split.
    pub(super) fn insert_at_root(&mut self, movement: Movement) {
        if let Some(following) = self.insert(movement) {
            let halves = [mem::take(self), following];
            *self = Self::Inner(halves.into_iter().filter_map(Child::of).collect());
        }
    }

    /// Inserts a movement behind those of the same time; gives the node that follows this one from now on, if it had to
    /// be split.
    fn insert(&mut self, movement: Movement) -> Option<Self> {
        visit();
        match self {
            Self::Leaf(list) if list.len() < leaf::LEN_MAX => {
                leaf::insert(list, movement);
                None
            }
            Self::Leaf(list) => Some(Self::Leaf(leaf::insert_splitting(list, movement))),
            Self::Inner(children) => {
                let (time, amount) = movement;
                let behind = children.partition_point(|child| child.last <= time);
                let at_end = behind == children.len();
                let place = if at_end { behind.checked_sub(1)? } else { behind };
                let child = children.get_mut(place)?;
                let following = child.node.insert(movement).and_then(Child::of);
                let Some(following) = following else {
                    child.last = child.last.max(time);
                    child.sum.add(amount);
                    return None;
                };
                child.last = child.node.last().unwrap_or(child.last);
                child.sum = child.node.total();
                children.insert(place + 1, following);
                split(children, at_end).map(Self::Inner)
            }
        }
    }

    /// Adds up what movements within a stretch used; none in this node is earlier than `earliest`, in microseconds
    /// since 1970-01-01T00:00:00Z.
    pub(super) fn sum(&self, earliest: i64, stretch: Stretch, sum: &mut Usage) {
        visit();
        let children = match self {
            Self::Leaf(list) => return leaf::sum(list, stretch, sum),
            Self::Inner(children) => children,
        };
        // Stretches mostly end behind the latest movement.
        for (place, child) in children.iter().enumerate().rev() {
            let last = child.last.micros();
            if last < stretch.from {
                break;
            }
            let before = place.checked_sub(1).and_then(|place| children.get(place));
            let earliest = before.map_or(earliest, |before| before.last.micros());
            if stretch.from <= earliest && last < stretch.until {
                sum.merge(&child.sum);
            } else if earliest < stretch.until {
                child.node.sum(earliest, stretch, sum);
            }
        }
    }

    /// Drops movements before an instant, in microseconds since 1970-01-01T00:00:00Z; tells how many.
    pub(super) fn drop_before(&mut self, micros: i64) -> usize {
        visit();
        match self {
            Self::Leaf(list) => list.drain(..list.partition_point(|(time, _)| time.micros() < micros)).count(),
            Self::Inner(children) => {
                let whole = children.partition_point(|child| child.last.micros() < micros);
                let dropped: usize = children.drain(..whole).map(|child| child.node.len()).sum();
                let Some(first) = children.first_mut() else { return dropped };
                let of_first = first.node.drop_before(micros);
                if of_first > 0 {
                    first.sum = first.node.total();
                }
                dropped + of_first
            }
        }
    }

    /// The movements in order.
    pub(super) fn iter(&self) -> Box<dyn Iterator<Item = Movement> + '_> {
        match self {
            Self::Leaf(list) => Box::new(list.iter().copied()),
            Self::Inner(children) => Box::new(children.iter().flat_map(|child| child.node.iter())),
        }
    }

    /// The number of movements, by visiting every node.
    fn len(&self) -> usize {
        match self {
            Self::Leaf(list) => list.len(),
            Self::Inner(children) => children.iter().map(|child| child.node.len()).sum(),
        }
    }

    /// What all movements used.
    pub(super) fn total(&self) -> Usage {
        let mut total = Usage::ZERO;
        match self {
            Self::Leaf(list) => leaf::sum(list, Stretch::EVER, &mut total),
            Self::Inner(children) => children.iter().for_each(|child| total.merge(&child.sum)),
        }
        total
    }

    /// The time of the last movement.
    fn last(&self) -> Option<Timestamp> {
        match self {
            Self::Leaf(list) => list.last().map(|(time, _)| *time),
            Self::Inner(children) => children.last().map(|child| child.last),
        }
    }
}

/// Splits children that have become too many: gives those that belong to the following node. At the end of all, where
/// movements mostly come, full nodes stay full.
fn split(children: &mut Vec<Child>, at_end: bool) -> Option<Vec<Child>> {
    if children.len() <= CHILDREN_MAX {
        return None;
    }
    let following = children.split_off(if at_end { CHILDREN_MAX } else { children.len() / 2 });
    children.shrink_to_fit();
    Some(following)
}

/// Counts the nodes that an operation looks at, which tests hold against the logarithm.
#[inline]
fn visit() {
    #[cfg(test)]
    super::tests::VISITS.with(|visits| visits.set(visits.get() + 1));
}
