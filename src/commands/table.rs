//! Tables for people.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Width};

use crate::console::printable;

/// Empty places between two columns.
const GAP: u16 = 2;

/// A column of a [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// Texts, one below the other.
    Text(&'static str),
    /// Numbers, their last digits one below the other.
    Number(&'static str),
}

/// A table that is written a few rows at a time, below one header.
///
/// Every column is as wide as its widest cell so far, so that what comes later stands below what came before, unless it
/// is wider than that.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    columns: &'static [Column],
    widths: Vec<u16>,
    has_header: bool,
}

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Number(name) => name,
        }
    }

    const fn alignment(self) -> CellAlignment {
        match self {
            Self::Text(_) => CellAlignment::Left,
            Self::Number(_) => CellAlignment::Right,
        }
    }
}

impl Table {
    /// A table of these columns.
    pub(super) const fn new(columns: &'static [Column]) -> Self {
        Self { columns, widths: Vec::new(), has_header: false }
    }

    /// The next rows as lines, below the header if they are the first; nothing in them can steer a terminal.
    pub(super) fn lines(&mut self, rows: impl IntoIterator<Item = Vec<String>>) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(NOTHING);
        table.set_header(self.columns.iter().map(|column| Cell::new(column.name())));
        let first_len = table.column_max_content_widths();
        for row in rows {
            table.add_row(row.iter().map(|text| Cell::new(printable(text))));
        }
        let widths = if self.has_header { std::mem::take(&mut self.widths) } else { first_len };
        self.widths =
            table.column_max_content_widths().into_iter().zip(widths).map(|(now, past)| now.max(past)).collect();
        for ((column, kind), width) in table.column_iter_mut().zip(self.columns).zip(&self.widths) {
            column.set_padding((0, GAP));
            column.set_cell_alignment(kind.alignment());
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width + GAP)));
        }
        let skipped = usize::from(std::mem::replace(&mut self.has_header, true));
        let lines = table.lines().skip(skipped);
        lines.map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [Column::Number("number"), Column::Text("name"), Column::Text("end")];

    fn row(number: u32, name: &str) -> Vec<String> {
        vec![number.to_string(), name.to_owned(), "x".to_owned()]
    }

    #[test]
    fn columns_are_aligned_below_one_header_and_later_rows_below_earlier_ones() {
        let mut table = Table::new(&COLUMNS);
        assert_eq!(
            table.lines([row(1, "monday.jsonl"), row(1_234_567, "")]),
            " number  name          end\n      1  monday.jsonl  x\n1234567                x\n"
        );
        assert_eq!(table.lines([row(2, "é")]), "      2  é             x\n");
        assert_eq!(table.lines([]), "");
        assert_eq!(table.lines([row(3, "wednesday.jsonl")]), "      3  wednesday.jsonl  x\n");
        assert_eq!(table.lines([row(4, "")]), "      4                   x\n");
    }

    #[test]
    fn table_without_rows_is_its_header() {
        assert_eq!(Table::new(&COLUMNS).lines([]), "number  name  end\n");
    }

    #[test]
    fn nothing_in_a_table_can_steer_a_terminal_or_begin_a_line() {
        let lines = Table::new(&COLUMNS).lines([row(1, "a\u{1b}[31m\nb")]);
        assert_eq!(lines.lines().nth(1), Some(r#"     1  "a\u{1b}[31m\nb"  x"#));
    }
}
