//! A ledger that is decided anew by its own policies: nothing flips, unless someone changed the log.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use rusqlite::Connection;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::subject::{Subject, record};
use super::trial::Trial;
use super::{Tried, any_tried, must_agree, report, reported};
use crate::oracle::compare_until_all_is_reached;
use crate::oracle::reached::Reached;
use crate::support::{code, run, stderr, stdout};

/// How many random transactions are decided anew in every test run.
const TRANSACTIONS_MIN: usize = 5_000;

/// How often a log must be changed in each way.
const EACH_MIN: usize = 3;

const BATCHES_MAX: usize = 4;
const LINES_MAX: usize = 300;

/// How many elements of a leaf are common to all decisions.
const COMMON: usize = 9;

/// How a leaf's decision can be turned round: the load that was accepted is declined, or the other way.
const WAYS: [(&str, &str, &str); 3] = [
    ("AccountDeposited", "AccountTotalOverflowed", "total_overflow"),
    ("AccountLimitExceeded", "AccountDeposited", ""),
    ("TxnTooLate", "AccountDeposited", ""),
];

/// Checks a ledger whose log is as it was written.
pub(super) fn must_pass(path: &Path, tried: &Tried) -> Result<(), TestCaseError> {
    let trial = Trial::of_ledger(&tried.batches, None);
    let range = tried.range(&trial);
    let expected = report::report(&trial, range);
    prop_assert_eq!((&expected["metrics"]["flips"], &expected["metrics"]["reason_changes"]), (&json!(0), &json!(0)));
    let subject = Subject::read(path);
    must_agree("a check", &expected, &subject.report(&subject.then, range, 1))
}

fn compare(tried: &Tried, way: usize, which: Index, reached: &mut Reached) -> Result<usize, TestCaseError> {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path().join("ledger.db");
    record(&path, &tried.batches);
    let (told, said) = reported(directory.path(), "--store ledger.db", 0);
    prop_assert_eq!((&told["is_check"], said.as_str()), (&json!(true), ""));
    prop_assert_eq!((&told["metrics"]["flips"], &told["metrics"]["reason_changes"]), (&json!(0), &json!(0)));
    prop_assert_eq!(&told["then"], &told["now"]);
    must_pass(&path, tried)?;

    let Some((position, reason)) = turn_round(&path, WAYS[way], which) else { return Ok(tried.len()) };
    let output = run(directory.path(), "backtest --store ledger.db --json");
    if code(&output) == 1 {
        // Without a load there was nothing to withdraw later, and with one more there may be more than accounts can hold.
        prop_assert!(stderr(&output).contains("does not follow from those before it"), "{}", stderr(&output));
        return Ok(tried.len());
    }
    let told: Value = serde_json::from_str(stdout(&output)).expect("a report is JSON");
    prop_assert_eq!(&told["metrics"]["flips"], &json!(1));
    let flip = &told["flips"][0];
    prop_assert_eq!(&flip["position"], &json!(position));
    prop_assert_eq!(&flip["now"]["reason"], &reason);
    reached.count(WAYS[way].0);
    Ok(tried.len())
}

/// Turns one decision of a log round, and says where, and what its reason was; none if it has no such decision.
fn turn_round(path: &Path, (old, new, reason): (&str, &str, &str), which: Index) -> Option<(u64, Value)> {
    let database = Connection::open(path).expect("the database can be opened");
    let mut segments = database.prepare("SELECT first_position, events FROM segments").expect("there are segments");
    let rows = segments.query_map((), |row| Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?)));
    let segments: Vec<_> = rows.and_then(Iterator::collect).expect("the segments can be read");
    let leaves = segments.iter().flat_map(|(first, events)| {
        let leaves: Vec<&RawValue> = serde_json::from_str(events).expect("a segment is JSON");
        (*first..).zip(leaves).map(move |(position, leaf)| (*first, position, leaf.get()))
    });
    let parsed = |leaf: &str| serde_json::from_str::<Value>(leaf).expect("a leaf is JSON");
    let turns = |leaf: &Value| leaf[1] == *old && !leaf[7].as_str().is_some_and(|amount| amount.starts_with('-'));
    let candidates: Vec<_> = leaves.filter(|(_, _, leaf)| turns(&parsed(leaf))).collect();
    if candidates.is_empty() {
        return None;
    }
    let (segment, position, text) = *which.get(&candidates);
    let leaf = parsed(text);
    let elements = leaf.as_array().expect("a leaf is an array");
    let mut changed = elements[..COMMON].to_vec();
    changed[1] = json!(new);
    changed.extend((!reason.is_empty()).then(|| json!(reason)));
    // The group is what decides, but what was declined has no marks.
    let extras = elements.last().and_then(|last| last.get("group"));
    changed.extend(extras.map(|group| json!({ "group": group })));
    let changed = Value::Array(changed).to_string();
    let change = "UPDATE segments SET events = replace(events, ?1, ?2) WHERE first_position = ?3 AND instr(events, ?1)";
    let count = database.execute(change, (text, &changed, segment)).expect("the segment can be changed");
    assert_eq!(count, 1, "{text} is in the log");
    Some((position, if new == "AccountDeposited" { leaf[COMMON].clone() } else { Value::Null }))
}

#[test]
fn ledger_flips_nothing_under_its_own_policies_unless_its_log_was_changed() {
    let cases = (any_tried(BATCHES_MAX, LINES_MAX, 1), 0..WAYS.len(), any::<Index>());
    let reached = Reached::of(WAYS.map(|(old, ..)| old.to_owned()).to_vec(), EACH_MIN);
    compare_until_all_is_reached(cases, TRANSACTIONS_MIN, reached, |(tried, way, which), reached| {
        compare(tried, *way, *which, reached)
    });
}
