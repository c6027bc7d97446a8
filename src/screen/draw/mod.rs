//! How it all looks.

mod account;
mod accounts;
mod batches;
mod chrome;
mod events;
mod explanation;
mod help;
mod policy;
mod table;
mod theme;
mod words;

pub(super) use self::theme::Theme;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Block;

use super::app::{App, Detail, Tab};

/// How many steps of the way to what is looked at are told.
const STEPS_MAX: usize = 3;

/// Where the parts of the screen are.
struct Areas {
    name: Rect,
    tabs: Rect,
    content: Rect,
    footer: Rect,
}

impl Areas {
    /// Shares a screen out; where it is low, the content comes first.
    fn of(screen: Rect) -> Self {
        let footer = u16::from(screen.height >= 3);
        let name = u16::from(screen.height >= 4);
        let tabs = u16::from(screen.height >= 8);
        let rows = |y: u16, height: u16| Rect { y: screen.y.saturating_add(y), height, ..screen };
        let content = screen.height.saturating_sub(name + tabs + footer);
        Self {
            name: rows(0, name),
            tabs: rows(name, tabs),
            content: rows(name + tabs, content),
            footer: rows(name + tabs + content, footer),
        }
    }
}

/// Draws the screen. That each list is told how many of its rows there is room for is all that changes.
pub(super) fn draw(frame: &mut Frame<'_>, app: &mut App, theme: Theme) {
    let areas = Areas::of(frame.area());
    chrome::name(frame, areas.name, app, theme);
    chrome::tabs(frame, areas.tabs, app, theme);
    content(frame, areas.content, app, theme);
    chrome::footer(frame, areas.footer, app, theme);
    if app.shows_help {
        help::draw(frame, theme);
    }
}

fn content(frame: &mut Frame<'_>, area: Rect, app: &mut App, theme: Theme) {
    let area = titled(frame, area, &path(app, usize::from(area.width).saturating_sub(2)), &place(app), theme);
    match (app.details.last_mut(), app.tab) {
        (Some(Detail::Account(detail)), _) => account::draw(frame, area, detail, theme),
        (Some(Detail::Explanation(detail)), _) => explanation::draw(frame, area, detail, theme),
        (Some(Detail::Policy(detail)), _) => policy::draw(frame, area, detail, theme),
        (Some(Detail::Events(events)), _) => events::draw(frame, area, events, theme),
        (None, Tab::Batches) => batches::draw(frame, area, &app.batches, &mut app.batches_list, theme),
        (None, Tab::Accounts) => accounts::draw(frame, area, &app.accounts, &mut app.accounts_list, theme),
        (None, Tab::Events) => events::draw(frame, area, &mut app.events, theme),
    }
}

/// Where one is in what is looked at.
fn place(app: &App) -> String {
    match (app.details.last(), app.tab) {
        (Some(Detail::Account(detail)), _) => account::place(detail),
        (Some(Detail::Explanation(detail)), _) => format!("position {}", words::count(detail.decision.position)),
        (Some(Detail::Policy(detail)), _) => format!("position {}", words::count(detail.position)),
        (Some(Detail::Events(events)), _) => words::place(&events.list),
        (None, Tab::Batches) => words::place(&app.batches_list),
        (None, Tab::Accounts) => accounts::place(&app.accounts, &app.accounts_list, app.size()),
        (None, Tab::Events) => words::place(&app.events.list),
    }
}

/// How one came to what is looked at, in so many cells at most. Behind many steps, the last ones say where one is.
fn path(app: &App, max: usize) -> String {
    let steps = app.details.iter().map(|detail| match detail {
        Detail::Events(events) => events.batch.as_ref().map_or_else(String::new, |(_, name)| words::short(name, 24)),
        Detail::Account(detail) => format!("account {}", words::id(&detail.id, 24)),
        Detail::Explanation(detail) => format!("transaction {}", words::id(&detail.decision.transaction_id, 24)),
        Detail::Policy(_) => "policy".to_owned(),
    });
    let all: Vec<String> = std::iter::once(app.tab.name().to_owned()).chain(steps).collect();
    let text = |skipped: usize| {
        let shown = all.get(skipped..).unwrap_or_default().join(" › ");
        if skipped == 0 { shown } else { format!("… › {shown}") }
    };
    let last = all.len().saturating_sub(1);
    let skipped = (all.len().saturating_sub(STEPS_MAX)..last).find(|skipped| words::width(&text(*skipped)) <= max);
    words::cut(&text(skipped.unwrap_or(last)), max)
}

/// Draws a line with titles, if there is room for one, and gives what is below it.
fn titled(frame: &mut Frame<'_>, area: Rect, left: &str, right: &str, theme: Theme) -> Rect {
    if area.height < 3 {
        return area;
    }
    let free = usize::from(area.width).saturating_sub(Line::raw(left).width() + 6);
    let mut block = Block::new().borders(ratatui::widgets::Borders::TOP).border_style(theme.quiet());
    block = block.title(Line::styled(format!(" {left} "), theme.title()));
    if !right.is_empty() && Line::raw(right).width() <= free {
        block = block.title(Line::styled(format!(" {right} "), theme.quiet()).right_aligned());
    }
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

/// Says something where there is nothing else to be seen.
fn say(frame: &mut Frame<'_>, area: Rect, text: &str, theme: Theme) {
    let y = area.y.saturating_add(area.height / 3);
    let line = Rect { y, height: area.height.min(1), ..area };
    frame.render_widget(Line::styled(text.to_owned(), theme.quiet()).centered(), line);
}

/// What is said where an answer has not come, or could not.
fn awaited(failure: Option<&str>) -> &'static str {
    if failure.is_some() { "the ledger did not answer" } else { "reading the ledger …" }
}
