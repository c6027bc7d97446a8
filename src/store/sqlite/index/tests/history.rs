//! Histories beside a fold of the whole log.

use proptest::prelude::*;

use super::*;
use crate::store::History;

fn check(file: &File, log: Log, keys: IndexKeys, after: u64) {
    let log = Arc::new(log);
    let mut history = file.history(&log, keys).unwrap();
    let known = log.accounts.len();
    let ids: Vec<_> = (0..known + 3).map(customer_id).collect();
    let expected: Vec<_> =
        (0..known + 3).map(|customer| log.accounts.get(customer).filter(|account| account.version() > 0)).collect();
    let asked: Vec<_> = ids.iter().map(|id| id.as_bytes()).collect();
    let accounts = history.accounts(&asked).unwrap();
    assert_eq!(accounts.iter().map(Option::as_ref).collect::<Vec<_>>(), expected);
    for memory in [Memory::Transactions, Memory::Recent] {
        let expected: Vec<_> = ids.iter().map(|id| log.account(id, memory)).collect();
        assert_eq!(history.accounts_remembering(memory, &asked).unwrap(), expected, "{memory:?}");
    }

    let others = (0..200).map(|number| (customer_id(number % (known + 3)), transaction_id(number * 7)));
    let pairs: Vec<_> = log.seen.iter().cloned().chain(others).collect();
    let asked: Vec<_> = pairs.iter().map(|(customer, id)| (customer.as_bytes(), id.as_bytes())).collect();
    let expected: Vec<_> = pairs.iter().map(|pair| log.seen.contains(pair)).collect();
    assert_eq!(history.seen(&asked).unwrap(), expected);

    let runs = Runs::ranges(&file.connection).unwrap();
    for id in ids {
        let ask = |max| positions(&file.connection, &runs, &keys, id.as_bytes(), after, max).unwrap();
        let mut expected = log.positions(&id);
        expected.retain(|position| (after + 1..=runs.checkpoint()).contains(position));
        let mut found = ask(usize::MAX);
        assert!(found.is_sorted());
        assert_eq!(ask(5), found[..found.len().min(5)]);
        found.retain(|position| log.events[*position as usize - 1].as_ref().unwrap().customer_id == id);
        assert_eq!(found, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn history_tells_what_folding_the_log_tells(
        seed in any::<u64>(),
        events in 0..800usize,
        customers in prop_oneof![1..4usize, 5..100usize],
        bits in prop_oneof![Just(64), Just(6), Just(3)],
        cuts in prop::collection::vec((0..800u64, prop_oneof![Just(false), any::<bool>()]), 0..12),
        after in 0..800u64,
    ) {
        let log = Log::random(seed, events, customers);
        let keys = IndexKeys::of_few_bits(bits);
        let mut file = File::new();
        let mut ends = cuts;
        ends.sort_unstable();
        for (end, merges) in ends {
            let checkpoint = Runs::ranges(&file.connection).unwrap().checkpoint();
            if end > checkpoint && end <= log.len() {
                file.checkpoint(&log, keys, end);
            }
            let ranges = file.ranges();
            if let (true, Some((_, last))) = (merges, ranges.last()) {
                let (first, _) = ranges[ranges.len() / 3];
                file.change(|transaction| merge_range(transaction, first, *last)).unwrap();
            }
        }
        check(&file, log, keys, after);
    }
}

#[test]
fn log_without_runs_is_answered_from_memory() {
    check(&File::new(), Log::default(), IndexKeys::new([0; 16]), 0);
    check(&File::new(), Log::random(5, 500, 20), IndexKeys::new([0; 16]), 0);
}

#[test]
fn pair_sent_a_thousand_times_is_told_from_another_of_the_same_key() {
    let mut log = Log::default();
    // The three bits that are left of each key make many of these collide.
    (0..8).for_each(|id| log.decide(0, id, 1, 10_000));
    (0..1_000).for_each(|_| log.decide(0, 0, 1, 10_000));
    let keys = IndexKeys::of_few_bits(2);
    let file = File::with_runs(&log, keys, &[500, 1_008]);
    check(&file, log, keys, 0);
}

#[test]
fn account_of_more_days_than_a_page_holds_is_kept_whole() {
    let mut log = Log::default();
    for day in 0..3_000 {
        log.decide(7, day, 100, 10_000 + day as i32);
        log.decide(day % 50, day, 100, 10_000);
    }
    let keys = IndexKeys::new([9; 16]);
    let mut file = File::with_runs(&log, keys, &[3_000, 6_000]);
    check(&file, log.clone(), keys, 0);
    file.change(|transaction| merge_range(transaction, 1, 6_000)).unwrap();
    check(&file, log, keys, 0);
}

#[test]
fn account_of_more_transactions_than_a_page_holds_is_kept_whole() {
    let mut log = Log::default();
    for number in 0..4_000 {
        // Days go up and down, so that many are late.
        log.decide(number % 2 * (number % 50), number, 100 + number as i64 % 7, 10_000 + (number * 7 % 40) as i32);
    }
    let keys = IndexKeys::new([9; 16]);
    let mut file = File::with_runs(&log, keys, &[1_000, 3_000, 3_500]);
    check(&file, log.clone(), keys, 0);
    file.change(|transaction| merge_range(transaction, 1, 3_500)).unwrap();
    check(&file, log, keys, 0);
}

#[test]
fn recent_of_the_tail_grows_on_as_the_log_does() {
    let log = Log::random(3, 1_000, 30);
    let keys = IndexKeys::new([3; 16]);
    let mut recent = log.recent(keys, 1, 400);
    let _shared = recent.clone().into_tail().unwrap();
    for position in 401..=1_000u64 {
        if let Some(event) = &log.events[position as usize - 1] {
            let account = recent.account(event.customer_id.as_bytes()).unwrap();
            recent.add(account, event.transaction_id.as_bytes(), &event.event, position).unwrap();
        }
    }
    let mut file = File::new();
    file.change(|transaction| write_run(transaction, 1, 1_000, &mut recent)).unwrap();
    assert_eq!(file.contents(), File::with_runs(&log, keys, &[1_000]).contents());
    check(&file, log, keys, 0);
}

#[test]
fn what_a_run_took_out_is_not_told_of_in_the_next() {
    let log = Log::random(5, 900, 60);
    let keys = IndexKeys::new([3; 16]);
    let (mut recent, mut file) = (Recent::new(keys), File::new());
    for (first, last) in [(1, 300), (301, 310), (311, 900)] {
        for position in first..=last {
            if let Some(event) = &log.events[position as usize - 1] {
                let account = recent.account(event.customer_id.as_bytes()).unwrap();
                recent.add(account, event.transaction_id.as_bytes(), &event.event, position).unwrap();
            }
        }
        file.change(|transaction| write_run(transaction, first, last, &mut recent)).unwrap();
        assert_eq!(recent.len(), 0);
    }
    assert_eq!(file.contents(), File::with_runs(&log, keys, &[300, 310, 900]).contents());
}

#[test]
fn account_of_another_recent_is_refused() {
    let log = Log::random(3, 10, 3);
    let event = log.events.iter().flatten().next().unwrap();
    let account = log.recent(IndexKeys::new([0; 16]), 1, 10).account(b"x").unwrap();
    let mut other = Recent::new(IndexKeys::new([0; 16]));
    assert!(matches!(other.add(account, b"1", &event.event, 1), Err(StoreError::Failed(_))));
    assert!(other.len() == 0);
}

#[test]
fn decisions_that_no_run_can_cover_together_are_damage() {
    let log = Log::random(3, 10, 3);
    let event = log.events.iter().flatten().next().unwrap().event;
    for (first, next) in [(1, 1 << 33), (7, 6), (7, 7), (1, u64::MAX)] {
        let mut recent = Recent::new(IndexKeys::new([0; 16]));
        let account = recent.account(b"x").unwrap();
        recent.add(account, b"1", &event, first).unwrap();
        assert!(matches!(recent.add(account, b"2", &event, next), Err(StoreError::Damaged(_))), "{first} {next}");
        assert_eq!(recent.len(), 1);
    }
}
