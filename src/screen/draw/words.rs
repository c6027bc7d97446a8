//! Values as words.

use std::ops::Range;

use indicatif::HumanCount;
use ratatui::text::Span;

use crate::console::printable;
use crate::domain::{Amount, Bound, Limit, LimitStanding, Part, Period};
use crate::inquiry::words;
use crate::screen::app::List;

/// How many letters a text may have for each cell that it takes: there is no end to those that take none.
const LETTERS_MAX: usize = 8;

/// How many cells a text takes.
pub(super) fn width(text: &str) -> usize {
    Span::raw(text).width()
}

/// A text that can't steer the terminal, in so many cells at most.
pub(super) fn short(text: &str, max: usize) -> String {
    cut(&printable(text), max)
}

/// An id, as [`short`].
pub(super) fn id(id: &[u8], max: usize) -> String {
    short(&String::from_utf8_lossy(id), max)
}

/// A text in so many cells at most, with an ellipsis where something is missing.
pub(super) fn cut(text: &str, max: usize) -> String {
    let bound = text.char_indices().nth(max.saturating_mul(LETTERS_MAX)).map(|(end, _)| end);
    let bounded = bound.and_then(|end| text.get(..end)).unwrap_or(text);
    if bounded.len() == text.len() && width(text) <= max {
        return text.to_owned();
    }
    let mut end = 0;
    for (start, letter) in bounded.char_indices() {
        let next = start + letter.len_utf8();
        if text.get(..next).is_none_or(|head| width(head) >= max) {
            break;
        }
        end = next;
    }
    let ellipsis = if max == 0 { "" } else { "…" };
    format!("{}{ellipsis}", text.get(..end).unwrap_or_default())
}

/// Minor units as a decimal number.
pub(super) fn money(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// Minor units with a sign as a decimal number.
pub(super) fn signed(minor: i64) -> String {
    Amount::from_minor(minor).to_string()
}

/// A number for people.
pub(super) fn count(number: u64) -> String {
    HumanCount(number).to_string()
}

/// The time of a recording without its fraction.
pub(super) fn recorded(at: &str) -> String {
    match (at.get(..19), at.ends_with('Z')) {
        (Some(seconds), true) => printable(seconds) + "Z",
        _ => printable(at),
    }
}

/// Which row of how many.
pub(super) fn place(list: &List) -> String {
    match list.len() {
        0 => String::new(),
        len => format!("{} of {}", count(list.cursor() + 1), count(len)),
    }
}

/// The rows of a range.
pub(super) fn part<'a, T>(rows: &'a [T], shown: &Range<u64>) -> impl Iterator<Item = &'a T> {
    let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX).min(rows.len());
    rows.get(place(shown.start)..place(shown.end)).unwrap_or_default().iter()
}

/// Which of the rows that are shown the cursor is on.
pub(super) fn selected(list: &List, shown: &Range<u64>) -> Option<usize> {
    usize::try_from(list.cursor().checked_sub(shown.start)?).ok()
}

/// The stretch of time over which a limit sums.
pub(super) fn window(limit: &Limit, standing: &LimitStanding) -> String {
    words::period(limit, standing, " – ")
}

/// The figures of a part of a limit for people.
pub(super) fn figures(limit: &Limit, part: Part) -> [String; 3] {
    if part.bound == Bound::Count {
        return [part.used, part.limit, part.left()].map(count);
    }
    words::figures(limit, part)
}

/// Whether a limit has more to be told than days in UTC and what is used on them.
pub(super) fn has_more(limit: &Limit, standing: &LimitStanding) -> bool {
    let is_of_days = matches!(standing.period, Period::Days { .. } | Period::Transaction);
    let is_of_window = |part: &Part| matches!(part.bound, Bound::Count | Bound::Amount);
    !is_of_days
        || !standing.parts.iter().all(is_of_window)
        || !limit.calendar.zone.is_utc()
        || !words::note(limit).is_empty()
}

/// How many tenths of a part are used, 10 only if nothing is left.
pub(super) fn tenths(part: Part) -> u64 {
    if part.left() == 0 {
        return 10;
    }
    // Less than 10, as less than all is used.
    (u128::from(part.used) * 10 / u128::from(part.limit.max(1))) as u64
}

/// A bar of ten cells.
pub(super) fn bar(part: Part) -> String {
    let full = usize::try_from(tenths(part)).unwrap_or(10);
    "█".repeat(full) + &"░".repeat(10 - full.min(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_text_is_as_wide_as_it_may_be_and_says_that_it_is_cut() {
        for (text, max, expected) in [
            ("", 0, ""),
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("abcd", 1, "…"),
            ("abcd", 0, ""),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ] {
            assert_eq!(cut(text, max), expected, "{text} {max}");
        }
        let endless = "\u{301}".repeat(1_000_000);
        assert_eq!(cut(&format!("a{endless}"), 4).chars().count(), 4 * LETTERS_MAX + 1);
    }

    #[test]
    fn text_that_could_steer_the_terminal_is_escaped() {
        assert_eq!(short("a\u{1b}[31m\u{202e}", 40), r#""a\u{1b}[31m\u{202e}""#);
        assert_eq!(id(&[0xff, b'a'], 40), "\u{fffd}a");
    }

    #[test]
    fn bar_is_full_only_if_nothing_is_left() {
        for (used, limit, expected) in [
            (0, 3, "░░░░░░░░░░"),
            (1, 3, "███░░░░░░░"),
            (999, 1_000, "█████████░"),
            (3, 3, "██████████"),
            (u64::MAX, 1, "██████████"),
            (u64::MAX - 1, u64::MAX, "█████████░"),
            (0, 0, "██████████"),
        ] {
            assert_eq!(bar(Part::new(Bound::Amount, used, limit)), expected, "{used} of {limit}");
        }
    }

    #[test]
    fn recorded_time_is_told_to_the_second_and_anything_else_as_it_is() {
        assert_eq!(recorded("2026-11-21T14:03:01.311430Z"), "2026-11-21T14:03:01Z");
        assert_eq!(recorded("yesterday"), "yesterday");
        assert_eq!(recorded("\u{1b}"), "\"\\u{1b}\"");
    }

    #[test]
    fn money_has_two_digits_behind_the_point() {
        assert_eq!((money(5), money(123_456), signed(-205)), ("0.05".into(), "1234.56".into(), "-2.05".into()));
    }
}
