//! The ledgers that releases have left behind: each is read, verified and gone on with for ever.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tidegate::domain::{Account, Memory};
use tidegate::store::{DryRunStore, EventStore, Ledger as Store, StoredEvent};

use crate::ledger::{Ledger, NAME};
use crate::ledger_statements::{all_at, must_tell_what_the_log_tells, views};
use crate::support::{code, stderr};
use crate::transactions::transaction;

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

/// A copy of what was left when the tables were of a version.
fn copy_of(version: u32) -> Ledger {
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/ledgers/schema-{version}")))
}

/// A copy of what the first release has left.
fn copy_of_the_first() -> Ledger {
    copy_of(1)
}

/// Events as the first form of them told what it could tell: nothing stood behind the time of recording.
fn in_first_form(events: &str) -> String {
    let events = events.replace("\"schema_version\":2,", "\"schema_version\":1,");
    events.replace(",\"group\":null,\"flags\":[],\"shadow\":[]", "")
}

/// Asserts that everything that was decided when a ledger was kept is still told as it was then.
fn must_say_what_it_said(ledger: &Ledger, kept: &Path) {
    let (told, events) = (ledger.ask("events --format jsonl"), ledger.read("events.jsonl"));
    let told: String = told.lines().take(events.lines().count()).map(|line| line.to_owned() + "\n").collect();
    let is_first_form = events.contains("\"schema_version\":1,");
    assert_eq!(if is_first_form { in_first_form(&told) } else { told }, events, "{}", kept.display());
    for (batch, verdicts) in [("monday.jsonl", "monday.out"), ("tuesday.csv", "tuesday.out")] {
        let told = ledger.ask(&format!("verdicts --batch {batch} --reasons"));
        assert_eq!(told, ledger.read(verdicts), "{}: {batch}", kept.display());
    }
    ledger.ask(&format!("verify --head {}", ledger.read("head").trim()));
}

#[test]
fn ledger_of_old_says_what_it_said_and_verifies() {
    for kept in kept() {
        let ledger = copy(&kept);
        let head = ledger.read("head");
        assert_eq!(ledger.ask("head"), head);
        must_say_what_it_said(&ledger, &kept);
        assert_eq!(ledger.ask("events --format jsonl").lines().count(), ledger.read("events.jsonl").lines().count());
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

/// Limits that no release had before the tables were of version 3.
const LATER_POLICY: &str = r#"
[policy]
late_after = "400d"

[[limits]]
name = "a-while"
window = "90d"
direction = "load"
measure = "net"
amount = "90000.00"

[[limits]]
name = "gold-alone"
maximum_amount = "1.00"
groups = ["gold"]

[[limits]]
name = "many"
window = "year"
count = 5
outcome = "flag"
"#;

#[test]
fn ledger_of_old_says_what_it_said_when_limits_of_new_kinds_decide_on_top_of_it() {
    for kept in kept() {
        let ledger = copy(&kept);
        let state = ledger.ask(&format!("replay --to {}", ledger.head().size));
        ledger.write("later.toml", LATER_POLICY);
        let line = |id: &str, amount: &str, time: &str, group: &str| {
            transaction(id, "1", amount, time).replace('}', &format!(",\"group\":{group}}}"))
        };
        let lines = [
            line("of-1998", "$1", "1998-12-01T00:00:00Z", "null"),
            line("large", "$90000", "2000-02-29T00:00:00Z", "null"),
            line("gold", "$2", "2000-02-29T00:00:00Z", "\"gold\""),
            line("small", "$0.50", "2000-02-29T00:00:00Z", "\"gold\""),
        ];
        ledger.write("later.jsonl", lines.concat());
        let later = "later.jsonl --reasons --config later.toml";
        let dry = ledger.must_run(0, &format!("{later} --dry-run"));
        assert!(ledger.bytes() == fs::read(kept.join(NAME)).unwrap(), "a dry run has changed {}", kept.display());
        let reasons: Vec<_> = dry.lines().map(|line| line.split_once("\"reason\":").unwrap().1.to_owned()).collect();
        let expected = ["\"too_late\"}", "\"a_while\"}", "\"gold_alone\"}", "null,\"flags\":[\"many\"]}"];
        assert_eq!(reasons, expected, "{}", kept.display());
        assert_eq!(ledger.must_run(0, later), dry, "{}", kept.display());
        assert_eq!(version(&ledger), 3);
        must_say_what_it_said(&ledger, &kept);
        let size = ledger.read("events.jsonl").lines().count();
        assert_eq!(ledger.ask(&format!("replay --to {size}")), state, "{}", kept.display());
        assert_eq!(ledger.events().len(), size + 1 + lines.len());
        must_tell_what_the_log_tells(&Store::open(&ledger.path(NAME)).unwrap());
        ledger.ask("rebuild");
        must_say_what_it_said(&ledger, &kept);
    }
}

#[test]
fn run_that_records_nothing_finds_every_account_of_a_ledger_of_old() {
    for kept in kept() {
        let ledger = copy(&kept);
        let path = ledger.path(NAME);
        let events = Store::open(&path).unwrap().events(0, usize::MAX).unwrap();
        for memory in [Memory::Days, Memory::Transactions, Memory::Recent] {
            let mut accounts: Vec<(Vec<u8>, Account)> = Vec::new();
            for event in &events {
                let StoredEvent::Decision(decision) = event else { continue };
                let place = accounts.iter().position(|(id, _)| *id == decision.customer_id).unwrap_or_else(|| {
                    accounts.push((decision.customer_id.clone(), Account::new(memory)));
                    accounts.len() - 1
                });
                accounts[place].1.apply(&decision.event);
            }
            let (ids, expected): (Vec<_>, Vec<_>) = accounts.into_iter().unzip();
            let mut store = DryRunStore::open(&path).unwrap();
            for mut history in store.begin(2, memory).unwrap() {
                let asked: Vec<_> = ids.iter().map(Vec::as_slice).chain([&b"nobody"[..]]).collect();
                let mut told = history.accounts(&asked).unwrap();
                assert_eq!(told.pop(), Some(None), "{} {memory:?}", path.display());
                let told: Vec<_> = told.into_iter().map(Option::unwrap).collect();
                assert_eq!(told, expected, "{} {memory:?}", path.display());
                let pair = [(&b"ann"[..], &b"a"[..]), (b"ann", b"no such transaction")];
                assert_eq!(history.seen(&pair).unwrap(), [true, false], "{} {memory:?}", path.display());
            }
        }
    }
}

#[test]
fn ledger_of_the_second_version_gets_other_views_and_keeps_its_index() {
    let ledger = copy_of(2);
    let index = |ledger: &Ledger| {
        let sql = "SELECT (SELECT hex(value) FROM meta), (SELECT group_concat(run || ':' || last_position) FROM runs)";
        ledger.database().query_row(sql, [], |row| Ok([row.get::<_, String>(0)?, row.get(1)?])).unwrap()
    };
    let before = index(&ledger);
    assert_eq!(version(&ledger), 2);
    let reading = Store::open(&ledger.path(NAME)).unwrap().pinned().unwrap();
    ledger.must_run(0, "wednesday.jsonl --reasons");
    assert_eq!((version(&ledger), index(&ledger)), (3, before));
    must_tell_what_the_log_tells(&reading);
    let sql = "SELECT count(*), count(\"group\"), count(reason) FROM decisions";
    let counts = ledger.database().query_row(sql, [], |row| Ok([row.get::<_, u64>(0)?, row.get(1)?, row.get(2)?]));
    let events = ledger.events();
    let count = |key: &str| events.iter().filter(|event| event[key].is_string()).count() as u64;
    assert_eq!(counts, Ok([count("account"), 0, count("reason")]));
    let versions = "SELECT group_concat(DISTINCT schema_version) FROM events";
    assert_eq!(ledger.database().query_row(versions, [], |row| row.get(0)), Ok("1,2".to_owned()));
    ledger.ask("verify");
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
        assert_eq!(version(&ledger), 3);
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
    let ledger = copy_of(2);
    Connection::open(ledger.path(NAME)).unwrap().execute_batch("PRAGMA user_version = 1").unwrap();
    assert_eq!(code(&ledger.command(&format!("verify --store {NAME}"))), 4);
    for refused in [ledger.run("wednesday.jsonl"), ledger.command(&format!("rebuild --store {NAME}"))] {
        let expected = "tidegate: the store is damaged: table statement_pages already exists\n";
        assert_eq!((code(&refused), stderr(&refused)), (1, expected));
        assert_eq!(version(&ledger), 1);
    }
}
