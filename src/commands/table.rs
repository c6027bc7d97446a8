//! Tables for people.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Width};

use super::canvas::Canvas;
use super::chart::Bar;
use crate::console::printable;

/// Empty places between two columns.
const GAP: u16 = 2;

/// A column of a [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column<'a> {
    /// Texts, one below the other.
    Text(&'a str),
    /// Numbers, their last digits one below the other.
    Number(&'a str),
}

/// A table that is written a few rows at a time, below one header.
///
/// Every column is as wide as its widest cell so far, so that what comes later stands below what came before, unless it
/// is wider than that.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table<'a> {
    columns: &'a [Column<'a>],
    widths: Vec<u16>,
    has_header: bool,
}

impl<'a> Column<'a> {
    const fn name(self) -> &'a str {
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

impl<'a> Table<'a> {
    /// A table of these columns.
    pub(super) const fn new(columns: &'a [Column<'a>]) -> Self {
        Self { columns, widths: Vec::new(), has_header: false }
    }

    /// The next rows as lines, below the header if they are the first; nothing in them can steer a terminal.
    pub(super) fn lines(&mut self, rows: impl IntoIterator<Item = Vec<String>>) -> String {
        self.padded_lines(rows).iter().map(|line| line.trim_end().to_owned() + "\n").collect()
    }

    /// As [`Self::lines`], with a bar behind each row that has one, if there is a canvas with room for bars.
    pub(super) fn lines_with_bars(
        &mut self,
        rows: impl IntoIterator<Item = (Vec<String>, Option<Bar>)>,
        canvas: Option<Canvas>,
    ) -> String {
        let (rows, bars): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let mut lines = self.padded_lines(rows);
        let len = self.widths.iter().map(|width| usize::from(width.saturating_add(GAP))).sum();
        if let Some((canvas, bar_len)) = canvas.and_then(|canvas| Some((canvas, canvas.bar_len(len)?))) {
            // A header is the first line and has no bar.
            let header = lines.len().saturating_sub(bars.len());
            for (line, bar) in lines.iter_mut().skip(header).zip(&bars) {
                line.extend(bar.map(|bar| bar.draw(bar_len, canvas.is_coloured)));
            }
        }
        lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
    }

    /// The next rows as lines that are all of the same width.
    fn padded_lines(&mut self, rows: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
        let mut table = comfy_table::Table::new();
        table.load_style(NOTHING);
        table.set_header(self.columns.iter().map(|column| Cell::new(printable(column.name()))));
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
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width.saturating_add(GAP))));
        }
        let skipped = usize::from(std::mem::replace(&mut self.has_header, true));
        table.lines().skip(skipped).collect()
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
    fn bars_stand_behind_rows_of_any_letters_if_there_is_room() {
        let rows = || {
            [("monday", Some(Bar::beside(4, 4))), ("日曜", Some(Bar::beside(2, 4))), ("\u{1b}", None)]
                .map(|(name, bar)| (row(1, name), bar))
        };
        let drawn = |columns| {
            let canvas = Canvas { columns, is_coloured: true };
            Table::new(&COLUMNS).lines_with_bars(rows(), Some(canvas))
        };
        let plain = Table::new(&COLUMNS).lines_with_bars(rows(), None);
        assert_eq!(plain, Table::new(&COLUMNS).lines(rows().map(|(row, _)| row)));
        assert_eq!(
            drawn(32),
            "number  name      end
     1  monday    x    ████████
     1  日曜      x    ████
     1  \"\\u{1b}\"  x
"
        );
        assert_eq!((drawn(30).contains("██████"), drawn(29)), (true, plain));
    }

    #[test]
    fn bars_of_later_rows_stand_below_those_of_earlier_ones() {
        let canvas = Some(Canvas { columns: 40, is_coloured: true });
        let mut table = Table::new(&COLUMNS);
        let mut page = |name| table.lines_with_bars([(row(1, name), Some(Bar::beside(1, 24)))], canvas);
        assert_eq!(page("monday"), "number  name    end\n     1  monday  x    ▊\n");
        assert_eq!(page("x"), "     1  x       x    ▊\n");
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
