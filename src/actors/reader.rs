//! Reads lines into batches.

mod position;

use std::sync::Arc;

use anyhow::Context;
use rustix::buffer::spare_capacity;
use rustix::io::Errno;
use sha2::Sha256;
use tracing::{debug, trace};

use super::{Reading, Stop};
use position::Position;

use crate::batch::{Batch, CsvColumns, Dialect, LINE_LEN_MAX};
use crate::bus::{Ending, Event, Inbox, Inlet};
use crate::files::{Source, StopListener, Wait};
use crate::formats::framing::{Records, whole_records};
use crate::formats::{Format, csv, csv::HeaderError};

/// How many bytes of input a batch holds at most.
const BATCH_LEN_MAX: usize = 256 * 1024;

/// How much of an overlong line is kept: enough to tell, with either line end, that it is too long.
const CUT_LINE_LEN: usize = LINE_LEN_MAX + 2;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads the input in a thread of its own and cuts it into batches of whole lines.
///
/// A batch closes when it is full, or as soon as no more bytes are waiting: a file comes in full batches, and a line
/// that trickles through a pipe goes on its way at once.
pub struct Reader {
    source: Source,
    stop: StopListener,
    credits: Inbox<Box<Batch>>,
    process_manager: Inlet<Event>,
    /// The input's format, if it is known without looking.
    format: Option<Format>,
    columns: Option<Arc<CsvColumns>>,
    /// Whether it matters which group a customer is in.
    groups: bool,
    /// What was read behind the last whole line.
    rest: Vec<u8>,
    /// Whether the end of an overlong line is still to come.
    in_cut_line: bool,
    /// Whether the first bytes have been looked at for a byte order mark.
    past_bom: bool,
    /// Whether the first line that is not blank is still to come.
    at_start: bool,
    next_line: u64,
    position: Position,
    batches: u64,
}

/// Where in the input the reading starts; by default at its beginning.
#[derive(Clone, Debug)]
pub struct Start {
    /// The number of the first line that is read, from 1.
    pub line: u64,
    /// Where the first byte that is read stands in the input, from 0.
    pub offset: u64,
    /// What has hashed the input up to there, if batches are to have hashes.
    pub hasher: Option<Sha256>,
    /// How lines are to be read, if a line before the first one has told; then there is no header.
    pub dialect: Option<Dialect>,
    /// Whether the first bytes of the input, which may be a byte order mark, lie before.
    pub past_bom: bool,
}

impl Default for Start {
    fn default() -> Self {
        Self { line: 1, offset: 0, hasher: None, dialect: None, past_bom: false }
    }
}

/// How the filling of a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filled {
    /// There may be more.
    Open,
    /// The input has ended, or the run is to stop.
    Last(Ending),
}

impl Reader {
    /// A reader of a source whose next byte is the one at the start.
    ///
    /// Where a reject is to stop the run, batches are marked, so that they can be cut short.
    pub fn new(
        source: Source,
        reading: &Reading,
        start: Start,
        stop: StopListener,
        credits: Inbox<Box<Batch>>,
        process_manager: Inlet<Event>,
    ) -> Self {
        let Start { line, offset, hasher, dialect, past_bom } = start;
        let at_start = dialect.is_none();
        let (format, columns) = match dialect {
            None => (reading.format, None),
            Some(Dialect::JsonLines) => (Some(Format::JsonLines), None),
            Some(Dialect::Csv(columns)) => (Some(Format::Csv), Some(columns)),
        };
        Self {
            source,
            stop,
            credits,
            process_manager,
            format,
            columns,
            groups: reading.groups,
            rest: Vec::new(),
            in_cut_line: false,
            past_bom,
            at_start,
            next_line: line,
            position: Position::new(offset, hasher, reading.strict),
            batches: 0,
        }
    }

    /// Reads until the input ends or the run is to stop.
    ///
    /// # Errors
    ///
    /// [`Stop`] if the input can't be read, a CSV header lacks a column, or the process manager is gone.
    pub fn run(mut self) -> Result<(), Stop> {
        loop {
            let mut batch = self.credit()?;
            let filled = self.fill(&mut batch)?;
            let unused = if batch.text.is_empty() {
                Some(batch)
            } else {
                self.send(batch)?;
                None
            };
            if let Filled::Last(ending) = filled {
                return self.end(ending, unused);
            }
        }
    }

    /// Waits for an empty batch.
    fn credit(&mut self) -> Result<Box<Batch>, Stop> {
        self.credits.blocking_recv().ok_or(Stop::Closed)
    }

    fn send(&mut self, mut batch: Box<Batch>) -> Result<(), Stop> {
        self.label(&mut batch);
        self.batches += 1;
        self.next_line += u64::from(batch.line_count);
        trace!(batch = batch.number, line = batch.first_line, lines = batch.line_count, "read");
        Ok(self.process_manager.send(Event::TxnRead(batch))?)
    }

    /// Tells that the reading has ended, and if the input has too, by a batch that completes it.
    fn end(mut self, ending: Ending, unused: Option<Box<Batch>>) -> Result<(), Stop> {
        let closing = match (ending, unused) {
            (Ending::Complete, Some(batch)) => Some(batch),
            (Ending::Complete, None) => Some(self.credit()?),
            _ => None,
        };
        let closing = closing.map(|mut batch| {
            batch.completes_input = true;
            self.label(&mut batch);
            batch
        });
        Ok(self.process_manager.send(Event::InputEnded { ending, batches: self.batches, closing })?)
    }

    /// Says of a batch what part of the input it is.
    fn label(&mut self, batch: &mut Batch) {
        batch.number = self.batches;
        batch.first_line = self.next_line;
        batch.line_count = count_lines(&batch.text);
        batch.input = self.position.close(&batch.text, &mut batch.marks);
        batch.dialect = match &self.columns {
            _ if self.at_start => None,
            Some(columns) => Some(Dialect::Csv(Arc::clone(columns))),
            None => Some(Dialect::JsonLines),
        };
    }

    /// Fills a batch with whole records, if any come.
    fn fill(&mut self, batch: &mut Batch) -> Result<Filled, Stop> {
        batch.text.append(&mut self.rest);
        loop {
            match self.stop.wait(self.source.file()).context("can't wait for the input")? {
                Wait::Stopped => {
                    debug!("told to stop reading");
                    let whole = self.cut(batch, false)?;
                    batch.text.truncate(whole);
                    return Ok(Filled::Last(Ending::Interrupted));
                }
                Wait::Ready | Wait::Nothing => {}
            }
            let at_end = self.read(batch)? == Some(0);
            let whole = self.cut(batch, at_end)?;
            if at_end {
                return Ok(Filled::Last(Ending::Complete));
            }
            let full = batch.text.len() >= BATCH_LEN_MAX;
            if whole > 0
                && (full || self.stop.look(self.source.file()).context("can't wait for the input")? != Wait::Ready)
            {
                self.rest.extend_from_slice(batch.text.get(whole..).unwrap_or_default());
                batch.text.truncate(whole);
                return Ok(Filled::Open);
            }
        }
    }

    /// Reads what is there, at most to fill the batch; none if there was nothing after all.
    fn read(&mut self, batch: &mut Batch) -> Result<Option<usize>, Stop> {
        let before = batch.text.len();
        // The longest rest leaves room in a batch, so the room is never zero.
        batch.text.reserve(BATCH_LEN_MAX.saturating_sub(before).max(1));
        let read = loop {
            match rustix::io::read(self.source.file(), spare_capacity(&mut batch.text)) {
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(None),
                other => break other.with_context(|| format!("can't read {}", self.source.name()))?,
            }
        };
        // Fewer bytes than a whole mark are waited for only while they may become one.
        if !self.past_bom && (batch.text.len() >= BOM.len() || !BOM.starts_with(&batch.text)) {
            self.past_bom = true;
            if batch.text.starts_with(BOM) {
                self.position.take_off(&mut batch.text, BOM.len());
            }
        }
        if self.in_cut_line {
            self.skip_cut_line(&mut batch.text, before);
        }
        Ok(Some(read))
    }

    /// Drops what belongs to an overlong line from the bytes behind `before`.
    fn skip_cut_line(&mut self, text: &mut Vec<u8>, before: usize) {
        let new = text.get(before..).unwrap_or_default();
        let newline = memchr::memchr(b'\n', new);
        self.in_cut_line = newline.is_none();
        let dropped = newline.unwrap_or(new.len());
        self.position.drop_up_to(text, before + dropped);
    }

    /// How many of the batch's bytes are whole records; cuts the line behind them if it is overlong already.
    fn cut(&mut self, batch: &mut Batch, at_end: bool) -> Result<usize, Stop> {
        let mut whole = self.whole(&batch.text, at_end);
        if whole > 0 && self.at_start {
            self.begin(batch, whole, at_end)?;
            whole = self.whole(&batch.text, at_end);
        }
        if whole == 0 && batch.text.len() > CUT_LINE_LEN && !self.in_cut_line {
            self.position.cut(&mut batch.text, CUT_LINE_LEN);
            self.in_cut_line = true;
        }
        Ok(whole)
    }

    fn whole(&self, text: &[u8], at_end: bool) -> usize {
        whole_records(self.format.unwrap_or(Format::JsonLines), text, at_end)
    }

    /// Deals with the first line that is not blank, if it is whole: it tells the format, and a CSV header is read and
    /// removed.
    fn begin(&mut self, batch: &mut Batch, whole: usize, at_end: bool) -> Result<(), Stop> {
        let lines = batch.text.get(..whole).unwrap_or_default().split_inclusive(|byte| *byte == b'\n');
        let Some(first_line) = lines.map(<[u8]>::trim_ascii).find(|line| !line.is_empty()) else {
            return Ok(());
        };
        let format = *self.format.get_or_insert_with(|| Format::detect(first_line));
        if format == Format::Csv {
            // The header may be a record of several lines, not all of which are here.
            let whole = whole_records(format, &batch.text, at_end);
            let mut records = Records::new(format, batch.text.get(..whole).unwrap_or_default());
            let Some(header) = records.next() else {
                return Ok(());
            };
            let line = self.next_line + u64::from(header.line);
            let columns = csv::columns(header.bytes, self.groups)
                .map_err(|why| HeaderError::new(self.source.name(), line, &why))
                .map_err(anyhow::Error::new)?;
            self.columns = Some(Arc::new(columns));
            self.next_line += u64::from(records.line_count());
            let passed = records.bytes_passed();
            self.position.take_off(&mut batch.text, passed);
        }
        self.at_start = false;
        Ok(())
    }
}

/// The lines of a text, the last one also without a line end.
fn count_lines(text: &[u8]) -> u32 {
    let ends = memchr::memchr_iter(b'\n', text).count();
    let open = text.last().is_some_and(|last| *last != b'\n');
    (ends + usize::from(open)) as u32
}
