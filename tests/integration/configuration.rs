//! Where the rules come from.

use std::fs;
use std::path::Path;
use std::process::Output;

use tempfile::{TempDir, tempdir};

use crate::running::Running;
use crate::support::{code, run, stderr, stdout, tidegate};
use crate::transactions::load_of;

/// A configuration whose one limit is so many loads a day.
fn limit(count: u32) -> String {
    format!("[[limits]]\nname = \"a-day\"\nwindow = \"day\"\ncount = {count}\n")
}

/// A directory with ten loads of one customer on one day.
fn ten_loads() -> TempDir {
    let directory = tempdir().unwrap();
    let loads: String = (1..=10).map(|id| load_of(id, "c")).collect();
    fs::write(directory.path().join("day.jsonl"), loads).unwrap();
    directory
}

fn write(directory: &TempDir, name: &str, text: &str) {
    let path = directory.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// How many of the ten loads a run accepts.
fn accepted(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> usize {
    let mut command = tidegate(directory);
    command.args(["run", "day.jsonl"]).args(arguments).envs(variables.iter().copied());
    let output: Output = Running::start(&mut command).finish();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    stdout(&output).lines().filter(|line| line.ends_with("\"accepted\":true}")).count()
}

#[test]
fn files_are_looked_for_one_after_the_other() {
    let directory = ten_loads();
    let xdg = directory.path().join("xdg");
    let xdg = [("XDG_CONFIG_HOME", xdg.to_str().unwrap())];
    assert_eq!(accepted(directory.path(), &[], &[]), 3, "the defaults");
    write(&directory, ".config/tidegate/config.toml", &limit(4));
    assert_eq!(accepted(directory.path(), &[], &[]), 4, "the user's");
    write(&directory, "xdg/tidegate/config.toml", &limit(5));
    assert_eq!(accepted(directory.path(), &[], &xdg), 5, "the user's by XDG_CONFIG_HOME");
    write(&directory, "tidegate.toml", &limit(6));
    assert_eq!(accepted(directory.path(), &[], &xdg), 6, "the working directory's");
    write(&directory, "other.toml", &limit(7));
    assert_eq!(accepted(directory.path(), &["--config", "other.toml"], &xdg), 7, "the one that was named");
}

#[test]
fn environment_stands_above_the_file_and_flags_above_the_environment() {
    let directory = ten_loads();
    write(&directory, "tidegate.toml", &limit(4));
    let variable = [("TIDEGATE_LIMITS__A_DAY__COUNT", "5")];
    assert_eq!(accepted(directory.path(), &[], &variable), 5);
    assert_eq!(accepted(directory.path(), &["--set", "a-day.count=6"], &variable), 6);
}

#[test]
fn log_variable_is_none_of_the_configuration() {
    let directory = ten_loads();
    assert_eq!(accepted(directory.path(), &[], &[("TIDEGATE_LOG", "error")]), 3);
}

#[test]
fn all_mistakes_are_told_at_once_and_nothing_is_written() {
    let directory = ten_loads();
    write(&directory, "tidegate.toml", "[policy]\nduplicates = \"keep\"\n[polcy]\n");
    let mut command = tidegate(directory.path());
    command.args(["run", "day.jsonl", "-o", "verdicts.jsonl", "--set", "dayly-count.count=1"]);
    let output = Running::start(command.env("TIDEGATE_IO__INPTU", "x")).finish();
    assert_eq!(code(&output), 2);
    let places: Vec<_> = stderr(&output).lines().map(|line| line.split(": ").next().unwrap()).collect();
    let expected = ["tidegate.toml:2", "tidegate.toml:3", "TIDEGATE_IO__INPTU", "--set dayly-count.count=1"];
    assert_eq!(places, expected);
    assert!(!directory.path().join("verdicts.jsonl").exists());
}

#[test]
fn named_file_that_is_not_there_is_a_mistake() {
    let directory = ten_loads();
    let output = run(directory.path(), "run day.jsonl --config nowhere.toml");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).starts_with("--config nowhere.toml: can't be read: "), "{}", stderr(&output));
}

/// What `check-config` says on standard error of a configuration that is wrong.
fn mistakes(directory: &TempDir, text: &str) -> String {
    write(directory, "rules.toml", text);
    let output = run(directory.path(), "check-config rules.toml");
    assert_eq!((code(&output), stdout(&output)), (2, ""), "{text}");
    stderr(&output).to_owned()
}

#[test]
fn mistakes_in_the_keys_of_a_limit_are_told_with_their_lines() {
    let directory = tempdir().unwrap();
    // What stands behind the limit's name in line 2, the line and key that are told, and some of what is said.
    let cases = [
        ("count = 1", "1: limits.a.window", "missing"),
        (
            "window = \"90 days\"\namount = 1",
            "3: limits.a.window",
            "such as \"24h\" or \"90d\" (s, m, h or d), from 1s to 3652059d, not \"90 days\"",
        ),
        ("window = \"dya\"\ncount = 1", "3: limits.a.window", "did you mean \"day\"?"),
        ("window = \"0d\"\ncount = 1", "3: limits.a.window", "not \"0d\""),
        ("window = \"day\"", "1: limits.a", "needs an amount, a count, a minimum_amount, a maximum_amount"),
        ("cooldown = \"10 minutes\"", "3: limits.a.cooldown", "such as \"10m\" or \"90d\" (s, m, h or d)"),
        ("cooldown = 600", "3: limits.a.cooldown", "not an integer"),
        ("window = \"day\"\namount = 1\nmeasure = \"net\"", "5: limits.a.measure", "\"load\" or \"withdrawal\""),
        (
            "window = \"day\"\ncount = 1\ndirection = \"load\"\nmeasure = \"net\"",
            "6: limits.a.measure",
            "needs an amount",
        ),
        (
            "window = \"transaction\"\namount = 1\ndirection = \"load\"\nmeasure = \"net\"",
            "6: limits.a.measure",
            "more than one transaction",
        ),
        ("window = \"day\"\namount = 1\nmeasure = \"neto\"", "5: limits.a.measure", "must be \"gross\" or \"net\""),
        (
            "minimum_amount = 10\nmaximum_amount = \"9.99\"",
            "3: limits.a.minimum_amount",
            "above the maximum_amount of 9.99",
        ),
        ("minimum_amount = \"0.00\"", "3: limits.a.minimum_amount", "must be above zero"),
        ("maximum_amount = 1.5", "3: limits.a.maximum_amount", "must not be a float"),
        ("maximum_balance = \"-1\"", "3: limits.a.maximum_balance", "must be above zero"),
        ("maximum_balance = 1\ndirection = \"withdrawal\"", "3: limits.a.maximum_balance", "never raises the balance"),
        ("cooldown = \"1m\"\nzone = \"Toronto\"", "4: limits.a.zone", "did you mean \"America/Toronto\"?"),
        ("cooldown = \"1m\"\nzone = \"Europe/Belrin\"", "4: limits.a.zone", "did you mean \"Europe/Berlin\"?"),
        ("cooldown = \"1m\"\nzone = \"+01:00\"", "4: limits.a.zone", "not \"+01:00\""),
        (
            "cooldown = \"1m\"\nweek_starts = \"Sunday\"",
            "4: limits.a.week_starts",
            "\"saturday\" or \"sunday\", not \"Sunday\"",
        ),
        ("cooldown = \"1m\"\ngroups = \"gold\"", "4: limits.a.groups", "such as [\"gold\"], not a string"),
        ("cooldown = \"1m\"\ngroups = []", "4: limits.a.groups", "leave the key out if the limit is for everyone"),
        ("cooldown = \"1m\"\ngroups = [\"gold\", 1]", "4: limits.a.groups", "an integer"),
        ("cooldown = \"1m\"\ngroups = [\"gold\", \"gold\"]", "4: limits.a.groups", "\"gold\" stands twice"),
        ("cooldown = \"1m\"\ngroups = [\"\"]", "4: limits.a.groups", "must not be empty"),
        ("cooldown = \"1m\"\nfrom = \"2026-02-29\"", "4: limits.a.from", "not \"2026-02-29\""),
        ("cooldown = \"1m\"\nfrom = 2026-02-28T00:00:00", "4: limits.a.from", "a date without a time"),
        ("cooldown = \"1m\"\nuntil = 2026", "4: limits.a.until", "not an integer"),
        ("cooldown = \"1m\"\nfrom = 2026-01-02\nuntil = \"2026-01-01\"", "5: limits.a.until", "is before 2026-01-02"),
        ("cooldown = \"1m\"\noutcome = \"warn\"", "4: limits.a.outcome", "must be \"decline\", \"flag\" or \"shadow\""),
        ("cooldown = \"1m\"\ngroup = [\"gold\"]", "4: limits.a.group", "did you mean \"groups\"?"),
        ("maximum_amonut = 5", "3: limits.a.maximum_amonut", "did you mean \"maximum_amount\"?"),
    ];
    for (keys, place, why) in cases {
        let said = mistakes(&directory, &format!("[[limits]]\nname = \"a\"\n{keys}\n"));
        assert!(said.starts_with(&format!("rules.toml:{place}: ")) && said.contains(why), "{keys}: {said}");
        assert_eq!(said.lines().count(), 1, "{keys}: {said}");
    }
}

#[test]
fn mistakes_outside_the_limits_are_told_with_their_lines() {
    let directory = tempdir().unwrap();
    let cases = [
        ("zone = \"America/Torronto\"", "2: policy.zone", "did you mean \"America/Toronto\"?"),
        ("week_starts = \"sundays\"", "2: policy.week_starts", "\"saturday\" or \"sunday\", not \"sundays\""),
        ("late_after = \"3 months\"", "2: policy.late_after", "not \"3 months\""),
        ("late_after = 90", "2: policy.late_after", "not an integer"),
        ("groups_file = \"-\"", "2: policy.groups_file", "must name a file"),
        ("groups_file = \"nowhere.csv\"", "2: policy.groups_file", "can't read nowhere.csv: No such file"),
        ("members = \"00\"", "2: policy.members", "unknown key"),
        (
            "late_after = \"1d\"\n[[limits]]\nname = \"too-late\"\ncooldown = \"1s\"",
            "4: limits.name",
            "built-in reason",
        ),
    ];
    for (keys, place, why) in cases {
        let said = mistakes(&directory, &format!("[policy]\n{keys}\n"));
        assert!(said.starts_with(&format!("rules.toml:{place}: ")) && said.contains(why), "{keys}: {said}");
        assert_eq!(said.lines().count(), 1, "{keys}: {said}");
    }
}

#[test]
fn only_the_first_64_limits_leave_marks() {
    let directory = tempdir().unwrap();
    let limits: String =
        (1..=65).map(|place| format!("[[limits]]\nname = \"a{place}\"\ncooldown = \"1s\"\n")).collect();
    let said = mistakes(&directory, &format!("{limits}outcome = \"flag\"\n"));
    assert!(said.starts_with("rules.toml:196: limits.a65.outcome: only the first 64 limits"), "{said}");
}

#[test]
fn mistakes_in_the_file_of_groups_are_told_with_their_lines() {
    let directory = tempdir().unwrap();
    let cases = [
        ("", "groups.csv: ", "holds nothing"),
        ("customer_id,name\na,gold\n", "groups.csv:1: line: ", "has no group"),
        ("customer_id,group,group\na,gold,gold\n", "groups.csv:1: line: ", "has group twice"),
        ("customer_id,group\na,gold\n\nb\n", "groups.csv:4: line: ", "1 field where the header has 2"),
        ("customer_id,group\n,gold\n", "groups.csv:2: customer_id: ", "empty"),
        ("customer_id,group\na,\n", "groups.csv:2: group: ", "empty"),
        ("customer_id,group\na,gold\nb,silver\na,silver\n", "groups.csv:4: group: ", "in \"gold\" on line 2"),
        (
            "{\"customer_id\":\"a\",\"group\":\"gold\"}\n{\"customer_id\":\"a\",\"group\":\"silver\"}\n",
            "groups.csv:2: group: ",
            "in \"gold\" on line 1",
        ),
        ("{\"customer_id\":\"a\",\"group\":5}\n", "groups.csv:1: group: ", "must be a string"),
        ("{\"customer_id\":\"a\"}\n", "groups.csv:1: group: ", "missing"),
        ("{\"customer_id\":\"a\",\"group\":\"gold\"}\na,silver\n", "groups.csv:2: ", "not JSON"),
    ];
    for (groups, place, why) in cases {
        write(&directory, "groups.csv", groups);
        let said = mistakes(&directory, "[policy]\ngroups_file = \"groups.csv\"\n");
        assert!(said.starts_with(place) && said.contains(why), "{groups}: {said}");
        assert_eq!(said.lines().count(), 1, "{groups}: {said}");
    }
}

#[test]
fn keys_of_a_limit_can_be_set_without_the_file() {
    let directory = ten_loads();
    write(&directory, "tidegate.toml", &limit(4));
    let variables = [("TIDEGATE_LIMITS__A_DAY__OUTCOME", "flag"), ("TIDEGATE_POLICY__ZONE", "Asia/Tokyo")];
    assert_eq!(accepted(directory.path(), &[], &variables), 10);
    assert_eq!(accepted(directory.path(), &["--set", "a-day.outcome=decline"], &variables), 4);
    assert_eq!(accepted(directory.path(), &["--set", "a-day.window=lifetime", "--set", "a-day.count=7"], &[]), 7);
    assert_eq!(accepted(directory.path(), &["--set", "a-day.groups=gold,silver"], &[]), 10);
    assert_eq!(accepted(directory.path(), &["--set", "a-day.groups=gold,default"], &[]), 4);
    assert_eq!(accepted(directory.path(), &["--set", "a-day.until=1999-12-31"], &[]), 10);
    assert_eq!(accepted(directory.path(), &["--set", "a-day.cooldown=1d"], &[]), 1);
}

/// A limit of the customers whom a file puts into the group `gold`.
const GOLD: &str = "[policy]\ngroups_file = \"groups.csv\"\n\
                    [[limits]]\nname = \"gold\"\nwindow = \"day\"\ncount = 1\ngroups = [\"gold\"]\n";

#[test]
fn file_of_groups_says_whose_limits_are_whose() {
    let directory = ten_loads();
    write(&directory, "tidegate.toml", GOLD);
    for (groups, expected) in [
        ("customer_id,group\nc,gold\n", 1),
        ("group,customer_id\ndefault,c\ngold,d\n", 10),
        ("customer_id,group\n", 10),
    ] {
        write(&directory, "groups.csv", groups);
        assert_eq!(accepted(directory.path(), &[], &[]), expected, "{groups}");
    }
    write(&directory, "other.jsonl", "{\"customer_id\":\"c\",\"group\":\"gold\"}\n");
    assert_eq!(accepted(directory.path(), &[], &[("TIDEGATE_POLICY__GROUPS_FILE", "other.jsonl")]), 1);
    assert_eq!(accepted(directory.path(), &["--set", "gold.groups=silver,default"], &[]), 1);
}

#[test]
fn mistake_in_the_file_of_groups_keeps_a_run_from_beginning() {
    let directory = ten_loads();
    write(&directory, "tidegate.toml", GOLD);
    for command in ["run day.jsonl -o verdicts.jsonl", "run day.jsonl --store ledger.db", "check-config"] {
        write(&directory, "groups.csv", "customer_id,group\nc,gold\nd,\nc,silver\n");
        let output = run(directory.path(), command);
        let expected = "groups.csv:3: group: must not be empty\n\
                        groups.csv:4: group: customer \"c\" is in \"silver\" here and in \"gold\" on line 2\n";
        assert_eq!((code(&output), stdout(&output), stderr(&output)), (2, "", expected), "{command}");
        fs::remove_file(directory.path().join("groups.csv")).unwrap();
        let output = run(directory.path(), command);
        let expected =
            "tidegate.toml:2: policy.groups_file: can't read groups.csv: No such file or directory (os error 2)\n";
        assert_eq!((code(&output), stdout(&output), stderr(&output)), (2, "", expected), "{command}");
    }
    for written in ["verdicts.jsonl", "ledger.db"] {
        assert!(!directory.path().join(written).exists(), "{written}");
    }
}

#[test]
fn unfinished_batch_goes_on_only_with_the_same_members() {
    let directory = ten_loads();
    write(&directory, "tidegate.toml", GOLD);
    write(&directory, "groups.csv", "customer_id,group\nc,gold\n");
    let loads = fs::read_to_string(directory.path().join("day.jsonl")).unwrap();
    write(&directory, "day.jsonl", &loads.replacen("\n", "\nnonsense\n", 1));
    let again = "run --strict --store ledger.db day.jsonl -o verdicts.jsonl";
    assert_eq!(code(&run(directory.path(), again)), 3);
    write(&directory, "day.jsonl", &loads);
    write(&directory, "groups.csv", "customer_id,group\nc,silver\n");
    let output = run(directory.path(), again);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("was begun under another policy"), "{}", stderr(&output));
    write(&directory, "groups.csv", "{\"group\":\"gold\",\"customer_id\":\"c\"}\n");
    let output = run(directory.path(), again);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let verdicts = fs::read_to_string(directory.path().join("verdicts.jsonl")).unwrap();
    assert_eq!(verdicts.matches("\"accepted\":true").count(), 1, "{verdicts}");
}
