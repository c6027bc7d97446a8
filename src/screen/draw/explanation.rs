//! Why a decision was made.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::account::gauge;
use super::table::{self, Cell, Column};
use super::{Theme, awaited, say, words};
use crate::domain::{Applies, Bound, Lateness, Limit, LimitFinding, LimitOutcome, Part};
use crate::inquiry::{ExplainReport, LimitExplained, Told, words as told};
use crate::screen::app::ExplanationDetail;

const LIMITS: [Column; 7] = [
    Column::text("limit", 0),
    Column::text("", 2),
    Column::number("used before", 0),
    Column::number("of", 0),
    Column::number("left", 1),
    Column::text("verdict", 0),
    Column::text("window", 3),
];

/// The same for policies whose limits have more to say.
const NOTED_LIMITS: [Column; 8] = {
    let [limit, bar, used, of, left, verdict, window] = LIMITS;
    [limit, bar, used, of, left, verdict, window, Column::text("resets", 4)]
};

const USERS: [Column; 6] = [
    Column::text("used by", 0),
    Column::number("position", 0),
    Column::text("transaction", 1),
    Column::number("amount", 0),
    Column::text("time", 2),
    Column::text("batch", 3),
];

/// How wide the names of facts are.
const NAME_WIDTH: usize = 13;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, detail: &mut ExplanationDetail, theme: Theme) {
    let Some(report) = detail.report.value() else {
        return say(frame, area, awaited(detail.report.failure()), theme);
    };
    let lines = lines(report, area.width, theme);
    detail.list.set_len(lines.len());
    let shown = detail.list.scroll(area.height);
    table::draw_lines(frame, area, words::part(&lines, &shown).cloned());
}

fn lines(report: &ExplainReport, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let mut lines = vec![verdict(report, theme), Line::default()];
    lines.extend(facts(report, theme));
    lines.push(Line::default());
    let is_accepted = report.explanation.kind.is_accepted();
    let rows = limits(report).flat_map(|(limit, explained)| limit_rows(limit, explained, is_accepted, theme));
    let rows: Vec<Vec<Cell>> = rows.collect();
    let has_more = limits(report).any(|(limit, explained)| words::has_more(limit, &explained.finding.standing));
    let columns: &[Column] = if has_more { &NOTED_LIMITS } else { &LIMITS };
    lines.extend(table::lines(columns, &rows, None, width, theme));
    lines.push(Line::default());
    lines.extend(instead(report, theme));
    let users: Vec<Vec<Cell>> =
        limits(report).flat_map(|(limit, explained)| user_rows(limit.name.as_str(), explained, theme)).collect();
    if !users.is_empty() {
        lines.push(Line::default());
        lines.extend(table::lines(&USERS, &users, None, width, theme));
    }
    lines
}

/// The limits and what they have to say.
fn limits(report: &ExplainReport) -> impl Iterator<Item = (&Limit, &LimitExplained)> {
    report.policy.limits().iter().zip(&report.limits)
}

fn verdict(report: &ExplainReport, theme: Theme) -> Line<'static> {
    let (flags, shadow) = (report.marked(LimitOutcome::Flag), report.marked(LimitOutcome::Shadow));
    let (text, style) = match (report.kind().is_accepted(), report.reason()) {
        (true, _) if flags.is_empty() => (told::accepted(&flags, &shadow), theme.accepted()),
        (true, _) => (told::accepted(&flags, &shadow), theme.warning()),
        (false, reason) => (format!("declined: {}", reason.unwrap_or("unknown")), theme.declined()),
    };
    Line::styled(format!(" {text}"), style.patch(theme.bold()))
}

fn facts(report: &ExplainReport, theme: Theme) -> Vec<Line<'static>> {
    let mut facts = vec![("account", words::id(&report.account, 36))];
    facts.extend(report.group.as_ref().map(|group| ("group", words::short(&group.name, 36))));
    if let Some(Told { decision, batch, recorded_at, .. }) = &report.told {
        facts.push(("transaction", words::id(&decision.transaction_id, 36)));
        facts.push(("amount", decision.event.amount.to_string()));
        facts.push(("time", decision.event.time.to_string()));
        facts.push(("line", format!("{} of {}", words::count(decision.line), words::short(batch, 36))));
        facts.push(("recorded", words::recorded(recorded_at)));
    }
    facts.push(("policy", format!("at position {}", words::count(report.policy_position))));
    facts.push(("balance", format!("{} before", words::signed(report.explanation.balance))));
    if let Some(Lateness { late_after, latest, .. }) = report.explanation.lateness {
        facts.push(("lateness", format!("at most {late_after} before {latest}")));
    }
    if let Some(first) = &report.first_sight {
        let (position, outcome) = (words::count(first.decision.position), outcome(first));
        facts.push(("first sight", format!("position {position}, {outcome}")));
    }
    if !report.repeats.is_empty() {
        let positions: Vec<String> = report.repeats.iter().take(5).map(|position| words::count(*position)).collect();
        let more = if report.repeats.len() > 5 { " …" } else { "" };
        facts.push(("repeats", format!("position {}{more}", positions.join(" "))));
    }
    facts.into_iter().map(|(name, value)| fact(name, NAME_WIDTH, value, theme)).collect()
}

fn fact(name: &str, width: usize, value: String, theme: Theme) -> Line<'static> {
    Line::from(vec![Span::styled(format!(" {name:width$}"), theme.quiet()), Span::raw(value)])
}

fn outcome(told: &Told) -> String {
    match &told.decision.reason {
        Some(reason) => format!("declined: {}", words::short(reason, 24)),
        None => words::short(&told::verdict(&told.decision), 36),
    }
}

/// What would have passed, or when.
fn instead(report: &ExplainReport, theme: Theme) -> Vec<Line<'static>> {
    if report.first_sight.is_some() {
        return vec![Line::styled(" nothing with this id can pass any more", theme.quiet())];
    }
    let largest = report.largest().map_or_else(|| "none".to_owned(), |amount| amount.to_string());
    let mut lines = vec![fact("largest amount that passes then", 36, largest, theme)];
    if !report.kind().is_accepted() {
        let earliest = report.earliest().map_or_else(|| "never".to_owned(), |time| told::in_zone(report, time));
        lines.push(fact("earliest time at which it passes", 36, earliest, theme));
    }
    lines
}

/// A row for each bound of a limit.
fn limit_rows(limit: &Limit, explained: &LimitExplained, is_accepted: bool, theme: Theme) -> Vec<Vec<Cell>> {
    let finding = &explained.finding;
    let period = words::window(limit, &finding.standing);
    let row = |part: &Part| {
        let [used, most, left] = words::figures(limit, *part);
        let quiet = |text: String| Cell::new(text, theme.quiet());
        vec![
            limit.name.as_str().to_owned().into(),
            gauge(*part, theme),
            used.into(),
            most.into(),
            left.into(),
            limit_verdict(limit, finding, *part, is_accepted, theme),
            quiet(told::about(*part, period.clone())),
            quiet(told::resets(limit, *part)),
        ]
    };
    finding.standing.parts.iter().map(row).collect()
}

/// What one bound of a limit has to say.
fn limit_verdict(limit: &Limit, finding: &LimitFinding, part: Part, is_accepted: bool, theme: Theme) -> Cell {
    let (style, is_exceeded) = (theme.quiet(), finding.exceeded == Some(part.bound));
    match finding.applies {
        Applies::OtherDirection => return Cell::new("does not apply", style),
        Applies::Yes => {}
        applies => {
            let why = told::exemption(limit, applies).unwrap_or_default();
            return Cell::new(words::short(&format!("does not apply: {why}"), 36), style);
        }
    }
    let what = match part.bound {
        Bound::MinimumAmount => "short",
        Bound::Cooldown => "too near",
        Bound::Count | Bound::Amount | Bound::MaximumAmount | Bound::MaximumBalance => "exceeded",
    };
    let exceeded = || format!("{what}{}", told::consequence(limit, is_accepted));
    match (is_exceeded, limit.outcome) {
        (true, LimitOutcome::Decline) => Cell::new(exceeded(), theme.declined()),
        (true, LimitOutcome::Flag | LimitOutcome::Shadow) => Cell::new(exceeded(), theme.warning()),
        (false, _) => Cell::new("passes", theme.accepted()),
    }
}

/// Those that had used a limit which applies.
fn user_rows(name: &str, limit: &LimitExplained, theme: Theme) -> Vec<Vec<Cell>> {
    if !limit.finding.applies.is_yes() {
        return Vec::new();
    }
    let row = |told: &Told| {
        vec![
            name.to_owned().into(),
            told.decision.position.to_string().into(),
            words::id(&told.decision.transaction_id, 24).into(),
            told.decision.event.amount.to_string().into(),
            told.decision.event.time.to_string().into(),
            words::short(&told.batch, 24).into(),
        ]
    };
    let mut rows: Vec<Vec<Cell>> = limit.users.last.iter().map(row).collect();
    if limit.users.more > 0 {
        let more = format!("and {} more", words::count(limit.users.more as u64));
        rows.insert(0, vec![name.to_owned().into(), Cell::new(more, theme.quiet())]);
    }
    rows
}
