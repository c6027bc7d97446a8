//! What was decided on one account, one line a decision.

use super::{AccountEvent, AccountEventKind, Amount, Timestamp};

/// One decision as an account's statement lists it: what later decisions follow from, and where in the log it stands.
///
/// A statement has all decisions on an account, in the order in which they were made. The line of version `n` is its
/// `n`th.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// The decision's position in the log.
    pub position: u64,
    /// What came of it.
    pub outcome: Outcome,
    /// The transaction's amount.
    pub amount: Amount,
    /// The transaction's time.
    pub time: Timestamp,
}

/// What came of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Money moved.
    Accepted,
    /// Declined: the customer has sent a transaction of this id before.
    Duplicate,
    /// Declined: it was older than the policy lets late transactions be.
    TooLate,
    /// Declined: a limit of the policy would have been exceeded.
    LimitExceeded {
        /// The limit's place in the policy, from 0.
        limit: u16,
    },
    /// Declined: a total would no longer fit into 63 bits.
    TotalOverflowed,
    /// Declined: the withdrawal was larger than the balance.
    FundsInsufficient,
}

impl StatementLine {
    /// The line of a decision.
    pub fn new(position: u64, event: &AccountEvent) -> Self {
        Self { position, outcome: event.kind.into(), amount: event.amount, time: event.time }
    }
}

impl Outcome {
    /// Whether money moved.
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted)
    }
}

impl From<AccountEventKind> for Outcome {
    fn from(kind: AccountEventKind) -> Self {
        match kind {
            AccountEventKind::AccountDeposited { .. } | AccountEventKind::AccountWithdrawn { .. } => Self::Accepted,
            AccountEventKind::DuplicateTxn => Self::Duplicate,
            AccountEventKind::TxnTooLate { .. } => Self::TooLate,
            AccountEventKind::AccountLimitExceeded { limit, .. } => Self::LimitExceeded { limit },
            AccountEventKind::AccountTotalOverflowed => Self::TotalOverflowed,
            AccountEventKind::AccountFundsInsufficient { .. } => Self::FundsInsufficient,
        }
    }
}
