//! What happened: one decision about one transaction.

use super::{Amount, Marks, Policy, Timestamp};

/// One decision about an account, made once and never changed; a decline is one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountEvent {
    /// The event's place in its account's stream, from 1 without gaps.
    pub version: u32,
    /// What was decided.
    pub kind: AccountEventKind,
    /// The transaction's amount.
    pub amount: Amount,
    /// The transaction's time.
    pub time: Timestamp,
}

/// What was decided; the declines stand in the order in which they are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountEventKind {
    /// Accepted: money came in.
    AccountDeposited {
        /// The limits that it exceeded although they do not decline.
        marks: Marks,
    },
    /// Accepted: money went out.
    AccountWithdrawn {
        /// The limits that it exceeded although they do not decline.
        marks: Marks,
    },
    /// Declined: the customer has sent a transaction of this id before.
    DuplicateTxn,
    /// Declined: it is older than the policy lets late transactions be.
    TxnTooLate {
        /// The latest time of a transaction that the account had accepted.
        latest: Timestamp,
    },
    /// Declined: a limit of the policy would have been exceeded.
    AccountLimitExceeded {
        /// The limit's place in the policy, from 0.
        limit: u16,
        /// Which of its bounds it was.
        bound: Bound,
        /// How much of that bound was used before: minor units, or a number of transactions.
        used: u64,
    },
    /// Declined: the account's total of loads or of withdrawals would no longer fit into 63 bits.
    AccountTotalOverflowed,
    /// Declined: the withdrawal was larger than the balance.
    AccountFundsInsufficient {
        /// The balance before, in minor units.
        balance: u64,
    },
}

/// One of the things that a limit can bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// How many transactions in its window.
    Count,
    /// How much money in its window.
    Amount,
    /// How much money at least in one transaction; nothing of it is ever used.
    MinimumAmount,
    /// How much money at most in one transaction; nothing of it is ever used.
    MaximumAmount,
    /// How much money in the account behind a load; the balance before it is used.
    MaximumBalance,
    /// How near to each other; transactions that are nearer use it.
    Cooldown,
}

impl Bound {
    /// Every bound there is.
    pub const ALL: [Self; 6] =
        [Self::Count, Self::Amount, Self::MinimumAmount, Self::MaximumAmount, Self::MaximumBalance, Self::Cooldown];

    /// The key of the configuration that sets it. It stands in what stores keep for ever, and so it never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Amount => "amount",
            Self::MinimumAmount => "minimum_amount",
            Self::MaximumAmount => "maximum_amount",
            Self::MaximumBalance => "maximum_balance",
            Self::Cooldown => "cooldown",
        }
    }

    /// Whether what is used of it is a number of transactions rather than minor units.
    pub const fn counts_transactions(self) -> bool {
        matches!(self, Self::Count | Self::Cooldown)
    }
}

impl AccountEventKind {
    /// Money came in, beyond no limit at all.
    pub const DEPOSITED: Self = Self::AccountDeposited { marks: Marks::NONE };

    /// Money went out, beyond no limit at all.
    pub const WITHDRAWN: Self = Self::AccountWithdrawn { marks: Marks::NONE };

    /// The event's name. It stands in what stores keep for ever, and so it never changes.
    #[inline]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountDeposited { .. } => "AccountDeposited",
            Self::AccountWithdrawn { .. } => "AccountWithdrawn",
            Self::DuplicateTxn => "DuplicateTxn",
            Self::TxnTooLate { .. } => "TxnTooLate",
            Self::AccountLimitExceeded { .. } => "AccountLimitExceeded",
            Self::AccountTotalOverflowed => "AccountTotalOverflowed",
            Self::AccountFundsInsufficient { .. } => "AccountFundsInsufficient",
        }
    }

    /// Whether money moved.
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::AccountDeposited { .. } | Self::AccountWithdrawn { .. })
    }

    /// The limits that it exceeded although they do not decline; none unless it was accepted.
    pub const fn marks(self) -> Marks {
        match self {
            Self::AccountDeposited { marks } | Self::AccountWithdrawn { marks } => marks,
            _ => Marks::NONE,
        }
    }

    /// The stable code of a decline's reason, in snake_case; none for what was accepted.
    pub fn reason(self, policy: &Policy) -> Option<&str> {
        match self {
            Self::AccountDeposited { .. } | Self::AccountWithdrawn { .. } => None,
            Self::DuplicateTxn => Some("duplicate"),
            Self::TxnTooLate { .. } => Some("too_late"),
            Self::AccountLimitExceeded { limit, .. } => {
                policy.limits().get(usize::from(limit)).map(|limit| limit.name.code())
            }
            Self::AccountTotalOverflowed => Some("total_overflow"),
            Self::AccountFundsInsufficient { .. } => Some("insufficient_funds"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decline_has_a_stable_code_and_what_is_accepted_has_none() {
        use AccountEventKind::*;
        let policy = Policy::default();
        let exceeded = |limit, bound| AccountLimitExceeded { limit, bound, used: 0 };
        let marks = Marks::NONE;
        for (kind, code) in [
            (AccountDeposited { marks }, None),
            (AccountWithdrawn { marks }, None),
            (DuplicateTxn, Some("duplicate")),
            (TxnTooLate { latest: Timestamp::MIN }, Some("too_late")),
            (exceeded(0, Bound::Count), Some("daily_count")),
            (exceeded(0, Bound::Amount), Some("daily_count")),
            (exceeded(1, Bound::Amount), Some("daily_amount")),
            (exceeded(2, Bound::Amount), Some("weekly_amount")),
            (AccountTotalOverflowed, Some("total_overflow")),
            (AccountFundsInsufficient { balance: 0 }, Some("insufficient_funds")),
        ] {
            assert_eq!(kind.reason(&policy), code);
            assert_eq!(kind.is_accepted(), code.is_none());
        }
    }
}
