//! What a ledger tells of accounts, transactions and days, beside what its log holds of them.

use std::collections::{BTreeMap, HashMap};

use rusqlite::Connection;
use siphasher::sip::SipHasher13;
use tidegate::domain::{Day, DayTotals, StatementLine};
use tidegate::store::{Ledger as Store, StoreError, StoredDecision, StoredEvent};

use crate::ledger::{Ledger, NAME};
use crate::support::{code, stderr, stdout};
use crate::transactions::{load_of, loads, transaction};

/// The decisions up to a position, read from the log.
fn decisions(store: &Store, to_position: u64) -> Vec<StoredDecision> {
    let events = store.events(0, usize::MAX).unwrap().into_iter().filter_map(|event| match event {
        StoredEvent::Decision(decision) => Some(decision),
        StoredEvent::PolicyActivated(_) => None,
    });
    events.take_while(|decision| decision.position <= to_position).collect()
}

/// Asks a ledger for everything up to some positions, and compares it with the log.
pub fn must_tell_what_the_log_tells(store: &Store) {
    let size = store.head().unwrap().size;
    for to_position in [0, 1, size / 3, size - 1, size, u64::MAX] {
        let mut statements: BTreeMap<Vec<u8>, Vec<StatementLine>> = BTreeMap::new();
        let mut positions: BTreeMap<(Vec<u8>, Vec<u8>), Vec<u64>> = BTreeMap::new();
        for StoredDecision { customer_id, transaction_id, position, event, .. } in decisions(store, to_position) {
            statements.entry(customer_id.clone()).or_default().push(StatementLine::new(position, &event));
            positions.entry((customer_id, transaction_id)).or_default().push(position);
        }
        let mut told = BTreeMap::new();
        let visited = store.statements(to_position, |id, lines| {
            assert!(told.insert(id.to_vec(), lines.to_vec()).is_none(), "{id:?} is told of twice");
            Ok(())
        });
        visited.unwrap();
        assert!(told == statements, "statements to {to_position}");
        for (id, lines) in statements.iter().step_by(statements.len() / 40 + 1) {
            assert_eq!(store.statement(id, to_position).unwrap(), *lines, "to {to_position}");
        }
        for ((customer, id), positions) in positions.iter().filter(|(_, found)| found.len() > 1).take(10) {
            assert_eq!(store.find(customer, id, to_position).unwrap(), *positions, "to {to_position}");
        }
        for ((customer, id), positions) in positions.iter().step_by(positions.len() / 40 + 1) {
            assert_eq!(store.find(customer, id, to_position).unwrap(), *positions, "to {to_position}");
            assert!(store.find(customer, b"no such transaction", to_position).unwrap().is_empty());
        }
        assert_eq!(store.statement(b"nobody", to_position).unwrap(), []);
    }
    let mut days: BTreeMap<Day, DayTotals> = BTreeMap::new();
    for StoredDecision { event, .. } in decisions(store, u64::MAX) {
        days.entry(event.time.day()).or_default().count(event.kind.is_accepted(), event.amount);
    }
    assert_eq!(store.day_totals().unwrap(), days.into_iter().collect::<Vec<_>>());
}

/// The names of the views and their positions.
pub fn views(store: &Store) -> Vec<(String, u64)> {
    store.views().unwrap().into_iter().map(|view| (view.name, view.position)).collect()
}

/// What `views` gives if all views are at one position.
pub fn all_at(position: u64) -> Vec<(String, u64)> {
    ["accounts", "transactions", "statements", "days"].map(|name| (name.to_owned(), position)).into()
}

/// A ledger of two runs of the index, and events behind them.
fn ledger() -> Ledger {
    let ledger = Ledger::new();
    for (seed, lines) in [(1, 5_000), (2, 4_500), (3, 300)] {
        ledger.command(&format!("generate --mix --lines {lines} --seed {seed} -o {seed}.jsonl"));
        ledger.must_run(0, &format!("{seed}.jsonl --quiet"));
    }
    ledger
}

#[test]
fn index_and_what_came_behind_it_tell_what_the_log_tells() {
    let ledger = ledger();
    let store = Store::open(&ledger.path(NAME)).unwrap();
    assert_eq!(store.head().unwrap().size, 9_801);
    assert_eq!(views(&store), all_at(9_501));
    must_tell_what_the_log_tells(&store);
    ledger.ask("rebuild");
    assert_eq!(views(&store), all_at(9_801));
    must_tell_what_the_log_tells(&store.pinned().unwrap());
}

#[test]
fn statements_and_days_of_the_checkpoint_are_told_without_the_log() {
    let ledger = ledger();
    ledger.ask("rebuild");
    let path = ledger.path(NAME);
    let customer = decisions(&Store::open(&path).unwrap(), 2).remove(0).customer_id;
    let tell = || {
        let store = Store::open(&path).unwrap();
        let mut all = Vec::new();
        let visited = store.statements(u64::MAX, |id, lines| {
            all.push((id.to_vec(), lines.to_vec()));
            Ok(())
        });
        visited.unwrap();
        (store.statement(&customer, 9_801).unwrap(), all, store.day_totals().unwrap())
    };
    let expected = tell();
    assert!(!expected.0.is_empty() && expected.1.len() > 100 && !expected.2.is_empty());
    Connection::open(&path).unwrap().execute("DELETE FROM segments", []).unwrap();
    assert!(tell() == expected, "the log was read");
}

#[test]
fn reader_that_is_open_during_a_rebuild_goes_on_with_the_views_as_they_were() {
    let ledger = ledger();
    let path = ledger.path(NAME);
    let reader = Store::open(&path).unwrap().pinned().unwrap();
    ledger.write("more.jsonl", transaction("1", "somebody", "$1", "2000-01-01T00:00:00Z"));
    ledger.must_run(0, "more.jsonl");
    ledger.ask("rebuild");
    assert_eq!(views(&reader), all_at(9_501));
    assert_eq!(reader.statement(b"somebody", u64::MAX).unwrap(), []);
    must_tell_what_the_log_tells(&reader);
    let later = Store::open(&path).unwrap();
    assert_eq!(views(&later), all_at(9_802));
    assert_eq!(later.statement(b"somebody", u64::MAX).unwrap().len(), 1);
}

/// Two ids of transactions whose keys are the same in a ledger's index.
fn ids_of_one_key(ledger: &Ledger) -> [u64; 2] {
    let sql = "SELECT value FROM meta WHERE key = 'hash_key'";
    let key: [u8; 16] = ledger.database().query_row(sql, [], |row| row.get(0)).unwrap();
    let hasher = SipHasher13::new_with_key(&key);
    let mut ids = HashMap::new();
    let mut met = (0..).filter_map(|id: u64| Some([ids.insert(hasher.hash(id.to_string().as_bytes()) >> 32, id)?, id]));
    met.next().unwrap()
}

#[test]
fn transactions_of_one_key_are_told_apart() {
    let ledger = Ledger::new();
    ledger.write("first.jsonl", loads(1..=1));
    ledger.must_run(0, "first.jsonl");
    let [one, other] = ids_of_one_key(&ledger);
    ledger.write("second.jsonl", load_of(one, "c") + &loads(2..=5_000));
    ledger.must_run(0, "second.jsonl --quiet");
    let store = Store::open(&ledger.path(NAME)).unwrap();
    assert_eq!(views(&store), all_at(5_002));
    let find = |id: u64| store.find(b"c", id.to_string().as_bytes(), u64::MAX).unwrap();
    assert_eq!((find(one), find(other)), (vec![3], vec![]));
    ledger.write("third.jsonl", load_of(other, "c") + &load_of(one, "c"));
    let verdict = |id, accepted| format!("{{\"id\":\"{id}\",\"customer_id\":\"c\",\"accepted\":{accepted}}}\n");
    assert_eq!(ledger.must_run(0, "third.jsonl"), verdict(other, true) + &verdict(one, false));
    assert_eq!((find(one), find(other)), (vec![3, 5_004], vec![5_003]));
}

#[test]
fn events_behind_the_checkpoint_that_share_a_position_are_damage() {
    let ledger = Ledger::new();
    ledger.write("first.jsonl", loads(1..=4_000));
    ledger.must_run(0, "first.jsonl --quiet");
    let shifted = "UPDATE segments SET first_position = first_position + 1 WHERE first_position = 1025";
    assert_eq!(Connection::open(ledger.path(NAME)).unwrap().execute(shifted, []), Ok(1));
    let told = Store::open(&ledger.path(NAME)).unwrap().statements(u64::MAX, |_, _| Ok(()));
    assert!(matches!(told, Err(StoreError::Damaged(_))), "{told:?}");
    ledger.write("second.jsonl", loads(4_001..=5_000));
    let output = ledger.run("second.jsonl");
    assert_eq!((code(&output), stdout(&output)), (1, ""), "{}", stderr(&output));
    assert!(stderr(&output).contains("the events behind it do not follow each other"), "{}", stderr(&output));
}
