//! A store under test, and decisions for it.

use std::path::Path;

use tempfile::TempDir;
use tidegate::batch::{Batch, Decision, InputSpan, Leaves, Row, Span};
use tidegate::domain::{
    Account, AccountEvent, AccountEventKind, Accounts, Amount, Bound, CustomerHasher, DEFAULT_GROUP, Limit, LimitName,
    LimitOutcome, Marks, Memory, Policy, Timestamp, Transaction, Window,
};
use tidegate::store::{Commit, EventStore, History, LeafWriter, MarkedLimit, StoreError, StoredDecision, StoredEvent};

const SHARDS: usize = 2;

const DAY_MICROS: i64 = 86_400_000_000;

/// How many bytes of input stand for an event.
const LINE_LEN: u64 = 10;

/// A store under test, empty.
///
/// Tests number decisions from 1, whatever the position of the first, since a store may have events of its own.
pub(super) struct Subject {
    pub(super) name: &'static str,
    /// Whether it gives back what it was given.
    pub(super) retains: bool,
    pub(super) store: Box<dyn EventStore>,
    /// The position of the first decision.
    pub(super) first: u64,
    writer: Writer,
    /// Where the store may have files.
    _directory: TempDir,
}

/// An event in short: whose account it is, and its version there.
pub(super) type Short<'a> = (&'a str, u32);

/// What the log held when runs began, for each shard of them, by what accounts are to remember.
pub(super) struct Histories([(Memory, Vec<Box<dyn History>>); 3]);

impl Histories {
    /// Whether one of them says that there was nothing.
    pub(super) fn any_is_empty(&self) -> bool {
        self.0.iter().flat_map(|(_, histories)| histories).any(|history| history.is_empty())
    }
}

/// Makes batches of decisions as the actors do, in one run.
struct Writer {
    first: u64,
    leaf_writer: Option<LeafWriter>,
    hasher: CustomerHasher,
    shards: Vec<Accounts>,
}

impl Writer {
    fn new(first: u64, leaf_writer: Option<LeafWriter>) -> Self {
        let hasher = CustomerHasher::default();
        let shards = (0..SHARDS).map(|_| Accounts::new(hasher.clone(), Memory::Days)).collect();
        Self { first, leaf_writer, hasher, shards }
    }

    fn batch(&mut self, number: u64, events: &[Short<'_>]) -> Box<Batch> {
        let mut batch = Box::new(Batch::new(SHARDS));
        batch.first_position = self.first + number - 1;
        batch.first_line = number;
        batch.line_count = events.len() as u32;
        batch.leaves.resize_with(SHARDS, Leaves::default);
        let start = LINE_LEN * (number - 1);
        batch.input = InputSpan { start, end: start + LINE_LEN * events.len() as u64, hash: [0; 32] };
        for (place, (customer_id, version)) in events.iter().enumerate() {
            let number = number + place as u64;
            let id = transaction_id(number);
            let start = batch.text.len();
            batch.text.extend_from_slice(id.as_bytes());
            batch.text.extend_from_slice(customer_id.as_bytes());
            let (group, group_start) = (group(number).unwrap_or_default(), batch.text.len());
            batch.text.extend_from_slice(group.as_bytes());
            let customer_hash = self.hasher.hash(customer_id.as_bytes());
            let event = event(number, *version);
            let row = Row {
                group: Span::new(group_start, group.len()),
                id: Span::new(start, id.len()),
                customer_id: Span::new(start + id.len(), customer_id.len()),
                amount: event.amount,
                time: event.time,
                customer_hash,
                line: place as u32,
                plain: true,
            };
            batch.add_row(row);
            let shard = batch.shard_of(&row);
            let account = self.shards[shard].open(customer_id.as_bytes(), customer_hash);
            batch.decisions.push(Decision { account, event });
            if let Some(writer) = self.leaf_writer {
                let (id, customer_id) = (id.as_bytes(), customer_id.as_bytes());
                let group = if group.is_empty() { DEFAULT_GROUP } else { group }.as_bytes();
                let transaction = Transaction { id, customer_id, amount: event.amount, time: event.time, group };
                writer.append_to(&mut batch.leaves[shard]).write(number, &transaction, &event, &policy());
            }
        }
        batch
    }

    /// The shard of a customer.
    fn shard(&mut self, customer_id: &str) -> usize {
        let batch = self.batch(1, &[(customer_id, 1)]);
        batch.shard_of(&batch.rows[0])
    }
}

impl Subject {
    pub(super) fn new(
        name: &'static str,
        retains: bool,
        store: impl FnOnce(&Path, &Policy) -> Box<dyn EventStore>,
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut store = store(directory.path(), &policy());
        store.begin(SHARDS, Memory::Days).unwrap();
        let (first, leaf_writer) = (store.next_position(), store.leaf_writer());
        Self { name, retains, first, store, writer: Writer::new(first, leaf_writer), _directory: directory }
    }

    /// Begins another run, as often as there are ways to remember.
    pub(super) fn begin(&mut self) -> Histories {
        self.writer = Writer::new(self.first, self.store.leaf_writer());
        let begun = [Memory::Days, Memory::Transactions, Memory::Recent].map(|memory| {
            let histories = self.store.begin(SHARDS, memory).unwrap();
            assert_eq!(histories.len(), SHARDS, "{}", self.name);
            (memory, histories)
        });
        Histories(begun)
    }

    /// Appends batches of events, each with the number of its first, as one commit.
    pub(super) fn append_batches(&mut self, batches: &[(u64, &[Short<'_>])]) -> Result<(), StoreError> {
        let batches: Vec<_> = batches.iter().map(|(number, events)| self.writer.batch(*number, events)).collect();
        self.store.append(&Commit { batches: &batches, policy: &policy() })
    }

    pub(super) fn append(&mut self, number: u64, events: &[Short<'_>]) -> Result<(), StoreError> {
        self.append_batches(&[(number, events)])
    }

    pub(super) fn must_append(&mut self, number: u64, events: &[Short<'_>]) {
        let appended = self.append(number, events);
        assert!(appended.is_ok(), "{}: {appended:?}", self.name);
        assert_eq!(self.store.next_position(), self.first + number - 1 + events.len() as u64, "{}", self.name);
    }

    /// Asserts that batches are refused because an account does not end at the version that an event follows.
    pub(super) fn must_conflict_all(&mut self, batches: &[(u64, &[Short<'_>])], expected: u64, actual: u64) {
        let next_position = self.store.next_position();
        match self.append_batches(batches) {
            Err(StoreError::Conflict { expected: e, actual: a, .. }) => {
                assert_eq!((e, a), (expected, actual), "{}", self.name);
            }
            other => panic!("{}: {other:?} is no conflict", self.name),
        }
        assert_eq!(self.store.next_position(), next_position, "{}", self.name);
    }

    pub(super) fn must_conflict(&mut self, number: u64, events: &[Short<'_>], expected: u64, actual: u64) {
        self.must_conflict_all(&[(number, events)], expected, actual);
    }

    /// Asserts that batches are refused because the log does not end with the event of a number.
    pub(super) fn must_be_out_of_place(&mut self, batches: &[(u64, &[Short<'_>])], expected: u64, actual: u64) {
        let before = self.first - 1;
        self.must_conflict_all(batches, before + expected, before + actual);
    }

    /// Asserts that the store holds exactly these decisions, or none if it retains nothing.
    pub(super) fn must_hold(&self, events: &[Short<'_>]) {
        let held = self.store.events(0, usize::MAX).unwrap().into_iter().filter_map(decision);
        let expected = if self.retains { self.stored(events) } else { Vec::new() };
        assert_eq!(held.collect::<Vec<_>>(), expected, "{}", self.name);
    }

    /// What a retaining store gives back of these events, the first of all.
    pub(super) fn stored(&self, events: &[Short<'_>]) -> Vec<StoredDecision> {
        let policy = policy();
        let stored = |(number, (customer_id, version)): (u64, &Short<'_>)| {
            let event = event(number, *version);
            StoredDecision {
                position: self.first + number - 1,
                batch: 1,
                customer_id: customer_id.as_bytes().to_vec(),
                transaction_id: transaction_id(number).into_bytes(),
                line: number,
                event,
                reason: event.kind.reason(&policy).map(str::to_owned),
                group: group(number).map(str::to_owned),
                marked: MarkedLimit::all_of(event.kind.marks(), &policy),
            }
        };
        (1..).zip(events).map(stored).collect()
    }

    /// The account that these events, the first of all, make of a customer, if the store retains any.
    pub(super) fn account(&self, customer_id: &str, events: &[Short<'_>], memory: Memory) -> Option<Account> {
        let mut account = Account::new(memory);
        let own = (1..).zip(events).filter(|(_, (customer, _))| *customer == customer_id);
        own.for_each(|(number, (_, version))| account.apply(&event(number, *version)));
        (self.retains && account.version() > 0).then_some(account)
    }

    /// Asserts that the histories of a run know these events, the first of all, and nothing more.
    pub(super) fn must_know(&mut self, histories: &mut Histories, customers: &[&str], events: &[Short<'_>]) {
        for (memory, shard, history) in histories.0.iter_mut().flat_map(|(memory, histories)| {
            (0..).zip(histories).map(|(shard, history): (usize, _)| (*memory, shard, history))
        }) {
            let own: Vec<_> =
                customers.iter().copied().filter(|customer| self.writer.shard(customer) == shard).collect();
            let ids: Vec<_> = own.iter().map(|customer| customer.as_bytes()).collect();
            let expected: Vec<_> = own.iter().map(|customer| self.account(customer, events, memory)).collect();
            assert_eq!(history.accounts(&ids).unwrap(), expected, "{} shard {shard} {memory:?}", self.name);
            let numbers = 1..=events.len() as u64 + 1;
            let transaction_ids: Vec<_> = numbers.map(transaction_id).collect();
            let pairs: Vec<_> =
                own.iter().flat_map(|customer| transaction_ids.iter().map(|id| (*customer, id.as_str()))).collect();
            let expected: Vec<_> = pairs.iter().map(|pair| self.retains && is_among(events, *pair)).collect();
            let pairs: Vec<_> = pairs.iter().map(|(customer, id)| (customer.as_bytes(), id.as_bytes())).collect();
            assert_eq!(history.seen(&pairs).unwrap(), expected, "{} shard {shard}", self.name);
        }
    }
}

/// What decides, if anybody asked: a limit that flags and one that is tried stand behind the usual ones.
fn policy() -> Policy {
    let mut parts = Policy::default().parts().clone();
    for (name, outcome) in [("look-at", LimitOutcome::Flag), ("try", LimitOutcome::Shadow)] {
        let count = Some(1);
        parts.limits.push(Limit { count, outcome, ..Limit::new(LimitName::new(name).unwrap(), Window::Lifetime) });
    }
    Policy::new(parts).unwrap()
}

/// The group that the customer of an event was in, if in any but the default one.
fn group(number: u64) -> Option<&'static str> {
    (number % 5 == 1).then_some("gold \"é\"")
}

/// Whether these events, the first of all, have one of a customer and a transaction.
fn is_among(events: &[Short<'_>], pair: (&str, &str)) -> bool {
    (1..).zip(events).any(|(number, (customer, _))| (*customer, transaction_id(number).as_str()) == pair)
}

/// The decision that an event is, if it is one.
pub(super) fn decision(event: StoredEvent) -> Option<StoredDecision> {
    match event {
        StoredEvent::Decision(decision) => Some(decision),
        StoredEvent::PolicyActivated(_) => None,
    }
}

fn transaction_id(number: u64) -> String {
    format!("t{number}")
}

/// The event of a number: mostly loads, two for each day.
fn event(number: u64, version: u32) -> AccountEvent {
    let mut marks = Marks::NONE;
    assert!([3, 4].into_iter().all(|place| marks.insert(place)));
    let kind = match number % 7 {
        1 => AccountEventKind::AccountDeposited { marks },
        2 if number % 14 == 2 => AccountEventKind::TxnTooLate { latest: Timestamp::MAX },
        3 => AccountEventKind::DuplicateTxn,
        4 => AccountEventKind::AccountLimitExceeded { limit: 0, bound: Bound::Count, used: 3 },
        5 => AccountEventKind::AccountFundsInsufficient { balance: number },
        _ => AccountEventKind::DEPOSITED,
    };
    let cents = number as i64;
    let amount = Amount::from_minor(if number % 7 == 5 { -cents } else { cents });
    AccountEvent { version, kind, amount, time: Timestamp::from_micros(cents * DAY_MICROS / 2).unwrap() }
}
