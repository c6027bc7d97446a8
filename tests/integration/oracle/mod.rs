//! The engine beside an oracle: the same verdicts, byte by byte, whatever the policy and the input.

mod cases;
mod history;
mod rules;

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use tidegate::workload::Workload;

pub(crate) use cases::{Case, any_case};
pub(crate) use history::{Asked, History, shown};
pub(crate) use rules::{Oracle, cents};

use crate::engine::verdicts;

/// How many random transactions are compared in every test run.
const TRANSACTIONS_MIN: usize = 100_000;

const LINES_PER_CASE_MAX: usize = 400;

/// How many of them must come out each way at least, so that nothing is compared in name only.
const EACH_REASON_MIN: usize = 500;

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

/// Compares the engine with the oracle on one case; gives the verdicts.
fn compare(case: &Case) -> Result<String, TestCaseError> {
    let input = case.input();
    let expected = Oracle::new(&case.config).verdicts(&input);
    for threads in [1, 4] {
        let actual = verdicts(&case.config, &input, threads);
        if actual != expected {
            return Err(TestCaseError::fail(format!("on {threads} threads: {}", difference(&expected, &actual))));
        }
    }
    Ok(expected)
}

/// Where two outputs part.
pub(crate) fn difference(expected: &str, actual: &str) -> String {
    let same = expected.lines().zip(actual.lines()).take_while(|(expected, actual)| expected == actual).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("nothing").to_owned();
    format!("verdict {} is\n  {}\nbut should be\n  {}", same + 1, line(actual), line(expected))
}

/// The reason of a verdict, all limits taken as one.
fn reason(verdict: &str) -> String {
    let verdict: serde_json::Value = serde_json::from_str(verdict).expect("a verdict is JSON");
    match verdict["reason"].as_str() {
        None => "accepted".to_owned(),
        Some(reason) if reason.starts_with("limit_") => "a limit".to_owned(),
        Some(reason) => reason.to_owned(),
    }
}

#[test]
fn random_transactions_under_random_policies_get_the_verdicts_of_the_oracle() {
    let transactions = RefCell::new(0);
    let reasons = RefCell::new(BTreeMap::<String, usize>::new());
    // A failure shows its whole input, which makes a better test than a seed would, so none is kept.
    let config = Config { cases: 50, failure_persistence: None, max_shrink_iters: 10_000, ..Config::default() };
    while *transactions.borrow() < TRANSACTIONS_MIN {
        let result = TestRunner::new(config.clone()).run(&any_case(LINES_PER_CASE_MAX), |case| {
            let verdicts = compare(&case)?;
            *transactions.borrow_mut() += case.lines.len();
            for verdict in verdicts.lines() {
                *reasons.borrow_mut().entry(reason(verdict)).or_default() += 1;
            }
            Ok(())
        });
        match result {
            Ok(()) => {}
            Err(TestError::Fail(why, case)) => panic!("{why}\n{case:?}"),
            Err(TestError::Abort(why)) => panic!("{why}"),
        }
    }
    let reasons = reasons.into_inner();
    for reason in ["accepted", "duplicate", "a limit", "total_overflow", "insufficient_funds"] {
        assert!(reasons.get(reason).is_some_and(|count| *count >= EACH_REASON_MIN), "{reason} is rare: {reasons:?}");
    }
}

/// A workload that fills several batches, some of which take much longer to read than others.
pub(crate) fn workload(lines: u64) -> String {
    let mut text = Vec::new();
    Workload { lines, seed: 7, mix: true }.write(&mut text).expect("memory can be written");
    let text = String::from_utf8(text).expect("a workload is text");
    // An escape makes a line one for the slower of the two parsers, and means the same.
    let slow_half = lines as usize / 2;
    let slow = |line: &str| line.replacen("\"id\"", "\"\\u0069d\"", 1);
    text.lines().enumerate().map(|(i, line)| if i < slow_half { slow(line) } else { line.to_owned() } + "\n").collect()
}

#[test]
fn any_number_of_threads_gives_the_verdicts_of_the_oracle_on_a_long_input() {
    let input = workload(20_000);
    for (policy, built_in) in [(DEFAULT_POLICY, true), (RICH_POLICY, false)] {
        let expected = Oracle::new(policy).verdicts(&input);
        for threads in [1, 2, 4, 8] {
            let actual = verdicts(if built_in { "" } else { policy }, &input, threads);
            assert!(actual == expected, "on {threads} threads: {}", difference(&expected, &actual));
        }
    }
}
