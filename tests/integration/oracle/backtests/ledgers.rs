//! Random ledgers of several batches and policies, under random other policies.

use std::path::Path;

use proptest::prelude::prop_assert_eq;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tidegate::backtest::{History, HistoryPart, NewRow};
use tidegate::config::parse_policy_text;
use tidegate::store::{Ledger, StoredEvent};

use super::subject::{Subject, on_threads, record};
use super::trial::{Trial, policy_of};
use super::{ALL, Tried, any_tried, checks, kinds, must_agree, report, reported};
use crate::engine::Files;
use crate::oracle::compare_until_all_is_reached;
use crate::oracle::reached::Reached;

/// How many random transactions are decided anew in every test run.
const TRANSACTIONS_MIN: usize = 20_000;

/// How often each kind of flip and whatever else matters must come about.
const EACH_MIN: usize = 1;

const BATCHES_MAX: usize = 5;
const LINES_MAX: usize = 400;

/// One of so many ledgers is backtested through the program too.
const THROUGH_THE_PROGRAM: usize = 3;

fn compare(tried: &Tried, reached: &mut Reached) -> Result<usize, TestCaseError> {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path().join("ledger.db");
    record(&path, &tried.batches);
    let proposed = &tried.proposed[0];
    let trial = Trial::of_ledger(&tried.batches, Some(proposed));
    let range = tried.range(&trial);
    let expected = report::report(&trial, range);
    let members = policy_of(proposed).members.unwrap_or_default();
    reached.tried(&trial, range, |customer| members.contains_key(customer));

    let subject = Subject::read(&path);
    let now = subject.candidate(proposed);
    let actual = on_threads(1 + tried.len() % 3, || subject.report(&now, range, ALL));
    must_agree("through the library", &expected, &actual)?;
    prop_assert_eq!(&actual["then"], &policies(&path, &trial));
    let joined = Subject::of(joined(&path, tried.len()));
    let of_joined = on_threads(2, || joined.report(&joined.candidate(proposed), range, 3));
    prop_assert_eq!(of_joined, subject.report(&now, range, 3), "joined of parts");

    checks::must_pass(&path, tried)?;

    if tried.len().is_multiple_of(THROUGH_THE_PROGRAM) {
        Files::from(proposed).write(directory.path());
        let arguments = format!("--store ledger.db --config tidegate.toml{}", range.flags());
        let (told, said) = reported(directory.path(), &arguments, 0);
        prop_assert_eq!(said, "");
        must_agree("through the program", &expected, &told)?;
        prop_assert_eq!((&told["then"], &told["now"]), (&actual["then"], &actual["now"]));
        prop_assert_eq!((&told["is_check"], &told["rejected"]), (&json!(false), &json!(0)));
        let head = Ledger::open(&path).and_then(|ledger| ledger.head()).expect("there is a head");
        prop_assert_eq!((&told["head"], &told["source"]), (&json!(head.to_string()), &json!("ledger.db")));
    }
    Ok(tried.len())
}

/// The policies that the log has, each where the oracle expects it.
fn policies(path: &Path, trial: &Trial) -> Value {
    let events = Ledger::open(path).and_then(|ledger| ledger.events(0, usize::MAX)).expect("the log can be read");
    let texts = events.into_iter().filter_map(|event| match event {
        StoredEvent::PolicyActivated(policy) => Some(policy.text),
        StoredEvent::Decision(_) => None,
    });
    let form = |(position, text): (&Option<u64>, String)| json!({ "position": position, "sha256": hex::encode(Sha256::digest(text)) });
    trial.positions.iter().zip(texts).map(form).collect()
}

/// The ledger's history, put together of parts as several readers would gather them.
fn joined(path: &Path, seed: usize) -> History {
    let events = Ledger::open(path).and_then(|ledger| ledger.events(0, usize::MAX)).expect("the log can be read");
    let parts = events.chunks(events.len() / (1 + seed % 5) + 1).map(|events| {
        let mut part = HistoryPart::of_log();
        for event in events {
            match event {
                StoredEvent::PolicyActivated(policy) => {
                    let parsed = parse_policy_text(&policy.text).expect("the text is a policy");
                    part.activate(parsed.into(), policy.text.clone());
                }
                StoredEvent::Decision(decision) => part.push(&NewRow {
                    customer_id: &decision.customer_id,
                    id: &decision.transaction_id,
                    line: decision.line,
                    amount: decision.event.amount,
                    time: decision.event.time,
                    group: decision.group.as_deref(),
                    reason: decision.reason.as_deref().map(str::as_bytes),
                }),
            }
        }
        part
    });
    History::of(parts.collect()).expect("it is short enough")
}

#[test]
fn backtests_of_random_ledgers_are_the_runs_of_the_oracle() {
    let reached = Reached::of(kinds::of_ledgers(), EACH_MIN);
    compare_until_all_is_reached(any_tried(BATCHES_MAX, LINES_MAX, 1), TRANSACTIONS_MIN, reached, compare);
}
