//! What an account remembers of what it has accepted.

mod few;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::prefetch::prefetch_end;
use super::{Amount, Day, Memory, Movements, Stretch, Timestamp, Usage};
use few::FewDays;

/// Above this many days the sorted list becomes a tree: an insertion in the middle of the list moves what follows it,
/// which must not grow with an account's history.
const LIST_LEN_MAX: usize = 1_024;

/// How many days the shortest list has room for: moving lists about cost a tenth of a run's time and more.
const DAYS_MIN: usize = 20;

/// What an account remembers of what it has accepted: the usage of every closed day, or each transaction.
///
/// Of days in UTC, weeks and months need no record of their own: they are sums over at most 31 days. Most accounts have a
/// few small days and nothing more; of the others nearly every one closes its days in order, which a sorted list serves in
/// 28 bytes a day.
#[derive(Clone, Debug)]
pub(super) enum Past {
    /// Sorted by day.
    Few(FewDays),
    /// Sorted by day.
    List(Vec<(Day, Usage)>),
    Tree(BTreeMap<Day, Usage>),
    /// Each transaction, those of the open day included, which [`Past::record`] adds.
    Movements(Box<Movements>),
}

impl PartialEq for Past {
    /// Whether the same is remembered, in whatever form.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Movements(movements), Self::Movements(others)) => movements == others,
            (Self::Movements(_), _) | (_, Self::Movements(_)) => false,
            _ => self.days(Day::BEFORE_ALL) == other.days(Day::BEFORE_ALL),
        }
    }
}

impl Default for Past {
    fn default() -> Self {
        Self::Few(FewDays::default())
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

    /// Asks the processor for the place where the next day will be kept, as far as that is known.
    #[inline]
    pub(super) fn prefetch_end(&self) {
        match self {
            Self::Few(days) => days.prefetch_end(),
            Self::List(days) => prefetch_end(days),
            Self::Tree(_) | Self::Movements(_) => {}
        }
    }

    /// Each transaction, if that is what is remembered.
    pub(super) fn movements(&self) -> Option<&Movements> {
        match self {
            Self::Movements(movements) => Some(movements),
            Self::Few(_) | Self::List(_) | Self::Tree(_) => None,
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
            Self::Few(days) => {
                if days.push(day, &usage).is_err() {
                    self.spread();
                    self.push(day, usage);
                }
            }
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
            Self::Few(days) => {
                if days.add(day, amount).is_err() {
                    self.spread();
                    self.add(day, amount);
                }
            }
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
            Self::Few(days) => days.iter().collect(),
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
            Self::Few(days) => {
                days.iter().filter(|(day, _)| range.contains(day)).for_each(|(_, usage)| sum.merge(&usage));
            }
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
            *self = Self::Tree(days.drain(..).collect());
        }
    }

    /// Turns a few days into a list, as another day or amount does not fit.
    #[inline(never)]
    fn spread(&mut self) {
        if let Self::Few(days) = self {
            let mut list = Vec::with_capacity(DAYS_MIN);
            list.extend(days.iter());
            *self = Self::List(list);
        }
    }
}

/// Makes room by halves rather than by doubling, since these lists are most of an account's memory.
fn grow(days: &mut Vec<(Day, Usage)>) {
    if days.len() == days.capacity() {
        days.reserve_exact((days.len() / 2).max(DAYS_MIN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LimitDirection;

    #[test]
    fn every_form_keeps_the_same_days() {
        let mut days = Past::default();
        let numbers = (0..3_000).map(|i| (i + 1) * 7_919 % 3_001);
        for (place, number) in numbers.clone().enumerate() {
            days.add(Day::from_number(number), Amount::from_minor(1));
            days.add(Day::from_number(number), Amount::from_minor(-2));
            let expected = match days {
                Past::Few(_) => 0..11,
                Past::List(_) => 1..LIST_LEN_MAX,
                _ => LIST_LEN_MAX..3_000,
            };
            assert!(expected.contains(&place), "{place}: {days:?}");
        }
        for (first, last) in [(0, 3_000), (10, 16), (2_999, 2_999), (5_000, 6_000)] {
            let expected = numbers.clone().filter(|number| (first..=last).contains(number)).count() as u64;
            let sum = days.sum(Day::from_number(first)..=Day::from_number(last));
            assert_eq!(sum.count(LimitDirection::Load), expected);
            assert_eq!(sum.amount(LimitDirection::Withdrawal), 2 * expected);
        }
    }

    #[test]
    fn days_that_come_in_order_are_the_same_in_every_form_as_those_that_are_late() {
        for len in [1, 11, 12, 2_000] {
            let (mut in_order, mut late) = (Past::default(), Past::default());
            for number in 0..len {
                let mut usage = Usage::ZERO;
                usage.add(Amount::from_minor(5));
                in_order.push(Day::from_number(number), usage);
                late.add(Day::from_number(len - 1 - number), Amount::from_minor(5));
            }
            assert_eq!(in_order, late);
            late.add(Day::from_number(0), Amount::from_minor(5));
            assert_ne!(in_order, late);
        }
    }

    #[test]
    fn amount_too_large_for_few_days_is_kept() {
        let mut days = Past::default();
        days.add(Day::from_number(3), Amount::from_minor(7));
        days.add(Day::from_number(3), Amount::from_minor(i64::from(u32::MAX)));
        days.add(Day::from_number(4), Amount::from_minor(i64::from(u32::MAX) + 1));
        let sums = [3, 4].map(|number| days.sum(Day::from_number(number)..=Day::from_number(number)));
        let loads = sums.map(|usage| usage.amount(LimitDirection::Load));
        assert_eq!(loads, [u64::from(u32::MAX) + 7, u64::from(u32::MAX) + 1]);
    }

    #[test]
    fn day_takes_28_bytes() {
        assert_eq!(size_of::<(Day, Usage)>(), 28);
    }
}
