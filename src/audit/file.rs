//! The file itself: its pages, its tables and views, and its key.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::cells::{self, Fault};
use super::finding::{Findings, Kind, Place};
use crate::store::{schema, schema_version};

/// How many faults SQLite looks for in the file.
const PAGE_FAULTS_MAX: u32 = 5;

/// A table, view or index as the file describes it, by what it is and its name.
type Objects = BTreeMap<(String, String), (String, Option<String>)>;

/// Checks what SQLite knows of the file's structure.
pub(super) fn check_pages(connection: &Connection, findings: &mut Findings) -> Result<(), Fault> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({PAGE_FAULTS_MAX})"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let answer: String = row.get(0)?;
        if answer != "ok" {
            findings.add(Kind::Page, Place::LEDGER, format!("the file is damaged: {}", answer.replace('\n', "; ")));
        }
    }
    Ok(())
}

/// Compares tables, views and indexes with those that releases make of the file's version: another view would show an
/// auditor something else.
pub(super) fn check_schema(connection: &Connection, findings: &mut Findings) -> Result<(), Fault> {
    let release = Connection::open_in_memory()?;
    release.execute_batch(&schema(0, schema_version(connection)?))?;
    let (expected, mut found) = (objects(&release)?, objects(connection)?);
    for ((kind, name), description) in expected {
        match found.remove(&(kind.clone(), name.clone())) {
            None => findings.add(Kind::Schema, Place::LEDGER, format!("the {kind} {name} is missing")),
            Some(other) if other != description => {
                let what = format!("the {kind} {name} is not the one that this release makes");
                findings.add(Kind::Schema, Place::LEDGER, what);
            }
            Some(_) => {}
        }
    }
    if let Some((kind, name)) = found.into_keys().next() {
        findings.add(
            Kind::Schema,
            Place::LEDGER,
            format!("there is a {kind} {name}, which this release does not make"),
        );
    }
    Ok(())
}

/// Checks that the key of the derived index is there, and nothing else beside it.
pub(super) fn check_hash_key(connection: &Connection, findings: &mut Findings) -> Result<(), Fault> {
    let mut statement = connection.prepare("SELECT key, value FROM meta")?;
    let mut rows = statement.query([])?;
    let mut keys = 0;
    while let Some(row) = rows.next()? {
        match (cells::text(row, 0), cells::blob(row, 1)) {
            (Ok("hash_key"), Ok([_, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _])) => keys += 1,
            (Ok("hash_key"), _) => {
                findings.add(Kind::HashKey, Place::LEDGER, "meta: the hash key is not a blob of 16 bytes");
                keys += 1;
            }
            _ => findings.add(Kind::HashKey, Place::LEDGER, "meta: there is something beside the hash key"),
        }
    }
    if keys == 0 {
        findings.add(Kind::HashKey, Place::LEDGER, "meta: the hash key is missing");
    }
    Ok(())
}

fn objects(connection: &Connection) -> Result<Objects, Fault> {
    let mut statement = connection.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema")?;
    let objects = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?))))?;
    Ok(objects.collect::<Result<_, _>>()?)
}
