//! How an account stands.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Sparkline;

use super::events::verdict;
use super::table::{self, Cell, Column};
use super::{Theme, awaited, say, words};
use crate::domain::{Day, LimitDirection, Part, Usage};
use crate::inquiry::{AccountReport, LimitReport, Movement, words as told};
use crate::screen::app::AccountDetail;

const LIMITS: [Column; 6] = [
    Column::text("limit", 0),
    Column::text("", 1),
    Column::number("used", 0),
    Column::number("of", 0),
    Column::number("left", 2),
    Column::text("window", 3),
];

/// The same for policies whose limits have more to say.
const NOTED_LIMITS: [Column; 8] = {
    let [limit, bar, used, of, left, window] = LIMITS;
    [limit, bar, used, of, left, window, Column::text("resets", 4), Column::text("note", 5)]
};

const DECISIONS: [Column; 8] = [
    Column::number("position", 1),
    Column::text("decision", 0),
    Column::text("transaction", 2),
    Column::number("amount", 0),
    Column::number("balance", 1),
    Column::text("time", 3),
    Column::text("batch", 4),
    Column::number("line", 5),
];

/// How many lines the days take, those of their caption included.
const DAYS_HEIGHT: u16 = 4;

/// How many lines the decisions take at least, where there are any lines left.
const DECISIONS_HEIGHT_MIN: u16 = 5;

/// Which of the last decisions one is at, and of how much of the log that all is.
pub(super) fn place(detail: &AccountDetail) -> String {
    detail.report.value().map_or_else(String::new, |report| {
        let place = words::place(&detail.list);
        let all = report.total.count(LimitDirection::Any).saturating_add(report.declined);
        let more = if all > detail.list.len() { ", and more" } else { "" };
        format!("decision {place}{more} · as of position {}", words::count(report.known.position))
    })
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, detail: &mut AccountDetail, theme: Theme) {
    let Some(report) = detail.report.value() else {
        return say(frame, area, awaited(detail.report.failure()), theme);
    };
    let mut standing = totals(report, area.width, theme);
    standing.push(Line::default());
    standing.extend(limits(report, area.width, theme));
    // Where the screen is low, the days go first and then the limits: the cursor is among the decisions.
    let room = area.height.saturating_sub(DECISIONS_HEIGHT_MIN);
    let height = u16::try_from(standing.len()).unwrap_or(u16::MAX).min(room);
    let days_height = if room >= height.saturating_add(DAYS_HEIGHT + 1) { DAYS_HEIGHT } else { 0 };
    let [above, days_area, below] = shares(area, height, days_height);
    table::draw_lines(frame, above, standing);
    days(frame, days_area, report, theme);
    decisions(frame, below, detail, theme);
}

/// Three parts of an area, one below the other, with an empty line behind each that is there.
fn shares(area: Rect, first: u16, second: u16) -> [Rect; 3] {
    let gap = |height: u16| height.saturating_add(u16::from(height > 0));
    let second_y = gap(first);
    let third_y = second_y.saturating_add(gap(second));
    let part = |y: u16, height: u16| {
        let y = area.y.saturating_add(y).min(area.bottom());
        Rect { y, height: height.min(area.bottom() - y), ..area }
    };
    [part(0, first), part(second_y, second), part(third_y, u16::MAX)]
}

/// What it all comes to, on as many lines as it takes.
fn totals(report: &AccountReport, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let side = |direction| {
        let (sum, count) = (report.total.amount(direction), report.total.count(direction));
        format!("{} in {}", words::money(sum), words::count(count))
    };
    let declined = if report.declined == 0 { theme.quiet() } else { theme.declined() };
    let mut parts = vec![
        ("balance", words::signed(report.balance), theme.bold()),
        ("loads", side(LimitDirection::Load), Style::new()),
        ("withdrawals", side(LimitDirection::Withdrawal), Style::new()),
        ("declined", words::count(report.declined), declined),
    ];
    parts.extend(report.group.as_ref().map(|group| ("group", words::short(&group.name, 36), Style::new())));
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (name, value, style) in parts {
        let spans = [Span::styled(format!(" {name} "), theme.quiet()), Span::styled(value, style), Span::raw("  ")];
        let part_width: usize = spans.iter().map(Span::width).sum();
        match lines.last_mut() {
            Some(last) if last.width() + part_width <= usize::from(width) + 2 => last.spans.extend(spans),
            _ => lines.push(Line::from(Vec::from(spans))),
        }
    }
    lines
}

fn limits(report: &AccountReport, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let rows: Vec<Vec<Cell>> = report.limits.iter().flat_map(|limit| limit_rows(limit, theme)).collect();
    let has_more = report.limits.iter().any(|limit| words::has_more(&limit.limit, &limit.standing));
    let columns: &[Column] = if has_more { &NOTED_LIMITS } else { &LIMITS };
    table::lines(columns, &rows, None, width, theme)
}

/// A row for each bound of a limit, or one that says that it does not apply.
fn limit_rows(report: &LimitReport, theme: Theme) -> Vec<Vec<Cell>> {
    let LimitReport { limit, applies, standing } = report;
    let period = words::window(limit, standing);
    let row = |bar: Cell, [used, most, left]: [String; 3], window: String, resets: String, note: &str| {
        let quiet = |text: String| Cell::new(text, theme.quiet());
        let name = limit.name.as_str().to_owned();
        let cells = vec![name.into(), bar, used.into(), most.into(), left.into(), quiet(window), quiet(resets)];
        cells.into_iter().chain([quiet(words::short(note, 36))]).collect()
    };
    if let Some(why) = told::exemption(limit, *applies) {
        let note = format!("does not apply: {why}");
        return vec![row(String::new().into(), Default::default(), period, String::new(), &note)];
    }
    let note = told::note(limit);
    let part_row = |part: &Part| {
        let (window, resets) = (told::about(*part, period.clone()), told::resets(limit, *part));
        row(gauge(*part, theme), words::figures(limit, *part), window, resets, &note)
    };
    standing.parts.iter().map(part_row).collect()
}

/// How much of a limit is used, as a bar, if it is used up bit by bit.
pub(super) fn gauge(part: Part, theme: Theme) -> Cell {
    if !part.is_used_up() {
        return String::new().into();
    }
    let style = match words::tenths(part) {
        0..=7 => theme.accepted(),
        8..=9 => theme.warning(),
        _ => theme.declined(),
    };
    Cell::new(words::bar(part), style)
}

/// What moved on each day up to the last on which something did, as many days as the screen is wide.
fn days(frame: &mut Frame<'_>, area: Rect, report: &AccountReport, theme: Theme) {
    let width = area.width.saturating_sub(2);
    let Some(last) = report.days.last().map(|(day, _)| *day).filter(|_| area.height > 1 && width > 0) else { return };
    let first = report.days.first().map_or(last, |(day, _)| *day).max(last.plus(1 - i32::from(width)));
    let sums = sums(&report.days, first, last);
    let most = sums.iter().copied().max().unwrap_or(0);
    let caption = format!(" {first} – {last}   the most on one day {}", words::money(most));
    table::draw_lines(frame, Rect { height: 1, ..area }, [Line::styled(caption, theme.quiet())]);
    let bars = Rect { x: area.x.saturating_add(1), y: area.y.saturating_add(1), width, height: area.height - 1 };
    frame.render_widget(Sparkline::default().data(&sums).style(theme.title()), bars);
}

/// The amounts that moved on each day of a range, in minor units.
fn sums(days: &[(Day, Usage)], first: Day, last: Day) -> Vec<u64> {
    let mut days = days.iter().skip_while(|(day, _)| *day < first).peekable();
    let sum = |number: i32| {
        let next = days.next_if(|(day, _)| day.number() == number);
        next.map_or(0, |(_, usage)| usage.amount(LimitDirection::Any))
    };
    (first.number()..=last.number()).map(sum).collect()
}

fn decisions(frame: &mut Frame<'_>, area: Rect, detail: &mut AccountDetail, theme: Theme) {
    let shown = detail.list.show(table::height(area));
    let detail = &*detail;
    let movements = shown.clone().filter_map(|number| detail.movement(number));
    let rows: Vec<_> = movements.map(|movement| row(movement, theme)).collect();
    table::draw(frame, area, &DECISIONS, &rows, words::selected(&detail.list, &shown), theme);
}

fn row(movement: &Movement, theme: Theme) -> Vec<Cell> {
    let decision = &movement.told.decision;
    vec![
        decision.position.to_string().into(),
        verdict(decision, theme),
        words::id(&decision.transaction_id, 24).into(),
        decision.event.amount.to_string().into(),
        words::signed(movement.balance).into(),
        decision.event.time.to_string().into(),
        words::short(&movement.told.batch, 24).into(),
        words::count(decision.line).into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Amount;

    #[test]
    fn days_on_which_nothing_moved_are_empty_and_those_before_the_first_are_left_out() {
        let day = Day::from_number;
        let usage = |minor| Usage::of(Amount::from_minor(minor)).unwrap();
        let days = [(day(1), usage(5)), (day(3), usage(-7)), (day(6), usage(9))];
        assert_eq!(sums(&days, day(1), day(6)), [5, 0, 7, 0, 0, 9]);
        assert_eq!(sums(&days, day(2), day(6)), [0, 7, 0, 0, 9]);
        assert_eq!(sums(&days, day(6), day(6)), [9]);
    }

    #[test]
    fn parts_of_a_low_area_stay_within_it() {
        for height in 0..20 {
            let area = Rect { x: 3, y: 5, width: 10, height };
            for part in shares(area, 7, 4) {
                assert!(part.y >= area.y && part.bottom() <= area.bottom(), "{part:?}");
            }
        }
    }
}
