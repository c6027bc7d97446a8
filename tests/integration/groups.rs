//! Limits of groups of customers, who are told by a field of their transactions or by a file.

use std::fs;

use rustix::process::Signal;
use tempfile::{TempDir, tempdir};

use crate::ledger::{Ledger, verdicts_at_once};
use crate::support::{code, feed, stderr, stdout};
use crate::transactions::loads;

/// One transaction of gold customers is at most 5, of customers in no group at most 2, and of everyone at most 9.
const LIMITS: &str = r#"
[[limits]]
name = "gold"
maximum_amount = "5"
groups = ["gold"]

[[limits]]
name = "ungrouped"
maximum_amount = "2"
groups = ["default"]

[[limits]]
name = "everyone"
maximum_amount = "9"
"#;

const WITH_FILE: &str = "[policy]\ngroups_file = \"groups.csv\"\n";

const GROUPS: &str = "group,since,customer_id\ngold,2020,g\nsilver,2021,s\ndefault,2022,d\n";

fn directory(config: &str) -> TempDir {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("tidegate.toml"), config).unwrap();
    fs::write(directory.path().join("groups.csv"), GROUPS).unwrap();
    directory
}

/// A load with this behind its time.
fn load(id: usize, customer_id: &str, amount: u64, rest: &str) -> String {
    let head = format!("{{\"id\":\"{id}\",\"customer_id\":\"{customer_id}\",\"load_amount\":\"${amount}\"");
    format!("{head},\"time\":\"2000-01-01T00:00:00Z\"{rest}}}\n")
}

/// The reasons of verdicts in JSON, nothing for what was accepted.
fn reasons(verdicts: &str) -> Vec<String> {
    let verdicts = verdicts.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    verdicts.map(|verdict| verdict["reason"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn limit_of_a_group_restricts_its_customers_alone() {
    let directory = directory(LIMITS);
    let cases = [
        (2, "", ""),
        (3, "", "ungrouped"),
        (3, ",\"group\":null", "ungrouped"),
        (3, ",\"group\":\"default\"", "ungrouped"),
        (5, ",\"group\":\"gold\"", ""),
        (6, ",\"group\":\"gold\"", "gold"),
        (6, ", \"group\" : \"g\\u006fld\" ", "gold"),
        (9, ",\"group\":\"Gold\"", ""),
        (10, ",\"group\":\"gold \"", "everyone"),
        (10, ",\"group\":\"gold\"", "gold"),
    ];
    let lines = cases.iter().enumerate().map(|(id, (amount, rest, _))| load(id, "g", *amount, rest));
    let input: String = lines.collect();
    for threads in [1, 4] {
        let arguments = format!("run - --quiet --reasons --threads {threads}");
        let output = feed(directory.path(), &arguments, input.as_bytes());
        assert_eq!((code(&output), stderr(&output)), (0, ""));
        assert_eq!(reasons(stdout(&output)), cases.map(|(_, _, reason)| reason));
    }
}

#[test]
fn file_tells_the_groups_of_those_whose_transactions_do_not() {
    let directory = directory(&format!("{WITH_FILE}{LIMITS}"));
    let cases = [
        ("g", 5, "", ""),
        ("g", 6, "", "gold"),
        ("g", 6, ",\"group\":null", "gold"),
        ("g", 9, ",\"group\":\"silver\"", ""),
        ("g", 3, ",\"group\":\"default\"", "ungrouped"),
        ("s", 9, "", ""),
        ("s", 6, ",\"group\":\"gold\"", "gold"),
        ("d", 3, "", "ungrouped"),
        ("x", 3, "", "ungrouped"),
    ];
    let lines = cases.iter().enumerate().map(|(id, (customer, amount, rest, _))| load(id, customer, *amount, rest));
    let output = feed(directory.path(), "run - --quiet --reasons", lines.collect::<String>().as_bytes());
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    assert_eq!(reasons(stdout(&output)), cases.map(|(_, _, _, reason)| reason));
}

#[test]
fn column_of_csv_tells_groups_likewise_and_an_empty_cell_is_none() {
    let directory = directory(&format!("{WITH_FILE}{LIMITS}"));
    let time = "2000-01-01T00:00:00Z";
    let input = format!(
        "id,group,customer_id,load_amount,time\n\
         1,,g,6,{time}\n2,\"\",g,5,{time}\n3,silver,g,9,{time}\n4,gold,x,6,{time}\n5,default,g,3,{time}\n"
    );
    let output = feed(directory.path(), "run - --quiet --reasons", input.as_bytes());
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    assert_eq!(reasons(stdout(&output)), ["gold", "", "", "gold", "ungrouped"]);
}

#[test]
fn malformed_group_rejects_its_line_where_groups_decide_and_is_ignored_elsewhere() {
    let long = format!("{:?}", "x".repeat(256));
    let cases = [
        ("1", "must be a string".to_owned()),
        ("\"\"", "empty".to_owned()),
        ("\"a\\u001b\"", "holds a control character: \"a\\u{1b}\"".to_owned()),
        (&long, format!("longer than 255 bytes: \"{}\"...", "x".repeat(64))),
    ];
    let line =
        |(id, (group, _)): (usize, &(&str, String))| load(id, &format!("c{id}"), 1, &format!(",\"group\":{group}"));
    let input: String = cases.iter().enumerate().map(line).collect();
    let output = feed(directory(LIMITS).path(), "run - --quiet", input.as_bytes());
    let expected: String = (1..).zip(&cases).map(|(line, (_, why))| format!("-:{line}: group: {why}\n")).collect();
    assert_eq!((code(&output), stderr(&output), stdout(&output)), (3, expected.as_str(), ""));
    let output = feed(directory("").path(), "run - --quiet", input.as_bytes());
    assert_eq!((code(&output), stderr(&output), stdout(&output).lines().count()), (0, "", cases.len()));
}

#[test]
fn column_that_stands_twice_is_a_failure_only_where_groups_decide() {
    let input = "id,customer_id,load_amount,time,group,group\n1,2,$1,2000-01-01T00:00:00Z,a\u{7f},b\n";
    let output = feed(directory(LIMITS).path(), "run -", input.as_bytes());
    assert_eq!((code(&output), stdout(&output)), (1, ""));
    assert!(stderr(&output).contains("-:1: header: the CSV header has group twice\n"), "{}", stderr(&output));
    let output = feed(directory("").path(), "run - --quiet", input.as_bytes());
    assert_eq!((code(&output), stderr(&output)), (0, ""));
}

#[test]
fn ledger_keeps_the_group_that_decided() {
    let ledger = Ledger::new();
    ledger.write("groups.csv", GROUPS);
    ledger.write("tidegate.toml", format!("{WITH_FILE}{LIMITS}"));
    let input = load(1, "g", 6, "") + &load(2, "g", 1, ",\"group\":\"silver\"") + &load(3, "x", 1, "");
    ledger.must_feed(0, "- --batch a", input);
    let groups: Vec<_> = ledger.events().iter().skip(1).map(|event| event["group"].clone()).collect();
    assert_eq!(groups, [Some("gold"), Some("silver"), None].map(serde_json::Value::from));
    let csv = ledger.ask("events --format csv");
    let ends: Vec<_> = csv.lines().map(|line| line.rsplit(',').nth(2).unwrap()).collect();
    assert_eq!(ends, ["group", "", "gold", "silver", ""]);
    // Who is in which group does not matter any more without limits of groups.
    ledger.write("tidegate.toml", "");
    ledger.must_feed(0, "- --batch b", load(4, "g", 6, ",\"group\":\"gold\""));
    assert!(ledger.events().last().unwrap()["group"].is_null());
}

/// Breaks a run off on standard input and goes on: all must be as if decided at once.
fn must_go_on(input: &str, header_lines: usize) {
    let ledger = Ledger::new();
    ledger.write("groups.csv", GROUPS);
    ledger.write("tidegate.toml", format!("{WITH_FILE}{LIMITS}"));
    let expected = verdicts_at_once(&ledger, input, "");
    assert!(["gold", "ungrouped", "everyone"].iter().all(|reason| expected.contains(reason)), "{expected}");
    let done = 7;
    let mut running = ledger.start("- --batch day");
    let begun: String = input.split_inclusive('\n').take(header_lines + done).collect();
    running.write(begun.as_bytes());
    (0..done).for_each(|_| drop(running.stdout.next()));
    running.signal(Signal::KILL);
    running.wait();
    assert_eq!(ledger.head().size, done as u64 + 1);
    assert_eq!(ledger.must_feed(0, "- --batch day --reasons", input), expected);
    assert_eq!(ledger.verdicts("day"), expected);
}

#[test]
fn run_that_was_broken_off_goes_on_with_the_groups_of_lines_and_file() {
    let amount = |id: usize| [1, 3, 6, 10][id % 4];
    let customer = |id: usize| ["g", "x", "s"][id % 3];
    let json = (1..=30).map(|id| {
        let rest = if id % 5 == 0 { ",\"group\":\"gold\"" } else { "" };
        load(id, customer(id), amount(id), rest)
    });
    must_go_on(&json.collect::<String>(), 0);
    let csv = (1..=30).map(|id| {
        let group = if id % 5 == 0 { "gold" } else { "" };
        format!("{group},{id},{},{},2000-01-01T00:00:00Z\n", customer(id), amount(id))
    });
    must_go_on(&("group,id,customer_id,load_amount,time\n".to_owned() + &csv.collect::<String>()), 1);
}

#[test]
fn other_groups_are_another_policy_under_which_a_batch_does_not_go_on() {
    let ledger = Ledger::new();
    ledger.write("groups.csv", GROUPS);
    ledger.write("tidegate.toml", format!("{WITH_FILE}{LIMITS}"));
    ledger.break_off("- --batch day", &loads(1..=3), Signal::INT);
    ledger.write("groups.csv", GROUPS.replace("silver", "gold"));
    let why = ledger.must_refuse("- --batch day", loads(1..=5));
    let expected = "batch day is unfinished and was begun under another policy (the file of groups puts customers into \
                    other groups): finish it under that one";
    assert!(why.contains(expected), "{why}");
    // The order of a file of groups does not matter.
    ledger.write("groups.csv", "customer_id,group\nd,default\ns,silver\ng,gold\n");
    ledger.must_feed(0, "- --batch day", loads(1..=5));
}
