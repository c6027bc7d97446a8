//! The rules, pure and synchronous.
//!
//! Nothing here knows a channel, a file format, a store or the clock: an [`Account`] decides on a [`Transaction`]
//! under a [`Policy`] and applies the [`AccountEvent`] that came of it, and that is all there is to a verdict.

mod account;
mod accounts;
mod amount;
mod days;
mod event;
mod id_key;
mod limit;
mod policy;
mod seen;
mod time;
mod totals;
mod transaction;
mod usage;

pub use account::Account;
pub use accounts::{AccountSlot, Accounts, CustomerHasher};
pub use amount::{Amount, AmountError, Direction};
pub use event::{AccountEvent, AccountEventKind, Measure};
pub use limit::{Limit, LimitDirection, LimitName, LimitNameError, Window};
pub use policy::{Duplicates, LimitKey, Policy, PolicyProblem};
pub use time::{CivilTime, Day, TimeError, Timestamp};
pub use totals::Totals;
pub use transaction::Transaction;
pub use usage::Usage;
