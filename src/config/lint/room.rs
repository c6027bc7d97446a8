//! How much fits into a window beside bounds that every accepted transaction has kept to.

use super::rule::{Asks, Rule, Sum};
use crate::domain::{Direction, Limit, LimitDirection, Measure, Window};

const MICROS_PER_SECOND: u64 = 1_000_000;
const MICROS_PER_DAY: u64 = 86_400 * MICROS_PER_SECOND;

/// So many transactions or minor units at most, and the rules that see to it.
#[derive(Clone, Debug)]
pub(super) struct Room<'a> {
    pub(super) most: u128,
    pub(super) because: Vec<Rule<'a>>,
}

/// How many transactions the window of a rule can hold, with the one that is judged among them, if that one goes in a
/// direction and keeps to the other rules; none if they don't tell.
pub(super) fn most_transactions<'a>(rule: &Rule<'a>, way: Direction, others: &[Rule<'a>]) -> Option<Room<'a>> {
    let by_count = others.iter().filter_map(|other| {
        let Asks::OneOf(count) = other.asks else { return None };
        let windows = if other.covers(rule, way) && other.sees_all_of(rule) {
            1
        } else if is_kept_by_all_of(rule, other) {
            parts(other.limit, rule.limit)?
        } else {
            return None;
        };
        Some(Room { most: u128::from(count) * u128::from(windows), because: vec![*other] })
    });
    by_count.chain(by_distance(rule, others)).chain(by_size(rule, way, others)).min_by_key(|room| room.most)
}

/// As many as fit into the longest window if each keeps its distance.
fn by_distance<'a>(rule: &Rule<'a>, others: &[Rule<'a>]) -> Option<Room<'a>> {
    let span = |other: &Rule<'a>| match other.asks {
        Asks::Apart(span) if is_kept_by_all_of(rule, other) => Some((span.micros().unsigned_abs(), *other)),
        _ => None,
    };
    let (span, cooldown) = others.iter().filter_map(span).max_by_key(|(span, _)| *span)?;
    Some(Room { most: u128::from(longest(rule.limit)?.div_ceil(span)), because: vec![cooldown] })
}

/// As many of the smallest size as come to what is allowed in all.
fn by_size<'a>(rule: &Rule<'a>, way: Direction, others: &[Rule<'a>]) -> Option<Room<'a>> {
    let least = |other: &Rule<'a>| match other.asks {
        Asks::AtLeast(least) if is_kept_by_all_of(rule, other) => Some((least, *other)),
        _ => None,
    };
    let (least, minimum) = others.iter().filter_map(least).max_by_key(|(least, _)| *least)?;
    let most = |other: &Rule<'a>| match other.asks {
        Asks::AtMost(Sum::Window, most)
            if other.limit.measure == Measure::Gross && other.covers(rule, way) && other.sees_all_of(rule) =>
        {
            Some((most, *other))
        }
        _ => None,
    };
    let (most, sum) = others.iter().filter_map(most).min_by_key(|(most, _)| *most)?;
    Some(Room { most: u128::from(most.checked_div(least)?), because: vec![minimum, sum] })
}

/// How much the window of a rule can sum, with the transaction that is judged among it, if that one goes in a direction
/// and keeps to the other rules; none if they don't tell.
pub(super) fn most_money<'a>(rule: &Rule<'a>, way: Direction, others: &[Rule<'a>]) -> Option<Room<'a>> {
    let by_part = others.iter().filter_map(|other| {
        let Asks::AtMost(Sum::Window, most) = other.asks else { return None };
        let is_as_large = rule.limit.measure == Measure::Net || other.limit.measure == Measure::Gross;
        if !is_as_large || !is_kept_by_all_of(rule, other) {
            return None;
        }
        let most = u128::from(most) * u128::from(parts(other.limit, rule.limit)?);
        Some(Room { most, because: vec![*other] })
    });
    let by_number = || {
        let Room { most: number, mut because } = most_transactions(rule, way, others)?;
        let (largest, maxima) = largest(rule.limit.direction, others)?;
        for maximum in maxima {
            if !because.contains(&maximum) {
                because.push(maximum);
            }
        }
        Some(Room { most: number * u128::from(largest), because })
    };
    by_part.chain(by_number()).min_by_key(|room| room.most)
}

/// The largest amount that an accepted transaction of a limit's direction can have, and what bounds it.
fn largest<'a>(direction: LimitDirection, others: &[Rule<'a>]) -> Option<(u64, Vec<Rule<'a>>)> {
    let (mut largest, mut because) = (0, Vec::new());
    for way in ways(direction) {
        let most = |other: &Rule<'a>| match other.asks {
            Asks::AtMost(_, most) if other.is_always_kept(way) => Some((most, *other)),
            _ => None,
        };
        let (most, rule) = others.iter().filter_map(most).min_by_key(|(most, _)| *most)?;
        largest = largest.max(most);
        if !because.contains(&rule) {
            because.push(rule);
        }
    }
    Some((largest, because))
}

/// Whether all that a rule counts and sums has kept to another one.
fn is_kept_by_all_of(rule: &Rule<'_>, other: &Rule<'_>) -> bool {
    other.looks_at_all_of(rule) && ways(rule.limit.direction).all(|way| other.is_always_kept(way))
}

fn ways(direction: LimitDirection) -> impl Iterator<Item = Direction> {
    [Direction::Load, Direction::Withdrawal].into_iter().filter(move |way| direction.covers(*way))
}

/// How many windows of one limit make up a window of another at most, if its windows consist of such.
fn parts(inner: &Limit, outer: &Limit) -> Option<u32> {
    use Window::{Day, Month, Quarter, Week, Year};
    let parts = match (inner.window, outer.window) {
        (Day, Week) => 7,
        (Day, Month) => 31,
        (Day, Quarter) => 92,
        (Day, Year) => 366,
        (Month, Quarter) => 3,
        (Month, Year) => 12,
        (Quarter, Year) => 4,
        _ => return None,
    };
    (inner.calendar.zone == outer.calendar.zone).then_some(parts)
}

/// The length of a limit's longest window in microseconds, or somewhat more; none if it has no end.
fn longest(limit: &Limit) -> Option<u64> {
    let days = match limit.window {
        Window::Transaction | Window::Lifetime => return None,
        Window::Trailing(span) => return Some(span.micros().unsigned_abs()),
        Window::Day => 1,
        Window::Week => 7,
        Window::Month => 31,
        Window::Quarter => 92,
        Window::Year => 366,
    };
    // Clocks that are put back lengthen a window by no more than they ever differ.
    let (least, greatest) = limit.calendar.zone.offset_range();
    let put_back = u64::from(least.abs_diff(greatest));
    Some(days * MICROS_PER_DAY + put_back * MICROS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::{LimitName, Timestamp, Zone};

    const WINDOWS: [Window; 5] = [Window::Day, Window::Week, Window::Month, Window::Quarter, Window::Year];

    fn limit(window: Window, zone: &str) -> Limit {
        let mut limit = Limit::new(LimitName::new("a").unwrap(), window);
        limit.calendar.zone = Zone::named(zone).unwrap();
        limit
    }

    /// Every hour of some years, in one of which a day is skipped in Apia.
    fn hours() -> impl Iterator<Item = Timestamp> {
        let first = Timestamp::parse_rfc3339(b"2010-01-01T00:00:00Z").unwrap().micros();
        (0..4 * 366 * 24).map(move |hour| Timestamp::from_micros(first + hour * 3_600_000_000).unwrap())
    }

    #[test]
    fn windows_have_no_more_parts_than_that() {
        for outer in WINDOWS {
            for inner in WINDOWS {
                let (inner, outer) = (limit(inner, "UTC"), limit(outer, "UTC"));
                let Some(most) = parts(&inner, &outer) else { continue };
                let mut found = BTreeMap::<i64, Vec<i64>>::new();
                for time in hours() {
                    let starts = found.entry(outer.stretch(time).from).or_default();
                    let start = inner.stretch(time).from;
                    if starts.last() != Some(&start) {
                        starts.push(start);
                    }
                }
                let longest = found.values().map(Vec::len).max().unwrap();
                assert_eq!(longest, most as usize, "{} in {}", inner.window, outer.window);
            }
        }
    }

    #[test]
    fn windows_are_no_longer_than_that() {
        for (zone, exact) in [("UTC", true), ("America/Toronto", false), ("Pacific/Apia", false)] {
            for window in WINDOWS {
                let limit = limit(window, zone);
                let stretches = hours().map(|time| limit.stretch(time));
                let found = stretches.map(|stretch| stretch.until - stretch.from).max().unwrap().unsigned_abs();
                let most = longest(&limit).unwrap();
                assert!(if exact { found == most } else { found <= most }, "{window} in {zone}: {found} {most}");
            }
        }
    }
}
