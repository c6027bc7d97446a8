//! What every event store must do.

use tidegate::batch::{Batch, Decision, Row, Span};
use tidegate::domain::{AccountEvent, AccountEventKind, Accounts, Amount, CustomerHasher, Timestamp};
use tidegate::store::{Commit, EventStore, MemoryStore, PassThroughStore, StoreError, StoredEvent};

const SHARDS: usize = 2;

/// A store under test, empty.
struct Subject {
    name: &'static str,
    /// Whether it gives back what it was given.
    retains: bool,
    store: Box<dyn EventStore>,
    writer: Writer,
}

/// Every store there is. A new one joins here.
fn subjects() -> Vec<Subject> {
    vec![
        Subject::new("memory", true, Box::<MemoryStore>::default()),
        Subject::new("pass-through", false, Box::<PassThroughStore>::default()),
    ]
}

/// An event in short: whose account it is, and its version there.
type Short<'a> = (&'a str, u32);

/// Makes batches of decisions as the actors do.
struct Writer {
    hasher: CustomerHasher,
    shards: Vec<Accounts>,
}

impl Writer {
    fn batch(&mut self, first_position: u64, events: &[Short<'_>]) -> Batch {
        let mut batch = Batch::new(SHARDS);
        batch.first_position = first_position;
        batch.first_line = first_position;
        for (place, (customer_id, version)) in events.iter().enumerate() {
            let position = first_position + place as u64;
            let id = transaction_id(position);
            let start = batch.text.len();
            batch.text.extend_from_slice(id.as_bytes());
            batch.text.extend_from_slice(customer_id.as_bytes());
            let customer_hash = self.hasher.hash(customer_id.as_bytes());
            let event = event(position, *version);
            let row = Row {
                id: Span::new(start, id.len()),
                customer_id: Span::new(start + id.len(), customer_id.len()),
                amount: event.amount,
                time: event.time,
                customer_hash,
                line: place as u32,
                plain: true,
            };
            batch.add_row(row);
            let account = self.shards[batch.shard_of(&row)].open(customer_id.as_bytes(), customer_hash);
            batch.decisions.push(Decision { account, event });
        }
        batch
    }
}

impl Subject {
    fn new(name: &'static str, retains: bool, store: Box<dyn EventStore>) -> Self {
        let hasher = CustomerHasher::default();
        let shards = (0..SHARDS).map(|_| Accounts::new(hasher.clone())).collect();
        Self { name, retains, store, writer: Writer { hasher, shards } }
    }

    fn append(&mut self, first_position: u64, events: &[Short<'_>]) -> Result<(), StoreError> {
        self.store.append(&Commit::new(&self.writer.batch(first_position, events)))
    }

    fn must_append(&mut self, first_position: u64, events: &[Short<'_>]) {
        let appended = self.append(first_position, events);
        assert!(appended.is_ok(), "{}: {appended:?}", self.name);
    }

    /// Asserts that an append is refused because a stream ends elsewhere than expected.
    fn must_conflict(&mut self, first_position: u64, events: &[Short<'_>], expected: u64, actual: u64) {
        match self.append(first_position, events) {
            Err(StoreError::Conflict { expected: e, actual: a, .. }) => {
                assert_eq!((e, a), (expected, actual), "{}", self.name);
            }
            other => panic!("{}: {other:?} is no conflict", self.name),
        }
    }

    /// Asserts that the store holds exactly these events, or none if it retains nothing.
    fn must_hold(&self, events: &[Short<'_>]) {
        let expected = if self.retains { stored(1, events) } else { Vec::new() };
        assert_eq!(self.store.events(0, usize::MAX).unwrap(), expected, "{}", self.name);
    }
}

fn transaction_id(position: u64) -> String {
    format!("t{position}")
}

fn event(position: u64, version: u32) -> AccountEvent {
    AccountEvent {
        version,
        kind: AccountEventKind::AccountDeposited,
        amount: Amount::from_minor(position as i64),
        time: Timestamp::from_micros(position as i64).unwrap(),
    }
}

/// What a retaining store gives back of these events.
fn stored(first_position: u64, events: &[Short<'_>]) -> Vec<StoredEvent> {
    let stored = |(position, (customer_id, version)): (u64, &Short<'_>)| StoredEvent {
        position,
        customer_id: customer_id.as_bytes().to_vec(),
        transaction_id: transaction_id(position).into_bytes(),
        line: position,
        event: event(position, *version),
    };
    (first_position..).zip(events).map(stored).collect()
}

#[test]
fn events_come_back_by_position_and_by_account() {
    let events = [("7", 1), ("007", 1), ("7", 2), ("ann", 1), ("7", 3), ("007", 2)];
    for mut subject in subjects() {
        subject.must_append(1, &events[..4]);
        subject.must_append(5, &events[4..]);
        subject.must_hold(&events);

        let all = if subject.retains { stored(1, &events) } else { Vec::new() };
        let places = |places: &[usize]| places.iter().filter_map(|place| all.get(*place).cloned()).collect::<Vec<_>>();
        let Subject { name, store, .. } = subject;
        assert_eq!(store.events(2, 3).unwrap(), places(&[2, 3, 4]), "{name}");
        assert_eq!(store.events(6, 3).unwrap(), [], "{name}");
        assert_eq!(store.events(u64::MAX, 3).unwrap(), [], "{name}");
        assert_eq!(store.account_events(b"7", 0, usize::MAX).unwrap(), places(&[0, 2, 4]), "{name}");
        assert_eq!(store.account_events(b"7", 1, 1).unwrap(), places(&[2]), "{name}");
        assert_eq!(store.account_events(b"007", 1, 9).unwrap(), places(&[5]), "{name}");
        assert_eq!(store.account_events(b"7", 3, 9).unwrap(), [], "{name}");
        assert_eq!(store.account_events(b"nobody", 0, 9).unwrap(), [], "{name}");
    }
}

#[test]
fn wrong_expected_version_is_a_conflict_and_nothing_is_written() {
    for mut subject in subjects() {
        subject.must_conflict(1, &[("a", 2)], 1, 0);
        subject.must_hold(&[]);
        subject.must_append(1, &[("a", 1)]);
        subject.must_conflict(2, &[("a", 1)], 0, 1);
        subject.must_conflict(2, &[("a", 3)], 2, 1);
        subject.must_hold(&[("a", 1)]);
        subject.must_append(2, &[("a", 2)]);
        subject.must_hold(&[("a", 1), ("a", 2)]);
    }
}

#[test]
fn wrong_position_is_a_conflict_and_nothing_is_written() {
    for mut subject in subjects() {
        subject.must_conflict(2, &[("a", 1)], 1, 0);
        subject.must_append(1, &[("a", 1), ("b", 1)]);
        subject.must_conflict(1, &[("a", 2)], 0, 2);
        subject.must_conflict(2, &[("a", 2)], 1, 2);
        subject.must_conflict(4, &[("a", 2)], 3, 2);
        subject.must_hold(&[("a", 1), ("b", 1)]);
        subject.must_append(3, &[("a", 2)]);
        subject.must_hold(&[("a", 1), ("b", 1), ("a", 2)]);
    }
}

#[test]
fn conflict_in_the_middle_of_a_commit_leaves_nothing_of_it() {
    for mut subject in subjects() {
        subject.must_append(1, &[("a", 1)]);
        subject.must_conflict(2, &[("a", 2), ("b", 1), ("a", 3), ("b", 3), ("c", 1)], 2, 1);
        subject.must_hold(&[("a", 1)]);
        subject.must_append(2, &[("a", 2), ("b", 1), ("a", 3), ("b", 2), ("c", 1)]);
        subject.must_hold(&[("a", 1), ("a", 2), ("b", 1), ("a", 3), ("b", 2), ("c", 1)]);
    }
}

#[test]
fn one_account_may_have_a_whole_commit_but_no_version_twice_in_it() {
    for mut subject in subjects() {
        subject.must_conflict(1, &[("a", 1), ("a", 1)], 0, 1);
        subject.must_conflict(1, &[("a", 1), ("a", 3)], 2, 1);
        subject.must_append(1, &[("a", 1), ("a", 2), ("a", 3)]);
        subject.must_hold(&[("a", 1), ("a", 2), ("a", 3)]);
    }
}

#[test]
fn empty_commit_writes_nothing_and_must_begin_where_the_log_ends() {
    for mut subject in subjects() {
        subject.must_append(1, &[]);
        subject.must_append(1, &[("a", 1)]);
        subject.must_append(2, &[]);
        subject.must_conflict(1, &[], 0, 1);
        subject.must_append(2, &[("a", 2)]);
        subject.must_hold(&[("a", 1), ("a", 2)]);
    }
}

#[test]
fn large_commits_come_back_whole_and_in_order() {
    let customers: Vec<_> = (0..1_000).map(|number| format!("customer {number}")).collect();
    let events: Vec<_> =
        (1..=12).flat_map(|version| customers.iter().map(move |customer| (customer.as_str(), version))).collect();
    for mut subject in subjects() {
        for (batch, events) in events.chunks(3_500).enumerate() {
            subject.must_append(1 + 3_500 * batch as u64, events);
        }
        subject.must_hold(&events);
        let versions: Vec<_> = subject
            .store
            .account_events(b"customer 999", 0, usize::MAX)
            .unwrap()
            .iter()
            .map(|stored| stored.event.version)
            .collect();
        let expected: Vec<u32> = if subject.retains { (1..=12).collect() } else { Vec::new() };
        assert_eq!(versions, expected, "{}", subject.name);
    }
}
