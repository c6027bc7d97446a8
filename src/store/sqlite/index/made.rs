//! The pages of a run, made in memory, a kind of them at a time.

use super::damaged;
use super::filter::Filter;
use super::page::{AccountPage, StatementPage, TransactionEntry, TransactionPage};
use super::plan::EVENTS_MAX;
use crate::domain::{Day, StatementLine, Usage};
use crate::store::StoreError;

/// How many bytes of pages are worth a way to the file.
const MANY: usize = 1 << 20;

/// Pages that are full, one behind the other, each with what it begins with.
#[derive(Debug)]
pub(super) struct Pages<K> {
    bytes: Vec<u8>,
    /// What each begins with, and where it ends.
    ends: Vec<(K, usize)>,
}

/// Makes the pages of a run's transactions, and the filter over them.
#[derive(Debug)]
pub(super) struct TransactionWriter {
    range: (u64, u64),
    /// How many there are so far.
    pub(super) count: u64,
    pub(super) filter: Filter,
    page: TransactionPage,
    pub(super) pages: Pages<TransactionEntry>,
}

/// Makes the pages of a run's accounts, and the filter over them if their number is known.
#[derive(Debug, Default)]
pub(super) struct AccountWriter {
    /// How many there are so far.
    pub(super) count: u64,
    pub(super) filter: Option<Filter>,
    page: AccountPage,
    pub(super) pages: Pages<u64>,
}

/// Makes the pages of a run's statements, line by line, in order of keys and customers.
#[derive(Debug)]
pub(super) struct StatementWriter {
    range: (u64, u64),
    page: StatementPage,
    count: u64,
    /// By first key and number.
    pub(super) pages: Pages<(u64, u64)>,
}

impl<K> Default for Pages<K> {
    fn default() -> Self {
        Self { bytes: Vec::new(), ends: Vec::new() }
    }
}

impl<K: Copy> Pages<K> {
    fn add(&mut self, first: K, page: &[u8]) {
        self.bytes.extend_from_slice(page);
        self.ends.push((first, self.bytes.len()));
    }

    /// Whether they should be written.
    pub(super) const fn are_many(&self) -> bool {
        self.bytes.len() >= MANY
    }

    /// Passes on all pages, and keeps the memory.
    pub(super) fn drain(
        &mut self,
        mut write: impl FnMut(K, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut start = 0;
        for (first, end) in self.ends.drain(..) {
            write(first, self.bytes.get(start..end).unwrap_or_default())?;
            start = end;
        }
        self.bytes.clear();
        Ok(())
    }
}

impl TransactionWriter {
    /// Begins the transactions of a run of these positions, of which there are so many.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if no run can cover so many positions, or there are more transactions than positions.
    pub(super) fn new(range: (u64, u64), expected: u64) -> Result<Self, StoreError> {
        let (first, last) = range;
        if last - first >= EVENTS_MAX || expected > last - first + 1 {
            return Err(StoreError::Failed(format!("no run can hold {expected} decisions from {first} to {last}")));
        }
        let (page, pages) = (TransactionPage::default(), Pages::default());
        Ok(Self { range, count: 0, filter: Filter::for_keys(expected), page, pages })
    }

    /// Adds a transaction.
    pub(super) fn add(&mut self, entry: TransactionEntry) -> Result<(), StoreError> {
        let (first, last) = self.range;
        if !(first..=last).contains(&entry.position) {
            return Err(damaged("a transaction lies outside its run"));
        }
        self.filter.insert(entry.key);
        self.count += 1;
        if !self.page.push(entry, first) {
            self.finish();
            self.page.push(entry, first);
        }
        Ok(())
    }

    /// Ends the page at hand.
    pub(super) fn finish(&mut self) {
        if let Some((first, page)) = self.page.finished() {
            self.pages.add(first, page);
            self.page.clear();
        }
    }
}

impl AccountWriter {
    /// Says how many accounts will be added, where that is known, and spares reading them once more.
    pub(super) fn expect(&mut self, count: u64) {
        self.filter = Some(Filter::for_keys(count));
    }

    /// Adds what is added to an account; its days ascend.
    pub(super) fn add(&mut self, key: u64, customer_id: &[u8], version: u32, days: &[(Day, Usage)]) {
        self.count += 1;
        if let Some(filter) = &mut self.filter {
            filter.insert(key);
        }
        if !self.page.push(key, customer_id, version, days) {
            self.finish();
            self.page.push(key, customer_id, version, days);
        }
    }

    /// Ends the page at hand.
    pub(super) fn finish(&mut self) {
        if let Some((first_key, page)) = self.page.finished() {
            self.pages.add(first_key, page);
            self.page.clear();
        }
    }
}

impl StatementWriter {
    /// Begins the statements of a run of these positions.
    pub(super) fn new(range: (u64, u64)) -> Self {
        Self { range, page: StatementPage::default(), count: 0, pages: Pages::default() }
    }

    /// Begins the statement of a customer.
    pub(super) fn begin(&mut self, key: u64, customer_id: &[u8]) {
        self.page.begin(key, customer_id);
    }

    /// Adds a line to it, of a higher position than the one before.
    pub(super) fn line(&mut self, line: &StatementLine) -> Result<(), StoreError> {
        let (first, last) = self.range;
        if !(first..=last).contains(&line.position) {
            return Err(damaged("a decision lies outside its run"));
        }
        if !self.page.push(line, first) {
            self.finish();
            self.page.push(line, first);
        }
        Ok(())
    }

    /// Ends the page at hand; the statement goes on in the next.
    pub(super) fn finish(&mut self) {
        if let Some((first_key, page)) = self.page.finished() {
            self.pages.add((first_key, self.count), page);
            self.page.clear();
            self.count += 1;
        }
    }
}
