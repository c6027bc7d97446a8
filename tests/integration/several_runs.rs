//! Runs that follow each other over one store: together they are one.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use crate::engine::{Files, verdicts_through};
use crate::event_log::SharedStore;
use crate::oracle::{Case, DEFAULT_POLICY, FULL_POLICY, Oracle, RICH_POLICY, any_case, difference, workload};

const LINES_PER_CASE_MAX: usize = 200;

/// The verdicts of runs over one store, each on some of the lines, on these numbers of threads in turn.
fn verdicts_of_runs<'a>(
    store: &SharedStore,
    files: impl Into<Files<'a>>,
    runs: &[&[String]],
    threads: &[usize],
) -> String {
    let files = files.into();
    let run = |(lines, threads): (&&[String], &usize)| {
        let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
        verdicts_through(Box::new(store.clone()), files, &input, *threads)
    };
    runs.iter().zip(threads.iter().cycle()).map(run).collect()
}

/// The lines in pieces that end at these places.
fn split<'a>(lines: &'a [String], ends: &[Index]) -> Vec<&'a [String]> {
    let mut ends: Vec<_> = ends.iter().map(|end| end.index(lines.len() + 1)).collect();
    ends.push(lines.len());
    ends.sort_unstable();
    let starts = [0].into_iter().chain(ends.clone());
    starts.zip(&ends).map(|(start, end)| &lines[start..*end]).collect()
}

fn compare(case: &Case, ends: &[Index]) -> Result<(), TestCaseError> {
    let expected = Oracle::of(case).verdicts(&case.input());
    for threads in [[1, 1], [4, 2]] {
        let store = SharedStore::default();
        let actual = verdicts_of_runs(&store, case, &split(&case.lines, ends), &threads);
        if actual != expected {
            return Err(TestCaseError::fail(format!("on {threads:?} threads: {}", difference(&expected, &actual))));
        }
        prop_assert_eq!(store.decisions().len(), case.lines.len());
    }
    Ok(())
}

#[test]
fn any_split_of_an_input_into_runs_gives_the_verdicts_of_one_run() {
    // As for the comparison of single runs: the input that a failure shows makes a better test than a seed would.
    let config = Config { cases: 60, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let ends = prop::collection::vec(any::<Index>(), 1..4);
    let result =
        TestRunner::new(config).run(&(any_case(LINES_PER_CASE_MAX), ends), |(case, ends)| compare(&case, &ends));
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, (case, ends))) => panic!("{why}\n{case:?}\n{ends:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

#[test]
fn monday_and_tuesday_get_the_verdicts_of_one_run_over_both() {
    let input = workload(12_000);
    let lines: Vec<_> = input.lines().map(str::to_owned).collect();
    for policy in [DEFAULT_POLICY, RICH_POLICY, FULL_POLICY] {
        let expected = Oracle::new(policy).verdicts(&input);
        let whole = SharedStore::default();
        assert!(verdicts_of_runs(&whole, policy, &[&lines], &[4]) == expected);
        let (monday, tuesday) = lines.split_at(7_000);
        let store = SharedStore::default();
        let actual = verdicts_of_runs(&store, policy, &[monday, tuesday], &[4, 3]);
        assert!(actual == expected, "{}", difference(&expected, &actual));
        // The logs are the same, but that the lines of each input are counted for themselves.
        let events = |store: &SharedStore| -> Vec<_> {
            let decisions = store.decisions().into_iter();
            decisions.map(|decision| (decision.position, decision.customer_id, decision.event)).collect()
        };
        assert!(events(&whole) == events(&store), "the logs of one and of two runs differ");
    }
}

#[test]
fn input_that_is_sent_again_is_nothing_but_duplicates() {
    let lines: Vec<_> = workload(3_000).lines().map(str::to_owned).collect();
    let store = SharedStore::default();
    verdicts_of_runs(&store, DEFAULT_POLICY, &[&lines], &[2]);
    let again = verdicts_of_runs(&store, DEFAULT_POLICY, &[&lines], &[3]);
    assert_eq!(again.lines().count(), lines.len());
    assert!(again.lines().all(|verdict| verdict.ends_with(r#""accepted":false,"reason":"duplicate"}"#)));
}
