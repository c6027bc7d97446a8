//! A head that was kept elsewhere.

use super::finding::{Findings, Kind, Place};
use super::tree::Tree;
use crate::store::merkle::{Hash, empty_root};
use crate::store::{Head, NO_CHAIN};

/// What the log was when it had as many events as a head that was kept.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    head: &'a Head,
    root: Option<Hash>,
    /// The last commit that ended at that size, 0 for none before the first.
    ended: Option<u64>,
    has_chain: bool,
}

impl<'a> Kept<'a> {
    pub(super) fn new(head: &'a Head) -> Self {
        let mut kept = Self { head, root: None, ended: None, has_chain: false };
        if head.size == 0 {
            kept.root = Some(empty_root());
            (kept.ended, kept.has_chain) = (Some(0), head.chain == NO_CHAIN);
        }
        kept
    }

    /// An event has been added to the tree.
    pub(super) fn grown(&mut self, tree: &Tree) {
        if tree.size() == self.head.size {
            self.root = Some(tree.root());
        }
    }

    /// A commit has ended, at this size of the log and with this chain.
    pub(super) fn committed(&mut self, commit: u64, size: u64, chain: &Hash) {
        if size == self.head.size {
            self.ended = Some(commit);
            self.has_chain |= *chain == self.head.chain;
        }
    }

    /// Tells how the log differs from the one that the head is of.
    pub(super) fn check(&self, size: u64, findings: &mut Findings) {
        let kept = self.head.size;
        let (place, what) = match (self.root, self.ended) {
            (None, _) => {
                let what = format!("the log is shorter than the head: it has {size} events, and the head is of {kept}");
                (Place::position(size + 1), what)
            }
            (Some(root), _) if root != self.head.root => {
                let what = format!("the head's root is another: the first {kept} events are not those that it is of");
                (Place::LEDGER, what)
            }
            (Some(_), None) => (
                Place::position(kept),
                format!("no commit ends with the head's {kept} events, so that it can't be of this log"),
            ),
            (Some(_), Some(commit)) if !self.has_chain => {
                let what =
                    "the head's chain is another: its events are the same, but a commit or batch up to there is not";
                (Place::commit(commit), what.to_owned())
            }
            _ => return,
        };
        findings.add(Kind::Head, place, what);
    }
}
