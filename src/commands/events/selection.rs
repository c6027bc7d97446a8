//! Which events were asked for.

use crate::formats::event::POLICY_ACTIVATED;
use crate::store::{Ledger, StoreError, StoredDecision, StoredEvent};

/// How many events are read at a time.
const PAGE_LEN: usize = 4_096;

/// The events that were asked for, from where they have not been read yet.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    account: Option<Account>,
    event_type: Option<String>,
    /// The position at which the rest begins.
    next: u64,
    /// How many events are still wanted, if not all are.
    wanted: Option<u64>,
}

/// The account whose events alone are wanted.
#[derive(Clone, Debug)]
struct Account {
    customer_id: String,
    /// The version of the last event that was read.
    version: u32,
}

impl Selection {
    /// The events of an account and a type, where these are given, from a position on, and at most so many.
    pub(super) fn new(account: Option<&str>, event_type: Option<&str>, from: u64, limit: Option<u64>) -> Self {
        Self {
            account: account.map(|id| Account { customer_id: id.to_owned(), version: 0 }),
            event_type: event_type.map(str::to_owned),
            next: from,
            wanted: limit,
        }
    }

    /// Whether no more events are wanted.
    pub(super) fn is_complete(&self) -> bool {
        self.wanted == Some(0)
    }

    /// The wanted ones of the next events, which may be none of them; nothing if there are no more events now.
    pub(super) fn next_page(&mut self, ledger: &Ledger) -> Result<Option<Vec<StoredEvent>>, StoreError> {
        if self.is_complete() {
            return Ok(None);
        }
        let page = match &mut self.account {
            None => ledger.events(self.next.saturating_sub(1), self.page_len())?,
            Some(account) => account.next_page(ledger)?,
        };
        Ok(self.choose(page))
    }

    fn page_len(&self) -> usize {
        match (&self.event_type, self.wanted) {
            // Whatever is read is wanted.
            (None, Some(wanted)) => usize::try_from(wanted).unwrap_or(PAGE_LEN).min(PAGE_LEN),
            _ => PAGE_LEN,
        }
    }

    fn choose(&mut self, mut page: Vec<StoredEvent>) -> Option<Vec<StoredEvent>> {
        let last = page.last()?.position();
        page.retain(|event| event.position() >= self.next && self.is_of_type(event));
        self.next = self.next.max(last.saturating_add(1));
        if let Some(wanted) = &mut self.wanted {
            page.truncate(usize::try_from(*wanted).unwrap_or(usize::MAX));
            *wanted -= page.len() as u64;
        }
        Some(page)
    }

    fn is_of_type(&self, event: &StoredEvent) -> bool {
        self.event_type.as_deref().is_none_or(|wanted| match event {
            StoredEvent::PolicyActivated(_) => wanted == POLICY_ACTIVATED,
            StoredEvent::Decision(decision) => wanted == decision.event.kind.name(),
        })
    }
}

impl Account {
    fn next_page(&mut self, ledger: &Ledger) -> Result<Vec<StoredEvent>, StoreError> {
        let page = ledger.account_events(self.customer_id.as_bytes(), self.version, PAGE_LEN)?;
        self.version = page.last().map_or(self.version, |last: &StoredDecision| last.event.version);
        Ok(page.into_iter().map(StoredEvent::Decision).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoredPolicy;

    fn page(positions: std::ops::RangeInclusive<u64>) -> Vec<StoredEvent> {
        positions
            .map(|position| StoredEvent::PolicyActivated(StoredPolicy { position, batch: 1, text: String::new() }))
            .collect()
    }

    fn positions(chosen: Option<Vec<StoredEvent>>) -> Option<Vec<u64>> {
        chosen.map(|events| events.iter().map(StoredEvent::position).collect())
    }

    #[test]
    fn events_before_the_first_and_behind_the_last_that_is_wanted_are_left_out() {
        let mut selection = Selection::new(None, None, 3, Some(4));
        assert_eq!(positions(selection.choose(page(1..=5))), Some(vec![3, 4, 5]));
        assert_eq!((selection.next, selection.page_len(), selection.is_complete()), (6, 1, false));
        assert_eq!(positions(selection.choose(page(6..=8))), Some(vec![6]));
        assert!(selection.is_complete());
        assert_eq!(positions(selection.choose(page(9..=9))), Some(vec![]));
    }

    #[test]
    fn page_of_other_types_is_empty_and_not_the_end() {
        let mut selection = Selection::new(None, Some("DuplicateTxn"), 1, Some(1));
        assert_eq!(selection.page_len(), PAGE_LEN);
        assert_eq!(positions(selection.choose(page(1..=2))), Some(vec![]));
        assert_eq!((selection.next, selection.is_complete()), (3, false));
        assert_eq!(positions(selection.choose(Vec::new())), None);
    }
}
