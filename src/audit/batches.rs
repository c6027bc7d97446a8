//! What is known of batches, and how their commits go on from one another.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, Row};

use super::cells::{self, Fault, Unfit};
use super::finding::{Findings, Kind, Place};
use super::replay::InForce;
use crate::store::{BatchIdentity, CommitRecord, Hash, chain_hash, record_bytes};

/// All batches by their numbers.
#[derive(Debug, Default)]
pub(super) struct Batches(BTreeMap<u64, Batch>);

/// A batch and how far its commits have been passed.
#[derive(Debug)]
pub(super) struct Batch {
    identity: BatchIdentity,
    commits: u64,
    next_line: u64,
    next_byte: u64,
    hashed_from: u64,
    complete: bool,
    policy: Option<Arc<str>>,
    form: Form,
    /// The commit at hand is the first that knows of a header.
    has_met_header: bool,
}

/// Whether the chain knows the batch's format and header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// All lines so far were blank, so that nothing told.
    Unknown,
    Known,
}

impl Batches {
    /// Reads what tells batches apart.
    pub(super) fn read(connection: &Connection, findings: &mut Findings) -> Result<Self, Fault> {
        let sql = "SELECT number, name, format, header, time_format FROM batch_records ORDER BY number";
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut batches = BTreeMap::new();
        while let Some(row) = rows.next()? {
            match identity(row) {
                Ok(identity) => {
                    let expected = batches.len() as u64 + 1;
                    if u64::from(identity.number) != expected {
                        let what = format!("batch {} follows batch {}", identity.number, expected - 1);
                        findings.add(Kind::BatchNumber, Place::batch(identity.number.into()), what);
                    }
                    batches.insert(u64::from(identity.number), Batch::new(identity));
                }
                Err(Unfit(why)) => {
                    let place = cells::number(row, 0).map_or(Place::LEDGER, Place::batch);
                    findings.add(Kind::Row("batch_records"), place, format!("batch_records: {why}"));
                }
            }
        }
        Ok(Self(batches))
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// The batch of a number.
    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut Batch> {
        self.0.get_mut(&number.into())
    }

    /// Tells of batches that the commits leave open to doubt.
    pub(super) fn finish(&self, findings: &mut Findings) {
        for (number, batch) in &self.0 {
            let place = Place::batch(*number);
            if batch.commits == 0 {
                findings.add(Kind::BatchEmpty, place, "the batch has no commit");
            } else if batch.form == Form::Unknown && batch.has_form() {
                findings.add(Kind::Chain, place, "the batch has a format that its commits know nothing of");
            }
        }
    }
}

impl Batch {
    const fn new(identity: BatchIdentity) -> Self {
        Self {
            identity,
            commits: 0,
            next_line: 1,
            next_byte: 0,
            hashed_from: 0,
            complete: false,
            policy: None,
            form: Form::Unknown,
            has_met_header: false,
        }
    }

    const fn has_form(&self) -> bool {
        self.identity.format.is_some() || self.identity.header.is_some()
    }

    /// The chain after a commit of the batch.
    pub(super) fn chain(&mut self, previous: &Hash, record: &CommitRecord) -> Hash {
        let chain = chain_hash(previous, &record_bytes(record, &self.identity));
        if chain == record.chain {
            self.has_met_header = self.form == Form::Unknown && self.identity.header.is_some();
            self.form = Form::Known;
            return chain;
        }
        // What a batch's first lines have not told yet became known with a later commit.
        if self.form == Form::Unknown && self.has_form() {
            let identity = BatchIdentity { format: None, header: None, ..self.identity.clone() };
            let earlier = chain_hash(previous, &record_bytes(record, &identity));
            if earlier == record.chain {
                return earlier;
            }
        }
        chain
    }

    /// Checks that a commit goes on where the batch's last one ended; its chain has been made before.
    pub(super) fn check(&mut self, record: &CommitRecord, in_force: Option<&InForce>, findings: &mut Findings) {
        let place = Place::commit(record.number).in_batch(record.batch.into());
        if self.complete {
            findings.add(Kind::BatchEnd, place, "the commit follows the one that completed its batch");
        }
        // A header's lines stand before the lines of the commit that first knows of it.
        let behind_header = std::mem::take(&mut self.has_met_header) && record.first_line > self.next_line;
        if record.first_line != self.next_line && !behind_header {
            let what = format!(
                "the commit begins at line {} of its batch, whose next is {}",
                record.first_line, self.next_line
            );
            findings.add(Kind::BatchLines, place, what);
        }
        if record.first_byte != self.next_byte {
            let what = format!(
                "the commit begins at byte {} of its batch, whose next is {}",
                record.first_byte, self.next_byte
            );
            findings.add(Kind::BatchBytes, place, what);
        }
        if record.hashed_from != self.hashed_from && record.hashed_from != record.first_byte {
            let what = format!("the commit's input is hashed from byte {}, where no reading began", record.hashed_from);
            findings.add(Kind::BatchBytes, place, what);
        }
        let policy = in_force.map(|policy| &policy.text);
        if self.policy.is_some() && policy.is_some() && self.policy.as_ref() != policy {
            findings.add(Kind::BatchPolicy, place, "the policy is not the one that the batch was begun under");
        }
        self.commits += 1;
        self.complete |= record.complete;
        self.next_line = record.first_line.saturating_add(record.lines);
        self.next_byte = record.first_byte.saturating_add(record.bytes);
        self.hashed_from = record.hashed_from;
        self.policy = self.policy.take().or_else(|| policy.cloned());
    }
}

fn identity(row: &Row<'_>) -> Result<BatchIdentity, Unfit> {
    let owned = |column| Ok::<_, Unfit>(cells::optional_text(row, column)?.map(str::to_owned));
    Ok(BatchIdentity {
        number: u32::try_from(cells::number(row, 0)?).map_err(|_| Unfit("number is not below 2^32".to_owned()))?,
        name: cells::text(row, 1)?.to_owned(),
        format: owned(2)?,
        header: owned(3)?,
        time_format: owned(4)?,
    })
}
