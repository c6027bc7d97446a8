//! The ledgers that releases have left behind: each is read, verified and gone on with for ever.

use std::fs;
use std::path::{Path, PathBuf};

use crate::ledger::{Ledger, NAME};

/// The directories of kept ledgers, a version of the tables each, with what was decided when they were made.
fn kept() -> Vec<PathBuf> {
    let all = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledgers")).unwrap();
    let kept: Vec<_> = all.map(|entry| entry.unwrap().path()).collect();
    assert!(!kept.is_empty());
    kept
}

/// A copy of everything kept in a directory.
fn copy(of: &Path) -> Ledger {
    let ledger = Ledger::new();
    for entry in fs::read_dir(of).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, ledger.path(path.file_name().unwrap().to_str().unwrap())).unwrap();
    }
    ledger
}

#[test]
fn ledger_of_old_says_what_it_said_and_verifies() {
    for kept in kept() {
        let ledger = copy(&kept);
        let head = ledger.read("head");
        assert_eq!(ledger.ask("head"), head);
        ledger.ask(&format!("verify --head {}", head.trim()));
        assert_eq!(ledger.ask("events --format jsonl"), ledger.read("events.jsonl"));
        for (batch, verdicts) in [("monday.jsonl", "monday.out"), ("tuesday.csv", "tuesday.out")] {
            let told = ledger.ask(&format!("verdicts --batch {batch} --reasons"));
            assert_eq!(told, ledger.read(verdicts), "{}: {batch}", kept.display());
        }
        assert!(ledger.bytes() == fs::read(kept.join(NAME)).unwrap(), "reading has changed {}", kept.display());
    }
}

#[test]
fn ledger_of_old_goes_on_as_it_would_have_gone_on_then() {
    for kept in kept() {
        let ledger = copy(&kept);
        assert_eq!(ledger.must_run(3, "monday.jsonl --reasons"), ledger.read("monday.out"));
        assert_eq!(ledger.must_run(0, "wednesday.jsonl --reasons"), ledger.read("wednesday.out"));
        ledger.ask("verify");
        let duplicate =
            "{\"id\":\"a\",\"customer_id\":\"ann\",\"load_amount\":\"$1\",\"time\":\"2000-04-01T00:00:00Z\"}\n";
        ledger.write("thursday.jsonl", duplicate);
        let declined = "{\"id\":\"a\",\"customer_id\":\"ann\",\"accepted\":false,\"reason\":\"duplicate\"}\n";
        assert_eq!(ledger.must_run(0, "thursday.jsonl --reasons"), declined);
    }
}
