//! Where records end.
//!
//! A JSON record is a line. A CSV record ends at the first newline outside quotes, and a quote opens a field only as its
//! first byte (RFC 4180), so that a record may take several lines. One that does not end within [`LINE_LEN_MAX`] bytes,
//! or whose quotes are still open where the input ends, is its first line alone: a stray quote spoils at most a few
//! records, never the rest of a file.
//!
//! A byte-order mark is no part of a text here; whoever reads the input takes it off.

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::Format;
use crate::batch::LINE_LEN_MAX;

/// How far a CSV record of several lines can reach, in bytes with its line end.
const RECORD_REACH: usize = LINE_LEN_MAX + "\r\n".len();

/// How many bytes at the start of a text are whole records with their line ends.
///
/// The text starts with a record. Unless it is `at_end`, it may go on: then the last record is whole only once nothing
/// that follows can change where it ends. Of more than [`LINE_LEN_MAX`] + 2 bytes there is at least one whole record,
/// or else the first line alone is longer than that.
pub fn whole_records(format: Format, text: &[u8], at_end: bool) -> usize {
    if at_end {
        return text.len();
    }
    match format {
        Format::JsonLines => whole_lines(text),
        Format::Csv => whole_csv_records(text),
    }
}

fn whole_lines(text: &[u8]) -> usize {
    memrchr(b'\n', text).map_or(0, |newline| newline + 1)
}

fn whole_csv_records(text: &[u8]) -> usize {
    let Some(quote) = memchr(b'"', text) else {
        return whole_lines(text);
    };
    // Up to the line of the first quote, lines are records.
    let mut whole = whole_lines(text.get(..quote).unwrap_or_default());
    while let Some(len) = text.get(whole..).and_then(|rest| csv_record_len(rest, false)) {
        whole += len;
    }
    whole
}

/// The length of the record that a CSV text starts with, its line end included; nothing if it may go on.
fn csv_record_len(text: &[u8], at_end: bool) -> Option<usize> {
    let first_line = |text| memchr(b'\n', text).map(|newline| newline + 1);
    let all = at_end.then_some(text.len()).filter(|len| *len > 0);
    let Some(first_special) = memchr2(b'\n', b'"', text) else {
        return all;
    };
    if text.get(first_special) == Some(&b'\n') {
        return Some(first_special + 1);
    }
    let reach = text.get(..RECORD_REACH);
    match quoted_record_end(reach.unwrap_or(text)) {
        RecordEnd::Newline(newline) => Some(newline + 1),
        _ if reach.is_some() => first_line(text).or(all),
        RecordEnd::InQuotes if at_end => first_line(text).or(all),
        RecordEnd::InQuotes | RecordEnd::OutsideQuotes => all,
    }
}

/// How the first record of a CSV text ends, as far as the text goes.
enum RecordEnd {
    /// At the newline in this place.
    Newline(usize),
    /// Not before the text does, which ends within quotes.
    InQuotes,
    /// Not before the text does, which ends outside quotes.
    OutsideQuotes,
}

fn quoted_record_end(text: &[u8]) -> RecordEnd {
    let mut at = 0;
    loop {
        if text.get(at) == Some(&b'"') {
            match after_quotes(text, at + 1) {
                Some(after) => at = after,
                None => return RecordEnd::InQuotes,
            }
        }
        let rest = text.get(at..).unwrap_or_default();
        match memchr2(b',', b'\n', rest) {
            None => return RecordEnd::OutsideQuotes,
            Some(end) if rest.get(end) == Some(&b'\n') => return RecordEnd::Newline(at + end),
            Some(comma) => at += comma + 1,
        }
    }
}

/// The place behind the quote that closes a field, from a place within its quotes.
fn after_quotes(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr(b'"', text.get(at..)?)? + 1;
        if text.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// The records of a text that [`whole_records`] cut.
///
/// A record comes without its `\n` or `\r\n`. Blank lines, which hold nothing but ASCII white space, are counted and
/// left out.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    format: Format,
    text_len: usize,
    rest: &'a [u8],
    line_count: u32,
}

/// A record and its place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The number of its first line, from 0.
    pub line: u32,
    /// The place of its first byte.
    pub start: usize,
    /// The record without its line end.
    pub bytes: &'a [u8],
}

impl<'a> Records<'a> {
    /// The records of a text of less than 4 GiB.
    pub const fn new(format: Format, text: &'a [u8]) -> Self {
        Self { format, text_len: text.len(), rest: text, line_count: 0 }
    }

    /// The number of lines passed so far, blank ones included: after the last record, of all the text's lines.
    pub const fn line_count(&self) -> u32 {
        self.line_count
    }

    /// How many bytes were passed so far.
    pub const fn bytes_passed(&self) -> usize {
        self.text_len - self.rest.len()
    }

    /// The length of the next record with its line end.
    fn next_len(&self) -> usize {
        let len = match self.format {
            Format::JsonLines => memchr(b'\n', self.rest).map(|newline| newline + 1),
            Format::Csv => csv_record_len(self.rest, true),
        };
        len.unwrap_or(self.rest.len())
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let start = self.bytes_passed();
            let (whole, rest) = self.rest.split_at_checked(self.next_len())?;
            self.rest = rest;
            let bytes = without_line_end(whole);
            let line = self.line_count;
            self.line_count += match self.format {
                Format::JsonLines => 1,
                // A text of less than 4 GiB has fewer lines than that.
                Format::Csv => 1 + memchr_iter(b'\n', bytes).count() as u32,
            };
            if !bytes.trim_ascii_start().is_empty() {
                return Some(Record { line, start, bytes });
            }
        }
        None
    }
}

fn without_line_end(record: &[u8]) -> &[u8] {
    match record {
        [record @ .., b'\r', b'\n'] | [record @ .., b'\n'] => record,
        record => record,
    }
}

#[cfg(test)]
mod tests;
