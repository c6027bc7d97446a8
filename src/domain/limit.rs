//! One velocity limit.

use std::fmt;

use super::{Amount, Day, Direction, Measure, Usage};

/// The reasons that are no limit's, which no limit may therefore take as its code.
const BUILT_IN_CODES: [&str; 3] = ["duplicate", "total_overflow", "insufficient_funds"];

/// A rule over a window: at most so much, at most so many, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What the limit is called in the configuration; unique within a policy.
    pub name: LimitName,
    /// Over which stretch of time accepted transactions are summed.
    pub window: Window,
    /// Which transactions it restricts and sums.
    pub direction: LimitDirection,
    /// The highest sum of absolute amounts that is allowed, above zero.
    pub amount: Option<Amount>,
    /// The highest number of transactions that is allowed, above zero.
    pub count: Option<u32>,
}

/// A stretch of the UTC calendar, or one transaction by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// One transaction alone: nothing before it counts.
    Transaction,
    /// A calendar day.
    Day,
    /// A week from Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
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

impl Window {
    /// The window as the configuration spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transaction => "transaction",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The first and the last day of the window that holds a day.
    pub fn days(self, day: Day) -> (Day, Day) {
        match self {
            Self::Transaction | Self::Day => (day, day),
            Self::Week => (day.monday(), day.monday().plus(6)),
            Self::Month => (day.first_of_month(), day.last_of_month()),
        }
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
}

impl Limit {
    /// Which part of the limit one more transaction would exceed, the count before the amount, and how much of that
    /// part was used before. Reaching a limit exactly is allowed.
    pub fn exceeded_by(&self, used: &Usage, amount: Amount) -> Option<(Measure, u64)> {
        if let Some(count) = self.count {
            let used = used.count(self.direction);
            if used >= u64::from(count) {
                return Some((Measure::Count, used));
            }
        }
        if let Some(limit) = self.amount {
            let used = used.amount(self.direction);
            if used.saturating_add(amount.magnitude()) > limit.magnitude() {
                return Some((Measure::Amount, used));
            }
        }
        None
    }
}
