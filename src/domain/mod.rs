//! The rules, pure and synchronous.
//!
//! Nothing here knows a channel, a file format, a store or the clock: an [`Account`] decides on a [`Transaction`]
//! under a [`Policy`] and applies the [`AccountEvent`] that came of it, and that is all there is to a verdict.

mod account;
mod accounts;
mod amount;
mod day_totals;
mod days;
mod event;
mod explanation;
mod id_key;
mod judgement;
mod limit;
mod policy;
mod seen;
mod standing;
mod statement;
mod time;
mod totals;
mod transaction;
mod usage;

pub use account::Account;
pub use accounts::{AccountSlot, Accounts, CustomerHasher};
pub use amount::{Amount, AmountError, Direction, decimal};
pub use day_totals::{DayTotals, Tally};
pub use event::{AccountEvent, AccountEventKind, Measure};
pub use explanation::{Explanation, LimitFinding};
pub use limit::{Limit, LimitDirection, LimitName, LimitNameError, Window};
pub use policy::{Duplicates, LimitKey, Policy, PolicyProblem};
pub use standing::{LimitStanding, Part, Standing};
pub use statement::{Outcome, StatementLine};
pub use time::{CivilTime, Day, TimeError, Timestamp};
pub use totals::Totals;
pub use transaction::Transaction;
pub use usage::Usage;
