//! The transactions that all parts work on.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use memchr::memchr_iter;
use serde_json::Value;
use tidegate::batch::{Batch, Decision, Dialect, InputSpan, Leaves, Row, Span};
use tidegate::config::policy_text;
use tidegate::domain::{Accounts, CustomerHasher, Judge, Located, Memory, Policy, RecentDate, Transaction};
use tidegate::formats::jsonl::fast;
use tidegate::formats::verdict::Ids;
use tidegate::store::{EventStore, Intake, LeafWriter, SqliteStore};
use tidegate::workload::Workload;

const SEED: u64 = 7;

/// How many transactions there are.
pub(crate) const LINES: u64 = 100_000;

/// How many of them a batch has, which is a commit.
const BATCH_LEN: usize = 4_096;

/// How many rows ahead memory is asked for, as in a run.
const ROWS_AHEAD: usize = 16;

/// What stands above [`Work::csv_lines`].
pub(crate) const CSV_HEADER: &[u8] = b"id,customer_id,load_amount,time";

/// The transactions, as lines, as rows, and decided.
pub(crate) struct Work {
    json: Lines,
    csv: Lines,
    hasher: CustomerHasher,
    /// What decides.
    pub(crate) policy: Arc<Policy>,
    /// The transactions with their decisions, ready to be appended to a new ledger.
    #[expect(clippy::vec_box, reason = "batches travel in boxes, and a commit takes them so")]
    pub(crate) batches: Vec<Box<Batch>>,
}

/// A text whose lines are known, so that looking for their ends is not measured.
struct Lines {
    text: Vec<u8>,
    places: Vec<Range<usize>>,
}

/// What decides on all customers' transactions.
pub(crate) struct Shard {
    accounts: Accounts,
    judge: Judge,
    located: Vec<Located>,
    decisions: Vec<Decision>,
}

impl Work {
    /// Makes all of it.
    pub(crate) fn new() -> Result<Self> {
        let (mut json, hasher, policy) = (Vec::new(), CustomerHasher::default(), Arc::new(Policy::default()));
        Workload { lines: LINES, seed: SEED, mix: false }.write(&mut json)?;
        let json = Lines::of(json);
        let csv = Lines::of(csv(&json)?);
        let batches = batches(&json, &hasher)?;
        let mut work = Self { json, csv, hasher, policy, batches };
        let mut shard = work.undecided();
        shard.decide_all(&work);
        let directory = tempfile::tempdir()?;
        let store = new_store(&directory.path().join("ledger.db"), &work.policy)?;
        let (mut position, writer) = (store.next_position(), store.leaf_writer().context("a ledger keeps leaves")?);
        let mut decisions = shard.decisions.into_iter();
        for batch in &mut work.batches {
            batch.first_position = position;
            batch.decisions = decisions.by_ref().take(batch.rows.len()).collect();
            add_leaves(batch, writer, &work.policy);
            position += batch.rows.len() as u64;
        }
        Ok(work)
    }

    /// The lines as JSON.
    pub(crate) fn json_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.json.iter()
    }

    /// The lines as CSV.
    pub(crate) fn csv_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.csv.iter()
    }

    /// A shard that knows nobody yet.
    pub(crate) fn undecided(&self) -> Shard {
        Shard {
            accounts: Accounts::new(self.hasher.clone(), Memory::Days),
            judge: Judge::new(Arc::clone(&self.policy)),
            located: Vec::with_capacity(BATCH_LEN),
            decisions: Vec::with_capacity(LINES as usize),
        }
    }

    /// The transactions, their ids on the way into verdicts, and what was decided.
    pub(crate) fn decided(&self) -> impl Iterator<Item = (Transaction<'_>, Ids<'_>, &Decision)> {
        self.batches.iter().flat_map(|batch| {
            let rows = batch.rows.iter().zip(&batch.decisions);
            rows.map(|(row, decision)| (batch.transaction(row), Ids::of(row, &batch.text), decision))
        })
    }

    /// The decisions as a ledger keeps them, by batch.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = &Leaves> {
        self.batches.iter().flat_map(|batch| &batch.leaves)
    }
}

impl Lines {
    /// The lines of a text, each with an end.
    fn of(text: Vec<u8>) -> Self {
        let mut start = 0;
        let place = |end| std::mem::replace(&mut start, end + 1)..end;
        let places = memchr_iter(b'\n', &text).map(place).collect();
        Self { text, places }
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().filter_map(|place| self.text.get(place.clone()))
    }
}

impl Shard {
    /// Decides on all transactions as a run's shards do: those of a batch are located before any is decided on, and memory is
    /// asked for ahead.
    pub(crate) fn decide_all(&mut self, work: &Work) {
        let Self { accounts, judge, located, decisions } = self;
        for batch in &work.batches {
            located.clear();
            for (place, row) in batch.rows.iter().enumerate() {
                if let Some(ahead) = batch.rows.get(place + ROWS_AHEAD) {
                    accounts.prefetch_customer(ahead.customer_hash);
                }
                let (customer_id, id) = (row.customer_id.of(&batch.text), row.id.of(&batch.text));
                located.push(accounts.locate(customer_id, row.customer_hash, id));
            }
            for (place, (row, at)) in batch.rows.iter().zip(located.iter()).enumerate() {
                located.get(place + 2 * ROWS_AHEAD).inspect(|far| accounts.prefetch(far));
                let near = located.get(place + ROWS_AHEAD).zip(batch.rows.get(place + ROWS_AHEAD));
                near.inspect(|(near, row)| accounts.prefetch_past(near, row.time));
                if let Some(event) = accounts.process(at, &batch.transaction(row), false, judge) {
                    decisions.push(Decision { account: at.slot(), event });
                }
            }
        }
    }

    /// How many of all transactions have an id that came before: all, once they were decided on.
    pub(crate) fn count_seen(&self, work: &Work) -> usize {
        let seen = |(transaction, _, decision): &(Transaction<'_>, Ids<'_>, &Decision)| {
            self.accounts.has_seen(decision.account, transaction.id)
        };
        work.decided().filter(seen).count()
    }
}

/// A new ledger whose first batch is about to be appended.
pub(crate) fn new_store(path: &Path, policy: &Policy) -> Result<SqliteStore> {
    let mut store = SqliteStore::open(path)?;
    store.take_in(Intake {
        name: "batch".to_owned(),
        time_format: None,
        hashed_from: 0,
        policy: policy_text(policy),
    })?;
    store.begin(1, Memory::Days)?;
    Ok(store)
}

/// JSON lines as CSV.
fn csv(json: &Lines) -> Result<Vec<u8>> {
    let mut csv = Vec::new();
    for line in json.iter() {
        let line: Value = serde_json::from_slice(line)?;
        let text = |key: &str| line[key].as_str().with_context(|| format!("no {key}"));
        let cells = [text("id")?, text("customer_id")?, text("load_amount")?, text("time")?];
        csv.extend_from_slice(cells.join(",").as_bytes());
        csv.push(b'\n');
    }
    Ok(csv)
}

/// Batches of the rows that lines make.
#[expect(clippy::vec_box, reason = "batches travel in boxes, and a commit takes them so")]
fn batches(json: &Lines, hasher: &CustomerHasher) -> Result<Vec<Box<Batch>>> {
    let lines: Vec<_> = json.iter().collect();
    let (mut batches, mut dates) = (Vec::new(), RecentDate::default());
    let (mut first_line, mut start) = (1, 0);
    for lines in lines.chunks(BATCH_LEN) {
        let mut batch = Box::new(Batch::new(1));
        (batch.first_line, batch.line_count) = (first_line, lines.len() as u32);
        batch.dialect = Some(Dialect::JsonLines);
        for (line, text) in (0..).zip(lines) {
            let place = batch.text.len();
            batch.text.extend_from_slice(text);
            batch.text.push(b'\n');
            let record = fast::parse(text, &mut dates).context("generated lines are usual ones")?;
            batch.add_row(Row {
                id: Span::new(place + record.id.start, record.id.len()),
                customer_hash: hasher.hash(text.get(record.customer_id.clone()).unwrap_or_default()),
                customer_id: Span::new(place + record.customer_id.start, record.customer_id.len()),
                amount: record.amount,
                time: record.time,
                group: Span::default(),
                line,
                plain: true,
            });
        }
        batch.input = InputSpan { start, end: start + batch.text.len() as u64, hash: [0; 32] };
        (first_line, start) = (first_line + lines.len() as u64, batch.input.end);
        batches.push(batch);
    }
    Ok(batches)
}

/// Makes the form in which a ledger keeps a batch's decisions.
fn add_leaves(batch: &mut Batch, writer: LeafWriter, policy: &Policy) {
    let mut leaves = Leaves::default();
    let mut appender = writer.append_to(&mut leaves);
    for (row, decision) in batch.rows.iter().zip(&batch.decisions) {
        appender.write(batch.line(row), &batch.transaction(row), &decision.event, policy);
    }
    drop(appender);
    batch.leaves = vec![leaves];
}
