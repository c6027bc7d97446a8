//! Statements, transactions and days by the index beside what the log has of them.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::{AccountEventKind, Day, DayTotals};

/// Asks for everything up to a position, and compares.
fn check(file: &File, log: &Log, keys: IndexKeys, to_position: u64) {
    let runs = Runs::ranges(&file.connection).unwrap();
    let checkpoint = runs.checkpoint();
    let customers: Vec<_> = (0..log.accounts.len() + 3).map(customer_id).collect();
    let event = |position: &u64| log.events[*position as usize - 1].as_ref().unwrap();
    for id in &customers {
        let lines = statement(&file.connection, &runs, &keys, id.as_bytes(), to_position).unwrap();
        assert_eq!(lines, log.statement(id, to_position.min(checkpoint)), "{id}");
    }
    for pair in log.seen.iter().take(50) {
        let ids = (pair.0.as_bytes(), pair.1.as_bytes());
        let mut found = positions_of(&file.connection, &runs, &keys, ids, to_position).unwrap();
        found.retain(|position| (&event(position).customer_id, &event(position).transaction_id) == (&pair.0, &pair.1));
        let mut expected = log.positions(&pair.0);
        expected
            .retain(|position| event(position).transaction_id == pair.1 && *position <= to_position.min(checkpoint));
        assert_eq!(found, expected, "{pair:?}");
    }
    let tail = log.recent(keys, checkpoint + 1, to_position.max(checkpoint).min(log.len())).into_tail().unwrap();
    let mut all = BTreeMap::new();
    let visited = statements_of_all(&file.connection, &runs, &tail, to_position, |id, lines| {
        let id = String::from_utf8(id.to_vec()).unwrap();
        assert!(all.insert(id, lines.to_vec()).is_none(), "visited twice");
        Ok(())
    });
    visited.unwrap();
    let expected = customers.iter().map(|id| (id.clone(), log.statement(id, to_position)));
    assert_eq!(all, expected.filter(|(_, lines)| !lines.is_empty()).collect());
}

fn check_days(file: &File, log: &Log) {
    let runs = Runs::ranges(&file.connection).unwrap();
    let mut expected: BTreeMap<Day, DayTotals> = BTreeMap::new();
    for event in log.events.iter().take(runs.checkpoint() as usize).flatten() {
        let event = event.event;
        expected.entry(event.time.day()).or_default().count(event.kind.is_accepted(), event.amount);
    }
    assert_eq!(day_totals(&file.connection, &runs).unwrap(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn index_and_tail_tell_what_the_log_tells(
        seed in any::<u64>(),
        events in 0..800usize,
        customers in prop_oneof![1..4usize, 5..100usize],
        bits in prop_oneof![Just(64), Just(6), Just(3)],
        cuts in prop::collection::btree_set(1..800u64, 0..8),
        merges in any::<bool>(),
        to_position in prop_oneof![0..800u64, Just(800)],
    ) {
        let log = Log::random(seed, events, customers);
        let keys = IndexKeys::of_few_bits(bits);
        let ends: Vec<_> = cuts.into_iter().filter(|end| *end <= log.len()).collect();
        let mut file = File::with_runs(&log, keys, &ends);
        if let (true, Some((_, last))) = (merges, file.ranges().last()) {
            file.change(|transaction| merge_range(transaction, 1, *last)).unwrap();
        }
        check(&file, &log, keys, to_position);
        check_days(&file, &log);
    }
}

#[test]
fn account_of_many_pages_is_found_whole_between_its_neighbours() {
    let mut log = Log::default();
    for number in 0..9_000 {
        log.decide(if number % 3 == 0 { number / 3 % 60 } else { 7 }, number, 100 + number as i64, 10_000);
    }
    // With three bits left of each key, others share the long account's.
    for bits in [64, 3] {
        let keys = IndexKeys::of_few_bits(bits);
        let mut file = File::with_runs(&log, keys, &[4_000, 8_000]);
        let pages =
            rows(&file.connection, "SELECT count(*) FROM statement_pages GROUP BY run, first_key HAVING count(*) > 9");
        assert!(!pages.is_empty(), "no statement goes on over pages");
        for to_position in [1, 4_000, 4_001, 6_000, 9_000] {
            check(&file, &log, keys, to_position);
        }
        file.change(|transaction| merge_range(transaction, 1, 8_000)).unwrap();
        assert_eq!(file.contents(), File::with_runs(&log, keys, &[8_000]).contents());
        check(&file, &log, keys, 9_000);
        check_days(&file, &log);
    }
}

#[test]
fn days_add_up_to_more_than_64_bits() {
    let mut log = Log::default();
    (0..40).for_each(|customer| log.decide(customer, 1, 1, 10_000));
    for event in log.events.iter_mut().flatten() {
        event.event.amount = Amount::from_minor(i64::MAX);
    }
    let keys = IndexKeys::new([2; 16]);
    let mut file = File::with_runs(&log, keys, &[20, 40]);
    check_days(&file, &log);
    file.change(|transaction| merge_range(transaction, 1, 40)).unwrap();
    check_days(&file, &log);
    let sums = rows(&file.connection, "SELECT accepted_loads FROM day_totals");
    assert_eq!(sums, [[Value::Text((40 * u128::from(i64::MAX as u64)).to_string())]]);
}

#[test]
fn visit_that_fails_ends_the_visits() {
    let log = Log::random(4, 100, 10);
    let keys = IndexKeys::new([2; 16]);
    let file = File::with_runs(&log, keys, &[60]);
    let runs = Runs::ranges(&file.connection).unwrap();
    let mut visits = 0;
    let tail = log.recent(keys, 61, 100).into_tail().unwrap();
    let failed = statements_of_all(&file.connection, &runs, &tail, 100, |_, _| {
        visits += 1;
        Err(StoreError::Failed("enough".to_owned()))
    });
    assert!(matches!(failed, Err(StoreError::Failed(_))));
    assert_eq!(visits, 1);
}

#[test]
fn every_outcome_comes_back() {
    let mut log = Log::default();
    (0..5).for_each(|id| log.decide(0, id, 1, 10_000));
    let outcomes = [
        (AccountEventKind::DuplicateTxn, Outcome::Duplicate),
        (AccountEventKind::AccountTotalOverflowed, Outcome::TotalOverflowed),
        (AccountEventKind::AccountFundsInsufficient { balance: 9 }, Outcome::FundsInsufficient),
        (AccountEventKind::TxnTooLate { latest: Timestamp::MAX }, Outcome::TooLate),
    ];
    for (event, (kind, _)) in log.events.iter_mut().flatten().zip(outcomes) {
        event.event.kind = kind;
    }
    let keys = IndexKeys::new([2; 16]);
    let file = File::with_runs(&log, keys, &[5]);
    let runs = Runs::ranges(&file.connection).unwrap();
    let lines = statement(&file.connection, &runs, &keys, customer_id(0).as_bytes(), 5).unwrap();
    let told: Vec<_> = lines.iter().map(|line| line.outcome).collect();
    let expected: Vec<_> = outcomes.iter().map(|(_, outcome)| *outcome).chain([Outcome::Accepted]).collect();
    assert_eq!(told, expected);
}
