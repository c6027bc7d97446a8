//! The first version of the leaves, which is read for ever and no longer written but to check what was.
//!
//! ```text
//! [1,"AccountDeposited",BATCH,LINE,"ACCOUNT",VERSION,"TRANSACTION","AMOUNT","TIME"]       also AccountWithdrawn
//! [1,"DuplicateTxn",...,"TIME","duplicate"]
//! [1,"AccountLimitExceeded",...,"TIME","daily_count","count",3,LIMIT]
//! [1,"AccountLimitExceeded",...,"TIME","daily_amount","amount","4800.00",LIMIT]
//! [1,"AccountTotalOverflowed",...,"TIME","total_overflow"]
//! [1,"AccountFundsInsufficient",...,"TIME","insufficient_funds","balance","12.00"]
//! [1,"PolicyActivated",BATCH,"SHA-256 of TEXT","TEXT"]
//! ```
//!
//! Amounts are texts, because a reader that takes numbers for floats would round them.

mod read;
mod write;

use super::head::Head;

pub(super) use read::read;
pub(super) use write::write_decision;

/// An event of this version.
#[derive(Clone, Debug)]
pub(super) enum Event<'a> {
    Decision(Decision<'a>),
    Policy { batch: u32, text: String },
}

/// A decision of this version.
#[derive(Clone, Debug)]
pub(super) struct Decision<'a> {
    pub(super) head: Head<'a>,
    pub(super) outcome: Outcome<'a>,
}

/// What came of a transaction in this version.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome<'a> {
    Deposited,
    Withdrawn,
    Duplicate,
    LimitExceeded { code: &'a str, used: Used, limit: u16 },
    TotalOverflowed,
    FundsInsufficient { balance: u64 },
}

/// How much of a limit was used: transactions, or minor units.
#[derive(Clone, Copy, Debug)]
pub(super) enum Used {
    Count(u64),
    Amount(u64),
}

impl<'a> Outcome<'a> {
    /// The name of the event.
    const fn name(self) -> &'static str {
        match self {
            Self::Deposited => "AccountDeposited",
            Self::Withdrawn => "AccountWithdrawn",
            Self::Duplicate => "DuplicateTxn",
            Self::LimitExceeded { .. } => "AccountLimitExceeded",
            Self::TotalOverflowed => "AccountTotalOverflowed",
            Self::FundsInsufficient { .. } => "AccountFundsInsufficient",
        }
    }

    /// The code of a decline's reason.
    pub(super) const fn code(self) -> Option<&'a str> {
        match self {
            Self::Deposited | Self::Withdrawn => None,
            Self::Duplicate => Some("duplicate"),
            Self::LimitExceeded { code, .. } => Some(code),
            Self::TotalOverflowed => Some("total_overflow"),
            Self::FundsInsufficient { .. } => Some("insufficient_funds"),
        }
    }
}
