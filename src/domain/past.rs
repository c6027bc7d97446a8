//! What an account remembers of what it has accepted.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::{Amount, Day, Memory, Movements, Stretch, Timestamp, Usage};

/// Above this many days the sorted list becomes a tree: an insertion in the middle of the list moves what follows it,
/// which must not grow with an account's history.
const LIST_LEN_MAX: usize = 1_024;

/// What an account remembers of what it has accepted: the usage of every closed day, or each transaction.
///
/// Of days in UTC, weeks and months need no record of their own: they are sums over at most 31 days. Nearly every account
/// has few days and closes them in order, which a sorted list serves in 28 bytes a day.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Past {
    /// Sorted by day.
    List(Vec<(Day, Usage)>),
    #[expect(
        clippy::box_collection,
        reason = "every account has a list, hardly one a tree: the box keeps both at 24 bytes"
    )]
    Tree(Box<BTreeMap<Day, Usage>>),
    /// Each transaction, those of the open day included, which [`Past::record`] adds.
    Movements(Box<Movements>),
}

impl Default for Past {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Past {
    /// Nothing yet, to be remembered so.
    pub(super) fn new(memory: Memory) -> Self {
        match memory {
            Memory::Days => Self::default(),
            Memory::Transactions | Memory::Recent => Self::Movements(Box::default()),
        }
    }

    /// Each transaction, if that is what is remembered.
    pub(super) fn movements(&self) -> Option<&Movements> {
        match self {
            Self::Movements(movements) => Some(movements),
            Self::List(_) | Self::Tree(_) => None,
        }
    }

    /// Remembers an accepted transaction by itself, if that is what is remembered.
    #[inline]
    pub(super) fn record(&mut self, time: Timestamp, amount: Amount) {
        if let Self::Movements(movements) = self {
            movements.insert(time, amount);
        }
    }

    /// Forgets transactions before an instant, in microseconds since 1970-01-01T00:00:00Z, if each is remembered.
    pub(super) fn forget_before(&mut self, micros: i64) {
        if let Self::Movements(movements) = self {
            movements.drop_before(micros);
        }
    }

    /// Keeps a day that has just been closed: later than all before.
    pub(super) fn push(&mut self, day: Day, usage: Usage) {
        match self {
            Self::List(days) => {
                grow(days);
                days.push((day, usage));
                self.plant();
            }
            Self::Tree(days) => {
                days.insert(day, usage);
            }
            Self::Movements(_) => {}
        }
    }

    /// Counts a late transaction that was accepted.
    pub(super) fn add(&mut self, day: Day, amount: Amount) {
        match self {
            Self::List(days) => {
                let place = days.partition_point(|(earlier, _)| *earlier < day);
                if let Some((found, usage)) = days.get_mut(place)
                    && *found == day
                {
                    usage.add(amount);
                    return;
                }
                let mut usage = Usage::ZERO;
                usage.add(amount);
                grow(days);
                days.insert(place, (day, usage));
                self.plant();
            }
            Self::Tree(days) => days.entry(day).or_default().add(amount),
            Self::Movements(_) => {}
        }
    }

    /// The closed days and their usage, ascending.
    pub(super) fn days(&self, open_day: Day) -> Vec<(Day, Usage)> {
        match self {
            Self::List(days) => days.clone(),
            Self::Tree(days) => days.iter().map(|(day, usage)| (*day, *usage)).collect(),
            Self::Movements(movements) => {
                let mut days: Vec<(Day, Usage)> = Vec::new();
                for (time, amount) in movements.iter().take_while(|(time, _)| time.day() < open_day) {
                    match days.last_mut() {
                        Some((day, usage)) if *day == time.day() => usage.add(amount),
                        _ => days.extend(Usage::of(amount).map(|usage| (time.day(), usage))),
                    }
                }
                days
            }
        }
    }

    /// What was used over a range of days.
    pub(super) fn sum(&self, range: RangeInclusive<Day>) -> Usage {
        let mut sum = Usage::ZERO;
        match self {
            Self::List(days) => {
                let first = days.partition_point(|(day, _)| day < range.start());
                for (_, usage) in days.iter().skip(first).take_while(|(day, _)| day <= range.end()) {
                    sum.merge(usage);
                }
            }
            Self::Tree(days) => days.range(range).for_each(|(_, usage)| sum.merge(usage)),
            Self::Movements(movements) => return movements.sum(Stretch::of_days(*range.start(), *range.end())),
        }
        sum
    }

    /// Turns a list that has grown long into a tree.
    fn plant(&mut self) {
        if let Self::List(days) = self
            && days.len() > LIST_LEN_MAX
        {
            *self = Self::Tree(Box::new(days.drain(..).collect()));
        }
    }
}

/// Makes room by halves rather than by doubling, since these lists are most of an account's memory; but for several days
/// at once, since moving them about cost a tenth of a run's time and more.
fn grow(days: &mut Vec<(Day, Usage)>) {
    const DAYS_AT_ONCE_MIN: usize = 6;
    if days.len() == days.capacity() {
        days.reserve_exact((days.len() / 2).max(DAYS_AT_ONCE_MIN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LimitDirection;

    #[test]
    fn list_and_tree_keep_the_same_days() {
        let mut days = Past::default();
        let numbers = (0..3_000).map(|i| i * 7_919 % 3_001);
        for number in numbers.clone() {
            days.add(Day::from_number(number), Amount::from_minor(1));
            days.add(Day::from_number(number), Amount::from_minor(-2));
        }
        assert!(matches!(days, Past::Tree(_)), "3,000 days are more than a list holds");
        for (first, last) in [(0, 3_000), (10, 16), (2_999, 2_999), (5_000, 6_000)] {
            let expected = numbers.clone().filter(|number| (first..=last).contains(number)).count() as u64;
            let sum = days.sum(Day::from_number(first)..=Day::from_number(last));
            assert_eq!(sum.count(LimitDirection::Load), expected);
            assert_eq!(sum.amount(LimitDirection::Withdrawal), 2 * expected);
        }
    }

    #[test]
    fn day_takes_28_bytes() {
        assert_eq!(size_of::<(Day, Usage)>(), 28);
    }
}
