//! All events as a table in Parquet.

mod rows;

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;

use self::rows::{Rows, SCHEMA};
use super::{Export, events};
use crate::formats::event::RecordedEvent;

/// How many rows a row group has: what is held in memory.
const GROUP_LEN: usize = 128 * 1024;

/// Columns that go up steadily.
const ASCENDING: [&str; 4] = ["position", "line", "policy", "recorded_at"];

/// Writes every event as a row, in order of position.
///
/// # Errors
///
/// As for [`Export::write`].
pub(super) fn write(export: &Export<'_>, output: &mut (impl Write + Send)) -> anyhow::Result<()> {
    let mut table = Table::new(output, GROUP_LEN)?;
    events::visit(export, |event| table.push(event))?;
    table.finish()
}

/// A table on its way into a file.
struct Table<W: Write + Send> {
    file: SerializedFileWriter<W>,
    /// The rows of the next row group.
    rows: Rows,
    group_len: usize,
}

impl<W: Write + Send> Table<W> {
    fn new(output: W, group_len: usize) -> anyhow::Result<Self> {
        let schema = Arc::new(parse_message_type(SCHEMA).map_err(failed)?);
        let file = SerializedFileWriter::new(output, schema, Arc::new(properties())).map_err(failed)?;
        Ok(Self { file, rows: Rows::default(), group_len })
    }

    fn push(&mut self, event: &RecordedEvent<'_>) -> anyhow::Result<()> {
        self.rows.push(event)?;
        if self.rows.len() < self.group_len { Ok(()) } else { self.write_group().map_err(failed) }
    }

    fn finish(mut self) -> anyhow::Result<()> {
        if self.rows.len() > 0 {
            self.write_group().map_err(failed)?;
        }
        self.file.close().map(drop).map_err(failed)
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        std::mem::take(&mut self.rows).write(&mut group)?;
        group.close().map(drop)
    }
}

fn properties() -> WriterProperties {
    let properties = WriterProperties::builder()
        .set_created_by(concat!("tidegate version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY);
    let set = ASCENDING.iter().fold(properties, |properties, name| {
        let column = ColumnPath::from(*name);
        let properties = properties.set_column_dictionary_enabled(column.clone(), false);
        properties.set_column_encoding(column, Encoding::DELTA_BINARY_PACKED)
    });
    set.build()
}

/// What went wrong; where it was the output, as the operating system told.
fn failed(error: ParquetError) -> anyhow::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => anyhow::Error::new(*error),
            Err(cause) => anyhow::Error::from_boxed(cause),
        },
        other => anyhow::Error::new(other),
    }
}

#[cfg(test)]
mod tests;
