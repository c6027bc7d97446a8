//! The text of a policy.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::table::draw_lines;
use super::{Theme, words};
use crate::console::escaped;
use crate::screen::app::PolicyDetail;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, detail: &mut PolicyDetail, theme: Theme) {
    let shown = detail.list.scroll(area.height);
    let width = usize::from(area.width).saturating_sub(1);
    let lines = words::part(&detail.lines, &shown).map(|text| {
        let style = if text.starts_with('[') { theme.title() } else { ratatui::style::Style::new() };
        Line::styled(format!(" {}", words::cut(&escaped(text), width)), style)
    });
    draw_lines(frame, area, lines);
}
