//! Pages of transactions.

use super::number::{Bytes, put};
use super::{NotAPage, PAGE_LEN_MAX};

/// Where an event about a transaction stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct TransactionEntry {
    /// The transaction's key.
    pub(in super::super) key: u64,
    /// The event's position.
    pub(in super::super) position: u64,
}

/// A page on its way into the file.
#[derive(Debug, Default)]
pub(in super::super) struct TransactionPage {
    bytes: Vec<u8>,
    first: Option<TransactionEntry>,
    last_key: u64,
}

impl TransactionPage {
    /// Adds an entry behind the last one, unless the page is full; `base` is the first position of the run.
    pub(in super::super) fn push(&mut self, entry: TransactionEntry, base: u64) -> bool {
        let len = self.bytes.len();
        let first = *self.first.get_or_insert(entry);
        let last_key = if len == 0 { first.key } else { self.last_key };
        put(&mut self.bytes, entry.key - last_key);
        put(&mut self.bytes, entry.position - base);
        if len > 0 && self.bytes.len() > PAGE_LEN_MAX {
            self.bytes.truncate(len);
            return false;
        }
        self.last_key = entry.key;
        true
    }

    /// The page and its first entry, if it has any.
    pub(in super::super) fn finished(&self) -> Option<(TransactionEntry, &[u8])> {
        Some((self.first?, &self.bytes))
    }

    /// Empties the page for its next use.
    pub(in super::super) fn clear(&mut self) {
        self.bytes.clear();
        self.first = None;
    }
}

/// The entries of a page; `first_key` stands beside it, and `base` is the first position of the run.
///
/// Whether the entries ascend and their positions lie in the run is left to those who rely on it.
pub(in super::super) fn transaction_entries(
    page: &[u8],
    first_key: u64,
    base: u64,
) -> impl Iterator<Item = Result<TransactionEntry, NotAPage>> {
    let mut bytes = Bytes(page);
    let mut key = first_key;
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let mut entry = || {
            key = key.checked_add(bytes.number()?).ok_or(NotAPage)?;
            let position = base.checked_add(bytes.number()?).ok_or(NotAPage)?;
            Ok(TransactionEntry { key, position })
        };
        let entry = entry();
        if entry.is_err() {
            bytes = Bytes(&[]);
        }
        Some(entry)
    })
}
