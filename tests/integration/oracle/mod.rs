//! The engine beside an oracle: the same verdicts, byte by byte, whatever the policy and the input.

mod backtests;
mod cases;
mod csv;
mod decisions;
mod history;
mod ledgers;
mod log;
mod members;
mod policy;
mod reached;
mod rules;
mod tests;
mod told;
mod zones;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use tidegate::formats::Format;
use tidegate::store::PassThroughStore;
use tidegate::workload::Workload;

use cases::any_batches_and_proposals;
pub(crate) use cases::{Case, GROUPS_FILE, any_batches, any_case};
pub(crate) use decisions::Oracle;
pub(crate) use history::{Asked, History, shown};
pub(crate) use rules::cents;

use crate::engine::{run, verdicts};
use crate::event_log::SharedStore;
use log::{Counts, should_tell, tells};
use policy::Outcome;
use reached::Reached;

/// How many random transactions are compared in every test run.
const TRANSACTIONS_MIN: usize = 100_000;

const LINES_PER_CASE_MAX: usize = 400;

/// How often each kind of answer must be given, so that nothing is compared in name only.
const EACH_MIN: usize = 40;

/// How many rounds of fifty cases there may be until each kind of answer was given often enough: usually it was by the
/// time there have been as many transactions as are wanted, which takes ten.
const ROUNDS_MAX: usize = 40;

/// A variable of the environment: how many random transactions to compare instead.
const SOAK: &str = "ORACLE_TRANSACTIONS";

/// The built-in policy, in full.
pub(crate) const DEFAULT_POLICY: &str = r#"
    limits = [
        { name = "daily-count", window = "day", direction = "any", count = 3 },
        { name = "daily-amount", window = "day", direction = "load", amount = "5000.00" },
        { name = "weekly-amount", window = "week", direction = "load", amount = "20000.00" },
    ]
"#;

/// A policy with every window, every direction, both measures and ignored duplicates.
pub(crate) const RICH_POLICY: &str = r#"
    policy.duplicates = "ignore"
    limits = [
        { name = "single", window = "transaction", direction = "any", amount = "5500.00" },
        { name = "daily", window = "day", direction = "load", count = 3, amount = "9000.00" },
        { name = "daily-out", window = "day", direction = "withdrawal", amount = "2500.00" },
        { name = "weekly", window = "week", direction = "any", count = 6, amount = "24000.00" },
        { name = "monthly", window = "month", direction = "load", count = 20, amount = "60000.00" },
    ]
"#;

/// A policy with limits of every kind, for the two months that a [`workload`] is about: in them clocks in São Paulo were
/// put back, and the 29th of February came.
pub(crate) const FULL_POLICY: &str = r#"
    limits = [
        { name = "single", minimum_amount = "50.00", maximum_amount = "5500.00" },
        { name = "apart", direction = "load", cooldown = "10m", groups = ["gold"] },
        { name = "daily", window = "day", direction = "load", measure = "net", amount = "9000.00", count = 3 },
        { name = "daily-utc", window = "day", zone = "UTC", count = 3, outcome = "shadow" },
        { name = "trailing", window = "36h", amount = "12000.00", groups = ["default"] },
        { name = "weekly", window = "week", amount = "24000.00", outcome = "flag" },
        { name = "february", window = "month", count = 12, from = 2000-02-01, until = 2000-02-29 },
        { name = "leap-day", maximum_amount = "1000.00", from = 2000-02-29, until = 2000-02-29, outcome = "flag" },
        { name = "quarterly", window = "quarter", direction = "withdrawal", amount = "9000.00" },
        { name = "yearly", window = "year", count = 30, outcome = "shadow" },
        { name = "ever", window = "lifetime", direction = "load", measure = "net", amount = "50000.00" },
        { name = "full", maximum_balance = "45000.00" },
    ]
    [policy]
    duplicates = "ignore"
    zone = "America/Sao_Paulo"
    week_starts = "sunday"
    late_after = "4d"
"#;

/// What the engine should make of some lines.
#[derive(Default)]
struct Expected {
    verdicts: String,
    log: Vec<String>,
    totals: Counts,
}

/// What the oracle makes of some lines.
fn expected(oracle: &mut Oracle, lines: &[String], reached: &mut Reached) -> Expected {
    let mut expected = Expected::default();
    for line in lines {
        let (transaction, judgement) = oracle.judge(line);
        let judgement = judgement.as_ref();
        reached.decided(&oracle.policy, oracle.accepted(&transaction.customer_id), &transaction, judgement);
        oracle.remember(&transaction, judgement);
        expected.verdicts.extend(oracle.verdict_on(&transaction, judgement));
        expected.log.push(should_tell(&oracle.policy, &transaction, judgement));
        expected.totals.decided(&transaction, judgement);
    }
    expected
}

/// Compares the engine with the oracle on one case: the verdicts, on one thread and on four, as JSON lines and as CSV,
/// the log, and the totals.
fn compare(case: &Case, reached: &mut Reached) -> Result<(), TestCaseError> {
    let mut oracle = Oracle::of(case);
    let expected = expected(&mut oracle, &case.lines, reached);
    let store = SharedStore::default();
    let four = run(Box::new(store.clone()), case.into(), &case.input(), Format::JsonLines, 4);
    must_be_same("on four threads", &expected.verdicts, &four.verdicts)?;
    let log: Vec<_> = store.decisions().iter().map(tells).collect();
    must_be_same("in the log", &expected.log.join("\n"), &log.join("\n"))?;
    prop_assert_eq!(&expected.totals, &Counts::of(&four.totals));
    let one = run(Box::<PassThroughStore>::default(), case.into(), &csv::input(&case.lines), Format::Csv, 1);
    must_be_same("on one thread, in CSV", &csv::verdicts(&expected.verdicts, &oracle.policy), &one.verdicts)?;
    prop_assert_eq!(&expected.totals, &Counts::of(&one.totals));
    Ok(())
}

fn must_be_same(what: &str, expected: &str, actual: &str) -> Result<(), TestCaseError> {
    if actual == expected {
        return Ok(());
    }
    Err(TestCaseError::fail(format!("{what}: {}", difference(expected, actual))))
}

/// Where two outputs part.
pub(crate) fn difference(expected: &str, actual: &str) -> String {
    let same = expected.lines().zip(actual.lines()).take_while(|(expected, actual)| expected == actual).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("nothing").to_owned();
    format!("line {} is\n  {}\nbut should be\n  {}", same + 1, line(actual), line(expected))
}

/// How many transactions are to be compared, if it is not the usual number.
pub(crate) fn transactions_wanted(usual: usize) -> usize {
    std::env::var(SOAK).map_or(usual, |count| count.parse().expect("ORACLE_TRANSACTIONS is a number"))
}

/// Tries random cases until there have been as many transactions as are wanted, and every kind of answer was given
/// often enough. The test says of a case how many transactions it has, or what is wrong.
fn compare_until_all_is_reached<C: fmt::Debug>(
    cases: impl Strategy<Value = C>,
    usual: usize,
    reached: Reached,
    test: impl Fn(&C, &mut Reached) -> Result<usize, TestCaseError>,
) {
    let (wanted, transactions, reached) = (transactions_wanted(usual), Cell::new(0), RefCell::new(reached));
    // A failure shows its whole input, which makes a better test than a seed would, so none is kept.
    let config = Config {
        cases: 50,
        failure_persistence: None,
        max_shrink_iters: 10_000,
        max_shrink_time: 60_000,
        ..Config::default()
    };
    for round in 1.. {
        let result = TestRunner::new(config.clone()).run(&cases, |case| {
            let count = test(&case, &mut reached.borrow_mut())?;
            transactions.set(transactions.get() + count);
            Ok(())
        });
        match result {
            Ok(()) => {}
            Err(TestError::Fail(why, case)) => panic!("{why}\n{case:?}"),
            Err(TestError::Abort(why)) => panic!("{why}"),
        }
        let reached = reached.borrow();
        let (rare, counts) = (reached.rare(), reached.counts());
        if transactions.get() >= wanted && rare.is_empty() {
            break;
        }
        assert!(transactions.get() < wanted || round < ROUNDS_MAX, "{rare:?} are rare: {counts:?}");
    }
}

#[test]
fn random_transactions_under_random_policies_get_the_verdicts_of_the_oracle() {
    compare_until_all_is_reached(
        any_case(LINES_PER_CASE_MAX),
        TRANSACTIONS_MIN,
        Reached::new(EACH_MIN),
        |case, reached| {
            compare(case, reached)?;
            Ok(case.lines.len())
        },
    );
}

/// A workload that fills several batches, some of which take much longer to read than others, and names a group in each
/// fifth line.
pub(crate) fn workload(lines: u64) -> String {
    let mut text = Vec::new();
    Workload { lines, seed: 7, mix: true }.write(&mut text).expect("memory can be written");
    let text = String::from_utf8(text).expect("a workload is text");
    let line = |(number, line): (usize, &str)| {
        // An escape makes a line one for the slower of the two parsers, and means the same.
        let is_slow = number < lines as usize / 2;
        let line = if is_slow { line.replacen("\"id\"", "\"\\u0069d\"", 1) } else { line.to_owned() };
        let group = if number % 5 == 0 { "{\"group\":\"gold\"," } else { "{" };
        line.replacen('{', group, 1) + "\n"
    };
    text.lines().enumerate().map(line).collect()
}

#[test]
fn any_number_of_threads_gives_the_verdicts_of_the_oracle_on_a_long_input() {
    let input = workload(20_000);
    for (policy, built_in) in [(DEFAULT_POLICY, true), (RICH_POLICY, false), (FULL_POLICY, false)] {
        let expected = Oracle::new(policy).verdicts(&input);
        for threads in [1, 2, 4, 8] {
            let actual = verdicts(if built_in { "" } else { policy }, &input, threads);
            assert!(actual == expected, "on {threads} threads: {}", difference(&expected, &actual));
        }
    }
}

#[test]
fn full_policy_has_something_to_say_by_each_of_its_limits() {
    let mut oracle = Oracle::new(FULL_POLICY);
    let mut said = BTreeSet::new();
    for line in workload(20_000).lines() {
        let (transaction, judgement) = oracle.judge(line);
        oracle.remember(&transaction, judgement.as_ref());
        let Some(judgement) = judgement else { continue };
        said.extend(judgement.reason(&oracle.policy));
        let marked = [Outcome::Flag, Outcome::Shadow].map(|outcome| judgement.marked(&oracle.policy, outcome)).concat();
        said.extend(marked.into_iter().map(|place| oracle.policy.limits[place].code()));
    }
    let others = ["too_late", "insufficient_funds"].map(str::to_owned);
    let all = oracle.policy.limits.iter().map(|limit| limit.code()).chain(others);
    assert_eq!(all.filter(|code| !said.contains(code)).collect::<Vec<_>>(), Vec::<String>::new());
}
