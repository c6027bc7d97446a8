//! What happened: one decision about one transaction.

use super::{Amount, Policy, Timestamp};

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
    AccountDeposited,
    /// Accepted: money went out.
    AccountWithdrawn,
    /// Declined: the customer has sent a transaction of this id before.
    DuplicateTxn,
    /// Declined: a limit of the policy would have been exceeded.
    AccountLimitExceeded {
        /// The limit's place in the policy, from 0.
        limit: u16,
        /// Which part of the limit it was.
        measure: Measure,
        /// How much of that part was used before: minor units, or a number of transactions.
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

/// One of the two things that a limit can bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// How many transactions.
    Count,
    /// How much money.
    Amount,
}

impl AccountEventKind {
    /// The event's name. It stands in what stores keep for ever, and so it never changes.
    #[inline]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountDeposited => "AccountDeposited",
            Self::AccountWithdrawn => "AccountWithdrawn",
            Self::DuplicateTxn => "DuplicateTxn",
            Self::AccountLimitExceeded { .. } => "AccountLimitExceeded",
            Self::AccountTotalOverflowed => "AccountTotalOverflowed",
            Self::AccountFundsInsufficient { .. } => "AccountFundsInsufficient",
        }
    }

    /// Whether money moved.
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::AccountDeposited | Self::AccountWithdrawn)
    }

    /// The stable code of a decline's reason, in snake_case; none for what was accepted.
    pub fn reason(self, policy: &Policy) -> Option<&str> {
        match self {
            Self::AccountDeposited | Self::AccountWithdrawn => None,
            Self::DuplicateTxn => Some("duplicate"),
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
        let exceeded = |limit, measure| AccountLimitExceeded { limit, measure, used: 0 };
        for (kind, code) in [
            (AccountDeposited, None),
            (AccountWithdrawn, None),
            (DuplicateTxn, Some("duplicate")),
            (exceeded(0, Measure::Count), Some("daily_count")),
            (exceeded(0, Measure::Amount), Some("daily_count")),
            (exceeded(1, Measure::Amount), Some("daily_amount")),
            (exceeded(2, Measure::Amount), Some("weekly_amount")),
            (AccountTotalOverflowed, Some("total_overflow")),
            (AccountFundsInsufficient { balance: 0 }, Some("insufficient_funds")),
        ] {
            assert_eq!(kind.reason(&policy), code);
            assert_eq!(kind.is_accepted(), code.is_none());
        }
    }
}
