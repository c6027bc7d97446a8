//! One commit, from what was made ready to rows.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Transaction, params};
use sha2::{Digest, Sha256};

use super::clock;
use super::log_end::LogEnd;
use super::prepare::{Grown, Segments};
use super::read::failed;
use crate::batch::{Batch, Dialect};
use crate::formats::reject::RejectedLine;
use crate::store::{
    BatchIdentity, Commit, CommitRecord, Hash, StoreError, StoredPolicy, chain_hash, codec, record_bytes,
};

/// How many events a segment holds at most: a question after one event reads them all.
pub(crate) const SEGMENT_LEN_MAX: u64 = 1_024;

/// The lowest level of the tree's nodes that are stored; those below are as quickly hashed again as read.
pub(crate) const STORED_LEVEL_MIN: u32 = 10;

/// The batch that a run decides on.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The name of the batch.
    pub name: String,
    /// The format of times that carry none of their own, if it is not RFC 3339.
    pub time_format: Option<String>,
    /// Where in the input the hashing of its bytes began.
    pub hashed_from: u64,
    /// The text of the policy that decides.
    pub policy: String,
}

/// One commit on its way into the tables.
pub(super) struct Appending<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) intake: &'a Intake,
    pub(super) end: &'a LogEnd,
}

/// What a commit has made of the log's end.
pub(super) struct Appended {
    pub(super) end: LogEnd,
    pub(super) batch: BatchIdentity,
}

/// The policy of a commit that comes into force with it: its leaf; `batch` is what is known of the commit's batch.
pub(super) fn activated(intake: &Intake, end: &LogEnd, batch: Option<&BatchIdentity>) -> Option<Vec<u8>> {
    if end.policy.as_ref().is_some_and(|policy| policy.text == intake.policy) {
        return None;
    }
    let mut leaf = Vec::new();
    codec::encode_policy(&mut leaf, batch.map_or(end.batches + 1, |batch| batch.number), &intake.policy);
    Some(leaf)
}

impl Appending<'_> {
    /// Writes everything that a commit stands for.
    pub(super) fn write(
        self,
        commit: &Commit<'_>,
        known: Option<&BatchIdentity>,
        segments: &Segments,
        grown: &Grown,
    ) -> Result<Appended, StoreError> {
        let batch = self.batch(commit, known)?;
        let number = self.end.commits + 1;
        let policy = match &self.end.policy {
            Some(policy) if policy.text == self.intake.policy => policy.clone(),
            _ => {
                StoredPolicy { position: self.end.head.size + 1, batch: batch.number, text: self.intake.policy.clone() }
            }
        };
        let mut events = 0;
        for (first_position, count, text) in segments.iter() {
            let text = ToSqlOutput::Borrowed(ValueRef::Text(text));
            let sql = "INSERT INTO segments (first_position, commit_number, count, events) VALUES (?1, ?2, ?3, ?4)";
            self.execute(sql, params![first_position, number, count, text])?;
            events += count;
        }
        for (level, index, hash) in &grown.nodes {
            self.execute("INSERT INTO tree (level, idx, hash) VALUES (?1, ?2, ?3)", params![level, index, hash])?;
        }
        let (rejected, rejects_hash) = self.rejects(commit.batches, batch.number, number)?;
        let record = self.record(commit, &batch);
        let (accepted, root) = (segments.accepted, grown.root);
        let record = CommitRecord {
            policy: policy.position,
            events,
            accepted,
            declined: commit.len().saturating_sub(accepted),
            rejected,
            rejects_hash,
            root,
            ..record
        };
        let chain = chain_hash(&self.end.head.chain, &record_bytes(&record, &batch));
        let record = CommitRecord { chain, ..record };
        self.insert(&record)?;
        let batches = self.end.batches.max(batch.number);
        let end = LogEnd { batches, ..LogEnd::after(&record, policy) };
        Ok(Appended { end, batch })
    }

    /// What tells the batch apart, written down if it is new or has become known.
    fn batch(&self, commit: &Commit<'_>, known: Option<&BatchIdentity>) -> Result<BatchIdentity, StoreError> {
        let (format, header) = match commit.batches.iter().find_map(|batch| batch.dialect.as_ref()) {
            None => (None, None),
            Some(Dialect::JsonLines) => (Some("jsonl".to_owned()), None),
            Some(Dialect::Csv(columns)) => {
                (Some("csv".to_owned()), Some(String::from_utf8_lossy(&columns.header).into_owned()))
            }
        };
        match known {
            Some(known) if known.format.is_some() || format.is_none() => Ok(known.clone()),
            Some(known) => {
                let batch = BatchIdentity { format, header, ..known.clone() };
                let sql = "UPDATE batch_records SET format = ?2, header = ?3 WHERE number = ?1";
                self.execute(sql, params![batch.number, batch.format, batch.header])?;
                Ok(batch)
            }
            None => {
                let batch = BatchIdentity {
                    number: self.end.batches + 1,
                    name: self.intake.name.clone(),
                    format,
                    header,
                    time_format: self.intake.time_format.clone(),
                };
                let sql = "INSERT INTO batch_records (number, name, format, header, time_format) \
                           VALUES (?1, ?2, ?3, ?4, ?5)";
                let values = params![batch.number, batch.name, batch.format, batch.header, batch.time_format];
                self.execute(sql, values)?;
                Ok(batch)
            }
        }
    }

    /// Writes the rejected lines that were passed; gives their number and hash.
    fn rejects(&self, batches: &[Box<Batch>], batch: u32, commit: u64) -> Result<(u64, Hash), StoreError> {
        let mut hasher = Sha256::new();
        let mut count = 0;
        let mut line = Vec::new();
        let told = batches.iter().flat_map(|lines| lines.counted_rejects().map(move |reject| (lines, reject)));
        for (lines, reject) in told {
            let rejected = RejectedLine::new(reject.line, &reject.error, reject.input.of(&lines.text));
            line.clear();
            rejected.write(&mut line);
            hasher.update(&line);
            let sql = "INSERT INTO rejects (batch, line, commit_number, error, input, truncated) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let values = params![batch, rejected.line, commit, rejected.error, rejected.input, rejected.truncated];
            self.execute(sql, values)?;
            count += 1;
        }
        Ok((count, hasher.finalize().into()))
    }

    /// The record of this commit as far as its batches tell.
    fn record(&self, commit: &Commit<'_>, batch: &BatchIdentity) -> CommitRecord {
        let first = commit.batches.first();
        let last = commit.batches.last();
        let first_byte = first.map_or(0, |batch| batch.input.start);
        CommitRecord {
            number: self.end.commits + 1,
            batch: batch.number,
            complete: last.is_some_and(|batch| batch.completes_input),
            policy: 0,
            first_position: self.end.head.size + 1,
            events: 0,
            accepted: 0,
            declined: 0,
            rejected: 0,
            first_line: first.map_or(1, |batch| batch.first_line),
            lines: commit.batches.iter().map(|batch| u64::from(batch.line_count)).sum(),
            first_byte,
            bytes: last.map_or(0, |batch| batch.input.end).saturating_sub(first_byte),
            hashed_from: self.intake.hashed_from,
            input_hash: last.map_or(Hash::default(), |batch| batch.input.hash),
            rejects_hash: Hash::default(),
            recorded_at: clock::now_after(&self.end.recorded_at),
            root: Hash::default(),
            chain: Hash::default(),
        }
    }

    fn insert(&self, record: &CommitRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO commits (number, batch, complete, policy, first_position, events, accepted, declined, \
                   rejected, first_line, lines, first_byte, bytes, hashed_from, input_hash, rejects_hash, recorded_at, \
                   root, chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, \
                   ?18, ?19)";
        let r = record;
        let values = params![
            r.number,
            r.batch,
            r.complete,
            r.policy,
            r.first_position,
            r.events,
            r.accepted,
            r.declined,
            r.rejected,
            r.first_line,
            r.lines,
            r.first_byte,
            r.bytes,
            r.hashed_from,
            r.input_hash,
            r.rejects_hash,
            r.recorded_at,
            r.root,
            r.chain
        ];
        self.execute(sql, values)
    }

    fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), StoreError> {
        let run = || self.transaction.prepare_cached(sql)?.execute(values);
        run().map(|_| ()).map_err(failed)
    }
}
