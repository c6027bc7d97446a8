//! Certificates of batches, beside the ledgers that they are in.

use rusqlite::Connection;

use super::{POLICY, certified, days, directory, json, parts, verified};
use crate::ledger::{Ledger, NAME};
use crate::support::{code, stderr};
use crate::transactions::loads;

/// The flags that the certificates here are checked with.
const WITH: &str = "day.jsonl --groups groups.csv --store ledger.db";

/// A ledger of three batches, the second of which is certified.
fn ledger() -> Ledger {
    let directory = directory();
    for (name, numbers) in [("first.jsonl", 1..=3_000), ("day.jsonl", 2_951..=3_750), ("last.jsonl", 3_751..=3_850)] {
        directory.write(name, days(numbers));
    }
    assert!([0, 3].contains(&code(&directory.run("first.jsonl -o out --set weekly-amount.amount=90"))));
    let certificate = certified(&directory, 3, "--store ledger.db day.jsonl -o out", "");
    assert_eq!(json(&certificate)["log"]["after"]["size"], directory.head().size);
    directory.must_run(0, "last.jsonl -o out --set weekly-amount.amount=80");
    directory
}

/// Changes a row of the ledger's.
fn change(ledger: &Ledger, sql: &str) {
    let connection = Connection::open(ledger.path(NAME)).unwrap();
    assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
}

#[test]
fn batch_is_decided_anew_on_top_of_the_log_before_it() {
    let ledger = ledger();
    let reasons = json(&ledger.read("c.json"))["totals"]["reasons"].to_string();
    for reason in ["duplicate", "too_late", "daily_count", "weekly_amount"] {
        assert!(reasons.contains(reason), "{reasons}");
    }
    let said = verified(&ledger, 0, WITH);
    assert!(said.contains("ledger    ledger.db has the batch behind 3,001 events, which were decided anew"), "{said}");
    let output = ledger.command("verify-certificate c.json day.jsonl --groups groups.csv");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).starts_with("tidegate: --store LEDGER is needed: "), "{}", stderr(&output));
}

#[test]
fn accounts_go_on_where_the_log_left_them_whatever_they_must_remember() {
    let lasting = POLICY.replace("late_after = \"5d\"\n", "");
    let days_alone = "[[limits]]\nname = \"month\"\nwindow = \"month\"\namount = \"900\"\n[[limits]]\n\
                      name = \"day\"\nwindow = \"day\"\ncount = 9\n";
    let net = "[[limits]]\nname = \"held\"\nmaximum_balance = \"300\"\n[[limits]]\nname = \"net\"\nwindow = \"lifetime\"\n\
               measure = \"net\"\ndirection = \"load\"\namount = \"450\"\n[[limits]]\nname = \"pause\"\ncooldown = \"90s\"\n";
    let policies = [POLICY, &lasting, days_alone, net];
    // Each batch under each of them, on top of one that another decided.
    for (first, second) in policies.iter().zip(policies.iter().cycle().skip(1)) {
        let directory = directory();
        directory.write("first.jsonl", days(1..=1_200));
        directory.write("day.jsonl", days(1_100..=2_000));
        for (policy, name) in [(first, "first.jsonl"), (second, "day.jsonl"), (second, "first.jsonl --batch again")] {
            directory.write("tidegate.toml", policy);
            certified(&directory, 3, &format!("--store ledger.db {name} -o out"), "");
            let groups = if policy.contains("groups_file") { "--groups groups.csv" } else { "" };
            let input = name.split(' ').next().unwrap();
            verified(&directory, 0, &format!("{input} {groups} --store ledger.db"));
        }
        assert_eq!(directory.count("PolicyActivated"), 2);
    }
}

#[test]
fn stored_nodes_are_of_no_account() {
    let ledger = ledger();
    change(&ledger, "DELETE FROM tree");
    verified(&ledger, 0, WITH);
}

#[test]
fn change_of_the_ledger_up_to_the_batch_is_found_and_one_behind_it_is_not() {
    let replace = "UPDATE segments SET events = replace(events, '.25\"', '.26\"') WHERE";
    for (sql, expected) in [
        (format!("{replace} first_position = 1"), &["ledger", "ledger", "log.before.root", "ledger"][..]),
        (format!("{replace} first_position = 3002"), &["ledger"]),
        (format!("{replace} first_position > 3802"), &[]),
        ("UPDATE segments SET events = replace(events, '\n,', '\n') WHERE first_position = 1".to_owned(), &["ledger"]),
        ("DELETE FROM segments WHERE first_position > 1000 AND first_position < 3000".to_owned(), &["ledger"]),
        ("UPDATE batch_records SET name = 'other' WHERE number = 2".to_owned(), &["log.batch"]),
        ("UPDATE batch_records SET format = 'csv' WHERE number = 2".to_owned(), &["input.format"]),
        ("UPDATE batch_records SET time_format = '%Y' WHERE number = 2".to_owned(), &["input.time_format"]),
        ("UPDATE commits SET complete = 0 WHERE batch = 2".to_owned(), &["log.batch"]),
        ("UPDATE commits SET input_hash = zeroblob(32) WHERE batch = 2".to_owned(), &["ledger"]),
    ] {
        let ledger = ledger();
        change(&ledger, &sql);
        if expected.is_empty() {
            verified(&ledger, 0, WITH);
        } else {
            let mut found = parts(&ledger, WITH);
            found.dedup();
            let mut expected = expected.to_vec();
            expected.dedup();
            assert_eq!(found, expected, "{sql}");
        }
    }
}

#[test]
fn ledger_that_can_not_even_be_read_is_a_finding() {
    let ledger = ledger();
    change(&ledger, "DELETE FROM commits WHERE batch = 2");
    assert_eq!(parts(&ledger, WITH), ["ledger"]);
    let mut bytes = ledger.bytes();
    bytes[100..4_000].fill(0xab);
    ledger.write(NAME, bytes);
    let said = verified(&ledger, 4, WITH);
    assert!(said.starts_with("tidegate: the store is damaged: "), "{said}");
}

#[test]
fn ledger_that_is_too_short_or_another_is_found() {
    let ledger = ledger();
    let short = directory();
    short.write("day.jsonl", ledger.read("day.jsonl"));
    short.write("c.json", ledger.read("c.json"));
    short.write("first.jsonl", ledger.read("first.jsonl"));
    short.must_feed(0, "- --batch other", loads(1..=3));
    assert_eq!(parts(&short, WITH), ["ledger"]);
    assert!(verified(&short, 4, WITH).starts_with("ledger: it has 4 events, and the certified log had "));
    assert!(verified(&short, 4, WITH).contains("nothing was decided anew\n"));
    short.run("first.jsonl -o out");
    short.run("day.jsonl -o out");
    let found = parts(&short, WITH);
    for part in ["log.number", "log.before.size", "log.before.root", "ledger"] {
        assert!(found.contains(&part.to_owned()), "{found:?}");
    }
}

#[test]
fn ledger_of_the_same_batches_is_as_good_though_its_commits_are_others() {
    let ledger = ledger();
    let certificate = ledger.read("c.json");
    let other = directory();
    for name in ["first.jsonl", "day.jsonl"] {
        other.write(name, ledger.read(name));
    }
    other.write("c.json", certificate);
    let first = other.read("first.jsonl");
    assert!([0, 3].contains(&code(&other.feed("- --batch first.jsonl -q --set weekly-amount.amount=90", first))));
    assert_eq!(code(&other.run("day.jsonl -o out --threads 1")), 3);
    assert_ne!(other.head().chain, ledger.head().chain);
    verified(&other, 0, WITH);
}
