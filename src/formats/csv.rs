//! Comma-separated values below a header (RFC 4180).

use std::borrow::Cow;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use memchr::{memchr_iter, memchr2};

use super::fields::{self, CUSTOMER_ID, CarefulRecord, ID, LINE, LOAD_AMOUNT, TIME, TIME_FORMAT, error};
use super::time_format::TimeFormat;
use crate::batch::{CsvColumns, LineError};

/// The columns that every header has to have.
const REQUIRED: [&str; 4] = [ID, CUSTOMER_ID, LOAD_AMOUNT, TIME];

/// Finds the columns by a header, where their order is free and further ones do not matter.
///
/// # Errors
///
/// One sentence for the user: which columns are missing, or which stands twice.
pub fn columns(header: &[u8]) -> Result<CsvColumns, String> {
    let names = names(header).ok_or("the CSV header can't be read")?;
    let place = |wanted| {
        let mut places = names.iter().enumerate().filter(|(_, name)| *name == wanted).map(|(place, _)| place);
        match (places.next(), places.next()) {
            (_, Some(_)) => Err(format!("the CSV header has {wanted} twice")),
            (place, None) => Ok(place),
        }
    };
    let [id, customer_id, load_amount, time] = REQUIRED.map(place);
    let (Some(id), Some(customer_id), Some(load_amount), Some(time)) = (id?, customer_id?, load_amount?, time?) else {
        let missing: Vec<_> = REQUIRED.into_iter().filter(|name| !has(&names, name)).collect();
        let found: Vec<_> = names.iter().map(|name| fields::quoted(name)).collect();
        return Err(format!("the CSV header has no {}; it has {}", missing.join(", "), found.join(", ")));
    };
    Ok(CsvColumns {
        width: names.len(),
        id,
        customer_id,
        load_amount,
        time,
        time_format: place(TIME_FORMAT)?,
        header: header.to_vec(),
    })
}

/// Whether a line is a header: one that has every required column.
pub(super) fn is_header(line: &[u8]) -> bool {
    names(line).is_some_and(|names| REQUIRED.iter().all(|name| has(&names, name)))
}

fn has(names: &[String], wanted: &str) -> bool {
    names.iter().any(|name| name == wanted)
}

/// The cells of a header, without white space around them.
fn names(header: &[u8]) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(header);
    let record = reader.records().next()?.ok()?;
    Some(record.iter().map(|name| name.trim_ascii().to_owned()).collect())
}

/// Reads CSV records, again and again in the same memory.
#[derive(Debug)]
pub struct CsvParser {
    reader: Reader,
    /// A record's cells one after the other, without their quotes.
    unquoted: Vec<u8>,
    /// Where each of a record's cells ends.
    ends: Vec<usize>,
    /// The last time format that a record had of its own.
    time_format: Option<TimeFormat>,
}

/// The cells of one record.
struct Cells<'s> {
    text: &'s str,
    ends: &'s [usize],
    /// How many bytes stand between a cell and the next one.
    gap: usize,
}

impl<'s> Cells<'s> {
    /// A cell by place from 0.
    fn get(&self, place: usize) -> &'s str {
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| end + self.gap);
        self.ends.get(place).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }
}

impl Default for CsvParser {
    fn default() -> Self {
        let reader = ReaderBuilder::new().terminator(Terminator::Any(b'\n')).build();
        let mut parser = Self { reader, unquoted: Vec::new(), ends: Vec::new(), time_format: None };
        parser.restart();
        parser
    }
}

impl CsvParser {
    /// A parser for records of any header.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one record, as [`super::framing::Records`] gives it; its own time format goes before the default one.
    ///
    /// # Errors
    ///
    /// The first field at fault, in the order id, customer, amount, time format, time, and what is wrong with it.
    pub fn parse<'s>(
        &'s mut self,
        record: &'s [u8],
        columns: &CsvColumns,
        default_time_format: Option<&TimeFormat>,
    ) -> Result<CarefulRecord<'s>, LineError> {
        let text = fields::text_of(record)?;
        let quoted = memchr2(b'"', b'\n', record).is_some();
        if quoted {
            self.split_quoted(record)?;
        } else {
            self.ends.clear();
            self.ends.extend(memchr_iter(b',', record));
            self.ends.push(record.len());
        }
        let Self { unquoted, ends, time_format, .. } = self;
        let cells = if quoted {
            Cells { text: str::from_utf8(unquoted).map_err(|_| error(LINE, "not UTF-8"))?, ends, gap: 0 }
        } else {
            Cells { text, ends, gap: 1 }
        };
        let width = cells.ends.len();
        if width != columns.width {
            let fields = if width == 1 { "field" } else { "fields" };
            return Err(error(LINE, format!("{width} {fields} where the header has {}", columns.width)));
        }
        let id = cells.get(columns.id);
        fields::check_id(ID, id)?;
        let customer_id = cells.get(columns.customer_id);
        fields::check_id(CUSTOMER_ID, customer_id)?;
        let amount = fields::amount(cells.get(columns.load_amount))?;
        let own_time_format = match columns.time_format.map(|place| cells.get(place)) {
            None | Some("") => None,
            Some(text) => Some(own_time_format(time_format, text)?),
        };
        let time = fields::time(cells.get(columns.time), own_time_format.or(default_time_format))?;
        Ok(CarefulRecord { id: Cow::Borrowed(id), customer_id: Cow::Borrowed(customer_id), amount, time })
    }

    /// Takes the quotes off a record's cells.
    fn split_quoted(&mut self, record: &[u8]) -> Result<(), LineError> {
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

/// A record's own time format, compiled only if it is another than the last one.
fn own_time_format<'s>(last: &'s mut Option<TimeFormat>, text: &str) -> Result<&'s TimeFormat, LineError> {
    let same = last.take_if(|last| last.as_str() == text);
    Ok(last.insert(match same {
        Some(format) => format,
        None => fields::time_format(text)?,
    }))
}

#[cfg(test)]
mod tests;
