//! One velocity limit.

use std::fmt;

use super::rule::Rule;
use super::{Amount, Bound, Calendar, Day, Direction, GroupName, Stretch, TimeSpan, Timestamp, Usage, Window, Zone};

/// The reasons that are no limit's, which no limit may therefore take as its code.
const BUILT_IN_CODES: [&str; 3] = ["duplicate", "total_overflow", "insufficient_funds"];

/// A rule: so much at most, so many at most, or other bounds; one or several of them.
///
/// Amounts are absolute. Reaching a bound exactly is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What the limit is called in the configuration; unique within a policy.
    pub name: LimitName,
    /// Over which stretch of time accepted transactions are counted and summed.
    pub window: Window,
    /// Which transactions it restricts and sums.
    pub direction: LimitDirection,
    /// What is summed for [`Limit::amount`].
    pub measure: Measure,
    /// The highest sum of amounts in the window, above zero.
    pub amount: Option<Amount>,
    /// The highest number of transactions in the window, above zero.
    pub count: Option<u32>,
    /// The least amount of one transaction, above zero.
    pub minimum_amount: Option<Amount>,
    /// The highest amount of one transaction, above zero.
    pub maximum_amount: Option<Amount>,
    /// The highest balance behind a load, above zero.
    pub maximum_balance: Option<Amount>,
    /// The least time between accepted transactions, whichever of them comes first.
    pub cooldown: Option<TimeSpan>,
    /// Where its days begin, and its weeks.
    pub calendar: Calendar,
    /// The groups whose customers it restricts, in order and each once; everyone if there are none.
    pub groups: Vec<GroupName>,
    /// The first day on which it holds.
    pub from: Option<Day>,
    /// The last day on which it holds.
    pub until: Option<Day>,
    /// What becomes of a transaction that exceeds it.
    pub outcome: LimitOutcome,
}

/// What a limit sums for its amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Accepted transactions of its direction, without signs.
    #[default]
    Gross,
    /// Accepted transactions of its direction less those of the other, and nothing where the others are more.
    Net,
}

/// What becomes of a transaction that exceeds a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LimitOutcome {
    /// It is declined.
    #[default]
    Decline,
    /// It is accepted and marked.
    Flag,
    /// It is accepted and counted: the limit is being tried.
    Shadow,
}

/// Which transactions a limit restricts and sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitDirection {
    /// Loads alone.
    Load,
    /// Withdrawals alone.
    Withdrawal,
    /// Both, summed together without their signs.
    Any,
}

/// A limit's name, `[a-z][a-z0-9-]*`, with the reason code that follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LimitName {
    name: String,
    code: String,
}

/// Why a text is not a [`LimitName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitNameError {
    /// It does not match `[a-z][a-z0-9-]*`.
    Malformed,
    /// Its code is that of a reason which is no limit's.
    BuiltIn,
}

impl fmt::Display for LimitNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "a name is a lower-case letter, then lower-case letters, digits and hyphens",
            Self::BuiltIn => "this name is the code of a built-in reason",
        })
    }
}

impl std::error::Error for LimitNameError {}

impl LimitName {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// [`LimitNameError`] if it has the wrong form or is taken by a built-in reason.
    pub fn new(name: &str) -> Result<Self, LimitNameError> {
        let mut bytes = name.bytes();
        let well_formed = bytes.next().is_some_and(|first| first.is_ascii_lowercase())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !well_formed {
            return Err(LimitNameError::Malformed);
        }
        let code = name.replace('-', "_");
        if BUILT_IN_CODES.contains(&code.as_str()) {
            return Err(LimitNameError::BuiltIn);
        }
        Ok(Self { name: name.to_owned(), code })
    }

    /// A name that stands in this program's own text and is known to be one.
    pub(super) fn known(name: &str) -> Self {
        Self { name: name.to_owned(), code: name.replace('-', "_") }
    }

    /// The name as it stands in the configuration.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The name in snake_case: the reason of the transactions that this limit declines.
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl LimitDirection {
    /// The direction as the configuration spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Withdrawal => "withdrawal",
            Self::Any => "any",
        }
    }

    /// Whether the limit restricts and sums transactions of this direction.
    pub const fn covers(self, direction: Direction) -> bool {
        matches!(
            (self, direction),
            (Self::Any, _) | (Self::Load, Direction::Load) | (Self::Withdrawal, Direction::Withdrawal)
        )
    }

    /// The direction whose amounts a net measure takes off; a limit on any direction has none.
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Load => Self::Withdrawal,
            Self::Withdrawal | Self::Any => Self::Load,
        }
    }
}

impl Measure {
    /// The measure as the configuration spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gross => "gross",
            Self::Net => "net",
        }
    }
}

impl LimitOutcome {
    /// The outcome as the configuration spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decline => "decline",
            Self::Flag => "flag",
            Self::Shadow => "shadow",
        }
    }
}

/// What a limit asks about an account as it judges a transaction.
pub(super) trait Used {
    /// What accepted transactions have used of a limit's window that holds the transaction.
    fn of_window(&mut self, rule: &Rule) -> Usage;

    /// What accepted transactions there are nearer to the transaction than a span.
    fn within(&mut self, span: TimeSpan) -> Usage;

    /// Accepted loads minus accepted withdrawals, in minor units.
    fn balance(&mut self) -> i64;
}

impl Limit {
    /// A limit that bounds nothing yet.
    pub fn new(name: LimitName, window: Window) -> Self {
        Self {
            name,
            window,
            direction: LimitDirection::Any,
            measure: Measure::Gross,
            amount: None,
            count: None,
            minimum_amount: None,
            maximum_amount: None,
            maximum_balance: None,
            cooldown: None,
            calendar: Calendar::default(),
            groups: Vec::new(),
            from: None,
            until: None,
            outcome: LimitOutcome::Decline,
        }
    }

    /// Whether it bounds anything.
    pub const fn bounds_something(&self) -> bool {
        self.amount.is_some()
            || self.count.is_some()
            || self.minimum_amount.is_some()
            || self.maximum_amount.is_some()
            || self.maximum_balance.is_some()
            || self.cooldown.is_some()
    }

    /// Whether it restricts the customers of a group.
    pub fn covers_group(&self, group: &[u8]) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|name| name.as_str().as_bytes() == group)
    }

    /// The instants at which it holds.
    pub fn holds(&self) -> Stretch {
        Stretch {
            from: self.from.map_or(i64::MIN, |day| self.calendar.start_of(day)),
            until: self.until.map_or(i64::MAX, |day| self.calendar.start_of(day.plus(1))),
        }
    }

    /// The instants of its window that holds a time.
    pub fn stretch(&self, time: Timestamp) -> Stretch {
        self.calendar.stretch(self.window, time)
    }

    /// Whether what it has used can be told from the usage of days in UTC, weeks from Monday on.
    pub fn fits_days(&self) -> bool {
        let fits_window = match self.window {
            Window::Transaction => true,
            Window::Day | Window::Month => self.calendar.zone == Zone::UTC,
            Window::Week => self.calendar == Calendar::default(),
            Window::Quarter | Window::Year | Window::Lifetime | Window::Trailing(_) => false,
        };
        let needs_window = self.amount.is_some() || self.count.is_some();
        (fits_window || !needs_window) && self.cooldown.is_none()
    }

    /// How much of its amount is used, in minor units, of what accepted transactions come to.
    pub const fn amount_used(&self, used: &Usage) -> u64 {
        match self.measure {
            Measure::Gross => used.amount(self.direction),
            Measure::Net => used.amount(self.direction).saturating_sub(used.amount(self.direction.other())),
        }
    }

    /// Which of its bounds one more transaction of its direction would exceed, and how much of that bound was used
    /// before; the first one of those that are looked at in turn.
    pub(super) fn exceeded_by(&self, rule: &Rule, amount: Amount, used: &mut impl Used) -> Option<(Bound, u64)> {
        let magnitude = amount.magnitude();
        if self.minimum_amount.is_some_and(|least| magnitude < least.magnitude()) {
            return Some((Bound::MinimumAmount, 0));
        }
        if self.maximum_amount.is_some_and(|most| magnitude > most.magnitude()) {
            return Some((Bound::MaximumAmount, 0));
        }
        if let Some(cooldown) = self.cooldown {
            let near = used.within(cooldown).count(self.direction);
            if near > 0 {
                return Some((Bound::Cooldown, near));
            }
        }
        if self.count.is_some() || self.amount.is_some() {
            let used = used.of_window(rule);
            let count = used.count(self.direction);
            if self.count.is_some_and(|most| count >= u64::from(most)) {
                return Some((Bound::Count, count));
            }
            let sum = self.amount_used(&used);
            if self.amount.is_some_and(|most| sum.saturating_add(magnitude) > most.magnitude()) {
                return Some((Bound::Amount, sum));
            }
        }
        if let Some(most) = self.maximum_balance
            && amount.direction() == Direction::Load
        {
            let balance = used.balance();
            if i128::from(balance) + i128::from(magnitude) > i128::from(most.minor()) {
                return Some((Bound::MaximumBalance, u64::try_from(balance).unwrap_or(0)));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Weekday;

    fn limit(window: Window, zone: &str, week_starts: Weekday) -> Limit {
        let calendar = Calendar { zone: Zone::named(zone).unwrap(), week_starts };
        Limit { count: Some(1), calendar, ..Limit::new(LimitName::known("a"), window) }
    }

    #[test]
    fn days_in_utc_do_for_no_other_zone_and_no_other_week() {
        let (monday, sunday) = (Weekday::Monday, Weekday::Sunday);
        let trailing = Window::Trailing(TimeSpan::parse("24h").unwrap());
        for (window, zone, week_starts, fits) in [
            (Window::Transaction, "America/Toronto", sunday, true),
            (Window::Day, "UTC", sunday, true),
            (Window::Day, "America/Toronto", monday, false),
            (Window::Week, "UTC", monday, true),
            (Window::Week, "UTC", sunday, false),
            (Window::Week, "America/Toronto", monday, false),
            (Window::Month, "UTC", sunday, true),
            (Window::Month, "America/Toronto", monday, false),
            (Window::Quarter, "UTC", monday, false),
            (Window::Year, "UTC", monday, false),
            (Window::Lifetime, "UTC", monday, false),
            (trailing, "UTC", monday, false),
        ] {
            let counted = limit(window, zone, week_starts);
            assert_eq!(counted.fits_days(), fits, "{counted:?}");
            let summed = Limit { count: None, amount: Some(Amount::from_minor(1)), ..counted.clone() };
            assert_eq!(summed.fits_days(), fits, "{summed:?}");
            // Nothing is asked of the window.
            let bounded = Limit { count: None, maximum_amount: Some(Amount::from_minor(1)), ..counted.clone() };
            assert!(bounded.fits_days(), "{bounded:?}");
            let cooling = Limit { cooldown: TimeSpan::parse("1s"), ..counted };
            assert!(!cooling.fits_days(), "{cooling:?}");
        }
    }

    #[test]
    fn limit_without_dates_holds_for_ever_and_its_last_day_ends_with_time() {
        let limit = limit(Window::Day, "Asia/Kolkata", Weekday::Monday);
        assert_eq!(limit.holds(), Stretch::EVER);
        let day = |time: Timestamp| Some(time.day());
        let all = Limit { from: day(Timestamp::MIN), until: day(Timestamp::MAX), ..limit };
        assert!(all.holds().contains(Timestamp::MIN));
        // It is later there, so that the last day has ended five hours before time does.
        assert!(!all.holds().contains(Timestamp::MAX));
        let all = Limit { calendar: Calendar::default(), ..all };
        assert!(all.holds().contains(Timestamp::MIN) && all.holds().contains(Timestamp::MAX));
    }
}
