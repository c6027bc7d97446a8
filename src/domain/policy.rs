//! The limits of a programme, and how it treats duplicates.

use std::fmt;

use super::{Amount, Limit, LimitDirection, LimitName, Window};

/// Everything that decides, checked as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    limits: Vec<Limit>,
    duplicates: Duplicates,
}

/// What becomes of a transaction whose id its customer has sent before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// It gets a verdict: declined.
    #[default]
    Decline,
    /// It gets no verdict at all.
    Ignore,
}

/// Something that keeps limits from being a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The limit at fault, by its place from 0.
    pub limit: usize,
    /// Its key at fault.
    pub key: LimitKey,
    /// What is wrong with it, as half a sentence.
    pub why: String,
}

/// A key of a limit, as the configuration spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitKey {
    /// `name`.
    Name,
    /// `window`.
    Window,
    /// `direction`.
    Direction,
    /// `amount`.
    Amount,
    /// `count`.
    Count,
}

impl LimitKey {
    /// Every key that a limit can have.
    pub const ALL: [Self; 5] = [Self::Name, Self::Window, Self::Direction, Self::Amount, Self::Count];

    /// The key as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Window => "window",
            Self::Direction => "direction",
            Self::Amount => "amount",
            Self::Count => "count",
        }
    }
}

impl fmt::Display for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Policy {
    /// The policy of these limits, checked in this order.
    ///
    /// # Errors
    ///
    /// Every [`PolicyProblem`] there is: two limits of one name, a limit of nothing, an amount or count of zero or
    /// less, a week's or month's bound below a day's of the same direction, more than 65,535 limits.
    pub fn new(limits: Vec<Limit>, duplicates: Duplicates) -> Result<Self, Vec<PolicyProblem>> {
        let mut problems = Vec::new();
        for (index, limit) in limits.iter().enumerate() {
            let mut report = |key, why: String| problems.push(PolicyProblem { limit: index, key, why });
            if limits.iter().take(index).any(|earlier| earlier.name == limit.name) {
                report(LimitKey::Name, format!("a second limit of the name {:?}", limit.name.as_str()));
            }
            if limit.amount.is_none() && limit.count.is_none() {
                report(LimitKey::Name, "a limit needs an amount, a count, or both".to_owned());
            }
            if limit.amount.is_some_and(|amount| amount.minor() <= 0) {
                report(LimitKey::Amount, "must be above zero".to_owned());
            }
            if limit.count == Some(0) {
                report(LimitKey::Count, "must be above zero".to_owned());
            }
            for (key, why) in contradictions(limit, &limits) {
                report(key, why);
            }
        }
        if limits.len() > usize::from(u16::MAX) {
            let why = format!("more than {} limits", u16::MAX);
            problems.push(PolicyProblem { limit: usize::from(u16::MAX), key: LimitKey::Name, why });
        }
        if problems.is_empty() { Ok(Self { limits, duplicates }) } else { Err(problems) }
    }

    /// The limits, in the order in which they are checked.
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// What becomes of duplicates.
    pub const fn duplicates(&self) -> Duplicates {
        self.duplicates
    }
}

impl Default for Policy {
    /// At most three transactions and loads of 5,000.00 a day, loads of 20,000.00 a week.
    fn default() -> Self {
        let limit = |name: &str, window, direction, amount: Option<i64>, count| Limit {
            name: LimitName::known(name),
            window,
            direction,
            amount: amount.map(Amount::from_minor),
            count,
        };
        Self {
            limits: vec![
                limit("daily-count", Window::Day, LimitDirection::Any, None, Some(3)),
                limit("daily-amount", Window::Day, LimitDirection::Load, Some(500_000), None),
                limit("weekly-amount", Window::Week, LimitDirection::Load, Some(2_000_000), None),
            ],
            duplicates: Duplicates::Decline,
        }
    }
}

/// The bounds of a week's or month's limit that lie below a day's of the same direction, which could then never be
/// reached: a mistake in one of the two.
fn contradictions(limit: &Limit, limits: &[Limit]) -> Vec<(LimitKey, String)> {
    if !matches!(limit.window, Window::Week | Window::Month) {
        return Vec::new();
    }
    let days = limits.iter().filter(|day| day.window == Window::Day && day.direction == limit.direction);
    let mut found = Vec::new();
    for day in days {
        let name = day.name.as_str();
        if let (Some(long), Some(short)) = (limit.amount, day.amount)
            && long < short
        {
            found.push((
                LimitKey::Amount,
                format!("{long} is below the {short} of {name:?}, which could never be reached"),
            ));
        }
        if let (Some(long), Some(short)) = (limit.count, day.count)
            && long < short
        {
            found.push((
                LimitKey::Count,
                format!("{long} is below the {short} of {name:?}, which could never be reached"),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(name: &str, window: Window, amount: Option<i64>, count: Option<u32>) -> Limit {
        Limit {
            name: LimitName::new(name).unwrap(),
            window,
            direction: LimitDirection::Load,
            amount: amount.map(Amount::from_minor),
            count,
        }
    }

    fn problems(limits: Vec<Limit>) -> Vec<(usize, LimitKey)> {
        match Policy::new(limits, Duplicates::Decline) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.into_iter().map(|problem| (problem.limit, problem.key)).collect(),
        }
    }

    #[test]
    fn default_policy_passes_its_own_checks() {
        let policy = Policy::default();
        assert_eq!(Policy::new(policy.limits.clone(), policy.duplicates), Ok(policy));
    }

    #[test]
    fn two_limits_of_one_name_are_refused() {
        let twice = vec![limit("a", Window::Day, Some(1), None), limit("a", Window::Week, Some(1), None)];
        assert_eq!(problems(twice), [(1, LimitKey::Name)]);
    }

    #[test]
    fn bounds_of_nothing_are_refused() {
        assert_eq!(problems(vec![limit("a", Window::Day, None, None)]), [(0, LimitKey::Name)]);
        assert_eq!(problems(vec![limit("a", Window::Day, Some(0), None)]), [(0, LimitKey::Amount)]);
        assert_eq!(problems(vec![limit("a", Window::Day, Some(-5), None)]), [(0, LimitKey::Amount)]);
        assert_eq!(problems(vec![limit("a", Window::Day, None, Some(0))]), [(0, LimitKey::Count)]);
    }

    #[test]
    fn longer_window_below_the_day_is_refused_for_the_same_direction_only() {
        for window in [Window::Week, Window::Month] {
            let day = limit("day", Window::Day, Some(100), Some(3));
            let amount = limit("long", window, Some(99), None);
            assert_eq!(problems(vec![day.clone(), amount.clone()]), [(1, LimitKey::Amount)]);
            assert_eq!(problems(vec![amount.clone(), day.clone()]), [(0, LimitKey::Amount)]);
            let count = limit("long", window, None, Some(2));
            assert_eq!(problems(vec![day.clone(), count]), [(1, LimitKey::Count)]);
            let equal = limit("long", window, Some(100), Some(3));
            assert_eq!(problems(vec![day.clone(), equal]), []);
            let other_way = Limit { direction: LimitDirection::Withdrawal, ..amount };
            assert_eq!(problems(vec![day, other_way]), []);
        }
    }

    #[test]
    fn names_have_one_form_and_leave_built_in_codes_alone() {
        use super::super::LimitNameError::{BuiltIn, Malformed};
        for name in ["", "A", "1a", "-a", "a_b", "a b", "ä", "daily.count"] {
            assert_eq!(LimitName::new(name), Err(Malformed), "{name}");
        }
        for name in ["duplicate", "total-overflow", "insufficient-funds"] {
            assert_eq!(LimitName::new(name), Err(BuiltIn), "{name}");
        }
        assert_eq!(LimitName::new("a1-b").unwrap().code(), "a1_b");
    }
}
