//! The keys, over everything else.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear};

use super::Theme;
use super::table::draw_lines;
use super::words::width;
use crate::screen::app::KEYS;

/// How wide the names of keys are.
const KEY_WIDTH: usize = 16;

pub(super) fn draw(frame: &mut Frame<'_>, theme: Theme) {
    let lines = KEYS.iter().map(|(key, what)| {
        let missing = " ".repeat(KEY_WIDTH.saturating_sub(width(key)));
        Line::from(vec![Span::raw(" "), Span::styled(*key, theme.key()), Span::raw(missing), Span::raw(*what)])
    });
    let lines: Vec<Line<'static>> = lines.collect();
    let content = lines.iter().map(Line::width).max().unwrap_or(0);
    let area = middle(frame.area(), content.saturating_add(3), lines.len().saturating_add(2));
    let block = Block::bordered().border_type(BorderType::Rounded).title(Line::styled(" Keys ", theme.title()));
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    draw_lines(frame, inner, lines);
}

/// A part of the screen in its middle, of this size or as large as there is room for.
fn middle(screen: Rect, width: usize, height: usize) -> Rect {
    let width = u16::try_from(width).unwrap_or(u16::MAX).min(screen.width);
    let height = u16::try_from(height).unwrap_or(u16::MAX).min(screen.height);
    Rect {
        x: screen.x.saturating_add((screen.width - width) / 2),
        y: screen.y.saturating_add((screen.height - height) / 2),
        width,
        height,
    }
}
