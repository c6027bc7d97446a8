//! One bound of a limit.

use super::{Amount, Bound, Direction, Timestamp};

/// One of the things that a limit bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which of them.
    pub bound: Bound,
    /// How much is used, in transactions or minor units: of a cooldown, how many transactions are too near; of a bound on
    /// the balance, the balance, if it is not below zero; nothing of those on the amount of one transaction.
    pub used: u64,
    /// How much is allowed; of a least amount, how much is required; of a cooldown, that no transaction is too near.
    pub limit: u64,
    /// How far the balance is below zero, if it is what is bounded.
    overdrawn: u64,
    /// From when on less is used if nothing more happens: the start of the next days, or the moment at which the oldest
    /// leaves a trailing span or at which the last one of those that are too near no longer is. None where that is never,
    /// behind the year 9999, and where nothing is used of a trailing span or a cooldown.
    pub resets: Option<Timestamp>,
}

impl Part {
    /// A part that never resets.
    pub const fn new(bound: Bound, used: u64, limit: u64) -> Self {
        Self { bound, used, limit, overdrawn: 0, resets: None }
    }

    /// The same with a time from which on less is used.
    pub(super) fn resetting(self, resets: Option<Timestamp>) -> Self {
        Self { resets, ..self }
    }

    /// The part of a bound on the balance.
    pub(super) fn of_balance(balance: i64, limit: u64) -> Self {
        let overdrawn = if balance < 0 { balance.unsigned_abs() } else { 0 };
        Self { overdrawn, ..Self::new(Bound::MaximumBalance, u64::try_from(balance).unwrap_or(0), limit) }
    }

    /// Whether transactions use it up bit by bit, so that something of it can be left.
    pub const fn is_used_up(self) -> bool {
        matches!(self.bound, Bound::Count | Bound::Amount | Bound::MaximumBalance)
    }

    /// How much is left; nothing, too, if more is used than this limit allows, since another policy let it pass, and of
    /// what is required.
    pub const fn left(self) -> u64 {
        match self.bound {
            Bound::MinimumAmount | Bound::Cooldown => 0,
            _ => self.limit.saturating_add(self.overdrawn).saturating_sub(self.used),
        }
    }

    /// How much is left behind one more transaction, or how far above a least amount it lies; below zero if it goes
    /// beyond this bound by so much.
    pub fn margin(self, amount: Amount) -> i128 {
        let (magnitude, limit) = (i128::from(amount.magnitude()), i128::from(self.limit));
        let left = limit + i128::from(self.overdrawn) - i128::from(self.used);
        match self.bound {
            Bound::Count => left - 1,
            Bound::Cooldown => left,
            Bound::MinimumAmount => magnitude - limit,
            Bound::Amount | Bound::MaximumAmount | Bound::MaximumBalance => left - magnitude,
        }
    }

    /// Whether it bounds transactions of a direction, of those that the limit restricts.
    pub const fn bounds(self, direction: Direction) -> bool {
        !matches!((self.bound, direction), (Bound::MaximumBalance, Direction::Withdrawal))
    }
}
