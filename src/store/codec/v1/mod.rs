//! The first version of the leaves.
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

pub(super) use read::read;
pub(super) use write::{write_decision, write_policy};

/// The first element of these leaves.
pub(super) const VERSION: u64 = 1;

/// The name of the event that is no decision.
const POLICY_ACTIVATED: &str = "PolicyActivated";

/// The reasons that are no limit's.
const DUPLICATE_CODE: &str = "duplicate";
const OVERFLOWED_CODE: &str = "total_overflow";
const FUNDS_CODE: &str = "insufficient_funds";
