//! The pages of a run: small enough that SQLite keeps each in one of its own.
//!
//! A page holds sorted entries, each written as what it adds to the one before. The same entries make the same pages,
//! however they came.

mod accounts;
mod number;
mod statements;
mod transactions;

use super::damaged;
use crate::store::StoreError;

pub(super) use accounts::{AccountPage, account_entries};
pub(super) use statements::{StatementEntry, StatementPage, statement_entries};
pub(super) use transactions::{TransactionEntry, TransactionPage, transaction_entries};

/// The most bytes of a page that holds more than it must: with the columns beside it, SQLite keeps up to 1,002 bytes of
/// a row in a page of 4,096.
const PAGE_LEN_MAX: usize = 960;

/// What was read is not what a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotAPage;

impl From<NotAPage> for StoreError {
    fn from(_: NotAPage) -> Self {
        damaged("a page can't be read")
    }
}
