//! Makes transactions of lines.

mod texts;

use std::ops::Range;

use tracing::{Level, enabled, trace};

use super::{Reading, Stop};
use crate::batch::{Batch, Dialect, Reject, Row, Span};
use crate::bus::{CreateTxn, Event, Inbox, Inlet};
use crate::domain::{CustomerHasher, DEFAULT_GROUP, RecentDate};
use crate::formats::csv::CsvParser;
use crate::formats::framing::{Record, Records};
use crate::formats::jsonl::careful;
use crate::formats::jsonl::fast::{self, FastRecord};
use crate::formats::verdict::is_plain;
use crate::formats::{CarefulRecord, Format};
use texts::Texts;

/// Validates lines and keeps no state from one batch to the next, so that any number of creators can share the work.
pub struct Creator {
    hasher: CustomerHasher,
    reading: Reading,
    csv: CsvParser,
    dates: RecentDate,
    inbox: Inbox<CreateTxn>,
    process_manager: Inlet<Event>,
}

impl Creator {
    /// A creator for an input that is read so.
    pub fn new(
        hasher: CustomerHasher,
        reading: Reading,
        inbox: Inbox<CreateTxn>,
        process_manager: Inlet<Event>,
    ) -> Self {
        Self { hasher, reading, csv: CsvParser::default(), dates: RecentDate::default(), inbox, process_manager }
    }

    /// Creates until no more batches come.
    ///
    /// # Errors
    ///
    /// [`Stop`] if the process manager is gone.
    pub async fn run(mut self) -> Result<(), Stop> {
        while let Some(CreateTxn(mut batch)) = self.inbox.recv().await {
            self.handle(&mut batch);
            self.process_manager.send(Event::TxnCreated(batch))?;
        }
        Ok(())
    }

    fn handle(&mut self, batch: &mut Batch) {
        // The lines are borrowed while rows are made of them, so further texts gather apart and are added at the end;
        // where they will stand is known from the start.
        let mut text = std::mem::take(&mut batch.text);
        let members = self.reading.members.clone().filter(|_| self.reading.groups);
        let mut texts = Texts::new(text.len(), members.as_deref());
        let known_dialect = batch.dialect.take();
        let dialect = known_dialect.as_ref().unwrap_or(&Dialect::JsonLines);
        let format = match dialect {
            Dialect::JsonLines => Format::JsonLines,
            Dialect::Csv(_) => Format::Csv,
        };
        for record in Records::new(format, &text) {
            if self.create(&record, dialect, &mut texts, batch) {
                continue;
            }
            if self.reading.strict {
                batch.stops_run = true;
                // Whoever goes on where this run ends meets the line again, perhaps mended.
                batch.end_before(record.line, record.start, &text);
                break;
            }
        }
        batch.dialect = known_dialect;
        text.append(&mut texts.into_bytes());
        batch.text = text;
        if enabled!(Level::TRACE) {
            trace_rows(batch);
        }
    }

    /// Adds a record to the batch, as a row or as a reject; whether it became a row.
    fn create(&mut self, record: &Record<'_>, dialect: &Dialect, texts: &mut Texts<'_>, batch: &mut Batch) -> bool {
        let time_format = self.reading.time_format.as_deref();
        if *dialect == Dialect::JsonLines && time_format.is_none() {
            if let Some(fast) = fast::parse(record.bytes, &mut self.dates) {
                let group = texts.group_of(record.bytes.get(fast.customer_id.clone()).unwrap_or_default());
                self.add_fast(record, fast, group, batch);
                return true;
            }
            if let Some((fast, name)) = fast::parse_with_group(record.bytes, &mut self.dates) {
                let group = self.group_in_line(record, name);
                self.add_fast(record, fast, group, batch);
                return true;
            }
        }
        let parsed = match dialect {
            Dialect::JsonLines => careful::parse(record.bytes, time_format, self.reading.groups),
            Dialect::Csv(columns) => self.csv.parse(record.bytes, columns, time_format),
        };
        match parsed {
            Ok(careful) => {
                batch.add_row(row_of((&self.hasher, self.reading.keeps_default), record, &careful, texts));
                true
            }
            Err(error) => {
                let line = batch.first_line + u64::from(record.line);
                let input = Span::new(record.start, record.bytes.len());
                batch.rejects.push(Reject { line, error, input });
                false
            }
        }
    }

    /// The group whose name stands somewhere in a line, if groups matter; empty if it is the default one.
    fn group_in_line(&self, record: &Record<'_>, name: Range<usize>) -> Span {
        let is_default = record.bytes.get(name.clone()) == Some(DEFAULT_GROUP.as_bytes());
        if self.reading.groups && (self.reading.keeps_default || !is_default) {
            Span::new(record.start + name.start, name.len())
        } else {
            Span::default()
        }
    }

    /// Adds a row whose ids stand in the line as they are.
    #[inline]
    fn add_fast(&self, record: &Record<'_>, fast: FastRecord, group: Span, batch: &mut Batch) {
        let FastRecord { id, customer_id, amount, time } = fast;
        batch.add_row(Row {
            id: Span::new(record.start + id.start, id.len()),
            customer_id: Span::new(record.start + customer_id.start, customer_id.len()),
            amount,
            time,
            group,
            customer_hash: self.hasher.hash(record.bytes.get(customer_id).unwrap_or_default()),
            line: record.line,
            plain: true,
        });
    }
}

/// The row of a record whose texts had to be decoded, or may have had to be; the name of the default group is kept or not.
fn row_of(
    (hasher, keeps_default): (&CustomerHasher, bool),
    record: &Record<'_>,
    careful: &CarefulRecord<'_>,
    texts: &mut Texts<'_>,
) -> Row {
    let CarefulRecord { id, customer_id, amount, time, group } = careful;
    Row {
        id: texts.push(id.as_bytes()),
        customer_id: texts.push(customer_id.as_bytes()),
        amount: *amount,
        time: *time,
        group: match group.as_deref() {
            None => texts.group_of(customer_id.as_bytes()),
            Some(DEFAULT_GROUP) if !keeps_default => Span::default(),
            Some(name) => texts.push(name.as_bytes()),
        },
        customer_hash: hasher.hash(customer_id.as_bytes()),
        line: record.line,
        plain: is_plain(id) && is_plain(customer_id),
    }
}

fn trace_rows(batch: &Batch) {
    for row in &batch.rows {
        let (id, customer_id) = batch.names(row);
        trace!(batch = batch.number, line = batch.line(row), id, customer_id, "created");
    }
    for reject in &batch.rejects {
        trace!(batch = batch.number, line = reject.line, error = %reject.error, "not created");
    }
}

#[cfg(test)]
mod tests;
