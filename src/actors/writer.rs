//! Writes rows.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::{Level, enabled, trace};

use super::Stop;
use crate::batch::{Batch, Dialect, Reject};
use crate::bus::{Ending, Event, Inbox, Inlet, WriteData};
use crate::console::Console;
use crate::domain::Totals;
use crate::formats::Format;
use crate::formats::reject::RejectedLine;
use crate::results::{Fingerprint, Fingerprints, Recorded, Results, ResultsError};

/// Writes verdicts to the output and rejects to where they belong, in input order, in a thread of its own.
pub struct Writer {
    results: Results,
    totals: Arc<Mutex<Totals>>,
    fingerprints: Arc<Mutex<Option<Fingerprints>>>,
    /// The input and its format, once it is known to be complete.
    input: Option<(Fingerprint, Option<Format>)>,
    console: Console,
    /// Up to where in the input everything has been written.
    input_end: u64,
    /// How many transactions have been written.
    transactions: u64,
    inbox: Inbox<WriteData>,
    process_manager: Inlet<Event>,
}

impl From<ResultsError> for Stop {
    fn from(error: ResultsError) -> Self {
        match error {
            ResultsError::ReaderGone => Self::OutputClosed,
            ResultsError::Failed(error) => Self::Failed(error),
        }
    }
}

impl Writer {
    /// A writer of results, which begin at a place of the input; what was decided before the run it adds to the totals.
    /// If the results' fingerprint is taken, it leaves that and the input's behind.
    pub const fn new(
        results: Results,
        input_start: u64,
        totals: Arc<Mutex<Totals>>,
        fingerprints: Arc<Mutex<Option<Fingerprints>>>,
        console: Console,
        inbox: Inbox<WriteData>,
        process_manager: Inlet<Event>,
    ) -> Self {
        let input_end = input_start;
        Self { results, totals, fingerprints, input: None, console, input_end, transactions: 0, inbox, process_manager }
    }

    /// Writes a header, what was decided before the run, and then batches, until told to finish.
    ///
    /// What appears under its name only when whole does so then: verdicts if all the work was done, rejects also if one of
    /// them ended it.
    ///
    /// # Errors
    ///
    /// [`Stop`] if something can't be written, what was decided before can't be read, or the process manager is gone.
    pub fn run(mut self, header: &[u8], recorded: Option<Box<dyn Recorded>>) -> Result<(), Stop> {
        self.results.write(header)?;
        if let Some(mut recorded) = recorded {
            self.retell(recorded.as_mut())?;
        }
        while let Some(message) = self.inbox.blocking_recv() {
            match message {
                WriteData::Batch(batch) => {
                    self.handle(&batch)?;
                    self.process_manager.send(Event::DataWritten(batch))?;
                }
                WriteData::Finish(ending) => return self.finish(ending),
            }
        }
        Err(Stop::Closed)
    }

    fn retell(&mut self, recorded: &mut dyn Recorded) -> Result<(), Stop> {
        let totals = self.results.retell(recorded, || !self.inbox.is_closed())?;
        self.transactions += totals.transactions();
        self.totals.lock().unwrap_or_else(PoisonError::into_inner).add(&totals);
        Ok(())
    }

    fn handle<'b>(&mut self, batch: &'b Batch) -> Result<(), Stop> {
        self.results.write(&batch.output)?;
        if !batch.rejects.is_empty() {
            let rejected =
                |reject: &'b Reject| RejectedLine::new(reject.line, &reject.error, reject.input.of(&batch.text));
            self.results.reject(batch.rejects.iter().map(rejected))?;
        }
        self.transactions += batch.rows.len() as u64;
        self.console.advance(batch.input.end.saturating_sub(self.input_end), self.transactions);
        self.input_end = batch.input.end;
        if batch.completes_input {
            self.input = Some(input_of(batch));
        }
        if enabled!(Level::TRACE) {
            for row in &batch.rows {
                let (id, customer_id) = batch.names(row);
                trace!(batch = batch.number, line = batch.line(row), id, customer_id, "written");
            }
        }
        Ok(())
    }

    fn finish(mut self, ending: Ending) -> Result<(), Stop> {
        if ending == Ending::Interrupted {
            return Ok(());
        }
        self.results.finish_rejects()?;
        if ending != Ending::Complete {
            return Ok(());
        }
        let output = self.results.finish_verdicts()?;
        if let (Some(output), Some((input, input_format))) = (output, self.input) {
            let fingerprints = Fingerprints { input, input_format, output };
            *self.fingerprints.lock().unwrap_or_else(PoisonError::into_inner) = Some(fingerprints);
        }
        Ok(())
    }
}

/// The input up to the end of a batch, and its format, if a line of it has told.
fn input_of(batch: &Batch) -> (Fingerprint, Option<Format>) {
    let format = batch.dialect.as_ref().map(|dialect| match dialect {
        Dialect::JsonLines => Format::JsonLines,
        Dialect::Csv(_) => Format::Csv,
    });
    (Fingerprint { sha256: batch.input.hash, bytes: batch.input.end }, format)
}
