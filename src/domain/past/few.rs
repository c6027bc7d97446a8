//! A few days inside the account itself.

use super::super::prefetch::prefetch;
use super::super::{Amount, Day, LimitDirection, Usage};

/// How many days fit: an account with so many fills four cache lines.
const LEN_MAX: usize = 11;

/// The usage of a few days, in order, as long as it is small: 12 bytes a day, and no memory of its own.
///
/// Most accounts never have more. What does not fit is told, and nothing has been changed then.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub(in crate::domain) struct FewDays {
    /// The first day, once there is one.
    first: Day,
    len: u8,
    days: [SmallDay; LEN_MAX],
}

/// A day within 179 years of the first, with sums below 2^32 minor units and counts below 256.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct SmallDay {
    loads: u32,
    withdrawals: u32,
    /// Days since the first.
    offset: u16,
    load_count: u8,
    withdrawal_count: u8,
}

/// A day that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) struct TooLarge;

impl Default for FewDays {
    fn default() -> Self {
        Self { first: Day::BEFORE_ALL, len: 0, days: [SmallDay::default(); LEN_MAX] }
    }
}

impl FewDays {
    /// Keeps a day that is later than all before.
    #[inline]
    pub(super) fn push(&mut self, day: Day, usage: &Usage) -> Result<(), TooLarge> {
        let first = if self.len == 0 { day } else { self.first };
        let small = SmallDay::new(first, day, usage).ok_or(TooLarge)?;
        *self.days.get_mut(usize::from(self.len)).ok_or(TooLarge)? = small;
        self.first = first;
        self.len += 1;
        Ok(())
    }

    /// Counts a transaction of a day that may be there already, or come before others.
    pub(super) fn add(&mut self, day: Day, amount: Amount) -> Result<(), TooLarge> {
        let place = self.iter().take_while(|(earlier, _)| *earlier < day).count();
        let there = self.iter().nth(place).filter(|(found, _)| *found == day);
        let mut usage = there.map_or(Usage::ZERO, |(_, usage)| usage);
        usage.add(amount);
        if there.is_none() && place == self.used().len() {
            return self.push(day, &usage);
        }
        let small = SmallDay::new(self.first, day, &usage).ok_or(TooLarge)?;
        if there.is_none() {
            // The last place, which is to be empty, comes before what follows the new day.
            let behind = self.days.get_mut(place..=usize::from(self.len)).ok_or(TooLarge)?;
            behind.rotate_right(1);
            self.len += 1;
        }
        *self.days.get_mut(place).ok_or(TooLarge)? = small;
        Ok(())
    }

    /// The days and their usage, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Day, Usage)> {
        self.used().iter().map(|small| (self.first.plus(i32::from(small.offset)), small.usage()))
    }

    /// Asks the processor for the place of the next day.
    #[inline]
    pub(super) fn prefetch_end(&self) {
        if let Some(next) = self.days.get(usize::from(self.len)) {
            prefetch(next);
        }
    }

    fn used(&self) -> &[SmallDay] {
        self.days.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl SmallDay {
    #[inline]
    fn new(first: Day, day: Day, usage: &Usage) -> Option<Self> {
        use LimitDirection::{Load, Withdrawal};
        Some(Self {
            loads: usage.amount(Load).try_into().ok()?,
            withdrawals: usage.amount(Withdrawal).try_into().ok()?,
            offset: day.number().checked_sub(first.number())?.try_into().ok()?,
            load_count: usage.count(Load).try_into().ok()?,
            withdrawal_count: usage.count(Withdrawal).try_into().ok()?,
        })
    }

    fn usage(&self) -> Usage {
        let Self { loads, withdrawals, load_count, withdrawal_count, .. } = *self;
        // Sums of 32 bits fit into 63.
        Usage::from_parts(loads.into(), withdrawals.into(), load_count.into(), withdrawal_count.into())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn usage(loads: u64, withdrawals: u64, load_count: u32, withdrawal_count: u32) -> Usage {
        Usage::from_parts(loads, withdrawals, load_count, withdrawal_count).unwrap()
    }

    #[test]
    fn day_takes_12_bytes() {
        assert_eq!(size_of::<SmallDay>(), 12);
    }

    #[test]
    fn what_is_too_large_changes_nothing() {
        let day = Day::from_number;
        let mut days = FewDays::default();
        let largest = usage(u32::MAX.into(), u32::MAX.into(), 255, 255);
        assert_eq!(days.push(day(-5), &largest), Ok(()));
        assert_eq!(days.push(day(-5 + 65_535), &largest), Ok(()));
        let before = days.clone();
        for too_large in [usage(1 << 32, 0, 1, 0), usage(0, 1 << 32, 0, 1), usage(1, 0, 256, 0), usage(0, 1, 0, 256)] {
            assert_eq!(days.push(day(70_000), &too_large), Err(TooLarge));
        }
        assert_eq!(days.push(day(-5 + 65_536), &usage(1, 0, 1, 0)), Err(TooLarge));
        assert_eq!(days.add(day(-6), Amount::from_minor(1)), Err(TooLarge), "before the first");
        assert_eq!(days.add(day(-5), Amount::from_minor(1)), Err(TooLarge), "one load too many");
        assert_eq!(days.add(day(-5), Amount::from_minor(-1)), Err(TooLarge), "one withdrawal too many");
        assert_eq!(days, before);
    }

    proptest! {
        #[test]
        fn days_are_those_of_a_map_until_they_are_too_many(
            steps in prop::collection::vec((0..20i32, -300..300i64, any::<bool>()), 1..60),
        ) {
            let (mut days, mut expected) = (FewDays::default(), BTreeMap::<Day, Usage>::new());
            for (number, minor, late) in steps {
                let (amount, mut one) = (Amount::from_minor(minor), Usage::ZERO);
                one.add(amount);
                let latest = expected.keys().next_back().copied();
                let (day, done) = if late {
                    let day = Day::from_number(number);
                    (day, days.add(day, amount))
                } else {
                    let day = latest.map_or(Day::from_number(number), |latest| latest.plus(1 + number % 3));
                    (day, days.push(day, &one))
                };
                let mut with = expected.clone();
                with.entry(day).or_default().merge(&one);
                let before_first = expected.keys().next().is_some_and(|first| day < *first);
                prop_assert_eq!(done.is_ok(), with.len() <= LEN_MAX && !before_first);
                if done.is_ok() {
                    expected = with;
                }
                prop_assert_eq!(days.iter().collect::<Vec<_>>(), expected.clone().into_iter().collect::<Vec<_>>());
            }
        }
    }
}
