//! Writes rows.

use std::io;

use anyhow::{Context, anyhow};
use tracing::{Level, enabled, trace};

use super::Stop;
use crate::batch::Batch;
use crate::bus::{Ending, Event, Inbox, Inlet, WriteData};
use crate::console::Console;
use crate::files::Sink;
use crate::formats::reject;

/// With a file of rejects, so many are shown on standard error and the rest counted.
const SHOWN_REJECTS_MAX: u64 = 20;

/// Writes verdicts to the output and rejects to where they belong, in input order, in a thread of its own.
pub struct Writer {
    output: Sink,
    rejects: Rejects,
    console: Console,
    /// How many transactions have been written.
    transactions: u64,
    inbox: Inbox<WriteData>,
    process_manager: Inlet<Event>,
}

/// Where rejected lines are told.
#[derive(Debug)]
pub struct Rejects {
    /// What the input is called.
    input_name: String,
    /// The file they are written to, if there is one.
    sink: Option<Sink>,
    /// How many there were.
    count: u64,
}

impl Writer {
    /// A writer of verdicts and rejects.
    pub const fn new(
        output: Sink,
        rejects: Rejects,
        console: Console,
        inbox: Inbox<WriteData>,
        process_manager: Inlet<Event>,
    ) -> Self {
        Self { output, rejects, console, transactions: 0, inbox, process_manager }
    }

    /// Writes a header and then batches, until told to finish.
    ///
    /// What appears under its name only when whole does so then: verdicts if all the work was done, rejects also if one of
    /// them ended it.
    ///
    /// # Errors
    ///
    /// [`Stop`] if something can't be written, or the process manager is gone.
    pub fn run(mut self, header: &[u8]) -> Result<(), Stop> {
        self.write(header)?;
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

    fn handle(&mut self, batch: &Batch) -> Result<(), Stop> {
        self.write(&batch.output)?;
        if !batch.rejects.is_empty() {
            self.rejects.tell(batch, &self.console)?;
        }
        self.transactions += batch.rows.len() as u64;
        self.console.advance(batch.input_len, self.transactions);
        if enabled!(Level::TRACE) {
            for row in &batch.rows {
                let (id, customer_id) = batch.names(row);
                trace!(batch = batch.number, line = batch.line(row), id, customer_id, "written");
            }
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.output.write_all(bytes).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::OutputClosed,
            _ => Stop::Failed(anyhow!(error).context(format!("can't write {}", self.output.name()))),
        })
    }

    fn finish(self, ending: Ending) -> Result<(), Stop> {
        if ending == Ending::Interrupted {
            return Ok(());
        }
        self.rejects.conclude(&self.console);
        if let Some(sink) = self.rejects.sink {
            commit(sink)?;
        }
        // The verdicts come last: once they stand under their name, everything does.
        if ending == Ending::Complete {
            commit(self.output)?;
        }
        Ok(())
    }
}

fn commit(sink: Sink) -> Result<(), Stop> {
    let name = sink.name().to_owned();
    Ok(sink.commit().with_context(|| format!("can't finish {name}"))?)
}

impl Rejects {
    /// Tells of the lines of an input by this name, and writes them to a file if there is one.
    pub const fn new(input_name: String, sink: Option<Sink>) -> Self {
        Self { input_name, sink, count: 0 }
    }

    /// Tells of a batch's rejects.
    fn tell(&mut self, batch: &Batch, console: &Console) -> Result<(), Stop> {
        let mut messages = String::new();
        for reject in &batch.rejects {
            self.count += 1;
            if self.sink.is_none() || self.count <= SHOWN_REJECTS_MAX {
                messages += &format!("{}:{}: {}\n", self.input_name, reject.line, reject.error);
            }
        }
        console.print(&messages);
        if let Some(sink) = &mut self.sink {
            let mut lines = Vec::new();
            for reject in &batch.rejects {
                reject::write(&mut lines, reject.line, &reject.error, reject.input.of(&batch.text));
            }
            sink.write_all(&lines).with_context(|| format!("can't write {}", sink.name()))?;
        }
        Ok(())
    }

    /// Counts those that were written but not shown.
    fn conclude(&self, console: &Console) {
        if let Some(sink) = &self.sink
            && self.count > SHOWN_REJECTS_MAX
        {
            let more = self.count - SHOWN_REJECTS_MAX;
            console.print(&format!("and {more} more rejected, all in {}\n", sink.name()));
        }
    }
}
