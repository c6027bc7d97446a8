//! Finding what a run holds.

use std::collections::BinaryHeap;

use rusqlite::{Connection, OptionalExtension, Row, Statement, params};

use super::page::{TransactionEntry, account_entries, transaction_entries};
use super::{CustomerKey, IndexKeys, Run, Runs, damaged, failed, from_sql, to_sql};
use crate::domain::{Day, Usage};
use crate::store::StoreError;

/// The page of transactions that an entry is on, if it is on any.
pub(super) const LAST_TRANSACTIONS: &str = "SELECT first_key, page FROM transaction_pages \
    WHERE run = ?1 AND (first_key, first_position) <= (?2, ?3) ORDER BY first_key DESC, first_position DESC LIMIT 1";

/// The page of accounts that a key is on, if it is on any.
pub(super) const LAST_ACCOUNTS: &str = "SELECT first_key, page FROM account_pages \
    WHERE run = ?1 AND first_key <= ?2 ORDER BY first_key DESC LIMIT 1";

/// Finds entries of runs.
#[derive(Debug)]
pub(super) struct LookUp<'c> {
    transactions: Statement<'c>,
    accounts: Statement<'c>,
}

impl<'c> LookUp<'c> {
    /// Prepares to look.
    pub(super) fn new(connection: &'c Connection) -> Result<Self, StoreError> {
        Ok(Self {
            transactions: connection.prepare(LAST_TRANSACTIONS).map_err(failed)?,
            accounts: connection.prepare(LAST_ACCOUNTS).map_err(failed)?,
        })
    }

    /// The highest position, up to a bound, at which a run has a transaction of this key.
    pub(super) fn last_position(&mut self, run: &Run, key: u64, max: u64) -> Result<Option<u64>, StoreError> {
        let wanted = TransactionEntry { key, position: max };
        let row = params![run.number, to_sql(key)?, to_sql(max)?];
        let found = self.transactions.query_row(row, |row| {
            Ok(with_page(row, |first_key, page| {
                let mut last = None;
                for entry in ordered_transactions(page, first_key, run) {
                    let entry = entry?;
                    if entry > wanted {
                        break;
                    }
                    last = Some(entry);
                }
                Ok(last.filter(|last| last.key == key).map(|last| last.position))
            }))
        });
        found.optional().map_err(failed)?.unwrap_or(Ok(None))
    }

    /// Adds a run's part of an account's days to a list, and gives the account's version, if the run has the account.
    pub(super) fn account(
        &mut self,
        run: &Run,
        key: CustomerKey,
        customer_id: &[u8],
        days: &mut Vec<(Day, Usage)>,
    ) -> Result<Option<u32>, StoreError> {
        let row = params![run.number, to_sql(key.number())?];
        let found = self.accounts.query_row(row, |row| {
            Ok(with_page(row, |first_key, page| {
                for entry in account_entries(page, first_key) {
                    let entry = entry?;
                    if (entry.key, entry.customer_id) == (key.number(), customer_id) {
                        entry.days_into(days)?;
                        return Ok(Some(entry.version));
                    }
                }
                Ok(None)
            }))
        });
        found.optional().map_err(failed)?.unwrap_or(Ok(None))
    }
}

/// The positions, behind a given one and at most so many, at which runs may have events of a customer's, ascending.
///
/// All events of the customer in the runs are among them; customers whose keys are alike may be too. Nobody may merge
/// runs meanwhile: who reads beside a writer does it all, and asks for the runs, in one read transaction.
///
/// # Errors
///
/// [`StoreError`] if the store fails or is damaged.
pub(crate) fn positions(
    connection: &Connection,
    runs: &Runs,
    keys: &IndexKeys,
    customer_id: &[u8],
    after_position: u64,
    max: usize,
) -> Result<Vec<u64>, StoreError> {
    let low = keys.customer(customer_id).transactions();
    positions_within(connection, runs.iter(), (low, low | u64::from(u32::MAX)), after_position, max)
}

/// The positions, behind a given one and at most so many, at which runs have transactions of a range of keys, ascending.
pub(super) fn positions_within<'r>(
    connection: &Connection,
    runs: impl Iterator<Item = &'r Run>,
    (low, high): (u64, u64),
    after_position: u64,
    max: usize,
) -> Result<Vec<u64>, StoreError> {
    // The first entries may stand at the end of a page that begins with another's.
    let sql = "SELECT first_key, page FROM transaction_pages WHERE run = ?1 AND first_key <= ?3 AND first_key >= \
               coalesce((SELECT max(first_key) FROM transaction_pages WHERE run = ?1 AND first_key < ?2), ?2) \
               ORDER BY first_key, first_position";
    let mut statement = connection.prepare(sql).map_err(failed)?;
    let mut positions = Vec::new();
    for run in runs.filter(|run| run.last_position > after_position) {
        let wanted = max - positions.len();
        if wanted == 0 {
            break;
        }
        // The highest is on top, and goes when there are more than are wanted.
        let mut lowest = BinaryHeap::new();
        let mut rows = statement.query(params![run.number, to_sql(low)?, to_sql(high)?]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            with_page(row, |first_key, page| {
                for entry in ordered_transactions(page, first_key, run) {
                    let entry = entry?;
                    if (low..=high).contains(&entry.key) && entry.position > after_position {
                        lowest.push(entry.position);
                        if lowest.len() > wanted {
                            lowest.pop();
                        }
                    }
                }
                Ok(())
            })?;
        }
        positions.extend(lowest.into_sorted_vec());
    }
    Ok(positions)
}

/// The entries of a page, checked to ascend and to lie in their run.
pub(super) fn ordered_transactions(
    page: &[u8],
    first_key: u64,
    run: &Run,
) -> impl Iterator<Item = Result<TransactionEntry, StoreError>> {
    let mut last = None;
    transaction_entries(page, first_key, run.first_position).map(move |entry| {
        let entry = entry?;
        if !run.covers(entry.position) || last.replace(entry).is_some_and(|last| last >= entry) {
            return Err(damaged("transactions are not in order"));
        }
        Ok(entry)
    })
}

/// Looks into a page: the first column is its first key, the second the page.
pub(super) fn with_page<T>(
    row: &Row<'_>,
    look: impl FnOnce(u64, &[u8]) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let (first_key, page) = page_of(row)?;
    look(first_key, page)
}

/// A page and its first key.
pub(super) fn page_of<'r>(row: &'r Row<'_>) -> Result<(u64, &'r [u8]), StoreError> {
    let first_key = from_sql(row.get(0).map_err(failed)?)?;
    let page = row.get_ref(1).map_err(failed)?;
    Ok((first_key, page.as_blob().map_err(|error| failed(error.into()))?))
}
