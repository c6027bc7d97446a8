//! A record taken apart.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use memchr::{memchr_iter, memchr2};

use crate::batch::LineError;
use crate::formats::fields::{self, LINE, error};

/// Takes records apart, again and again in the same memory.
#[derive(Debug)]
pub(super) struct Splitter {
    reader: Reader,
    /// A record's cells one after the other, without their quotes.
    unquoted: Vec<u8>,
    /// Where each of a record's cells ends.
    ends: Vec<usize>,
}

/// The cells of one record.
pub(super) struct Cells<'s> {
    text: &'s str,
    ends: &'s [usize],
    /// How many bytes stand between a cell and the next one.
    gap: usize,
}

impl<'s> Cells<'s> {
    /// A cell by place from 0.
    pub(super) fn get(&self, place: usize) -> &'s str {
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| end + self.gap);
        self.ends.get(place).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }
}

impl Default for Splitter {
    fn default() -> Self {
        let reader = ReaderBuilder::new().terminator(Terminator::Any(b'\n')).build();
        let mut splitter = Self { reader, unquoted: Vec::new(), ends: Vec::new() };
        splitter.restart();
        splitter
    }
}

impl Splitter {
    /// The cells of a record, which are as many as the header has.
    pub(super) fn split<'s>(&'s mut self, record: &'s [u8], width: usize) -> Result<Cells<'s>, LineError> {
        let text = fields::text_of(record)?;
        let quoted = memchr2(b'"', b'\n', record).is_some();
        if quoted {
            self.unquote(record)?;
        } else {
            self.ends.clear();
            self.ends.extend(memchr_iter(b',', record));
            self.ends.push(record.len());
        }
        let Self { unquoted, ends, .. } = self;
        let cells = if quoted {
            Cells { text: str::from_utf8(unquoted).map_err(|_| error(LINE, "not UTF-8"))?, ends, gap: 0 }
        } else {
            Cells { text, ends, gap: 1 }
        };
        let found = cells.ends.len();
        if found == width {
            return Ok(cells);
        }
        let fields = if found == 1 { "field" } else { "fields" };
        Err(error(LINE, format!("{found} {fields} where the header has {width}")))
    }

    /// Takes the quotes off a record's cells.
    fn unquote(&mut self, record: &[u8]) -> Result<(), LineError> {
        // A cell takes at least one byte of the record, if only that of the comma or line end behind it.
        let most = record.len() + 1;
        self.unquoted.resize(most, 0);
        self.ends.resize(most, 0);
        let (result, read, written, ended) = self.reader.read_record(record, &mut self.unquoted, &mut self.ends);
        if result == ReadRecordResult::Record || read < record.len() {
            self.restart();
            return Err(error(LINE, "more than one record"));
        }
        let unwritten = self.unquoted.get_mut(written..).unwrap_or_default();
        let unused = self.ends.get_mut(ended..).unwrap_or_default();
        let (result, _, _, last) = self.reader.read_record(b"\n", unwritten, unused);
        if result != ReadRecordResult::Record {
            self.restart();
            return Err(error(LINE, "a quoted field is never closed"));
        }
        self.unquoted.truncate(written);
        self.ends.truncate(ended + last);
        Ok(())
    }

    /// Makes the reader expect a record. An empty line goes first, because at the start of a text the reader would take
    /// off a byte-order mark, which belongs to the id here.
    fn restart(&mut self) {
        self.reader.reset();
        self.reader.read_record(b"\n", &mut [0], &mut [0]);
    }
}
