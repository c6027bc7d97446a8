//! A configuration file as a TOML tree that knows its lines.

use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;

use super::errors::{ConfigError, ConfigErrors, Place};
use super::lookup::FoundFile;
use crate::console::printable_path;

/// A configuration file as a TOML tree that knows its lines.
#[derive(Debug)]
pub(super) struct Document<'a> {
    lines: Lines,
    table: DeTable<'a>,
}

/// Finds the line of a byte.
#[derive(Debug)]
struct Lines {
    file: Arc<str>,
    /// Where each line but the first begins, ascending.
    starts: Vec<usize>,
}

impl<'a> Document<'a> {
    /// Parses a file.
    ///
    /// # Errors
    ///
    /// Where the file is not UTF-8, or every line that is not TOML.
    pub(super) fn parse(file: &'a FoundFile) -> Result<Self, ConfigErrors> {
        let lines = Lines::new(printable_path(&file.path).into(), &file.bytes);
        let text = std::str::from_utf8(&file.bytes).map_err(|error| ConfigError {
            place: lines.place(error.valid_up_to(), None),
            why: "must be UTF-8, and is not here".to_owned(),
        })?;
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() { Ok(Self { lines, table: table.into_inner() }) } else { Err(lines.syntax_errors(errors)) }
    }

    /// The tree.
    pub(super) const fn table(&self) -> &DeTable<'a> {
        &self.table
    }

    /// The place where a span of the tree begins, which is that of a key.
    pub(super) fn place(&self, span: Range<usize>, key: String) -> Place {
        self.lines.place(span.start, Some(key))
    }
}

impl Lines {
    fn new(file: Arc<str>, bytes: &[u8]) -> Self {
        let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(index, _)| index + 1).collect();
        Self { file, starts }
    }

    fn place(&self, offset: usize, key: Option<String>) -> Place {
        let line = 1 + self.starts.partition_point(|start| *start <= offset);
        Place::Line { file: Arc::clone(&self.file), line, key }
    }

    /// The first error of each line, as the others there mostly follow from it.
    fn syntax_errors(&self, mut errors: Vec<toml::de::Error>) -> ConfigErrors {
        let start = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
        errors.sort_by_key(start);
        let mut errors: Vec<_> = errors
            .iter()
            .map(|error| ConfigError {
                place: self.place(start(error), None),
                why: format!("not TOML: {}", error.message()),
            })
            .collect();
        errors.dedup_by(|next, first| next.place == first.place);
        ConfigErrors::new(errors)
    }
}
