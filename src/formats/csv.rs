//! Comma-separated values below a header (RFC 4180).

mod cells;
mod header;
mod header_error;

use std::borrow::Cow;

use super::fields::{self, CUSTOMER_ID, CarefulRecord, GROUP, ID, LOAD_AMOUNT, MemberRecord, TIME, TIME_FORMAT};
use super::time_format::TimeFormat;
use crate::batch::{CsvColumns, LineError};
use cells::Splitter;
use header::Names;

pub use header_error::HeaderError;

/// The columns that every header has to have.
const REQUIRED: [&str; 4] = [ID, CUSTOMER_ID, LOAD_AMOUNT, TIME];

/// Finds the columns by a header, where their order is free and further ones do not matter; `groups` says whether that of
/// the group does.
///
/// # Errors
///
/// One sentence for the user: which columns are missing, or which stands twice.
pub fn columns(header: &[u8], groups: bool) -> Result<CsvColumns, String> {
    let names = Names::read(header)?;
    let [id, customer_id, load_amount, time] = names.required(REQUIRED)?;
    Ok(CsvColumns {
        width: names.width(),
        id,
        customer_id,
        load_amount,
        time,
        time_format: names.place(TIME_FORMAT)?,
        group: if groups { names.place(GROUP)? } else { None },
        header: header.to_vec(),
    })
}

/// Which columns of a file of groups hold what, by place from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberColumns {
    width: usize,
    customer_id: usize,
    group: usize,
}

/// Finds the columns of a file of groups by its header, where their order is free and further ones do not matter.
///
/// # Errors
///
/// One sentence for the user: which columns are missing, or which stands twice.
pub fn member_columns(header: &[u8]) -> Result<MemberColumns, String> {
    let names = Names::read(header)?;
    let [customer_id, group] = names.required([CUSTOMER_ID, GROUP])?;
    Ok(MemberColumns { width: names.width(), customer_id, group })
}

/// Whether a line is a header: one that has every required column.
pub(super) fn is_header(line: &[u8]) -> bool {
    Names::read(line).is_ok_and(|names| REQUIRED.iter().all(|name| names.has(name)))
}

/// Reads CSV records, again and again in the same memory.
#[derive(Debug, Default)]
pub struct CsvParser {
    splitter: Splitter,
    /// The last time format that a record had of its own.
    time_format: Option<TimeFormat>,
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
    /// The first field at fault, in the order id, customer, amount, time format, time, group, and what is wrong
    /// with it.
    pub fn parse<'s>(
        &'s mut self,
        record: &'s [u8],
        columns: &CsvColumns,
        default_time_format: Option<&TimeFormat>,
    ) -> Result<CarefulRecord<'s>, LineError> {
        let Self { splitter, time_format } = self;
        let cells = splitter.split(record, columns.width)?;
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
        let group = columns.group.map(|place| cells.get(place)).filter(|name| !name.is_empty());
        group.map_or(Ok(()), fields::check_group)?;
        let (id, customer_id, group) = (Cow::Borrowed(id), Cow::Borrowed(customer_id), group.map(Cow::Borrowed));
        Ok(CarefulRecord { id, customer_id, amount, time, group })
    }

    /// Reads a record of a file of groups, as [`super::framing::Records`] gives it.
    ///
    /// # Errors
    ///
    /// The first field at fault, in the order customer, group, and what is wrong with it.
    pub fn parse_member<'s>(
        &'s mut self,
        record: &'s [u8],
        columns: &MemberColumns,
    ) -> Result<MemberRecord<'s>, LineError> {
        let cells = self.splitter.split(record, columns.width)?;
        let (customer_id, group) = (cells.get(columns.customer_id), cells.get(columns.group));
        MemberRecord::checked(Cow::Borrowed(customer_id), Cow::Borrowed(group))
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
