//! Proofs about the log: the tree's nodes for them, and the commits that a head may be of.

use std::collections::HashMap;

use rusqlite::Connection;

use super::append::STORED_LEVEL_MIN;
use super::read;
use crate::store::merkle::{self, Frontier, complete_subtrees, leaf_hash};
use crate::store::{CommitRecord, Hash, StoreError};

/// How many leaves are below a node of the lowest level that is stored.
const BLOCK_LEN: u64 = 1 << STORED_LEVEL_MIN;

/// How many commits are read at a time.
const COMMITS_MAX: usize = 1_024;

/// The complete nodes of the tree: stored ones as they are stored, those below made of their block's leaves.
struct Nodes<'c> {
    connection: &'c Connection,
    /// The nodes that were made, those of whole blocks at a time.
    made: HashMap<(u32, u64), Hash>,
}

impl<'c> Nodes<'c> {
    fn new(connection: &'c Connection) -> Self {
        Self { connection, made: HashMap::new() }
    }

    /// The node of a level and index, above nothing but events that there are.
    fn get(&mut self, level: u32, index: u64) -> Result<Hash, StoreError> {
        if level >= STORED_LEVEL_MIN {
            return read::node(self.connection, level, index);
        }
        if let Some(hash) = self.made.get(&(level, index)) {
            return Ok(*hash);
        }
        self.make_block(index >> (STORED_LEVEL_MIN - level))?;
        self.made.get(&(level, index)).copied().ok_or_else(|| read::missing((index << level).saturating_add(1)))
    }

    /// Makes the nodes above the leaves of a block, as far as the log has them.
    fn make_block(&mut self, block: u64) -> Result<(), StoreError> {
        let after = block << STORED_LEVEL_MIN;
        let (mut frontier, made) = (Frontier::default(), &mut self.made);
        // As many as a block holds fit into a number of any size.
        for segment in read::segments(self.connection, after, BLOCK_LEN as usize)? {
            for (position, leaf) in segment.events().filter(|(position, _)| *position > after) {
                let place = frontier.size();
                if place == BLOCK_LEN {
                    break;
                }
                if position != after + place + 1 {
                    return Err(read::missing(after + place + 1));
                }
                let hash = leaf_hash(leaf);
                made.insert((0, after + place), hash);
                frontier.push(hash, |level, index, hash| {
                    if level < STORED_LEVEL_MIN {
                        made.insert((level, (after >> level) + index), *hash);
                    }
                });
            }
        }
        Ok(())
    }
}

/// The proof that the event at a position is in the log of so many events.
pub(super) fn inclusion(connection: &Connection, position: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
    let index = position.checked_sub(1).filter(|index| *index < size);
    let index = index.ok_or_else(|| StoreError::Refused(format!("a log of {size} events has no event {position}")))?;
    check_size(connection, size)?;
    let mut nodes = Nodes::new(connection);
    merkle::inclusion_proof(index, size, |level, index| nodes.get(level, index))
}

/// The proof that the log of so many events begins with those of an older one.
pub(super) fn consistency(connection: &Connection, old_size: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
    if old_size > size {
        return Err(StoreError::Refused(format!("a log of {old_size} events never had {size} later")));
    }
    check_size(connection, size)?;
    let mut nodes = Nodes::new(connection);
    merkle::consistency_proof(old_size, size, |level, index| nodes.get(level, index))
}

/// The root of the tree over the first so many events, as they are now.
pub(super) fn root_at(connection: &Connection, size: u64) -> Result<Hash, StoreError> {
    check_size(connection, size)?;
    let mut nodes = Nodes::new(connection);
    let subtrees = complete_subtrees(size).map(|(level, index)| nodes.get(level, index));
    let frontier = Frontier::restore(size, subtrees.collect::<Result<Vec<_>, _>>()?);
    frontier
        .map(|frontier| frontier.root())
        .ok_or_else(|| StoreError::Damaged("the store is damaged: the tree lacks nodes".to_owned()))
}

/// The canonical bytes of the event at a position.
pub(super) fn leaf(connection: &Connection, position: u64) -> Result<Vec<u8>, StoreError> {
    Ok(read::leaf_at(connection, &mut None, position)?.to_vec())
}

/// The commits after which the log had so many events, in order.
pub(super) fn commits_ending_at(connection: &Connection, size: u64) -> Result<Vec<CommitRecord>, StoreError> {
    let below = read::last_commit_that(connection, |commit| read::head_after(commit).size < size)?;
    let mut after = below.map_or(0, |commit| commit.number);
    let mut found = Vec::new();
    loop {
        let page = read::commits(connection, after, COMMITS_MAX)?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.number;
        let before = page.len() + found.len();
        found.extend(page.into_iter().take_while(|commit| read::head_after(commit).size == size));
        if found.len() < before {
            return Ok(found);
        }
    }
}

fn check_size(connection: &Connection, size: u64) -> Result<(), StoreError> {
    let present = read::head(connection)?.size;
    if size > present {
        return Err(StoreError::Refused(format!("the log has {present} events, not {size}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::store::merkle::{check_consistency, check_inclusion, empty_root};
    use crate::store::sqlite::connect::{SCHEMA_VERSION, schema};

    /// A ledger whose commits end at these sizes; its leaves are only numbers, which the tree does not mind.
    fn ledger(ends: &[u64]) -> (Connection, Vec<Hash>) {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&schema(0, SCHEMA_VERSION)).unwrap();
        let (mut frontier, mut roots) = (Frontier::default(), vec![empty_root()]);
        for (number, &end) in (1..).zip(ends) {
            let first = frontier.size() + 1;
            for start in (first..=end).step_by(1_024) {
                let positions = start..=end.min(start + 1_023);
                let count = positions.clone().count() as u64;
                let leaves: Vec<_> = positions.map(|position| format!("[{position}]")).collect();
                for leaf in &leaves {
                    let mut nodes = Vec::new();
                    frontier.push(leaf_hash(leaf.as_bytes()), |level, index, hash| nodes.push((level, index, *hash)));
                    for (level, index, hash) in nodes.into_iter().filter(|(level, ..)| *level >= STORED_LEVEL_MIN) {
                        let sql = "INSERT INTO tree (level, idx, hash) VALUES (?1, ?2, ?3)";
                        connection.execute(sql, (level, index, hash)).unwrap();
                    }
                    roots.push(frontier.root());
                }
                let text = format!("[{}]", leaves.join("\n,"));
                let sql = "INSERT INTO segments (first_position, commit_number, count, events) VALUES (?, ?, ?, ?)";
                connection.execute(sql, (start, number, count, text)).unwrap();
            }
            let (events, root) = (end + 1 - first, frontier.root());
            let chain: Hash = Sha256::digest([number]).into();
            let sql = "INSERT INTO commits VALUES (?1, 1, 0, 1, ?2, ?3, 0, 0, 0, 1, 0, 0, 0, 0, ?4, ?4, '', ?4, ?5)";
            connection.execute(sql, (number, first, events, root, chain)).unwrap();
        }
        (connection, roots)
    }

    /// Sizes around the ends of blocks and of stored nodes, and others.
    const SIZES: [u64; 18] = [
        1, 2, 3, 700, 1_023, 1_024, 1_025, 1_500, 2_047, 2_048, 2_049, 3_000, 3_071, 3_072, 3_073, 4_096, 4_097, 5_000,
    ];

    #[test]
    fn proofs_against_every_size_fit_though_nodes_beyond_it_are_stored() {
        let (connection, roots) = ledger(&[1, 3, 700, 701, 2_100, 2_100, 4_500, 5_000]);
        for size in SIZES {
            let root = &roots[size as usize];
            assert_eq!(root_at(&connection, size).unwrap(), *root);
            for position in SIZES.into_iter().filter(|position| *position <= size) {
                let proof = inclusion(&connection, position, size).unwrap();
                let leaf = leaf(&connection, position).unwrap();
                assert_eq!(leaf, format!("[{position}]").into_bytes());
                assert!(check_inclusion(&leaf_hash(&leaf), position - 1, size, &proof, root), "{position} of {size}");
                let (proof, old) = (consistency(&connection, position, size).unwrap(), &roots[position as usize]);
                assert!(check_consistency(position, old, size, root, &proof), "{position} to {size}");
            }
        }
        assert_eq!(root_at(&connection, 0).unwrap(), empty_root());
        assert_eq!(consistency(&connection, 0, 5_000).unwrap(), Vec::<Hash>::new());
    }

    #[test]
    fn commits_after_which_the_log_had_a_size_are_all_found() {
        let (connection, _) = ledger(&[2, 2, 2, 5, 9, 9]);
        let found = |size| -> Vec<_> {
            commits_ending_at(&connection, size).unwrap().into_iter().map(|commit| commit.number).collect()
        };
        let none: Vec<u64> = Vec::new();
        assert_eq!([found(2), found(5), found(9)], [vec![1, 2, 3], vec![4], vec![5, 6]]);
        assert_eq!([0, 1, 3, 8, 10, u64::MAX].map(found), [const { Vec::new() }; 6].map(|_: Vec<u64>| none.clone()));
    }

    #[test]
    fn commits_without_events_are_found_however_many_there_are() {
        let (connection, _) = ledger(&[1, 4]);
        let sql = "WITH RECURSIVE more(n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM more WHERE n < 2500) \
                   INSERT INTO commits SELECT n, 1, 0, 1, 5, 0, 0, 0, 0, 1, 0, 0, 0, 0, root, root, '', root, chain \
                   FROM more, commits WHERE number = 2";
        connection.execute(sql, []).unwrap();
        assert_eq!(commits_ending_at(&connection, 4).unwrap().len(), 2_499);
    }

    #[test]
    fn question_about_a_log_that_never_was_is_refused() {
        let (connection, _) = ledger(&[4]);
        for answer in [
            inclusion(&connection, 0, 4),
            inclusion(&connection, 4, 3),
            inclusion(&connection, 5, 5),
            inclusion(&connection, 5, 4),
            consistency(&connection, 4, 3),
            consistency(&connection, 4, 5),
            consistency(&connection, u64::MAX, u64::MAX),
            root_at(&connection, 5).map(|root| vec![root]),
        ] {
            assert!(matches!(answer, Err(StoreError::Refused(_))), "{answer:?}");
        }
    }

    #[test]
    fn damage_is_told_and_nothing_is_made_up() {
        for (sql, expected) in [
            ("DELETE FROM tree WHERE level = 11 AND idx = 0", "the tree has no node 0 at level 11"),
            ("DELETE FROM segments WHERE first_position = 2049", "there is no event at position"),
            ("UPDATE segments SET events = '[[2049]]' WHERE first_position = 2049", "there is no event at position"),
            ("UPDATE segments SET first_position = 2047 WHERE first_position = 2049", "there is no event at position"),
        ] {
            let (connection, _) = ledger(&[3_000]);
            assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
            match inclusion(&connection, 2_500, 3_000) {
                Err(StoreError::Damaged(why)) => assert!(why.contains(expected), "{sql}: {why}"),
                other => panic!("{sql}: {other:?}"),
            }
        }
        let (connection, _) = ledger(&[1, 2, 3]);
        connection.execute("DELETE FROM commits WHERE number = 2", []).unwrap();
        assert!(matches!(commits_ending_at(&connection, 3), Err(StoreError::Damaged(_))));
    }
}
