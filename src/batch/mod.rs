//! What travels: a numbered run of consecutive lines, from the bytes read to the bytes written.

mod leaves;

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use leaves::Leaves;
use sha2::{Digest, Sha256};

use crate::domain::{AccountEvent, AccountSlot, Amount, DEFAULT_GROUP, Timestamp, Transaction};

/// The longest line that is read, in bytes without its line end.
pub const LINE_LEN_MAX: usize = 64 * 1024;

/// A numbered run of consecutive input lines and everything that becomes of them.
///
/// Each actor fills in its own part and passes the batch on; nothing is copied on the way. Strings are [`Span`]s of
/// [`Batch::text`]. There are only so many batches, and each is used again and again: whoever holds one holds a credit,
/// and that bounds memory as well as every queue.
#[derive(Debug, Default)]
pub struct Batch {
    /// The batch's place among the input's, from 0.
    pub number: u64,
    /// The number of the first line, from 1.
    pub first_line: u64,
    /// How many lines the batch holds, blank ones included.
    pub line_count: u32,
    /// How the lines are to be read; none while all lines so far are blank, so that nothing tells.
    pub dialect: Option<Dialect>,
    /// The bytes of whole lines, and behind them texts that had to be decoded and names of groups from elsewhere.
    pub text: Vec<u8>,
    /// Which bytes of the input the batch stands for.
    pub input: InputSpan,
    /// Where the text stands in the input, kept if the first reject is to stop the run.
    pub marks: Vec<InputMark>,
    /// The valid transactions in input order.
    pub rows: Vec<Row>,
    /// The lines that are no valid transaction, in input order; the one that stops a run, too.
    pub rejects: Vec<Reject>,
    /// Whether the run ends with this batch, because a line of it was rejected and that is to stop the run. That line
    /// stands behind those that [`Batch::line_count`] counts.
    pub stops_run: bool,
    /// Whether the input is complete with this batch, the last of a run, which holds no lines.
    pub completes_input: bool,
    /// The position of the first decision in the whole log, from 1.
    pub first_position: u64,
    /// What was decided about each row, in the same order.
    pub decisions: Vec<Decision>,
    /// By shard, its decisions as a store keeps them, in the same order, if it does.
    pub leaves: Vec<Leaves>,
    /// The verdicts as they will be written.
    pub output: Vec<u8>,
    /// By shard, its rows and what was decided about them.
    shards: Vec<Mutex<ShardPart>>,
}

/// How the lines of an input are to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A JSON object a line.
    JsonLines,
    /// Comma-separated values, the header read already.
    Csv(Arc<CsvColumns>),
}

/// A range of the input's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InputSpan {
    /// Where the first byte stands in the input, from 0.
    pub start: u64,
    /// Where the byte behind the last one stands, those of cut lines, a byte order mark and a CSV header included.
    pub end: u64,
    /// SHA-256 of all bytes that this run has read, and checked before it read any, up to `end`; zeros if no store asks
    /// for it.
    pub hash: [u8; 32],
}

/// A place in a batch's text from which on its bytes are those of the input, as far as the next mark.
#[derive(Clone, Debug)]
pub struct InputMark {
    /// The place in the text.
    pub place: usize,
    /// Where it stands in the input.
    pub offset: u64,
    /// What has hashed the input up to there, if anyone asks for hashes.
    pub hasher: Option<Sha256>,
}

/// Where a CSV file keeps each field, by place from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvColumns {
    /// How many columns there are.
    pub width: usize,
    /// The transaction's id.
    pub id: usize,
    /// The customer's id.
    pub customer_id: usize,
    /// The amount.
    pub load_amount: usize,
    /// The time.
    pub time: usize,
    /// The format of the time, if there is such a column.
    pub time_format: Option<usize>,
    /// The customer's group, if there is such a column and groups matter.
    pub group: Option<usize>,
    /// The header that says so, as it stands in the input.
    pub header: Vec<u8>,
}

/// One shard's part of a batch.
#[derive(Debug, Default)]
pub struct ShardPart {
    /// The places in [`Batch::rows`] of the shard's customers, ascending.
    pub rows: Vec<u32>,
    /// One decision for each of them, in the same order.
    pub decisions: Vec<Decision>,
    /// The decisions as a store keeps them, in the same order, if it does.
    pub leaves: Leaves,
}

/// A valid transaction, its texts still in the batch.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The transaction's id.
    pub id: Span,
    /// The customer's id.
    pub customer_id: Span,
    /// How much, and which way.
    pub amount: Amount,
    /// When.
    pub time: Timestamp,
    /// The customer's [`crate::domain::CustomerHasher::hash`], which also chooses the shard that decides.
    pub customer_hash: u64,
    /// The group that the customer is in; empty if in the default one, or if groups don't matter.
    pub group: Span,
    /// The line, counted from [`Batch::first_line`].
    pub line: u32,
    /// Whether both ids stand in JSON as they are, without escapes.
    pub plain: bool,
}

/// What was decided about one row.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    /// The account's place in its shard.
    pub account: AccountSlot,
    /// The event that the account's stream gains.
    pub event: AccountEvent,
}

/// A range of [`Batch::text`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    start: u32,
    len: u32,
}

/// A line that is no valid transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The number of the line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub error: LineError,
    /// The line itself.
    pub input: Span,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    /// The field at fault, or `line` if it is the line as a whole.
    pub field: &'static str,
    /// What is wrong, as half a sentence.
    pub why: String,
}

impl std::fmt::Display for LineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.why)
    }
}

impl Row {
    /// The shard of the row's customer among so many.
    fn shard(&self, shards: usize) -> usize {
        // The lower half of the hash, since tables choose places by the highest bits.
        let bits = u64::from(self.customer_hash as u32);
        ((bits * shards as u64) >> 32) as usize
    }
}

impl Span {
    /// The range of so many bytes from a start. A batch's text is far smaller than 4 GiB.
    pub const fn new(start: usize, len: usize) -> Self {
        Self { start: start as u32, len: len as u32 }
    }

    /// The number of bytes.
    pub const fn len(self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The places of the first byte and of the one behind the last.
    pub const fn range(self) -> Range<usize> {
        let start = self.start as usize;
        start..start + self.len as usize
    }

    /// The bytes of the range in a text that holds it; nothing in any other.
    pub fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.range()).unwrap_or_default()
    }
}

impl Batch {
    /// An empty batch for so many shards.
    pub fn new(shards: usize) -> Self {
        Self { shards: (0..shards).map(|_| Mutex::default()).collect(), ..Self::default() }
    }

    /// Empties the batch for its next use and keeps its memory.
    pub fn clear(&mut self) {
        let Self {
            number,
            first_line,
            line_count,
            text,
            input,
            marks,
            rows,
            rejects,
            stops_run,
            completes_input,
            first_position,
            decisions,
            leaves,
            output,
            shards,
            dialect,
        } = self;
        (*number, *first_line, *line_count, *first_position) = (0, 0, 0, 0);
        (*stops_run, *completes_input) = (false, false);
        *input = InputSpan::default();
        text.clear();
        marks.clear();
        rows.clear();
        rejects.clear();
        decisions.clear();
        output.clear();
        *dialect = None;
        let mut leaves = leaves.drain(..);
        for shard in shards {
            let part = shard.get_mut().unwrap_or_else(PoisonError::into_inner);
            part.rows.clear();
            part.decisions.clear();
            part.leaves = leaves.next().unwrap_or_else(|| std::mem::take(&mut part.leaves));
            part.leaves.clear();
        }
    }

    /// One shard's part, for that shard to fill. Nobody else holds it meanwhile.
    pub fn shard(&self, shard: usize) -> Option<MutexGuard<'_, ShardPart>> {
        self.shards.get(shard).map(|part| part.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The shard that decides on a row.
    pub fn shard_of(&self, row: &Row) -> usize {
        row.shard(self.shards.len())
    }

    /// Adds a row, for its shard to decide on.
    pub fn add_row(&mut self, row: Row) {
        let shard = self.shard_of(&row);
        if let Some(part) = self.shards.get_mut(shard) {
            part.get_mut().unwrap_or_else(PoisonError::into_inner).rows.push(self.rows.len() as u32);
        }
        self.rows.push(row);
    }

    /// Lets the batch end right before one of its records, which begins on a line, counted from 0, and at a place of the
    /// raw text.
    ///
    /// Without [`Batch::marks`] the input's end stays where it is.
    pub fn end_before(&mut self, line: u32, place: usize, text: &[u8]) {
        self.line_count = line;
        let Some(mark) = self.marks.iter().rev().find(|mark| mark.place <= place) else { return };
        self.input.end = mark.offset + (place - mark.place) as u64;
        if let Some(hasher) = &mark.hasher {
            let behind_mark = text.get(mark.place..place).unwrap_or_default();
            self.input.hash = hasher.clone().chain_update(behind_mark).finalize().into();
        }
    }

    /// The rejects among the lines that [`Batch::line_count`] counts: all but the one that stops a run.
    pub fn counted_rejects(&self) -> impl Iterator<Item = &Reject> {
        let end = self.first_line + u64::from(self.line_count);
        self.rejects.iter().filter(move |reject| reject.line < end)
    }

    /// The number of a row's line, from 1.
    pub fn line(&self, row: &Row) -> u64 {
        self.first_line + u64::from(row.line)
    }

    /// A row's transaction id and customer id as text.
    pub fn names(&self, row: &Row) -> (&str, &str) {
        let text = |span: Span| std::str::from_utf8(span.of(&self.text)).unwrap_or_default();
        (text(row.id), text(row.customer_id))
    }

    /// A row as a transaction.
    pub fn transaction(&self, row: &Row) -> Transaction<'_> {
        Transaction {
            id: row.id.of(&self.text),
            customer_id: row.customer_id.of(&self.text),
            amount: row.amount,
            time: row.time,
            group: if row.group.is_empty() { DEFAULT_GROUP.as_bytes() } else { row.group.of(&self.text) },
        }
    }

    /// Brings the shards' decisions back into input order, as [`Batch::decisions`], and takes their leaves as
    /// [`Batch::leaves`]; false if a row has no decision.
    pub fn merge_decisions(&mut self) -> bool {
        let Self { shards, rows, decisions, leaves, .. } = self;
        let count = shards.len();
        let mut parts: Vec<_> = shards
            .iter_mut()
            .map(|part| {
                let part = part.get_mut().unwrap_or_else(PoisonError::into_inner);
                leaves.push(std::mem::take(&mut part.leaves));
                part.decisions.iter()
            })
            .collect();
        for row in rows.iter() {
            let Some(made) = parts.get_mut(row.shard(count)) else { break };
            let Some(decision) = made.next() else { break };
            decisions.push(*decision);
        }
        decisions.len() == rows.len()
    }
}
