//! What the log held before a run began.

use super::StoreError;
use crate::domain::Account;

/// What the log held before a run began: account shards ask it when they first meet a customer, a batch's at a time.
///
/// It does not change while the run appends.
pub trait History: Send {
    /// Whether the log is known to have held nothing at all, so that nothing needs to be asked.
    fn is_empty(&self) -> bool {
        false
    }

    /// The account of each of these customers as the log leaves it; none for one without events.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    fn accounts(&mut self, customer_ids: &[&[u8]]) -> Result<Vec<Option<Account>>, StoreError>;

    /// For each of these pairs of a customer and a transaction id, whether the log has a decision on it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store fails or is damaged.
    fn seen(&mut self, pairs: &[(&[u8], &[u8])]) -> Result<Vec<bool>, StoreError>;
}

/// The history of an empty log.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHistory;

impl History for NoHistory {
    fn is_empty(&self) -> bool {
        true
    }

    fn accounts(&mut self, customer_ids: &[&[u8]]) -> Result<Vec<Option<Account>>, StoreError> {
        Ok(vec![None; customer_ids.len()])
    }

    fn seen(&mut self, pairs: &[(&[u8], &[u8])]) -> Result<Vec<bool>, StoreError> {
        Ok(vec![false; pairs.len()])
    }
}

/// The version of each of these customers' accounts as a history has it; 0 for one without events.
pub(super) fn versions(history: &mut dyn History, customer_ids: &[&[u8]]) -> Result<Vec<u32>, StoreError> {
    if history.is_empty() {
        return Ok(vec![0; customer_ids.len()]);
    }
    let version = |account: Option<Account>| account.map_or(0, |account| account.version());
    Ok(history.accounts(customer_ids)?.into_iter().map(version).collect())
}
