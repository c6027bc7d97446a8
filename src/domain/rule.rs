//! A limit as decisions read it.

use super::{Limit, LimitDirection, LimitOutcome, Measure, Stretch, Window};

/// What nearly every decision needs of a limit, in one cache line: looking the same up in the limit itself cost a plain run
/// a tenth of its instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// The limit's place in its policy.
    pub(super) place: u16,
    pub(super) direction: LimitDirection,
    pub(super) outcome: LimitOutcome,
    /// Whether all there is to the limit is its window and what is below.
    pub(super) is_plain: bool,
    /// [`Limit::fits_days`].
    pub(super) fits_days: bool,
    pub(super) window: Window,
    /// The highest number of transactions; one that is never reached if the limit has none.
    pub(super) count: u64,
    /// The highest sum in minor units; one that is never exceeded if the limit has none.
    pub(super) amount: u64,
    /// When the limit holds.
    pub(super) holds: Stretch,
}

impl Rule {
    /// The rule of the limit at a place.
    pub(super) fn new(place: u16, limit: &Limit) -> Self {
        let holds = limit.holds();
        let has_more = limit.minimum_amount.is_some()
            || limit.maximum_amount.is_some()
            || limit.maximum_balance.is_some()
            || limit.cooldown.is_some()
            || limit.measure == Measure::Net
            || !limit.groups.is_empty()
            || holds != Stretch::EVER;
        Self {
            place,
            direction: limit.direction,
            outcome: limit.outcome,
            is_plain: !has_more,
            fits_days: limit.fits_days(),
            window: limit.window,
            count: limit.count.map_or(u64::MAX, u64::from),
            amount: limit.amount.map_or(u64::MAX, super::Amount::magnitude),
            holds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Amount, Day, GroupName, LimitName, TimeSpan, Window};

    /// A limit on the count and the sum of loads over a day.
    fn plain() -> Limit {
        let (count, amount) = (Some(3), Some(Amount::from_minor(500)));
        Limit { direction: LimitDirection::Load, count, amount, ..Limit::new(LimitName::known("a"), Window::Day) }
    }

    #[test]
    fn limit_that_has_more_than_a_window_is_not_plain() {
        let amount = Some(Amount::from_minor(1));
        assert!(Rule::new(0, &plain()).is_plain);
        assert!(Rule::new(0, &Limit { outcome: LimitOutcome::Flag, ..plain() }).is_plain);
        for limit in [
            Limit { minimum_amount: amount, ..plain() },
            Limit { maximum_amount: amount, ..plain() },
            Limit { maximum_balance: amount, ..plain() },
            Limit { cooldown: TimeSpan::parse("1s"), ..plain() },
            Limit { measure: Measure::Net, ..plain() },
            Limit { groups: vec![GroupName::new("gold").unwrap()], ..plain() },
            Limit { from: Some(Day::from_number(0)), ..plain() },
            Limit { until: Some(Day::from_number(0)), ..plain() },
        ] {
            assert!(!Rule::new(0, &limit).is_plain, "{limit:?}");
        }
    }

    #[test]
    fn bound_that_is_not_there_is_never_reached() {
        let rule = Rule::new(7, &Limit { amount: None, ..plain() });
        assert_eq!((rule.place, rule.count, rule.amount), (7, 3, u64::MAX));
        let rule = Rule::new(7, &Limit { count: None, ..plain() });
        assert_eq!((rule.count, rule.amount), (u64::MAX, 500));
    }

    #[test]
    fn rule_takes_one_cache_line() {
        assert!(size_of::<Rule>() <= 64, "{}", size_of::<Rule>());
    }
}
