//! The tree of hashes over the events.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::cells::{self, Fault, Unfit};
use super::finding::{Findings, Kind, Place};
use crate::store::STORED_LEVEL_MIN;
use crate::store::merkle::{Frontier, Hash, leaf_hash};

/// The tree, made anew of the events that are there.
#[derive(Debug, Default)]
pub(super) struct Tree {
    frontier: Frontier,
    /// The nodes that are stored, some 60 bytes for a thousand events.
    nodes: BTreeMap<(u64, u64), Hash>,
}

impl Tree {
    /// How many events there were.
    pub(super) const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root over them.
    pub(super) fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Adds an event.
    pub(super) fn push(&mut self, leaf: &[u8]) {
        let nodes = &mut self.nodes;
        self.frontier.push(leaf_hash(leaf), |level, index, hash| {
            if level >= STORED_LEVEL_MIN {
                nodes.insert((u64::from(level), index), *hash);
            }
        });
    }

    /// Compares the stored nodes with those that were made.
    pub(super) fn check_stored(&self, connection: &Connection, findings: &mut Findings) -> Result<(), Fault> {
        let mut expected = self.nodes.iter().peekable();
        let mut statement = connection.prepare("SELECT level, idx, hash FROM tree ORDER BY level, idx")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let stored = || Ok(((cells::number(row, 0)?, cells::number(row, 1)?), cells::hash(row, 2)?));
            let (place, hash) = match stored() {
                Ok(stored) => stored,
                Err(Unfit(why)) => {
                    findings.add(Kind::Row("tree"), Place::LEDGER, format!("tree: {why}"));
                    continue;
                }
            };
            while let Some((missing, _)) = expected.next_if(|(next, _)| **next < place) {
                findings.add(Kind::Tree, first_leaf(*missing), format!("{} is missing", name(*missing)));
            }
            match expected.next_if(|(next, _)| **next == place) {
                None => findings.add(Kind::Tree, Place::LEDGER, format!("{} should not be there", name(place))),
                Some((_, right)) if *right != hash => {
                    let what = format!("{} is not the hash of the events below it", name(place));
                    findings.add(Kind::Tree, first_leaf(place), what);
                }
                Some(_) => {}
            }
        }
        if let Some((missing, _)) = expected.next() {
            findings.add(Kind::Tree, first_leaf(*missing), format!("{} is missing", name(*missing)));
        }
        Ok(())
    }
}

fn name((level, index): (u64, u64)) -> String {
    format!("the tree's node {index} at level {level}")
}

/// The first event below a node, from which on something has changed.
const fn first_leaf((level, index): (u64, u64)) -> Place {
    Place::position((index << level) + 1)
}
