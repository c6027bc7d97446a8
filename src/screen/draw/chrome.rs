//! What stands around the content: the ledger's name and head, the tabs, and the keys.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Theme;
use super::table::draw_lines;
use super::words::{count, cut, width};
use crate::console::{escaped, printable};
use crate::screen::app::{App, Detail, EventList, Tab};
use crate::screen::source::Pulse;

/// How many digits of the root are shown.
const ROOT_DIGITS: usize = 12;

/// Draws the ledger's name, how long it is and its root, and whether it is followed.
pub(super) fn name(frame: &mut Frame<'_>, area: Rect, app: &App, theme: Theme) {
    let mut spans = vec![Span::raw(" "), Span::styled(cut(&app.name, 32), theme.bold())];
    if let Some(Pulse { head, .. }) = &app.pulse {
        let root: String = hex::encode(head.root).chars().take(ROOT_DIGITS).collect();
        spans.push(Span::raw(format!("   {} {}", count(head.size), if head.size == 1 { "event" } else { "events" })));
        let root = Span::styled(format!("   root {root}…"), theme.quiet());
        if spans.iter().map(Span::width).sum::<usize>() + root.width() <= usize::from(area.width) {
            spans.push(root);
        }
    }
    let follows = app.event_list().is_some_and(|events| events.follows);
    let right = if follows { Line::styled("● following ", theme.accepted()) } else { Line::default() };
    sides(frame, area, Line::from(spans), right);
}

/// Draws the tabs and how far the views are behind.
pub(super) fn tabs(frame: &mut Frame<'_>, area: Rect, app: &App, theme: Theme) {
    let mut spans = Vec::new();
    for (number, tab) in (1..).zip(Tab::ALL) {
        let style = if tab == app.tab { theme.title().patch(theme.selected()) } else { Style::new() };
        spans.push(Span::raw(" "));
        spans.push(Span::styled(format!(" {number} {} ", tab.name()), style));
    }
    let tabs = Line::from(spans);
    let free = usize::from(area.width).saturating_sub(tabs.width() + 2);
    let lag = app.pulse.as_ref().map(|pulse| lag(pulse, free)).unwrap_or_default();
    sides(frame, area, tabs, Line::styled(lag + " ", theme.quiet()));
}

/// How far each view is behind, or all together where that is all there is room for.
fn lag(pulse: &Pulse, free: usize) -> String {
    let behind = |position: u64| pulse.head.size.saturating_sub(position);
    let views = || pulse.views.iter().map(|view| (printable(&view.name), behind(view.position)));
    let most = views().map(|(_, lag)| lag).max().unwrap_or(0);
    if most == 0 {
        return "views up to date".to_owned();
    }
    if views().all(|(_, lag)| lag == most) {
        return format!("views {} behind", count(most));
    }
    let all: Vec<String> = views().map(|(name, lag)| format!("{name} {}", count(lag))).collect();
    let all = format!("behind: {}", all.join(", "));
    if width(&all) <= free { all } else { format!("views up to {} behind", count(most)) }
}

/// Draws what is being typed, what went wrong, or else the keys that are of most use.
pub(super) fn footer(frame: &mut Frame<'_>, area: Rect, app: &App, theme: Theme) {
    if let Some(text) = &app.prompt {
        let what = if app.event_list().is_some() { "position" } else { "account" };
        let label = format!(" {what}: ");
        // The end is what is being typed.
        let free = usize::from(area.width).saturating_sub(width(&label) + 1);
        let mut rest = text.as_str();
        while width(rest) > free {
            let mut letters = rest.chars();
            letters.next();
            rest = letters.as_str();
        }
        let typed = Span::raw(rest.to_owned());
        let cursor = Span::styled(" ", theme.selected());
        return frame.render_widget(Line::from(vec![Span::styled(label, theme.key()), typed, cursor]), area);
    }
    // What the last key came to is seen until the next; what went wrong can wait so long.
    let notice = app.notice.as_deref().map(|notice| (notice, theme.warning()));
    if let Some((text, style)) = notice.or_else(|| app.failure().map(|failure| (failure, theme.failure()))) {
        return draw_lines(frame, area, [Line::styled(format!(" {}", escaped(text)), style)]);
    }
    let mut spans = Vec::new();
    for (key, what) in keys(app) {
        let used = spans.iter().map(Span::width).sum::<usize>();
        if used + width(key) + width(what) + 2 > usize::from(area.width) {
            break;
        }
        spans.extend([Span::raw(" "), Span::styled(key, theme.key()), Span::raw(format!(" {what} "))]);
    }
    frame.render_widget(Line::from(spans), area);
}

/// The keys that are of use here, the most useful first.
fn keys(app: &App) -> Vec<(&'static str, &'static str)> {
    let mut keys = vec![("q", "quit"), ("?", "keys")];
    if !app.details.is_empty() {
        keys.push(("Esc", "back"));
    }
    match (app.details.last(), app.tab) {
        (Some(Detail::Account(_)), _) => keys.extend([("↑↓", "move"), ("Enter", "why")]),
        (Some(Detail::Explanation(_)), _) => keys.extend([("↑↓", "scroll"), ("a", "account")]),
        (Some(Detail::Policy(_)), _) => keys.push(("↑↓", "scroll")),
        (Some(Detail::Events(_)), _) | (None, Tab::Events) => {
            let follow =
                if app.event_list().is_some_and(|events: &EventList| events.follows) { "stay" } else { "follow" };
            keys.extend([("↑↓", "move"), ("Enter", "why"), ("a", "account"), ("f", follow), ("/", "position")]);
        }
        (None, Tab::Batches) => keys.extend([("↑↓", "move"), ("Enter", "events"), ("/", "account")]),
        (None, Tab::Accounts) => {
            keys.extend([("↑↓", "move"), ("Enter", "open"), ("s", "order"), ("/", "find"), ("r", "reload")]);
        }
    }
    keys.push(("Tab", "next list"));
    keys
}

/// Draws two texts on one line, the right one only if both have room.
fn sides(frame: &mut Frame<'_>, area: Rect, left: Line<'static>, right: Line<'static>) {
    let has_room = left.width() + right.width() < usize::from(area.width);
    frame.render_widget(left, area);
    if has_room {
        frame.render_widget(right.right_aligned(), area);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Head, ViewState};

    fn pulse(positions: &[u64]) -> Pulse {
        let view = |(name, position): (&&str, &u64)| ViewState { name: (*name).to_owned(), position: *position };
        let views = ["accounts", "days"].iter().zip(positions).map(view).collect();
        Pulse { head: Head { size: 1_200, ..Head::empty() }, views }
    }

    #[test]
    fn lag_is_told_for_each_view_where_they_differ_and_there_is_room() {
        assert_eq!(lag(&pulse(&[1_200, 1_200]), 80), "views up to date");
        assert_eq!(lag(&pulse(&[0, 0]), 80), "views 1,200 behind");
        assert_eq!(lag(&pulse(&[1_200, 1_000]), 80), "behind: accounts 0, days 200");
        assert_eq!(lag(&pulse(&[1_200, 1_000]), 20), "views up to 200 behind");
        assert_eq!(lag(&pulse(&[9_000]), 20), "views up to date");
    }
}
