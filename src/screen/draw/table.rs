//! Tables that fit: a column as wide as its cells, and the less important ones left out where the screen is narrow.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Theme;
use super::words::{cut, width};

/// Empty places between two columns.
const GAP: usize = 2;

/// How wide a column gets at most.
const WIDTH_MAX: usize = 44;

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) alignment: Alignment,
    /// Columns of a higher rank are left out before those of a lower one, and those of rank 0 never.
    pub(super) rank: u8,
}

/// Which side of a column its cells stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alignment {
    Left,
    Right,
}

/// A text in a style of its own; it must be fit to be shown.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    text: String,
    style: Style,
}

/// A column that is shown.
struct Shown {
    place: usize,
    alignment: Alignment,
    width: usize,
}

impl Column {
    pub(super) const fn text(name: &'static str, rank: u8) -> Self {
        Self { name, alignment: Alignment::Left, rank }
    }

    pub(super) const fn number(name: &'static str, rank: u8) -> Self {
        Self { name, alignment: Alignment::Right, rank }
    }
}

impl Cell {
    pub(super) fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::new(text, Style::new())
    }
}

/// A table's lines, as wide as the screen: its header, and its rows with a cell for each column.
pub(super) fn lines(
    columns: &[Column],
    rows: &[Vec<Cell>],
    selected: Option<usize>,
    screen_width: u16,
    theme: Theme,
) -> Vec<Line<'static>> {
    let screen_width = usize::from(screen_width);
    let shown = fit(columns, rows, screen_width);
    let names: Vec<Cell> = columns.iter().map(|column| Cell::new(column.name, theme.quiet())).collect();
    let mut lines = vec![line(&shown, &names, None, screen_width)];
    for (place, row) in rows.iter().enumerate() {
        let style = (selected == Some(place)).then(|| theme.selected());
        lines.push(line(&shown, row, style, screen_width));
    }
    lines
}

/// Draws a table on the lines of an area.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    columns: &[Column],
    rows: &[Vec<Cell>],
    selected: Option<usize>,
    theme: Theme,
) {
    // Where a row finds no room, names are of no use.
    let skipped = usize::from(area.height == 1);
    draw_lines(frame, area, lines(columns, rows, selected, area.width, theme).into_iter().skip(skipped));
}

/// Draws lines, as many as an area has room for. What is missing of one that is too wide must not look like nothing: the
/// rest of a number is another number.
pub(super) fn draw_lines(frame: &mut Frame<'_>, area: Rect, lines: impl IntoIterator<Item = Line<'static>>) {
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        let row = Rect { y, height: 1, ..area };
        let is_cut = trimmed_width(&line) > usize::from(area.width);
        frame.render_widget(line, row);
        if is_cut && area.width > 0 {
            frame.render_widget(Span::raw("…"), Rect { x: area.right() - 1, width: 1, ..row });
        }
    }
}

/// How many cells a line takes, those of the spaces at its end aside.
fn trimmed_width(line: &Line<'_>) -> usize {
    width(line.to_string().trim_end())
}

/// How many rows a table has room for beneath its header.
pub(super) const fn height(area: Rect) -> u16 {
    if area.height == 1 { 1 } else { area.height.saturating_sub(1) }
}

/// The columns that there is room for, and how wide they are.
fn fit(columns: &[Column], rows: &[Vec<Cell>], screen_width: usize) -> Vec<Shown> {
    let mut shown: Vec<(u8, Shown)> = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        let cells = rows.iter().filter_map(|row| row.get(place)).map(|cell| width(&cell.text));
        let width = cells.max().unwrap_or(0).min(WIDTH_MAX).max(width(column.name));
        shown.push((column.rank, Shown { place, alignment: column.alignment, width }));
    }
    let needed = |shown: &[(u8, Shown)]| 1 + shown.iter().map(|(_, column)| column.width + GAP).sum::<usize>() - GAP;
    while shown.len() > 1 && needed(&shown) > screen_width {
        let highest = shown.iter().map(|(rank, _)| *rank).max().unwrap_or(0);
        let Some(place) = shown.iter().rposition(|(rank, _)| *rank == highest && highest > 0) else { break };
        shown.remove(place);
    }
    shown.into_iter().map(|(_, column)| column).collect()
}

fn line(shown: &[Shown], cells: &[Cell], selected: Option<Style>, screen_width: usize) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for (number, column) in shown.iter().enumerate() {
        let Some(cell) = cells.get(column.place) else { continue };
        let text = cut(&cell.text, column.width);
        let missing = " ".repeat(column.width.saturating_sub(width(&text)));
        if number > 0 {
            spans.push(Span::raw(" ".repeat(GAP)));
        }
        // On the bar of the cursor a colour would be a hole.
        let style = if selected.is_some() { Style::new() } else { cell.style };
        spans.extend(match column.alignment {
            Alignment::Left => [Span::styled(text, style), Span::raw(missing)],
            Alignment::Right => [Span::raw(missing), Span::styled(text, style)],
        });
    }
    let mut line = Line::from(spans);
    if let Some(style) = selected {
        // The cursor is a bar over the whole screen, whatever the cells look like.
        line.spans.push(Span::raw(" ".repeat(screen_width.saturating_sub(line.width()))));
        line = line.style(style);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [Column::number("number", 0), Column::text("name", 0), Column::text("end", 1)];

    fn row(number: u32, name: &str) -> Vec<Cell> {
        [number.to_string(), name.to_owned(), "x".to_owned()].map(Cell::from).into()
    }

    fn shown(rows: &[Vec<Cell>], width: u16) -> Vec<String> {
        let lines = lines(&COLUMNS, rows, None, width, Theme { in_colours: false });
        lines.iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    #[test]
    fn columns_are_as_wide_as_their_cells_and_numbers_stand_on_the_right() {
        let rows = [row(1, "monday.jsonl"), row(1_234_567, "日本")];
        assert_eq!(
            shown(&rows, 80),
            ["  number  name          end", "       1  monday.jsonl  x", " 1234567  日本          x"]
        );
    }

    #[test]
    fn column_of_the_highest_rank_goes_first_where_the_screen_is_narrow_and_rank_0_never() {
        let rows = [row(1, "monday.jsonl")];
        assert_eq!(shown(&rows, 25), [" number  name", "      1  monday.jsonl"]);
        assert_eq!(shown(&rows, 1).len(), 2);
        assert_eq!(shown(&[], 80), [" number  name  end"]);
    }

    #[test]
    fn cell_that_is_very_wide_is_cut() {
        let rows = [row(1, &"a".repeat(100))];
        assert_eq!(shown(&rows, 80)[1], format!("      1  {}…  x", "a".repeat(WIDTH_MAX - 1)));
    }
}
