//! The accounts that an export tells of.

use super::{Export, damaged};
use crate::domain::Amount;
use crate::inquiry::{self, AccountRow, AsOf, Moment, Order};

/// An account, whose id is text here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    /// The customer whose account it is.
    pub(super) id: String,
    /// How it stands.
    pub(super) row: AccountRow,
}

impl Account {
    /// Accepted loads minus accepted withdrawals.
    pub(super) const fn balance(&self) -> Amount {
        Amount::from_minor(self.row.balance())
    }
}

/// Every account that there was by then, in order of its id's bytes.
///
/// # Errors
///
/// [`crate::store::StoreError`] if the ledger can't be read or is damaged.
pub(super) fn accounts(export: &Export<'_>) -> anyhow::Result<Vec<Account>> {
    let moment = Moment { at: None, as_of: Some(AsOf::Position(export.to_position)) };
    let rows = inquiry::accounts(export.ledger, moment, Order::Id, None)?;
    let text = |row: AccountRow| {
        let id = str::from_utf8(&row.account).map_err(|_| damaged("a customer's id is no text"))?.to_owned();
        Ok(Account { id, row })
    };
    rows.into_iter().map(text).collect()
}
