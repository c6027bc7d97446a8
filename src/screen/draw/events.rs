//! A list of events.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::table::{self, Cell, Column};
use super::{Theme, awaited, say, words};
use crate::domain::LimitOutcome;
use crate::inquiry::words::verdict as verdict_of;
use crate::screen::app::EventList;
use crate::screen::source::EventRow;
use crate::store::{StoredDecision, StoredEvent};

const COLUMNS: [Column; 9] = [
    Column::number("position", 0),
    Column::text("decision", 0),
    Column::text("account", 1),
    Column::text("transaction", 2),
    Column::number("amount", 1),
    Column::text("time", 3),
    Column::text("batch", 4),
    Column::number("line", 5),
    Column::text("event", 6),
];

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, events: &mut EventList, theme: Theme) {
    let shown = events.list.show(table::height(area));
    if events.list.len() == 0 {
        let text = if events.failure().is_some() { awaited(events.failure()) } else { "no events yet" };
        return say(frame, area, text, theme);
    }
    let rows: Vec<_> = shown.clone().filter_map(|number| events.row(number)).map(|event| row(event, theme)).collect();
    if rows.is_empty() {
        return say(frame, area, awaited(events.failure()), theme);
    }
    table::draw(frame, area, &COLUMNS, &rows, words::selected(&events.list, &shown), theme);
}

fn row(row: &EventRow, theme: Theme) -> Vec<Cell> {
    match &row.event {
        StoredEvent::Decision(decision) => decided(decision, &row.batch, theme),
        StoredEvent::PolicyActivated(policy) => vec![
            policy.position.to_string().into(),
            Cell::new("new policy", theme.title()),
            String::new().into(),
            String::new().into(),
            String::new().into(),
            String::new().into(),
            words::short(&row.batch, 24).into(),
            String::new().into(),
            Cell::new("PolicyActivated", theme.quiet()),
        ],
    }
}

fn decided(decision: &StoredDecision, batch: &str, theme: Theme) -> Vec<Cell> {
    vec![
        decision.position.to_string().into(),
        verdict(decision, theme),
        words::id(&decision.customer_id, 24).into(),
        words::id(&decision.transaction_id, 24).into(),
        decision.event.amount.to_string().into(),
        decision.event.time.to_string().into(),
        words::short(batch, 24).into(),
        words::count(decision.line).into(),
        Cell::new(decision.event.kind.name(), theme.quiet()),
    ]
}

/// That it was accepted and what was noted of it, or why not.
pub(super) fn verdict(decision: &StoredDecision, theme: Theme) -> Cell {
    let is_flagged = decision.marked.iter().any(|limit| limit.outcome == LimitOutcome::Flag);
    let style = match (decision.event.kind.is_accepted(), is_flagged) {
        (true, false) => theme.accepted(),
        (true, true) => theme.warning(),
        (false, _) => theme.declined(),
    };
    Cell::new(words::short(&verdict_of(decision), 36), style)
}
