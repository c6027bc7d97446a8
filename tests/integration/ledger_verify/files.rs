//! Files that are no ledgers, or not whole.

use std::fs;

use rusqlite::types::Value;
use rusqlite::{Connection, Row};

use crate::running::Running;
use crate::support::{code, run, stderr, stdout, tidegate};

use super::{SIZE, Subject};

#[test]
fn file_that_is_no_ledger_is_a_finding() {
    let subject = Subject::new();
    for text in ["some text that is no database at all\n".repeat(100), String::new()] {
        fs::write(subject.path(), text).unwrap();
        subject.assert_found("", "is not a Tidegate ledger", [None; 3]);
    }
    let text = run(subject.directory.path(), "verify --store ledger.db");
    assert!(stdout(&text).ends_with("the ledger is NOT what it must be\n"), "{}", stdout(&text));
}

#[test]
fn database_of_something_else_or_of_another_release_is_a_finding() {
    let subject = Subject::new();
    for version in [4, 0, -1] {
        subject.change(&format!("PRAGMA user_version = {version}"));
        subject.assert_found("", &format!("tables are of version {version}"), [None; 3]);
    }
    subject.change("PRAGMA application_id = 7");
    subject.assert_found("", "is not a Tidegate ledger", [None; 3]);
}

#[test]
fn file_that_was_cut_off_anywhere_is_a_finding_and_no_crash() {
    let subject = Subject::new();
    let pristine = fs::read(subject.path()).unwrap();
    for part in 1..20 {
        fs::write(subject.path(), &pristine[..pristine.len() * part / 20]).unwrap();
        let (status, report) = subject.verify("");
        assert_eq!(status, 4, "{part}: {report:#}");
    }
}

/// Everything that an auditor can see, or why not.
fn shown(subject: &Subject) -> Result<Vec<String>, rusqlite::Error> {
    let connection = Connection::open(subject.path())?;
    let mut rows = Vec::new();
    for view in ["events", "decisions", "accounts", "daily_totals", "batches", "commit_log", "rejects", "batch_records"]
    {
        let mut statement = connection.prepare(&format!("SELECT * FROM {view}"))?;
        let columns = statement.column_count();
        let row = |row: &Row<'_>| (0..columns).map(|column| row.get(column)).collect::<Result<Vec<Value>, _>>();
        for row in statement.query_map([], row)? {
            rows.push(format!("{view} {:?}", row?));
        }
    }
    Ok(rows)
}

#[test]
fn byte_that_was_changed_anywhere_is_a_finding_or_shows_nowhere_and_is_no_crash() {
    let subject = Subject::new();
    let pristine = fs::read(subject.path()).unwrap();
    let before = shown(&subject).unwrap();
    for place in (0..pristine.len()).step_by(pristine.len() / 97) {
        let mut changed = pristine.clone();
        changed[place] ^= 0x10;
        fs::write(subject.path(), changed).unwrap();
        let (status, report) = subject.verify("");
        let harmless = status == 0 && shown(&subject).as_ref() == Ok(&before);
        assert!(status == 4 || harmless, "byte {place}: {status} {report:#}");
    }
}

#[test]
fn missing_file_is_a_mistake_of_usage() {
    let subject = Subject::new();
    for command in ["verify", "rebuild"] {
        for path in ["nowhere.db", "."] {
            let output = run(subject.directory.path(), &format!("{command} --store {path}"));
            assert_eq!(code(&output), 2, "{command} {path}: {}", stderr(&output));
        }
    }
    assert!(!subject.directory.path().join("nowhere.db").exists());
}

#[test]
fn ledger_can_be_verified_while_a_run_writes_to_it_and_not_rebuilt() {
    let subject = Subject::new();
    let directory = subject.directory.path();
    let mut writer = Running::start(tidegate(directory).args(["run", "--store", "ledger.db", "--batch", "live", "-"]));
    let line = |number: u32| {
        format!(r#"{{"id":"{number}","customer_id":"live","load_amount":"$1.00","time":"2000-05-01T00:00:00Z"}}"#)
            + "\n"
    };
    for number in 1..20 {
        writer.write(line(number).as_bytes());
        // The verdict comes when the decision is committed.
        writer.stdout.next();
        let (status, report) = subject.verify("");
        assert_eq!((status, report["size"].as_u64()), (0, Some(SIZE + u64::from(number))), "{report:#}");
    }
    let refused = run(directory, "rebuild --store ledger.db");
    assert_eq!(code(&refused), 1);
    assert!(stderr(&refused).contains("is writing to it"), "{}", stderr(&refused));
    writer.close_input();
    assert_eq!(code(&writer.finish()), 0);
    assert_eq!(subject.verify("").0, 0);
}
