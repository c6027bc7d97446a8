//! Batch upon batch on a ledger, beside an oracle that remembers all of them.

use proptest::prelude::prop_assert_eq;
use proptest::test_runner::TestCaseError;
use tidegate::audit;
use tidegate::store::{EventStore, Ledger, SqliteStore, StoredEvent};

use super::log::{Counts, tells};
use super::reached::Reached;
use super::{Case, Oracle, any_batches, compare_until_all_is_reached, expected, must_be_same};
use crate::engine::run_in_ledger;

/// How many random transactions are compared in every test run.
const TRANSACTIONS_MIN: usize = 20_000;

/// How often each kind of answer must be given: less often than where there is no ledger, as this takes longer.
const EACH_MIN: usize = 5;

const BATCHES_MAX: usize = 5;
const LINES_MAX: usize = 400;

/// Decides on batches on top of each other, the ledger opened anew for each of them, and compares the verdicts, the log,
/// and whether all of the ledger fits together.
fn compare(batches: &[Case], reached: &mut Reached) -> Result<(), TestCaseError> {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path().join("ledger.db");
    let mut oracle = Oracle::of(&batches[0]);
    let mut log = Vec::new();
    for (number, batch) in batches.iter().enumerate() {
        oracle.change_policy(batch);
        let expected = expected(&mut oracle, &batch.lines, reached);
        log.extend(expected.log);
        let threads = if number % 2 == 0 { 4 } else { 1 };
        let actual = run_in_ledger(&path, &number.to_string(), batch.into(), &batch.input(), threads);
        must_be_same(&format!("in batch {number}"), &expected.verdicts, &actual.verdicts)?;
        prop_assert_eq!(&expected.totals, &Counts::of(&actual.totals));
        // So few events get no index by themselves. What comes later lies behind it, or gets one more.
        match (batch.lines.len() + number) % 3 {
            0 => drop(SqliteStore::rebuild(&path).expect("the index can be made anew")),
            1 => SqliteStore::open(&path).and_then(|mut store| store.checkpoint()).expect("the index can grow"),
            _ => {}
        }
    }
    let ledger = Ledger::open(&path).expect("the ledger can be read");
    let decision = |event| match event {
        StoredEvent::Decision(decision) => Some(tells(&decision)),
        StoredEvent::PolicyActivated(_) => None,
    };
    let told: Vec<_> =
        ledger.events(0, usize::MAX).expect("the log can be read").into_iter().filter_map(decision).collect();
    must_be_same("in the log", &log.join("\n"), &told.join("\n"))?;
    let audit = audit::verify(&ledger, None).expect("the ledger can be verified");
    must_be_same("to the auditor", "[]", &format!("{:?}", audit.findings.list()))
}

#[test]
fn random_batches_under_changing_policies_get_the_verdicts_of_the_oracle() {
    compare_until_all_is_reached(
        any_batches(BATCHES_MAX, LINES_MAX),
        TRANSACTIONS_MIN,
        Reached::new(EACH_MIN),
        |batches, reached| {
            compare(batches, reached)?;
            Ok(batches.iter().map(|batch| batch.lines.len()).sum())
        },
    );
}
