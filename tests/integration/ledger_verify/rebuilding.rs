//! The index is made anew of the log, and nothing depends on it but speed.

use std::fs;

use crate::support::{run, stderr, stdout};

use super::{SIZE, Subject};

const EMPTIED: &str = "DELETE FROM checkpoints; DELETE FROM runs; DELETE FROM transaction_pages; \
     DELETE FROM account_pages; DELETE FROM statement_pages; DELETE FROM day_totals;";

/// What the next run over a ledger says.
fn next_verdicts(subject: &Subject) -> String {
    assert_eq!(subject.run("generate --mix --lines 300 --seed 9 -o next.jsonl"), 0);
    let output = run(subject.directory.path(), "run --store ledger.db --reasons next.jsonl");
    stdout(&output).to_owned()
}

#[test]
fn emptied_index_changes_no_verdict_and_fits_before_and_after_it_is_made_anew() {
    let expected = next_verdicts(&Subject::new());
    assert_eq!(expected.lines().count(), 300);
    let subject = Subject::new();
    subject.change(EMPTIED);
    assert_eq!(subject.verify("").0, 0);
    assert_eq!(next_verdicts(&subject), expected);
    let subject = Subject::new();
    subject.change(EMPTIED);
    let output = run(subject.directory.path(), "rebuild --store ledger.db --json");
    let accounts: u64 = subject.ask("SELECT count(*) FROM accounts");
    assert_eq!(stdout(&output), format!("{{\"events\":{SIZE},\"accounts\":{accounts}}}\n"));
    assert!(subject.ask::<u64>("SELECT count(*) FROM transaction_pages") > 0);
    assert_eq!(subject.verify("").0, 0);
    assert_eq!(next_verdicts(&subject), expected);
    assert_eq!(subject.verify("").0, 0);
}

#[test]
fn index_that_was_changed_in_any_way_is_mended() {
    for sql in [
        "UPDATE meta SET value = zeroblob(16)",
        "DELETE FROM meta",
        "UPDATE runs SET last_position = 9999, transaction_filter = 'x'",
        "DELETE FROM runs",
        "UPDATE checkpoints SET position = 5",
        "UPDATE transaction_pages SET page = zeroblob(7)",
        "UPDATE statement_pages SET page = zeroblob(7)",
        "DELETE FROM day_totals",
    ] {
        let subject = Subject::new();
        subject.change(sql);
        assert_eq!(subject.verify("").0, 4, "{sql}");
        assert_eq!(subject.run("rebuild --store ledger.db"), 0, "{sql}");
        let (status, report) = subject.verify("");
        assert_eq!(status, 0, "{sql}: {report:#}");
    }
}

#[test]
fn damaged_log_gets_no_new_index_and_keeps_the_old_one() {
    for sql in [
        "UPDATE segments SET events = replace(events, '[2,\"Account', '[2, \"Account')",
        "UPDATE segments SET events = replace(events, '.00\"', '.01\"') WHERE first_position = 1",
        "DELETE FROM segments WHERE first_position = 1",
        "DELETE FROM segments WHERE first_position > 1025",
        "UPDATE commits SET root = zeroblob(32)",
    ] {
        let subject = Subject::new();
        subject.change(sql);
        let before: String = subject.ask("SELECT hex(value) FROM meta");
        let pages: u64 = subject.ask("SELECT count(*) FROM transaction_pages");
        let output = run(subject.directory.path(), "rebuild --store ledger.db");
        assert_eq!((output.status.code(), stdout(&output)), (Some(1), ""), "{sql}");
        assert!(stderr(&output).contains("the store is damaged"), "{sql}: {}", stderr(&output));
        assert_eq!(subject.ask::<String>("SELECT hex(value) FROM meta"), before);
        assert_eq!(subject.ask::<u64>("SELECT count(*) FROM transaction_pages"), pages);
    }
}

#[test]
fn nothing_stays_behind_beside_the_ledger() {
    let subject = Subject::new();
    assert_eq!(subject.run("rebuild --store ledger.db"), 0);
    assert_eq!(subject.verify("").0, 0);
    let names: Vec<_> =
        fs::read_dir(subject.directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["ledger.db"]);
}
