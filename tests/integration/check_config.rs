//! What `tidegate check-config` says of a configuration.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::running::Running;
use crate::support::{code, run, stderr, stdout, tidegate};

/// A week's limit that is stricter than the day's.
const WEEK_BELOW_DAY: &str = "\
[[limits]]
name = \"daily\"
window = \"day\"
direction = \"load\"
amount = \"5000.00\"

[[limits]]
name = \"weekly\"
window = \"week\"
amount = \"3000.00\"
";

fn write(directory: &Path, text: &str) {
    fs::write(directory.join("rules.toml"), text).unwrap();
}

/// What is warned of, each behind its place.
fn warnings(said: &str) -> Vec<&str> {
    said.split_once("\nwarnings:\n").map(|(_, warnings)| warnings.lines().collect()).unwrap_or_default()
}

fn object(said: &str) -> Value {
    assert_eq!(said.lines().count(), 1, "{said}");
    serde_json::from_str(said).unwrap()
}

#[test]
fn rules_are_said_in_words() {
    let directory = tempdir().unwrap();
    write(directory.path(), "[[limits]]\nname = \"a-day\"\nwindow = \"day\"\ncount = 4\n");
    let output = run(directory.path(), "check-config rules.toml");
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    assert!(stdout(&output).starts_with("rules.toml: 1 limit\n\n  1. a-day  At most 4 transactions a day, "));
    assert!(!stdout(&output).contains("warnings"));
    let output = run(directory.path(), "check-config");
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).starts_with("The defaults, as there is no configuration file: 3 limits, "));
    assert!(!stdout(&output).contains("warnings"));
}

#[test]
fn mistakes_are_told_on_standard_error() {
    let directory = tempdir().unwrap();
    write(directory.path(), "[[limits]]\nname = \"a-day\"\nwindow = \"day\"\ncount = 0\n");
    let output = run(directory.path(), "check-config rules.toml");
    assert_eq!((code(&output), stdout(&output)), (2, ""));
    assert!(stderr(&output).starts_with("rules.toml:4: limits.a-day.count: "), "{}", stderr(&output));
}

#[test]
fn warnings_stand_at_the_places_where_their_values_were_set() {
    let directory = tempdir().unwrap();
    write(directory.path(), WEEK_BELOW_DAY);
    let output = run(directory.path(), "check-config rules.toml");
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    let why = "makes no difference: whatever exceeds it exceeds weekly.amount (3,000.00 a week) too";
    assert_eq!(warnings(stdout(&output)), [format!("rules.toml:5: limits.daily.amount: {why}")]);

    let output = run(directory.path(), "check-config rules.toml --set daily.amount=4000");
    assert_eq!(warnings(stdout(&output)), [format!("--set daily.amount=4000: {why}")]);

    let mut command = tidegate(directory.path());
    command.args(["check-config", "rules.toml"]).env("TIDEGATE_LIMITS__DAILY__AMOUNT", "4000");
    let output = Running::start(&mut command).finish();
    assert_eq!(warnings(stdout(&output)), [format!("TIDEGATE_LIMITS__DAILY__AMOUNT: {why}")]);

    let output = run(directory.path(), "check-config --set daily-count.cooldown=12h");
    let expected = "limits.daily-count.count (the default): makes no difference: beside daily-count.cooldown (12 hours \
        apart) there is room for 2 at most";
    assert_eq!(warnings(stdout(&output)), [expected]);
}

#[test]
fn warning_about_what_comes_from_elsewhere_stands_where_the_limit_begins() {
    let directory = tempdir().unwrap();
    let limit = |name: &str| format!("[[limits]]\nname = \"{name}\"\nwindow = \"day\"\ncount = {}\n", name.len());
    let text = format!("[policy]\nzone = \"Asia/Tokyo\"\n{}zone = \"UTC\"\n{}", limit("ab"), limit("a"));
    write(directory.path(), &text);
    let output = run(directory.path(), "check-config rules.toml");
    let expected = "rules.toml:8: limits.a.zone: its days are those of Asia/Tokyo, while those of ab are of UTC";
    assert_eq!(warnings(stdout(&output)), [expected]);
}

#[test]
fn groups_are_compared_with_their_file() {
    let directory = tempdir().unwrap();
    let limit = "[[limits]]\nname = \"a\"\nwindow = \"day\"\ncount = 4\ngroups = [\"glod\"]\n";
    write(directory.path(), &format!("[policy]\ngroups_file = \"groups.csv\"\n{limit}"));
    fs::write(directory.path().join("groups.csv"), "group,customer_id\ngold,1\ngold,2\n").unwrap();
    let output = run(directory.path(), "check-config rules.toml");
    assert!(stdout(&output).contains("gold (2 customers)"), "{}", stdout(&output));
    let expected = "rules.toml:7: limits.a.groups: the groups file has nobody in \"glod\", only transactions can name it; \
        did you mean \"gold\"?";
    assert_eq!(warnings(stdout(&output)), [expected]);
}

#[test]
fn object_tells_limits_and_warnings() {
    let directory = tempdir().unwrap();
    write(directory.path(), WEEK_BELOW_DAY);
    let output = run(directory.path(), "check-config rules.toml --json --set daily.amount=4000 --set weekly.count=9");
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    let expected = json!({
        "source": "rules.toml",
        "overrides": ["--set daily.amount=4000", "--set weekly.count=9"],
        "limits": [
            { "name": "daily", "sentence": "At most 4,000.00 loaded a day." },
            {
                "name": "weekly",
                "sentence": "At most 9 transactions and 3,000.00 a week, loads and withdrawals together.",
            },
        ],
        "errors": [],
        "warnings": [{
            "place": "--set daily.amount=4000",
            "file": null,
            "line": null,
            "key": "limits.daily.amount",
            "message": "makes no difference: whatever exceeds it exceeds weekly.amount (3,000.00 a week) too",
        }],
    });
    assert_eq!(object(stdout(&output)), expected);
    let keys = ["{\"source\":", "\"overrides\":", "\"limits\":", "\"errors\":", "\"warnings\":"];
    let places = keys.map(|key| stdout(&output).find(key).unwrap());
    assert!(places.is_sorted(), "{}", stdout(&output));
}

#[test]
fn object_tells_errors_and_the_exit_status_too() {
    let directory = tempdir().unwrap();
    write(directory.path(), "[[limits]]\nname = \"a\"\nwindow = \"day\"\ncount = 0\n");
    let output = run(directory.path(), "check-config rules.toml --json --set b.count=1");
    assert_eq!(code(&output), 2);
    let said = object(stdout(&output));
    assert_eq!((&said["source"], &said["limits"], &said["warnings"]), (&json!("rules.toml"), &json!([]), &json!([])));
    let expected = json!({
        "place": "rules.toml:4: limits.a.count",
        "file": "rules.toml",
        "line": 4,
        "key": "limits.a.count",
        "message": "must be a whole number from 1 to 4294967295, not \"0\"",
    });
    assert_eq!(said["errors"][0], expected);
    assert_eq!(said["errors"][1]["place"], "--set b.count=1");
    assert_eq!(stderr(&output).lines().count(), 2, "{}", stderr(&output));

    let output = run(directory.path(), "check-config nowhere.toml --json");
    assert_eq!(code(&output), 2);
    let said = object(stdout(&output));
    assert_eq!((&said["source"], &said["errors"][0]["place"]), (&json!("nowhere.toml"), &json!("FILE nowhere.toml")));

    let output = run(directory.path(), "check-config --json");
    assert_eq!((code(&output), &object(stdout(&output))["source"]), (0, &Value::Null));
}
