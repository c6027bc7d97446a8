//! Dates between which limits of one kind leave a gap, or overlap.

use super::Warning;
use crate::domain::{Day, Limit, LimitKey};

/// The dates of limits that hold one after another and yet don't follow upon each other, and dates that no clock shows.
pub(super) fn odd_dates(limits: &[Limit]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for (place, limit) in limits.iter().enumerate() {
        let holds = limit.holds();
        if holds.from >= holds.until {
            let why = format!("the limit never holds: clocks in {} skip that date", limit.calendar.zone.name());
            warnings.push(Warning::of_limit(place, LimitKey::From, why));
        }
        let is_first = !limits.iter().take(place).any(|earlier| is_like(earlier, limit));
        if is_first {
            let kind = limits.iter().enumerate().filter(|(_, other)| is_like(other, limit)).collect();
            warnings.extend(breaks(kind));
        }
    }
    warnings
}

/// Whether limits differ in their name, their dates and the sizes of their bounds alone.
fn is_like(limit: &Limit, other: &Limit) -> bool {
    let bounds = |limit: &Limit| {
        let Limit { amount, minimum_amount, maximum_amount, maximum_balance, count, cooldown, .. } = limit;
        let amounts = [amount, minimum_amount, maximum_amount, maximum_balance].map(Option::is_some);
        (amounts, count.is_some(), cooldown.is_some())
    };
    let rest = |limit: &Limit| (limit.window, limit.direction, limit.measure, limit.outcome);
    bounds(limit) == bounds(other)
        && rest(limit) == rest(other)
        && (&limit.calendar, &limit.groups) == (&other.calendar, &other.groups)
}

/// What is odd where one limit of a kind ends and the next begins. A limit that holds always leaves no gap, and one that
/// holds within another's dates is there to be stricter for a while.
fn breaks(mut kind: Vec<(usize, &Limit)>) -> Vec<Warning> {
    let start = |limit: &Limit| limit.from.unwrap_or(Day::BEFORE_ALL);
    kind.sort_by_key(|(_, limit)| (start(limit), limit.until.is_some(), limit.until));
    let mut warnings = Vec::new();
    let mut latest: Option<(Day, Day, &Limit)> = None;
    for (place, limit) in kind {
        let (from, Some(until)) = (start(limit), limit.until) else {
            warnings.extend(latest.and_then(|latest| between(latest, start(limit), None, place)));
            // Whatever begins later holds within this one's dates.
            break;
        };
        if latest.is_none_or(|(_, end, _)| until > end) {
            warnings.extend(latest.and_then(|latest| between(latest, from, Some(until), place)));
            latest = Some((from, until, limit));
        }
    }
    warnings
}

fn between((first, end, earlier): (Day, Day, &Limit), from: Day, until: Option<Day>, place: usize) -> Option<Warning> {
    let name = earlier.name.as_str();
    let why = if from > end.plus(1) {
        let (gap_from, gap_until) = (end.plus(1), from.plus(-1));
        format!("begins {}, and {name} ends {end}: neither holds {}", from, days(gap_from, gap_until))
    } else if from > first && from <= end {
        let both = until.map_or(end, |until| end.min(until));
        format!("begins {from}, and {name} ends {end}: both hold {}", days(from, both))
    } else {
        return None;
    };
    Some(Warning::of_limit(place, LimitKey::From, why))
}

fn days(first: Day, last: Day) -> String {
    if first == last { format!("on {first}") } else { format!("from {first} to {last}") }
}
