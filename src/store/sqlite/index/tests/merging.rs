//! Runs that become one.

use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn merged_run_equals_the_run_written_at_once(
        seed in any::<u64>(),
        events in 1..1_500usize,
        customers in prop_oneof![1..4usize, 5..300usize],
        bits in prop_oneof![Just(64), Just(5)],
        cuts in prop::collection::btree_set(1..1_500u64, 0..20),
        middle in any::<bool>(),
    ) {
        let log = Log::random(seed, events, customers);
        let keys = IndexKeys::of_few_bits(bits);
        let ends: Vec<_> = cuts.into_iter().filter(|end| *end < log.len()).chain([log.len()]).collect();
        let mut file = File::with_runs(&log, keys, &ends);
        let ranges = file.ranges();
        if middle {
            let ((first, _), (_, last)) = (ranges[ranges.len() / 4], ranges[ranges.len() / 2]);
            file.change(|transaction| merge_range(transaction, first, last)).unwrap();
        }
        file.change(|transaction| merge_range(transaction, 1, log.len())).unwrap();
        prop_assert_eq!(file.contents(), File::with_runs(&log, keys, &[log.len()]).contents());
    }
}

#[test]
fn sixteen_runs_of_like_size_become_one() {
    let log = Log::random(1, 17 * 20, 10);
    let keys = IndexKeys::new([0; 16]);
    let ends: Vec<_> = (1..=17).map(|run| run * 20).collect();
    let mut file = File::with_runs(&log, keys, &ends[..15]);
    assert!(!file.change(merge_runs).unwrap());
    file.checkpoint(&log, keys, ends[15]);
    assert!(file.change(merge_runs).unwrap());
    assert!(!file.change(merge_runs).unwrap());
    file.checkpoint(&log, keys, ends[16]);
    assert_eq!(file.ranges(), [(1, 320), (321, 340)]);
    assert_eq!(file.contents(), File::with_runs(&log, keys, &[320, 340]).contents());
}

#[test]
fn only_the_next_run_is_written_and_only_whole_runs_are_merged() {
    let log = Log::random(1, 100, 10);
    let keys = IndexKeys::new([0; 16]);
    let mut file = File::with_runs(&log, keys, &[20, 40]);
    for (first, last) in [(1, 50), (40, 50), (42, 50), (41, 40)] {
        let written = file.change(|transaction| write_run(transaction, first, last, &mut Recent::new(keys)));
        assert!(matches!(written, Err(StoreError::Failed(_))), "{first} to {last}");
    }
    for (first, last) in [(1, 39), (2, 40), (1, 41), (50, 60)] {
        let merged = file.change(|transaction| merge_range(transaction, first, last));
        assert!(matches!(merged, Err(StoreError::Failed(_))), "{first} to {last}");
    }
    assert_eq!(file.ranges(), [(1, 20), (21, 40)]);
}

#[test]
fn run_of_more_events_than_its_filter_takes_is_refused() {
    let keys = IndexKeys::new([0; 16]);
    let mut file = File::with_runs(&Log::random(1, 100, 10), keys, &[50, 100]);
    file.connection
        .execute_batch("UPDATE runs SET last_position = 1 << 60, transactions = 1 << 59 WHERE run = 2")
        .unwrap();
    let merged = file.change(|transaction| merge_range(transaction, 1, 1 << 60));
    assert!(matches!(merged, Err(StoreError::Failed(_))), "{merged:?}");
    let log = Log::random(1, 10, 3);
    let written = File::new().change(|transaction| write_run(transaction, 1, 2, &mut log.recent(keys, 1, 10)));
    assert!(matches!(written, Err(StoreError::Failed(_))), "{written:?}");
}

#[test]
fn run_without_decisions_is_a_run() {
    let mut file = File::new();
    let keys = IndexKeys::new([0; 16]);
    file.change(|transaction| write_run(transaction, 1, 1, &mut Recent::new(keys))).unwrap();
    file.change(|transaction| write_run(transaction, 2, 5, &mut Recent::new(keys))).unwrap();
    file.change(|transaction| merge_range(transaction, 1, 5)).unwrap();
    assert_eq!(file.ranges(), [(1, 5)]);
    assert_eq!(Runs::load(&file.connection).unwrap().checkpoint(), 5);
}

#[test]
fn look_ups_go_straight_to_a_page() {
    let file = File::new();
    for sql in [
        look_up::LAST_TRANSACTIONS,
        look_up::LAST_ACCOUNTS,
        merge::NEXT_TRANSACTIONS,
        merge::NEXT_ACCOUNTS,
        statements::LAST_STATEMENTS,
        statements::SAME_STATEMENTS,
        statements::NEXT_STATEMENTS,
    ] {
        let mut statement = file.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        (1..=statement.parameter_count()).for_each(|place| statement.raw_bind_parameter(place, 1).unwrap());
        let plan: Vec<String> = statement.raw_query().mapped(|row| row.get(3)).map(Result::unwrap).collect();
        let expected = ["(run=? AND (first_key,", "(run=? AND first_key"];
        assert!(plan.len() == 1 && expected.iter().any(|expected| plan[0].contains(expected)), "{plan:?}");
    }
}
