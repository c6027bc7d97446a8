//! Amounts, windows, dates and groups as parts of sentences.

use crate::console::grouped;
use crate::domain::{Amount, DEFAULT_GROUP, Day, GroupName, Timestamp, Weekday, Window, Zone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Above so many names a list says only how many more there are.
const LIST_LEN_MAX: usize = 20;

pub(super) fn amount_in_words(amount: Amount) -> String {
    grouped(&amount.to_string())
}

pub(super) fn count_in_words(count: impl ToString) -> String {
    grouped(&count.to_string())
}

/// `a`, `a and b`, `a, b, and c`: the items may hold commas of their own.
pub(super) fn list_in_words(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] if !one.contains(", ") => format!("{one} and {other}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

pub(super) fn window_in_words(window: Window) -> String {
    match window {
        Window::Transaction => "in one transaction".to_owned(),
        Window::Day => "a day".to_owned(),
        Window::Week => "a week".to_owned(),
        Window::Month => "a month".to_owned(),
        Window::Quarter => "a quarter".to_owned(),
        Window::Year => "a year".to_owned(),
        Window::Lifetime => "ever".to_owned(),
        Window::Trailing(span) => format!("in any {}", span.in_words()),
    }
}

/// A zone by the city that names it, `Toronto time`, if its name is one of a city.
pub(super) fn zone_in_words(zone: &Zone) -> String {
    match zone.name().rsplit_once('/') {
        Some((area, city)) if area != "Etc" => format!("{} time", city.replace('_', " ")),
        _ => zone.name().to_owned(),
    }
}

/// `Monday to Sunday`.
pub(super) fn week_in_words(starts: Weekday) -> String {
    let mut days = Weekday::ALL.into_iter().cycle().skip_while(|day| *day != starts).take(7);
    let names = (days.next().map(weekday_in_words), days.last().map(weekday_in_words));
    format!("{} to {}", names.0.unwrap_or_default(), names.1.unwrap_or_default())
}

const fn weekday_in_words(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// From which day to which something holds; nothing if always.
pub(super) fn dates_in_words(from: Option<Day>, until: Option<Day>) -> Option<String> {
    Some(match (from, until) {
        (None, None) => return None,
        (Some(from), None) => format!("from {} on", day_in_words(from)),
        (None, Some(until)) => format!("until {}", day_in_words(until)),
        (Some(from), Some(until)) if from == until => format!("on {}", day_in_words(from)),
        (Some(from), Some(until)) => format!("from {} to {}", day_in_words(from), day_in_words(until)),
    })
}

/// `1 January 2026`.
fn day_in_words(day: Day) -> String {
    let Some(civil) = Timestamp::start_of(day).map(Timestamp::to_civil) else { return day.to_string() };
    let month = usize::try_from(civil.month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    month.map_or_else(|| day.to_string(), |month| format!("{} {month} {}", civil.day, civil.year))
}

/// `groups gold and silver and customers of no group`.
pub(in crate::config) fn groups_in_words(groups: &[GroupName]) -> String {
    let named: Vec<_> = groups.iter().filter(|group| group.as_str() != DEFAULT_GROUP).map(group_in_words).collect();
    let no_group = (named.len() < groups.len()).then(|| "customers of no group".to_owned());
    let named = match named.len() {
        0 => None,
        1 => Some(format!("group {}", named.concat())),
        _ => Some(format!("groups {}", shortened(named))),
    };
    named.into_iter().chain(no_group).collect::<Vec<_>>().join(" and ")
}

/// A group's name, in quotes where it could be taken for something else.
pub(super) fn group_in_words(group: &GroupName) -> String {
    let name = group.as_str();
    let is_plain = name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'));
    if is_plain { name.to_owned() } else { format!("{name:?}") }
}

/// A list that ends with how many more there are if it is long.
pub(super) fn shortened(mut items: Vec<String>) -> String {
    let more = items.len().saturating_sub(LIST_LEN_MAX);
    items.truncate(LIST_LEN_MAX);
    if more > 0 {
        items.push(format!("{} more", count_in_words(more)));
    }
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}
