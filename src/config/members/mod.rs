//! The file of groups: which customer is in which group.

mod cutter;
mod lines;

use std::fs::File;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::errors::{ConfigError, Place};
use crate::console::printable_path;
use crate::domain::Membership;
use cutter::Cutter;
use lines::Lines;

/// Reads the file of groups that was named at a place.
///
/// # Errors
///
/// Why the file can't be read, or what is wrong with its lines.
pub(super) fn read(path: &Path, named_at: &Place) -> Result<Membership, Vec<ConfigError>> {
    let name = printable_path(path);
    let mut lines = Lines::new(name.as_str().into());
    match File::open(path).and_then(|file| Cutter::new(file).cut(&mut lines)) {
        Ok(()) => lines.finish(),
        Err(error) => Err(vec![ConfigError { place: named_at.clone(), why: format!("can't read {name}: {error}") }]),
    }
}

/// The SHA-256 of a membership's canonical text: a line of JSON for each customer, in the order of their ids.
pub(super) fn hash(members: &Membership) -> [u8; 32] {
    #[derive(Serialize)]
    struct Line<'a> {
        customer_id: &'a str,
        group: &'a str,
    }
    let mut hasher = Sha256::new();
    let mut line = Vec::new();
    for (customer_id, group) in members.in_order() {
        line.clear();
        // Ids are texts, of which nothing is lost.
        let customer_id = &String::from_utf8_lossy(&customer_id);
        // Writing into a vector cannot fail.
        let _ = serde_json::to_writer(&mut line, &Line { customer_id, group });
        line.push(b'\n');
        hasher.update(&line);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests;
