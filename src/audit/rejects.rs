//! The lines that were rejected.

use std::borrow::Cow;

use rusqlite::{Connection, OptionalExtension, Row, Statement, params};
use sha2::{Digest, Sha256};

use super::cells::{self, Fault, Unfit};
use super::finding::{Findings, Kind, Place};
use crate::formats::reject::RejectedLine;
use crate::store::CommitRecord;

/// Asks for the rejected lines of one commit after another.
#[derive(Debug)]
pub(super) struct Rejects<'c> {
    connection: &'c Connection,
    statement: Statement<'c>,
    /// How many have been met.
    met: u64,
}

impl<'c> Rejects<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Self, Fault> {
        let sql = "SELECT line, commit_number, error, input, truncated FROM rejects \
                   WHERE batch = ?1 AND line >= ?2 AND line < ?3 ORDER BY line";
        Ok(Self { connection, statement: connection.prepare(sql)?, met: 0 })
    }

    /// The rejected lines among a commit's, compared with what the commit says of them.
    pub(super) fn check(&mut self, record: &CommitRecord, findings: &mut Findings) -> Result<Vec<u64>, Fault> {
        let place = Place::commit(record.number).in_batch(record.batch.into());
        let mut lines = Vec::new();
        let mut hasher = Sha256::new();
        let mut written = Vec::new();
        let first = i64::try_from(record.first_line).unwrap_or(i64::MAX);
        let end = i64::try_from(record.first_line.saturating_add(record.lines)).unwrap_or(i64::MAX);
        let mut rows = self.statement.query(params![record.batch, first, end])?;
        while let Some(row) = rows.next()? {
            self.met += 1;
            match reject(row) {
                Ok((rejected, commit)) => {
                    if commit != record.number {
                        let what =
                            format!("line {} was rejected in it, and is said to be of commit {commit}", rejected.line);
                        findings.add(Kind::RejectPlace, place, what);
                    }
                    lines.push(rejected.line);
                    written.clear();
                    rejected.write(&mut written);
                    hasher.update(&written);
                }
                Err(Unfit(why)) => findings.add(Kind::Row("rejects"), place, format!("rejects: {why}")),
            }
        }
        let rejected = lines.len() as u64;
        if rejected != record.rejected {
            let what = format!("{} lines are said to be rejected, and {rejected} are", record.rejected);
            findings.add(Kind::CommitCounts, place, what);
        }
        if record.rejects_hash != <[u8; 32]>::from(hasher.finalize()) {
            findings.add(Kind::Rejects, place, "the rejected lines are not those that were recorded");
        }
        Ok(lines)
    }

    /// Tells of rejected lines that belong to no commit.
    pub(super) fn finish(self, findings: &mut Findings) -> Result<(), Fault> {
        let all: i64 = self.connection.query_row("SELECT count(*) FROM rejects", [], |row| row.get(0))?;
        if all == i64::try_from(self.met).unwrap_or(i64::MAX) {
            return Ok(());
        }
        let sql = "SELECT batch, line FROM rejects AS r WHERE NOT EXISTS (SELECT 1 FROM commits AS c \
                   WHERE c.number = r.commit_number AND c.batch = r.batch AND r.line >= c.first_line \
                   AND r.line < c.first_line + c.lines) LIMIT 1";
        let stray = self.connection.query_row(sql, [], |row| Ok((cells::number(row, 0), cells::number(row, 1))));
        let (place, what) = match stray.optional()? {
            Some((Ok(batch), Ok(line))) => {
                (Place::batch(batch), format!("line {line} is rejected, but no commit has it"))
            }
            _ => (Place::LEDGER, "rejects: a rejected line belongs to no commit".to_owned()),
        };
        findings.add(Kind::RejectPlace, place, what);
        Ok(())
    }
}

fn reject<'a>(row: &'a Row<'_>) -> Result<(RejectedLine<'a>, u64), Unfit> {
    let rejected = RejectedLine {
        line: cells::number(row, 0)?,
        error: Cow::Borrowed(cells::text(row, 2)?),
        input: Cow::Borrowed(cells::text(row, 3)?),
        truncated: cells::flag(row, 4)?,
    };
    Ok((rejected, cells::number(row, 1)?))
}
