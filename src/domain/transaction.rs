//! What is asked: one request to move money.

use super::{Amount, Timestamp};

/// One valid request to load (zero or more) or withdraw (below zero) money.
///
/// Ids are opaque UTF-8 texts, compared byte for byte: never empty, without control characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transaction<'a> {
    /// The transaction's id, unique within its customer.
    pub id: &'a [u8],
    /// The customer whose account it moves.
    pub customer_id: &'a [u8],
    /// How much, and which way.
    pub amount: Amount,
    /// When it happened, which places it in its day, week and month.
    pub time: Timestamp,
    /// The group that its customer is in, [`super::DEFAULT_GROUP`] if in no other.
    pub group: &'a [u8],
}
