//! The days of an account that lie behind its open one.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::{Amount, Day, Usage};

/// Above this many days the sorted list becomes a tree: an insertion in the middle of the list moves what follows it,
/// which must not grow with an account's history.
const LIST_LEN_MAX: usize = 1_024;

/// The usage of every closed day, kept for ever, since a late transaction may ask for any of them.
///
/// Weeks and months need no record of their own: they are sums over at most 31 days. Nearly every account has few days
/// and closes them in order, which a sorted list serves in 28 bytes a day.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Days {
    /// Sorted by day.
    List(Vec<(Day, Usage)>),
    #[expect(
        clippy::box_collection,
        reason = "every account has a list, hardly one a tree: the box keeps both at 24 bytes"
    )]
    Tree(Box<BTreeMap<Day, Usage>>),
}

impl Default for Days {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Days {
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
        }
    }

    /// The days and their usage, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Day, Usage)> {
        let (list, tree) = match self {
            Self::List(days) => (Some(days), None),
            Self::Tree(days) => (None, Some(days)),
        };
        let list = list.into_iter().flatten().copied();
        list.chain(tree.into_iter().flat_map(|days| days.iter()).map(|(day, usage)| (*day, *usage)))
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
        let mut days = Days::default();
        let numbers = (0..3_000).map(|i| i * 7_919 % 3_001);
        for number in numbers.clone() {
            days.add(Day::from_number(number), Amount::from_minor(1));
            days.add(Day::from_number(number), Amount::from_minor(-2));
        }
        assert!(matches!(days, Days::Tree(_)), "3,000 days are more than a list holds");
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
