//! The questions to the ledger. None of them holds a transaction open, and none needs to: the log only grows.

use std::collections::BTreeMap;

use crate::inquiry::{self, AccountReport, AccountRow, ExplainReport, Moment, Order, Question};
use crate::store::{BatchRecord, Head, Ledger, StoreError, StoredDecision, StoredEvent, ViewState};

/// How many accounts are listed.
const ACCOUNTS_MAX: usize = 10_000;

/// How many of an account's last decisions are told.
const MOVEMENTS_MAX: usize = 200;

/// How many of those that used a limit are told.
const USERS_MAX: usize = 5;

/// How many commits are read at a time.
const COMMITS_PAGE: usize = 4_096;

/// A ledger that is browsed.
#[derive(Debug)]
pub(crate) struct Source {
    ledger: Ledger,
    names: BTreeMap<u32, String>,
}

/// What shows whether a ledger has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pulse {
    pub(crate) head: Head,
    pub(crate) views: Vec<ViewState>,
}

/// An event and the name of its batch.
#[derive(Clone, Debug)]
pub(crate) struct EventRow {
    pub(crate) event: StoredEvent,
    pub(crate) batch: String,
}

/// The accounts as they stood behind a position.
#[derive(Clone, Debug)]
pub(crate) struct AccountsPage {
    pub(crate) position: u64,
    pub(crate) order: Order,
    pub(crate) rows: Vec<AccountRow>,
    /// Whether there are more.
    pub(crate) is_cut: bool,
}

/// Consecutive positions: the first, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) first: u64,
    pub(crate) count: u64,
}

/// The positions of a list of events, ascending.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stretches {
    stretches: Vec<Stretch>,
    /// The last commit that is part of them.
    commit: u64,
}

impl Source {
    pub(crate) const fn new(ledger: Ledger) -> Self {
        Self { ledger, names: BTreeMap::new() }
    }

    pub(crate) fn pulse(&self) -> Result<Pulse, StoreError> {
        Ok(Pulse { head: self.ledger.head()?, views: self.ledger.views()? })
    }

    pub(crate) fn batches(&self) -> anyhow::Result<Vec<BatchRecord>> {
        Ok(self.ledger.batches()?)
    }

    /// The accounts that come first in an order.
    pub(crate) fn accounts(&self, order: Order) -> anyhow::Result<AccountsPage> {
        let position = self.ledger.head()?.size;
        let moment = Moment { at: None, as_of: Some(inquiry::AsOf::Position(position)) };
        let mut rows = inquiry::accounts(&self.ledger, moment, order, Some(ACCOUNTS_MAX + 1))?;
        let is_cut = rows.len() > ACCOUNTS_MAX;
        rows.truncate(ACCOUNTS_MAX);
        Ok(AccountsPage { position, order, rows, is_cut })
    }

    /// How an account stands; none if there is no such account.
    pub(crate) fn account(&self, id: &[u8]) -> anyhow::Result<Option<AccountReport>> {
        inquiry::account(&self.ledger, id, Moment::default(), None, MOVEMENTS_MAX)
    }

    /// Why a decision was made.
    pub(crate) fn explanation(&self, decision: &StoredDecision) -> anyhow::Result<ExplainReport> {
        let question =
            Question::Decided { transaction_id: &decision.transaction_id, position: Some(decision.position) };
        inquiry::explain(&self.ledger, &decision.customer_id, question, USERS_MAX)
    }

    /// The events of some stretches.
    pub(crate) fn events(&mut self, stretches: &[Stretch]) -> anyhow::Result<Vec<EventRow>> {
        let mut rows = Vec::new();
        for Stretch { first, count } in stretches {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            for event in self.ledger.events(first.saturating_sub(1), count)? {
                let batch = self.name_of(match &event {
                    StoredEvent::PolicyActivated(policy) => policy.batch,
                    StoredEvent::Decision(decision) => decision.batch,
                })?;
                rows.push(EventRow { event, batch });
            }
        }
        Ok(rows)
    }

    /// Adds the positions of the commits that a batch has had since.
    pub(crate) fn extend(&self, stretches: &mut Stretches, batch: u32) -> anyhow::Result<()> {
        loop {
            let commits = self.ledger.batch_commits(batch, stretches.commit, COMMITS_PAGE)?;
            let is_last = commits.len() < COMMITS_PAGE;
            for commit in commits {
                stretches.push(Stretch { first: commit.first_position, count: commit.events });
                stretches.commit = commit.number;
            }
            if is_last {
                return Ok(());
            }
        }
    }

    fn name_of(&mut self, batch: u32) -> Result<String, StoreError> {
        if let Some(name) = self.names.get(&batch) {
            return Ok(name.clone());
        }
        let name = self.ledger.identity(batch)?.map_or_else(String::new, |identity| identity.name);
        self.names.insert(batch, name.clone());
        Ok(name)
    }
}

impl Stretches {
    /// One stretch alone.
    pub(crate) fn of(stretch: Stretch) -> Self {
        Self { stretches: vec![stretch], commit: 0 }
    }

    /// How many positions there are.
    pub(crate) fn len(&self) -> u64 {
        self.stretches.iter().fold(0, |sum, stretch| sum.saturating_add(stretch.count))
    }

    /// So many positions from a row on.
    pub(crate) fn part(&self, mut row: u64, mut wanted: u64) -> Vec<Stretch> {
        let mut part = Vec::new();
        for stretch in &self.stretches {
            let skipped = row.min(stretch.count);
            let count = wanted.min(stretch.count - skipped);
            if count > 0 {
                part.push(Stretch { first: stretch.first.saturating_add(skipped), count });
            }
            (row, wanted) = (row - skipped, wanted - count);
        }
        part
    }

    /// The row of a position, or of the next there is.
    pub(crate) fn row_of(&self, position: u64) -> u64 {
        let rows = self.stretches.iter().map(|stretch| position.saturating_sub(stretch.first).min(stretch.count));
        rows.fold(0, u64::saturating_add)
    }

    /// Adds a stretch at the end, to the last one if nothing stands between them.
    fn push(&mut self, next: Stretch) {
        match self.stretches.last_mut() {
            Some(last) if last.first.saturating_add(last.count) == next.first => {
                last.count = last.count.saturating_add(next.count);
            }
            _ => self.stretches.push(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretches() -> Stretches {
        let mut stretches = Stretches::default();
        for (first, count) in [(1, 3), (4, 2), (6, 0), (10, 4), (20, 1)] {
            stretches.push(Stretch { first, count });
        }
        stretches
    }

    fn positions(part: &[Stretch]) -> Vec<u64> {
        part.iter().flat_map(|stretch| stretch.first..stretch.first + stretch.count).collect()
    }

    #[test]
    fn stretches_without_anything_between_are_one() {
        let stretches = stretches();
        assert_eq!(stretches.stretches.len(), 3);
        assert_eq!(stretches.len(), 10);
    }

    #[test]
    fn part_of_stretches_goes_over_their_ends() {
        let stretches = stretches();
        assert_eq!(positions(&stretches.part(0, 100)), [1, 2, 3, 4, 5, 10, 11, 12, 13, 20]);
        assert_eq!(positions(&stretches.part(3, 4)), [4, 5, 10, 11]);
        assert_eq!(positions(&stretches.part(8, 9)), [13, 20]);
        assert!(stretches.part(10, 9).is_empty());
    }

    #[test]
    fn row_of_a_position_that_is_in_no_stretch_is_the_next() {
        let stretches = stretches();
        for (position, row) in [(0, 0), (1, 0), (5, 4), (6, 5), (9, 5), (10, 5), (13, 8), (14, 9), (20, 9), (99, 10)] {
            assert_eq!(stretches.row_of(position), row, "{position}");
        }
    }
}
