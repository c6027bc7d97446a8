//! Which limits an accepted transaction went beyond although they do not decline.

use std::fmt;

use super::{LimitOutcome, Policy};

/// Places of limits that flag or shadow, from 0: a set of at most [`Marks::PLACES`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Marks(u64);

impl Marks {
    /// No limit at all.
    pub const NONE: Self = Self(0);

    /// How many of a policy's limits, from the first on, can leave a mark.
    pub const PLACES: u16 = 64;

    /// Adds the limit at a place; false, and nothing is added, if the place is [`Self::PLACES`] or higher.
    pub const fn insert(&mut self, place: u16) -> bool {
        if place < Self::PLACES {
            self.0 |= 1 << place;
        }
        place < Self::PLACES
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The places, ascending.
    pub fn iter(self) -> impl Iterator<Item = u16> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            // At most 63, and then there is a lowest bit to take off.
            let place = (left != 0).then_some(left.trailing_zeros() as u16);
            left &= left.wrapping_sub(1);
            place
        })
    }

    /// The codes of those limits of a policy that have this outcome, in the policy's order.
    pub fn codes(self, policy: &Policy, outcome: LimitOutcome) -> impl Iterator<Item = &str> {
        let limits = self.iter().filter_map(|place| policy.limits().get(usize::from(place)));
        limits.filter(move |limit| limit.outcome == outcome).map(|limit| limit.name.code())
    }
}

/// The places, as logs show them.
impl fmt::Debug for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Limit, LimitName, PolicyParts, Window};

    #[test]
    fn places_come_out_ascending_and_none_above_the_last() {
        let mut marks = Marks::NONE;
        assert!(marks.is_empty());
        assert!([63, 0, 5, 5].into_iter().all(|place| marks.insert(place)));
        assert!(!marks.insert(64));
        assert_eq!(marks.iter().collect::<Vec<_>>(), [0, 5, 63]);
        assert!(!marks.is_empty());
        assert_eq!(format!("{marks:?} {:?}", Marks::NONE), "{0, 5, 63} {}");
        assert_eq!(Marks::NONE.iter().next(), None);
        (0..64).for_each(|place| assert!(marks.insert(place)));
        assert_eq!(marks.iter().collect::<Vec<_>>(), (0..64).collect::<Vec<_>>());
    }

    #[test]
    fn codes_are_those_of_the_outcome_in_the_order_of_the_policy() {
        let limit = |(name, outcome)| Limit {
            count: Some(1),
            outcome,
            ..Limit::new(LimitName::new(name).unwrap(), Window::Day)
        };
        let (flag, shadow) = (LimitOutcome::Flag, LimitOutcome::Shadow);
        let limits = [("z-1", flag), ("y", shadow), ("x", flag), ("w", LimitOutcome::Decline)].map(limit).into();
        let policy = Policy::new(PolicyParts { limits, ..PolicyParts::default() }).unwrap();
        let mut marks = Marks::NONE;
        // A place beyond the policy's limits has no code.
        assert!([2, 1, 0, 9].into_iter().all(|place| marks.insert(place)));
        assert_eq!(marks.codes(&policy, flag).collect::<Vec<_>>(), ["z_1", "x"]);
        assert_eq!(marks.codes(&policy, shadow).collect::<Vec<_>>(), ["y"]);
    }
}
