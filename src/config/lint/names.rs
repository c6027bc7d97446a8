//! Limits whose names say something else than their keys.

use super::Warning;
use crate::domain::{Limit, LimitDirection, LimitKey, Window};

/// Words in names and the windows that they stand for.
const WINDOWS: [(&str, Window); 12] = [
    ("day", Window::Day),
    ("daily", Window::Day),
    ("week", Window::Week),
    ("weekly", Window::Week),
    ("month", Window::Month),
    ("monthly", Window::Month),
    ("quarter", Window::Quarter),
    ("quarterly", Window::Quarter),
    ("year", Window::Year),
    ("yearly", Window::Year),
    ("annual", Window::Year),
    ("lifetime", Window::Lifetime),
];

/// Words in names and the directions that they stand for.
const DIRECTIONS: [(&str, LimitDirection); 4] = [
    ("load", LimitDirection::Load),
    ("loads", LimitDirection::Load),
    ("withdrawal", LimitDirection::Withdrawal),
    ("withdrawals", LimitDirection::Withdrawal),
];

/// The limits whose names say another calendar window or the other direction.
pub(super) fn odd_names(limits: &[Limit]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for (place, limit) in limits.iter().enumerate() {
        let mut warn = |key, is: String, word: &str| {
            warnings.push(Warning::of_limit(place, key, format!("is {is:?}, while the name says {word:?}")));
        };
        let is_named = WINDOWS.iter().any(|(_, window)| *window == limit.window);
        let sums = limit.count.is_some() || limit.amount.is_some();
        if let Some((word, window)) = only_word(limit, &WINDOWS)
            && is_named
            && sums
            && window != limit.window
        {
            warn(LimitKey::Window, limit.window.to_string(), word);
        }
        if let Some((word, direction)) = only_word(limit, &DIRECTIONS)
            && limit.direction != LimitDirection::Any
            && direction != limit.direction
        {
            warn(LimitKey::Direction, limit.direction.as_str().to_owned(), word);
        }
    }
    warnings
}

/// The word of a limit's name that is one of these, if there is one alone.
fn only_word<'a, T: Copy>(limit: &Limit, words: &[(&'a str, T)]) -> Option<(&'a str, T)> {
    let of_name = |word: &str| limit.name.as_str().split('-').any(|part| part == word);
    let mut found = words.iter().filter(|(word, _)| of_name(word));
    let first = found.next()?;
    found.next().is_none().then_some(*first)
}
