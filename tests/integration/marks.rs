//! Limits that flag what they exceed, and limits on trial.

use std::fs;
use std::path::Path;
use std::process::Output;

use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::ledger::Ledger;
use crate::support::{code, feed, stderr, stdout};
use crate::transactions::load_of;

/// A second load of a customer on a day is flagged, a third by another limit too; from the second on a limit on trial
/// would decline; the fourth is declined.
const LIMITS: &str = r#"
[[limits]]
name = "second-load"
window = "day"
count = 1
outcome = "flag"

[[limits]]
name = "trial"
window = "day"
count = 1
outcome = "shadow"

[[limits]]
name = "third-load"
window = "day"
count = 2
outcome = "flag"

[[limits]]
name = "daily-count"
window = "day"
count = 3
"#;

/// Five loads of a customer, the first sent again.
fn input() -> String {
    (1..=5).chain([1]).map(|id| load_of(id, "c")).collect()
}

const JSON: &str = r#"{"id":"1","customer_id":"c","accepted":true,"reason":null}
{"id":"2","customer_id":"c","accepted":true,"reason":null,"flags":["second_load"]}
{"id":"3","customer_id":"c","accepted":true,"reason":null,"flags":["second_load","third_load"]}
{"id":"4","customer_id":"c","accepted":false,"reason":"daily_count"}
{"id":"5","customer_id":"c","accepted":false,"reason":"daily_count"}
{"id":"1","customer_id":"c","accepted":false,"reason":"duplicate"}
"#;

const CSV: &str = "id,customer_id,accepted,reason,flags
1,c,true,,
2,c,true,,second_load
3,c,true,,second_load third_load
4,c,false,daily_count,
5,c,false,daily_count,
1,c,false,duplicate,
";

const MARKS: &str = "flagged: second_load 2, third_load 1
shadow: trial would have declined 2 of the accepted (2.00)
";

fn directory(config: &str) -> TempDir {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("tidegate.toml"), config).unwrap();
    directory
}

/// The verdicts on the input with these flags.
fn verdicts(directory: &Path, arguments: &str) -> String {
    let output = feed(directory, &format!("run - --quiet {arguments}"), input().as_bytes());
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    stdout(&output).to_owned()
}

/// The lines of a summary behind the one that counts what was read.
fn behind_counts(output: &Output) -> &str {
    let text = stderr(output);
    assert!(text.starts_with("read "), "{text}");
    text.split_once('\n').unwrap().1
}

#[test]
fn flags_stand_behind_the_reason_and_shadows_nowhere() {
    let directory = directory(LIMITS);
    for threads in [1, 3] {
        assert_eq!(verdicts(directory.path(), &format!("--reasons --threads {threads}")), JSON);
        assert_eq!(verdicts(directory.path(), &format!("--reasons --output-format csv --threads {threads}")), CSV);
    }
}

#[test]
fn without_reasons_there_are_no_flags() {
    let directory = directory(LIMITS);
    let json: String = JSON.lines().map(|line| line.split(",\"reason\"").next().unwrap().to_owned() + "}\n").collect();
    assert_eq!(verdicts(directory.path(), ""), json);
    let csv: String = CSV.lines().map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",") + "\n").collect();
    assert_eq!(verdicts(directory.path(), "--output-format csv"), csv);
}

#[test]
fn column_of_flags_is_there_only_if_some_limit_flags() {
    let directory = directory(&LIMITS.replace("\"flag\"", "\"shadow\""));
    let csv: String = CSV.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n").collect();
    assert_eq!(verdicts(directory.path(), "--reasons --output-format csv"), csv);
    let unflagged = |line: &str| line.split(",\"flags\"").next().unwrap().trim_end_matches('}').to_owned() + "}\n";
    assert_eq!(verdicts(directory.path(), "--reasons"), JSON.lines().map(unflagged).collect::<String>());
}

#[test]
fn summary_counts_marks_behind_the_declines() {
    let output = feed(directory(LIMITS).path(), "run -", input().as_bytes());
    assert_eq!(behind_counts(&output), format!("declined: duplicate 1, daily_count 2\n{MARKS}"));
    let output = feed(directory(LIMITS).path(), "run -", load_of(1, "c").as_bytes());
    let none = "flagged: second_load 0, third_load 0\nshadow: trial would have declined 0 of the accepted (0.00)\n";
    assert_eq!(behind_counts(&output), none);
    let output = feed(directory("").path(), "run -", load_of(1, "c").as_bytes());
    assert_eq!(behind_counts(&output), "");
}

#[test]
fn each_limit_on_trial_has_a_line_and_large_numbers_are_grouped() {
    let limit = |name: &str, amount: &str| {
        format!("[[limits]]\nname = {name:?}\nmaximum_amount = {amount:?}\noutcome = \"shadow\"\n")
    };
    let directory = directory(&(limit("large", "1000") + &limit("tiny", "0.01")));
    let line = |id: u64| load_of(id, &format!("c{id}")).replace("$1.00", if id == 7 { "$3400" } else { "$1.00" });
    let output = feed(directory.path(), "run -", (1..=1_234).map(line).collect::<String>().as_bytes());
    let expected = "shadow: large would have declined 1 of the accepted (3,400.00)\n\
                    shadow: tiny would have declined 1,234 of the accepted (4,633.00)\n";
    assert_eq!(behind_counts(&output), expected);
}

fn ledger() -> Ledger {
    let ledger = Ledger::new();
    ledger.write("tidegate.toml", LIMITS);
    ledger.write("day.jsonl", input());
    ledger
}

#[test]
fn ledger_keeps_marks_and_every_form_of_events_tells_them() {
    let ledger = ledger();
    ledger.must_run(0, "day.jsonl");
    let of = |key: &str| ledger.events().iter().skip(1).map(|event| event[key].clone()).collect::<Vec<_>>();
    let (second, both) = (json!(["second_load"]), json!(["second_load", "third_load"]));
    assert_eq!(of("flags"), [json!([]), second, both, json!([]), json!([]), json!([])]);
    assert_eq!(of("shadow"), [json!([]), json!(["trial"]), json!(["trial"]), json!([]), json!([]), json!([])]);
    assert!(ledger.events()[0].get("flags").is_none(), "a policy has no marks");
    let cloud = ledger.ask("events --format cloudevents");
    let cloud: Value = serde_json::from_str(cloud.lines().nth(3).unwrap()).unwrap();
    assert_eq!((&cloud["data"]["flags"], &cloud["data"]["shadow"]), (&of("flags")[2], &of("shadow")[2]));
    let csv = ledger.ask("events --format csv");
    assert!(csv.lines().nth(4).unwrap().ends_with(",,,second_load third_load,trial"), "{csv}");
}

#[test]
fn run_that_goes_on_tells_and_counts_the_marks_of_both_parts() {
    for (done, signal) in [(1, Signal::KILL), (2, Signal::INT), (3, Signal::KILL), (5, Signal::INT)] {
        for (format, expected) in [("jsonl", JSON), ("csv", CSV)] {
            let ledger = ledger();
            let begun: String = input().split_inclusive('\n').take(done).collect();
            ledger.break_off("- --batch day.jsonl", &begun, signal);
            let output = ledger.run(&format!("day.jsonl --reasons --output-format {format}"));
            assert_eq!((code(&output), stdout(&output)), (0, expected), "{done}: {}", stderr(&output));
            let told = behind_counts(&output);
            assert!(told.starts_with(&format!("declined: duplicate 1, daily_count 2\n{MARKS}batch ")), "{told}");
            // Again, now that all is in the ledger.
            let output = ledger.run(&format!("day.jsonl --reasons --output-format {format}"));
            assert_eq!((code(&output), stdout(&output)), (0, expected));
            assert!(behind_counts(&output).contains(MARKS), "{}", stderr(&output));
        }
    }
}

#[test]
fn verdicts_are_told_again_with_the_flags_of_the_policy_that_decided() {
    let ledger = ledger();
    ledger.must_run(0, "day.jsonl");
    ledger.write("tidegate.toml", "");
    let other = load_of(9, "other");
    ledger.must_feed(0, "- --batch other", &other);
    assert_eq!(ledger.verdicts("day.jsonl"), JSON);
    assert_eq!(ledger.ask("verdicts --reasons --output-format csv --batch day.jsonl"), CSV);
    assert_eq!(
        ledger.ask("verdicts --reasons --output-format csv --batch other"),
        "id,customer_id,accepted,reason\n9,other,true,\n"
    );
    // And the other way round.
    let output = ledger.run("day.jsonl --reasons --output-format csv");
    assert_eq!((code(&output), stdout(&output)), (0, CSV));
    assert!(behind_counts(&output).contains(MARKS), "{}", stderr(&output));
    ledger.write("tidegate.toml", LIMITS);
    let output = ledger.feed("- --batch other --reasons --output-format csv", other);
    assert_eq!((code(&output), stdout(&output)), (0, "id,customer_id,accepted,reason\n9,other,true,\n"));
    assert!(!stderr(&output).contains("flagged"), "{}", stderr(&output));
}
