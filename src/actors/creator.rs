//! Makes transactions of lines.

use std::sync::Arc;

use tracing::{Level, enabled, trace};

use super::Stop;
use crate::batch::{Batch, Dialect, Reject, Row, Span};
use crate::bus::{CreateTxn, Event, Inbox, Inlet};
use crate::domain::CustomerHasher;
use crate::formats::csv::CsvParser;
use crate::formats::framing::{Record, Records};
use crate::formats::jsonl::careful;
use crate::formats::jsonl::fast::{self, FastRecord};
use crate::formats::verdict::is_plain;
use crate::formats::{CarefulRecord, Format, TimeFormat};

/// Validates lines and keeps no state from one batch to the next, so that any number of creators can share the work.
pub struct Creator {
    hasher: CustomerHasher,
    time_format: Option<Arc<TimeFormat>>,
    /// Whether the first rejected line ends the run.
    strict: bool,
    csv: CsvParser,
    inbox: Inbox<CreateTxn>,
    process_manager: Inlet<Event>,
}

impl Creator {
    /// A creator; `time_format` is the format of times that carry none of their own, if it is not RFC 3339.
    pub fn new(
        hasher: CustomerHasher,
        time_format: Option<Arc<TimeFormat>>,
        strict: bool,
        inbox: Inbox<CreateTxn>,
        process_manager: Inlet<Event>,
    ) -> Self {
        Self { hasher, time_format, strict, csv: CsvParser::default(), inbox, process_manager }
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
        // The lines are borrowed while rows are made of them, so the decoded texts gather apart and are added at the
        // end; where they will stand is known from the start.
        let mut text = std::mem::take(&mut batch.text);
        let mut decoded = Vec::new();
        let known_dialect = batch.dialect.take();
        let dialect = known_dialect.as_ref().unwrap_or(&Dialect::JsonLines);
        let format = match dialect {
            Dialect::JsonLines => Format::JsonLines,
            Dialect::Csv(_) => Format::Csv,
        };
        for record in Records::new(format, &text) {
            if self.create(&record, dialect, text.len(), &mut decoded, batch) {
                continue;
            }
            if self.strict {
                batch.stops_run = true;
                // Whoever goes on where this run ends meets the line again, perhaps mended.
                batch.end_before(record.line, record.start, &text);
                break;
            }
        }
        batch.dialect = known_dialect;
        text.append(&mut decoded);
        batch.text = text;
        if enabled!(Level::TRACE) {
            trace_rows(batch);
        }
    }

    /// Adds a record to the batch, as a row or as a reject; whether it became a row.
    fn create(
        &mut self,
        record: &Record<'_>,
        dialect: &Dialect,
        text_len: usize,
        decoded: &mut Vec<u8>,
        batch: &mut Batch,
    ) -> bool {
        let time_format = self.time_format.as_deref();
        if *dialect == Dialect::JsonLines
            && time_format.is_none()
            && let Some(fast) = fast::parse(record.bytes)
        {
            self.add_fast(record, fast, batch);
            return true;
        }
        let parsed = match dialect {
            Dialect::JsonLines => careful::parse(record.bytes, time_format),
            Dialect::Csv(columns) => self.csv.parse(record.bytes, columns, time_format),
        };
        match parsed {
            Ok(CarefulRecord { id, customer_id, amount, time }) => {
                let start = text_len + decoded.len();
                decoded.extend_from_slice(id.as_bytes());
                decoded.extend_from_slice(customer_id.as_bytes());
                batch.add_row(Row {
                    id: Span::new(start, id.len()),
                    customer_id: Span::new(start + id.len(), customer_id.len()),
                    amount,
                    time,
                    customer_hash: self.hasher.hash(customer_id.as_bytes()),
                    line: record.line,
                    plain: is_plain(&id) && is_plain(&customer_id),
                });
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

    /// Adds a row whose ids stand in the line as they are.
    #[inline]
    fn add_fast(&self, record: &Record<'_>, fast: FastRecord, batch: &mut Batch) {
        let FastRecord { id, customer_id, amount, time } = fast;
        batch.add_row(Row {
            id: Span::new(record.start + id.start, id.len()),
            customer_id: Span::new(record.start + customer_id.start, customer_id.len()),
            amount,
            time,
            customer_hash: self.hasher.hash(record.bytes.get(customer_id).unwrap_or_default()),
            line: record.line,
            plain: true,
        });
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
