//! Questions to a ledger: how an account stood at any moment, and why a transaction was accepted or declined.
//!
//! | module | what it answers |
//! | --- | --- |
//! | `moment` | which part of the log counts: what had happened by a time, what had been recorded by then |
//! | `account` | how one account stands |
//! | `accounts` | how all of them stand |
//! | `explain` | why a transaction was accepted or declined, or would be |
//! | `replay` | what the log comes to when it is folded again from its first event |
//! | `group` | which group a customer is taken to be in |
//! | `told` | an event with what its commit says of it |
//! | `words` | what is said of limits, in the same words to everyone |

mod account;
mod accounts;
mod explain;
mod group;
mod moment;
mod replay;
mod told;
pub mod words;

pub use account::{AccountReport, LimitReport, Movement, account};
pub use accounts::{AccountRow, Order, accounts};
pub use explain::{ExplainReport, LimitExplained, Question, Users, explain};
pub use group::{CustomerGroup, GroupOrigin};
pub use moment::{AsOf, Known, Moment, parse_time};
pub use replay::{ReplayReport, replay};
pub use told::Told;

use crate::domain::{Policy, Standing, StatementLine};
use crate::recall::policy_at;
use crate::store::{Ledger, StoreError};

/// What can't be of the amounts of one account.
const TOO_MUCH: &str = "amounts of an account add up to more than 63 bits";

/// The policy that was in force behind a position, and its own; none before the first event.
///
/// # Errors
///
/// If the ledger can't be read.
pub fn policy_in_force(ledger: &Ledger, position: u64) -> anyhow::Result<Option<(u64, Policy)>> {
    let commit = ledger.commit_of(position)?;
    commit.map(|commit| Ok((commit.policy, policy_at(ledger, commit.policy)?))).transpose()
}

/// How an account stands after lines that a ledger has of it.
fn standing<'a>(lines: impl IntoIterator<Item = &'a StatementLine>) -> Result<Standing<'a>, StoreError> {
    Standing::of(lines).ok_or_else(|| damaged(TOO_MUCH))
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("the store is damaged: {what}"))
}
