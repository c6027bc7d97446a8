//! Cuts a file of any size into records.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

use super::lines::Lines;
use crate::formats::Format;
use crate::formats::framing::{Records, whole_records};

/// How much is read at a time, in bytes: several times what the longest record takes.
const CHUNK_LEN: usize = 256 * 1024;

/// The byte order mark, which is no part of a text.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Cuts a file of any size into records.
pub(super) struct Cutter<R> {
    input: R,
    /// What was read and not passed on.
    text: Vec<u8>,
    /// The number of the first line there, from 1.
    line: u64,
    at_end: bool,
}

impl<R: Read> Cutter<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, text: Vec::new(), line: 1, at_end: false }
    }

    /// Passes all records on, as long as they are of use.
    ///
    /// # Errors
    ///
    /// That of reading.
    pub(super) fn cut(mut self, lines: &mut Lines) -> io::Result<()> {
        let Some(format) = self.format()? else {
            lines.refuse_empty();
            return Ok(());
        };
        while !self.text.is_empty() && !lines.is_hopeless() {
            let whole = whole_records(format, &self.text, self.at_end);
            if whole == 0 && self.text.len() >= CHUNK_LEN {
                self.pass_long_line(format, lines)?;
            } else {
                self.pass(whole, format, lines);
            }
            self.fill()?;
        }
        Ok(())
    }

    /// The format, by the first byte that is not white space; none if there is no such byte.
    fn format(&mut self) -> io::Result<Option<Format>> {
        while self.text.len() < BOM.len() && !self.at_end {
            self.fill()?;
        }
        if self.text.starts_with(BOM) {
            self.text.drain(..BOM.len());
        }
        loop {
            match self.text.trim_ascii_start().first() {
                Some(b'{') => return Ok(Some(Format::JsonLines)),
                Some(_) => return Ok(Some(Format::Csv)),
                None if self.at_end => return Ok(None),
                None => {
                    self.line += memchr_iter(b'\n', &self.text).count() as u64;
                    self.text.clear();
                }
            }
            self.fill()?;
        }
    }

    /// Passes on the records in so many bytes.
    fn pass(&mut self, len: usize, format: Format, lines: &mut Lines) {
        let mut records = Records::new(format, self.text.get(..len).unwrap_or_default());
        for record in records.by_ref() {
            lines.take(self.line + u64::from(record.line), record.bytes, format);
        }
        self.line += u64::from(records.line_count());
        self.text.drain(..len);
    }

    /// Passes on the beginning of a line that is too long, and leaves out the rest of it.
    fn pass_long_line(&mut self, format: Format, lines: &mut Lines) -> io::Result<()> {
        lines.take(self.line, &self.text, format);
        loop {
            if let Some(newline) = memchr(b'\n', &self.text) {
                self.text.drain(..=newline);
                self.line += 1;
                return Ok(());
            }
            self.text.clear();
            if self.at_end {
                return Ok(());
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let read = self.input.by_ref().take(CHUNK_LEN as u64).read_to_end(&mut self.text)?;
        self.at_end = read == 0;
        Ok(())
    }
}
