//! Who may write to a ledger, and what is taken for one.

use std::fs;
use std::os::unix::fs::symlink;

use crate::ledger::{Ledger, NAME};
use crate::running::Running;
use crate::support::{code, feed, stderr, stdout};
use crate::transactions::{accepted, all_accepted, load, load_of, loads};

/// The commands that only read, with all that they need.
const READERS: [&str; 6] = ["batches", "events", "verdicts --batch first.jsonl", "head", "verify", "backup copy.db"];

/// A ledger with one batch, and a run on another one that has decided on a line and waits for more.
fn while_one_writes() -> (Ledger, Running) {
    let ledger = Ledger::new();
    ledger.write("first.jsonl", loads(1..=2));
    ledger.must_run(0, "first.jsonl");
    let mut running = ledger.start("- --batch second");
    running.write(load(3).as_bytes());
    assert_eq!(running.stdout.next(), accepted(3).trim_end());
    (ledger, running)
}

/// The status of a command on a ledger of some name, and what it says on standard error.
fn on(ledger: &Ledger, command: &str, name: &str) -> (i32, String) {
    let (command, arguments) = command.split_once(' ').unwrap_or((command, ""));
    let output = ledger.command(&format!("{command} --store {name} {arguments}"));
    (code(&output), stderr(&output).to_owned())
}

#[test]
fn second_writer_is_refused_at_once_and_told_who_writes() {
    let (ledger, mut first) = while_one_writes();
    ledger.write("third.jsonl", load(9));
    ledger.write("out.jsonl", "before");
    for arguments in ["third.jsonl -o out.jsonl", "- --batch second"] {
        let second = ledger.run(arguments);
        assert_eq!((code(&second), stdout(&second)), (1, ""), "{arguments}");
        let expected = format!("{NAME}: process {} is writing to it", first.id());
        assert!(stderr(&second).contains(&expected), "{}", stderr(&second));
    }
    assert_eq!(ledger.read("out.jsonl"), "before");
    first.write(load(4).as_bytes());
    assert_eq!(first.stdout.next(), accepted(4).trim_end(), "the first is none the worse for it");
    assert_eq!(code(&first.finish()), 0);
    assert_eq!(ledger.must_run(0, "third.jsonl"), accepted(9), "and the ledger is free again");
}

#[test]
fn rebuilding_is_writing() {
    let (ledger, first) = while_one_writes();
    let (status, message) = on(&ledger, "rebuild", NAME);
    assert_eq!(status, 1, "{message}");
    assert!(message.contains(&format!("process {} is writing to it", first.id())), "{message}");
    assert_eq!(code(&first.finish()), 0);
    assert_eq!(on(&ledger, "rebuild", NAME).0, 0);
}

#[test]
fn everything_that_only_reads_works_while_one_writes() {
    let (ledger, first) = while_one_writes();
    for command in READERS {
        let (status, message) = on(&ledger, command, NAME);
        assert_eq!(status, 0, "{command}: {message}");
    }
    assert_eq!(ledger.ask("verdicts --batch second"), accepted(3));
    ledger.write("third.jsonl", load(3) + &load(9));
    let dry = ledger.must_run(0, "third.jsonl --dry-run --quiet");
    assert_eq!(dry, accepted(3).replace("true", "false") + &accepted(9));
    assert_eq!(code(&first.finish()), 0);
    assert_eq!(ledger.head().size, 4);
    assert_eq!(on(&ledger, "head", "copy.db").0, 0, "a copy is a ledger");
}

#[test]
fn dry_run_gives_the_verdicts_that_the_run_then_gives_and_changes_nothing() {
    let ledger = Ledger::new();
    ledger.write("first.jsonl", (1..=2).map(|id| load_of(id, "c")).collect::<String>());
    ledger.must_run(0, "first.jsonl");
    ledger.write("second.jsonl", (2..=6).map(|id| load_of(id, "c")).collect::<String>() + "bad\n");
    let (bytes, head, batches) = (ledger.bytes(), ledger.head(), ledger.ask("batches"));
    let dry = ledger.must_run(3, "second.jsonl --dry-run --reasons --rejects dry-rejects.jsonl");
    for arguments in ["second.jsonl --dry-run --set daily-count.count=9", "first.jsonl --dry-run --batch other"] {
        let output = ledger.run(arguments);
        assert!([0, 3].contains(&code(&output)), "{}", stderr(&output));
    }
    assert!(ledger.bytes() == bytes, "the file has changed");
    assert_eq!((ledger.head(), ledger.ask("batches")), (head, batches));
    assert_eq!(ledger.must_run(3, "second.jsonl --reasons --rejects rejects.jsonl"), dry);
    assert_eq!(ledger.read("rejects.jsonl"), ledger.read("dry-rejects.jsonl"));
    let reasons: Vec<_> = dry.lines().map(|line| line.rsplit_once("\"reason\":").unwrap().1).collect();
    assert_eq!(reasons, ["\"duplicate\"}", "null}", "\"daily_count\"}", "\"daily_count\"}", "\"daily_count\"}"]);
}

#[test]
fn dry_run_and_everything_that_reads_need_a_ledger_and_make_none() {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", load(1));
    let message = ledger.must_refuse("day.jsonl --dry-run", "");
    assert!(message.contains(NAME), "{message}");
    for command in READERS.iter().chain(&["rebuild"]) {
        let (status, message) = on(&ledger, command, NAME);
        assert_eq!(status, 2, "{command}: {message}");
        assert!(message.contains(&format!("--store {NAME}")), "{command}: {message}");
    }
    assert_eq!(fs::read_dir(ledger.directory()).unwrap().count(), 1, "nothing was made");
}

#[test]
fn file_that_is_no_ledger_is_refused_by_name_and_left_alone() {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", load(1));
    ledger.write("text.db", "not a database, and longer than the hundred bytes of a header\n".repeat(9));
    ledger.write("short.db", "x");
    let other = rusqlite::Connection::open(ledger.path("other.db")).unwrap();
    other.execute_batch("CREATE TABLE batches (name TEXT); INSERT INTO batches VALUES ('precious');").unwrap();
    drop(other);
    for name in ["text.db", "short.db", "other.db"] {
        let before = fs::read(ledger.path(name)).unwrap();
        let run = format!("run day.jsonl --store {name}");
        let output = ledger.command(&run);
        assert_eq!((code(&output), stdout(&output)), (2, ""), "{run}");
        assert!(stderr(&output).contains(name), "{}", stderr(&output));
        for command in READERS.iter().chain(&["rebuild"]) {
            let (status, message) = on(&ledger, command, name);
            // That a file is no ledger is what a verification is there to find.
            let expected = if *command == "verify" { 4 } else { 2 };
            assert_eq!(status, expected, "{command} {name}: {message}");
            assert!(expected == 4 || message.contains(name), "{command}: {message}");
        }
        assert!(fs::read(ledger.path(name)).unwrap() == before, "{name} has changed");
    }
    assert_eq!(fs::read_dir(ledger.directory()).unwrap().count(), 4, "nothing was left beside them");
}

#[test]
fn ledger_that_a_newer_program_wrote_is_refused_and_left_alone() {
    let (ledger, first) = while_one_writes();
    first.finish();
    let database = rusqlite::Connection::open(ledger.path(NAME)).unwrap();
    database.execute_batch("PRAGMA user_version = 4").unwrap();
    drop(database);
    let before = ledger.bytes();
    ledger.write("third.jsonl", load(9));
    let message = ledger.must_refuse("third.jsonl", "");
    assert!(message.contains(NAME) && message.contains("newer"), "{message}");
    assert_eq!(on(&ledger, "head", NAME).0, 2);
    assert!(ledger.bytes() == before);
}

#[test]
fn empty_file_becomes_a_ledger_as_one_that_is_not_there_does() {
    let ledger = Ledger::new();
    ledger.write(NAME, "");
    ledger.write("day.jsonl", load(1));
    assert_eq!(on(&ledger, "head", NAME).0, 2);
    assert_eq!(ledger.must_run(0, "day.jsonl"), accepted(1));
    assert_eq!(ledger.head().size, 2);
}

#[test]
fn ledger_in_no_directory_or_instead_of_one_is_refused_by_name() {
    let ledger = Ledger::new();
    ledger.write("day.jsonl", load(1));
    fs::create_dir(ledger.path("inbox")).unwrap();
    for (name, statuses) in [("nowhere/ledger.db", [1, 2]), ("inbox", [2, 2])] {
        let output = ledger.command(&format!("run day.jsonl --store {name} -o out.jsonl"));
        assert!(statuses.contains(&code(&output)), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains(name), "{}", stderr(&output));
    }
    assert_eq!(fs::read_dir(ledger.directory()).unwrap().count(), 2, "nothing was made");
}

#[test]
fn ledger_is_neither_input_nor_output_nor_rejects() {
    let (ledger, first) = while_one_writes();
    first.finish();
    symlink(NAME, ledger.path("link.db")).unwrap();
    fs::hard_link(ledger.path(NAME), ledger.path("hard.db")).unwrap();
    ledger.write("third.jsonl", load(9));
    let before = ledger.bytes();
    for name in [NAME, "./ledger.db", "link.db", "hard.db"] {
        for arguments in [
            format!("{name} --batch x"),
            format!("third.jsonl -o {name}"),
            format!("third.jsonl --rejects {name}"),
            format!("third.jsonl --dry-run -o {name}"),
        ] {
            let message = ledger.must_refuse(&arguments, "");
            assert!(message.contains(name), "{arguments}: {message}");
        }
        for command in [format!("verdicts --batch second -o {name}"), format!("backup {name}")] {
            let (status, message) = on(&ledger, &command, NAME);
            assert_eq!(status, 2, "{command}: {message}");
        }
    }
    assert!(ledger.bytes() == before, "the file has changed");
    assert_eq!(ledger.must_run(0, "third.jsonl"), accepted(9));
}

#[test]
fn backup_does_not_overwrite_what_is_there() {
    let (ledger, first) = while_one_writes();
    first.finish();
    ledger.write("copy.db", "precious");
    let (status, message) = on(&ledger, "backup copy.db", NAME);
    assert!([1, 2].contains(&status), "{message}");
    assert!(message.contains("copy.db"), "{message}");
    assert_eq!(ledger.read("copy.db"), "precious");
}

#[test]
fn runs_without_a_ledger_are_what_they_were() {
    let ledger = Ledger::new();
    let output = feed(ledger.directory(), "run - --quiet", loads(1..=3).as_bytes());
    assert_eq!((code(&output), stdout(&output), stderr(&output)), (0, all_accepted(1..=3).as_str(), ""));
    assert_eq!(fs::read_dir(ledger.directory()).unwrap().count(), 0);
}
