//! The list of batches.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::table::{self, Cell, Column};
use super::{Theme, awaited, say, words};
use crate::screen::app::{Asked, List};
use crate::store::BatchRecord;

const COLUMNS: [Column; 9] = [
    Column::number("number", 5),
    Column::text("name", 0),
    Column::text("state", 2),
    Column::number("lines", 3),
    Column::number("accepted", 1),
    Column::number("declined", 1),
    Column::number("rejected", 4),
    Column::text("started", 6),
    Column::text("ended", 7),
];

pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    batches: &Asked<Vec<BatchRecord>>,
    list: &mut List,
    theme: Theme,
) {
    let shown = list.show(table::height(area));
    let Some(all) = batches.value() else { return say(frame, area, awaited(batches.failure()), theme) };
    if all.is_empty() {
        return say(frame, area, "no batches yet", theme);
    }
    let rows: Vec<_> = words::part(all, &shown).map(|batch| row(batch, theme)).collect();
    table::draw(frame, area, &COLUMNS, &rows, words::selected(list, &shown), theme);
}

fn row(batch: &BatchRecord, theme: Theme) -> Vec<Cell> {
    let state =
        if batch.complete { Cell::new("complete", theme.accepted()) } else { Cell::new("unfinished", theme.warning()) };
    vec![
        batch.number.to_string().into(),
        Cell::new(words::short(&batch.name, 36), theme.bold()),
        state,
        words::count(batch.lines).into(),
        words::count(batch.accepted).into(),
        words::count(batch.declined).into(),
        words::count(batch.rejected).into(),
        words::recorded(&batch.started_at).into(),
        words::recorded(&batch.ended_at).into(),
    ]
}
