//! The ledgers that releases have left behind: each is read, verified and gone on with for ever.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tidegate::store::Ledger as Store;

use crate::ledger::{Ledger, NAME};
use crate::ledger_statements::{all_at, must_tell_what_the_log_tells, views};
use crate::support::{code, stderr};

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

/// A copy of what the first release has left.
fn copy_of_the_first() -> Ledger {
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledgers/schema-1"))
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

/// The version of a ledger's tables.
fn version(ledger: &Ledger) -> u32 {
    ledger.database().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

/// The number of rows of a run that the index has.
fn rows(ledger: &Ledger, table: &str) -> u64 {
    ledger.database().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn ledger_of_old_answers_every_question_and_stays_as_it_is() {
    for kept in kept() {
        let ledger = copy(&kept);
        let store = Store::open(&ledger.path(NAME)).unwrap();
        must_tell_what_the_log_tells(&store);
        must_tell_what_the_log_tells(&store.pinned().unwrap());
        assert!(ledger.bytes() == fs::read(kept.join(NAME)).unwrap(), "reading has changed {}", kept.display());
    }
}

#[test]
fn index_of_the_first_version_has_neither_statements_nor_days_until_it_is_written_to() {
    for rebuilt in [true, false] {
        let ledger = copy_of_the_first();
        let size = ledger.head().size;
        let at = |ledger: &Ledger| views(&Store::open(&ledger.path(NAME)).unwrap());
        assert_eq!(at(&ledger)[2..], all_at(0)[2..]);
        ledger.ask("backup copy.db");
        let copied = Connection::open(ledger.path("copy.db")).unwrap();
        assert_eq!(
            copied.query_row("PRAGMA user_version", [], |row| row.get(0)),
            Ok(1),
            "a copy is of the same version"
        );
        assert_eq!(version(&ledger), 1);
        if rebuilt {
            ledger.ask("rebuild");
        } else {
            ledger.must_run(0, "wednesday.jsonl --reasons");
        }
        // A few events behind the checkpoint get none of their own.
        assert_eq!(at(&ledger), all_at(size));
        assert_eq!(version(&ledger), 2);
        assert!(rows(&ledger, "statement_pages") > 0 && rows(&ledger, "day_totals") > 0);
        ledger.ask("verify");
        must_tell_what_the_log_tells(&Store::open(&ledger.path(NAME)).unwrap());
        assert_eq!(ledger.must_run(3, "monday.jsonl --reasons"), ledger.read("monday.out"));
        ledger.ask("verify");
    }
}

#[test]
fn reader_of_the_first_version_goes_on_while_its_ledger_becomes_the_next() {
    let ledger = copy_of_the_first();
    let [pinned, free] = [(); 2].map(|()| Store::open(&ledger.path(NAME)).unwrap());
    let pinned = pinned.pinned().unwrap();
    must_tell_what_the_log_tells(&free);
    ledger.must_run(0, "wednesday.jsonl --reasons");
    must_tell_what_the_log_tells(&pinned);
    must_tell_what_the_log_tells(&free);
    assert_eq!(views(&pinned)[2..], all_at(0)[2..]);
}

#[test]
fn ledger_that_can_not_be_folded_stays_of_its_version() {
    let ledger = copy_of_the_first();
    let change = "UPDATE segments SET events = replace(events, '.00\"', '.01\"') WHERE first_position = 1";
    assert!(Connection::open(ledger.path(NAME)).unwrap().execute(change, []).unwrap() > 0);
    let before = ledger.bytes();
    for refused in [ledger.run("wednesday.jsonl"), ledger.command(&format!("rebuild --store {NAME}"))] {
        assert_eq!(code(&refused), 1, "{}", stderr(&refused));
        assert!(stderr(&refused).contains("the store is damaged"), "{}", stderr(&refused));
        assert_eq!(version(&ledger), 1);
        assert!(ledger.bytes() == before, "something was written");
    }
}

#[test]
fn ledger_that_says_it_is_of_an_earlier_version_than_its_tables_is_damaged() {
    let ledger = copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledgers/schema-2"));
    Connection::open(ledger.path(NAME)).unwrap().execute_batch("PRAGMA user_version = 1").unwrap();
    assert_eq!(code(&ledger.command(&format!("verify --store {NAME}"))), 4);
    for refused in [ledger.run("wednesday.jsonl"), ledger.command(&format!("rebuild --store {NAME}"))] {
        let expected = "tidegate: the store is damaged: table statement_pages already exists\n";
        assert_eq!((code(&refused), stderr(&refused)), (1, expected));
        assert_eq!(version(&ledger), 1);
    }
}
