//! What a run leaves in a store that retains events.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tidegate::domain::{Account, AccountEventKind, Memory};
use tidegate::store::{Commit, EventStore, History, MemoryStore, StoreError, StoredDecision, StoredEvent};

use crate::engine::verdicts_through;
use crate::oracle::{DEFAULT_POLICY, FULL_POLICY, Oracle, RICH_POLICY, workload};

const LINES: usize = 6_000;

/// A store that outlives the run it is given to.
#[derive(Clone, Default)]
pub(crate) struct SharedStore(Arc<Mutex<MemoryStore>>);

impl SharedStore {
    /// All decisions, in order.
    pub(crate) fn decisions(&self) -> Vec<StoredDecision> {
        let events = self.events(0, usize::MAX).unwrap();
        let decision = |event| match event {
            StoredEvent::Decision(decision) => Some(decision),
            StoredEvent::PolicyActivated(_) => None,
        };
        events.into_iter().filter_map(decision).collect()
    }
}

impl EventStore for SharedStore {
    fn next_position(&self) -> u64 {
        self.0.lock().unwrap().next_position()
    }

    fn begin(&mut self, shards: usize, memory: Memory) -> Result<Vec<Box<dyn History>>, StoreError> {
        self.0.lock().unwrap().begin(shards, memory)
    }

    fn append(&mut self, commit: &Commit<'_>) -> Result<(), StoreError> {
        self.0.lock().unwrap().append(commit)
    }

    fn account_events(
        &self,
        customer_id: &[u8],
        after_version: u32,
        max: usize,
    ) -> Result<Vec<StoredDecision>, StoreError> {
        self.0.lock().unwrap().account_events(customer_id, after_version, max)
    }

    fn events(&self, after_position: u64, max: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.0.lock().unwrap().events(after_position, max)
    }

    fn checkpoint(&mut self) -> Result<(), StoreError> {
        self.0.lock().unwrap().checkpoint()
    }

    fn checkpoint_position(&self) -> Result<u64, StoreError> {
        self.0.lock().unwrap().checkpoint_position()
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        self.0.lock().unwrap().finish()
    }

    fn snapshot(&self, customer_id: &[u8]) -> Result<Option<Account>, StoreError> {
        self.0.lock().unwrap().snapshot(customer_id)
    }
}

/// The store after a run.
fn store_after(config: &str, input: &str, threads: usize) -> SharedStore {
    let store = SharedStore::default();
    verdicts_through(Box::new(store.clone()), config, input, threads);
    store
}

/// The store's events, by customer.
fn by_customer(store: &SharedStore) -> BTreeMap<Vec<u8>, Vec<StoredDecision>> {
    let mut streams = BTreeMap::<_, Vec<_>>::new();
    for event in store.decisions() {
        streams.entry(event.customer_id.clone()).or_default().push(event);
    }
    streams
}

#[test]
fn every_decision_is_in_the_log_in_input_order_and_even_ignored_duplicates_are() {
    let input = workload(LINES as u64);
    let store = store_after(RICH_POLICY, &input, 4);
    let events = store.decisions();
    assert_eq!(events.len(), LINES);
    for ((number, line), event) in (1..).zip(input.lines()).zip(&events) {
        let transaction: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((event.position, event.line), (number, number));
        assert_eq!(transaction["id"].as_str().unwrap().as_bytes(), event.transaction_id);
        assert_eq!(transaction["customer_id"].as_str().unwrap().as_bytes(), event.customer_id);
    }
    let duplicates = events.iter().filter(|event| event.event.kind == AccountEventKind::DuplicateTxn).count();
    let verdicts = Oracle::new(RICH_POLICY).verdicts(&input).lines().count();
    assert!(duplicates > 0, "the workload has duplicates");
    assert_eq!(verdicts + duplicates, LINES);
}

#[test]
fn versions_of_every_account_are_gap_free() {
    let store = store_after(RICH_POLICY, &workload(LINES as u64), 4);
    for (customer_id, events) in by_customer(&store) {
        let versions: Vec<_> = events.iter().map(|event| event.event.version).collect();
        assert_eq!(versions, (1..=events.len() as u32).collect::<Vec<_>>());
        assert_eq!(store.account_events(&customer_id, 0, usize::MAX).unwrap(), events);
    }
}

#[test]
fn log_is_the_same_on_any_number_of_threads() {
    let input = workload(LINES as u64);
    for policy in [DEFAULT_POLICY, RICH_POLICY, FULL_POLICY] {
        let one = store_after(policy, &input, 1).decisions();
        let four = store_after(policy, &input, 4).decisions();
        assert!(one == four, "the logs of one and of four threads differ");
    }
}

#[test]
fn accounts_that_are_made_of_their_events_hold_what_the_oracle_says() {
    let input = workload(LINES as u64);
    for policy in [DEFAULT_POLICY, RICH_POLICY, FULL_POLICY] {
        let store = store_after(policy, &input, 4);
        let mut oracle = Oracle::new(policy);
        oracle.verdicts(&input);
        let expected: BTreeMap<_, _> = oracle.balances().map(|(id, cents)| (id.as_bytes().to_vec(), cents)).collect();
        let folded: BTreeMap<_, _> = by_customer(&store)
            .into_iter()
            .map(|(customer_id, events)| {
                let mut account = Account::default();
                events.iter().for_each(|event| account.apply(&event.event));
                (customer_id, i128::from(account.balance()))
            })
            .collect();
        assert_eq!(folded, expected);
    }
}
