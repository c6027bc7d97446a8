//! The limits of a programme, and how it treats duplicates and late transactions.

mod checks;
#[cfg(test)]
mod tests;

use std::fmt;

use super::rule::Rule;
use super::{Amount, Limit, LimitDirection, LimitName, LimitOutcome, Marks, TimeSpan, Window, Zone};
use checks::{contradictions, faults};

/// Everything that decides, checked as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    parts: PolicyParts,
    /// The limits as decisions read them.
    rules: Vec<Rule>,
}

/// What a policy is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyParts {
    /// The limits, in the order in which they are checked.
    pub limits: Vec<Limit>,
    /// What becomes of duplicates.
    pub duplicates: Duplicates,
    /// How much older than its customer's latest accepted one a transaction may be.
    pub late_after: Option<TimeSpan>,
    /// The SHA-256 of the membership of groups by which it decides, if transactions alone do not tell.
    pub members: Option<[u8; 32]>,
    /// The version of the zone database by which it decides, if a limit's zone is another than UTC; the program's own if it
    /// is not told.
    pub zones: Option<String>,
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

/// How much of its past an account must remember.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Memory {
    /// What was used on each day in UTC.
    #[default]
    Days,
    /// Each accepted transaction.
    Transactions,
    /// Each accepted transaction, as long as a window can still hold it.
    Recent,
}

/// The reason of late transactions, which no limit may have where the policy has it.
const TOO_LATE_CODE: &str = "too_late";

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
    /// `measure`.
    Measure,
    /// `amount`.
    Amount,
    /// `count`.
    Count,
    /// `minimum_amount`.
    MinimumAmount,
    /// `maximum_amount`.
    MaximumAmount,
    /// `maximum_balance`.
    MaximumBalance,
    /// `cooldown`.
    Cooldown,
    /// `zone`.
    Zone,
    /// `week_starts`.
    WeekStarts,
    /// `groups`.
    Groups,
    /// `from`.
    From,
    /// `until`.
    Until,
    /// `outcome`.
    Outcome,
}

impl LimitKey {
    /// Every key that a limit can have.
    pub const ALL: [Self; 16] = [
        Self::Name,
        Self::Window,
        Self::Direction,
        Self::Measure,
        Self::Amount,
        Self::Count,
        Self::MinimumAmount,
        Self::MaximumAmount,
        Self::MaximumBalance,
        Self::Cooldown,
        Self::Zone,
        Self::WeekStarts,
        Self::Groups,
        Self::From,
        Self::Until,
        Self::Outcome,
    ];

    /// The key as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Window => "window",
            Self::Direction => "direction",
            Self::Measure => "measure",
            Self::Amount => "amount",
            Self::Count => "count",
            Self::MinimumAmount => "minimum_amount",
            Self::MaximumAmount => "maximum_amount",
            Self::MaximumBalance => "maximum_balance",
            Self::Cooldown => "cooldown",
            Self::Zone => "zone",
            Self::WeekStarts => "week_starts",
            Self::Groups => "groups",
            Self::From => "from",
            Self::Until => "until",
            Self::Outcome => "outcome",
        }
    }
}

impl fmt::Display for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Policy {
    /// The policy of these parts, checked; limits are checked in this order.
    ///
    /// # Errors
    ///
    /// Every [`PolicyProblem`] there is: two limits of one name, a limit of nothing, a bound of zero or less, bounds that
    /// contradict each other, a measure or a direction that does not go with a bound, dates that end before they begin, a
    /// limit that can't leave its mark, more than 65,535 limits.
    pub fn new(parts: PolicyParts) -> Result<Self, Vec<PolicyProblem>> {
        let limits = &parts.limits;
        let mut problems = Vec::new();
        for (index, limit) in limits.iter().enumerate() {
            let mut report = |(key, why)| problems.push(PolicyProblem { limit: index, key, why });
            if limits.iter().take(index).any(|earlier| earlier.name == limit.name) {
                report((LimitKey::Name, format!("a second limit of the name {:?}", limit.name.as_str())));
            }
            if parts.late_after.is_some() && limit.name.code() == TOO_LATE_CODE {
                let why = "this name is the code of a built-in reason where policy.late_after is set";
                report((LimitKey::Name, why.to_owned()));
            }
            if limit.outcome != LimitOutcome::Decline && index >= usize::from(Marks::PLACES) {
                let why = format!("only the first {} limits can flag or shadow; move this one up", Marks::PLACES);
                report((LimitKey::Outcome, why));
            }
            faults(limit).into_iter().for_each(&mut report);
            contradictions(limit, limits).into_iter().for_each(&mut report);
        }
        if limits.len() > usize::from(u16::MAX) {
            let why = format!("more than {} limits", u16::MAX);
            problems.push(PolicyProblem { limit: usize::from(u16::MAX), key: LimitKey::Name, why });
        }
        if problems.is_empty() { Ok(Self::compiled(parts)) } else { Err(problems) }
    }

    fn compiled(mut parts: PolicyParts) -> Self {
        let has_zones = parts.limits.iter().any(|limit| !limit.calendar.zone.is_utc());
        parts.zones = has_zones.then(|| parts.zones.unwrap_or_else(|| Zone::VERSION.to_owned()));
        // In this order, no place is counted up to behind the last limit's.
        let rules = parts.limits.iter().zip(0..).map(|(limit, place)| Rule::new(place, limit)).collect();
        Self { parts, rules }
    }

    /// What it is made of.
    pub const fn parts(&self) -> &PolicyParts {
        &self.parts
    }

    /// The limits, in the order in which they are checked.
    pub fn limits(&self) -> &[Limit] {
        &self.parts.limits
    }

    /// What becomes of duplicates.
    pub const fn duplicates(&self) -> Duplicates {
        self.parts.duplicates
    }

    /// How much older than its customer's latest accepted one a transaction may be.
    pub const fn late_after(&self) -> Option<TimeSpan> {
        self.parts.late_after
    }

    /// The SHA-256 of the membership of groups by which it decides, if transactions alone do not tell.
    pub const fn members(&self) -> Option<[u8; 32]> {
        self.parts.members
    }

    /// The version of the zone database by which it decides, if a limit's zone is another than UTC.
    pub fn zones(&self) -> Option<&str> {
        self.parts.zones.as_deref()
    }

    /// Whether it matters which group a customer is in.
    pub fn decides_by_groups(&self) -> bool {
        self.parts.members.is_some() || self.limits().iter().any(|limit| !limit.groups.is_empty())
    }

    /// Whether any of its limits has this outcome.
    pub fn has_outcome(&self, outcome: LimitOutcome) -> bool {
        self.limits().iter().any(|limit| limit.outcome == outcome)
    }

    /// How much accounts must remember for it.
    pub fn memory(&self) -> Memory {
        match (self.late_after(), self.rules.iter().all(|rule| rule.fits_days)) {
            (Some(_), _) => Memory::Recent,
            (None, true) => Memory::Days,
            (None, false) => Memory::Transactions,
        }
    }

    /// The limits as decisions read them, in the same order.
    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The limit that a rule is of.
    pub(super) fn limit_of(&self, rule: &Rule) -> Option<&Limit> {
        self.limits().get(usize::from(rule.place))
    }
}

impl Default for Policy {
    /// At most three transactions and loads of 5,000.00 a day, loads of 20,000.00 a week.
    fn default() -> Self {
        let limit = |name: &str, window, direction, amount: Option<i64>, count| Limit {
            direction,
            amount: amount.map(Amount::from_minor),
            count,
            ..Limit::new(LimitName::known(name), window)
        };
        let limits = vec![
            limit("daily-count", Window::Day, LimitDirection::Any, None, Some(3)),
            limit("daily-amount", Window::Day, LimitDirection::Load, Some(500_000), None),
            limit("weekly-amount", Window::Week, LimitDirection::Load, Some(2_000_000), None),
        ];
        Self::compiled(PolicyParts { limits, ..PolicyParts::default() })
    }
}
