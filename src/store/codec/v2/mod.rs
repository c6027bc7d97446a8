//! The second version of the leaves.
//!
//! ```text
//! [2,"AccountDeposited",BATCH,LINE,"ACCOUNT",VERSION,"TRANSACTION","AMOUNT","TIME"]       also AccountWithdrawn
//! [2,"DuplicateTxn",...,"TIME","duplicate"]
//! [2,"TxnTooLate",...,"TIME","too_late","latest","LATEST"]
//! [2,"AccountLimitExceeded",...,"TIME","CODE","count",3,LIMIT]                            also cooldown
//! [2,"AccountLimitExceeded",...,"TIME","CODE","amount","4800.00",LIMIT]                   also the other amounts
//! [2,"AccountTotalOverflowed",...,"TIME","total_overflow"]
//! [2,"AccountFundsInsufficient",...,"TIME","insufficient_funds","balance","12.00"]
//! [2,"PolicyActivated",BATCH,"SHA-256 of TEXT","TEXT"]
//! ```
//!
//! The other amounts are `minimum_amount`, `maximum_amount` and `maximum_balance`. A decision has one more element, the
//! last, if its customer was in a group or limits left marks: an object of these keys in this order, each only if there
//! is something of it.
//!
//! ```text
//! {"group":"GROUP","flags":[["CODE",LIMIT],...],"shadow":[["CODE",LIMIT],...]}
//! ```
//!
//! Only what was accepted has marks, and their limits ascend. As in the first version, amounts are texts.

mod extras;
mod read;
mod usual;
mod write;

pub(super) use read::read;
pub(super) use usual::read as read_usual;
pub(super) use write::write_decision;

/// The reasons that are no limit's.
const DUPLICATE_CODE: &str = "duplicate";
const TOO_LATE_CODE: &str = "too_late";
const OVERFLOWED_CODE: &str = "total_overflow";
const FUNDS_CODE: &str = "insufficient_funds";
