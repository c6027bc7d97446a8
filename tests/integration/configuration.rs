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

#[test]
fn check_config_says_the_rules_in_words() {
    let directory = tempdir().unwrap();
    write(&directory, "rules.toml", &limit(4));
    let output = run(directory.path(), "check-config rules.toml");
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    assert!(stdout(&output).starts_with("rules.toml: 1 limit\n\n  1. a-day  at most 4 transactions a day, "));
    let output = run(directory.path(), "check-config");
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).starts_with("The defaults, as there is no configuration file: 3 limits, "));
}

#[test]
fn check_config_tells_mistakes_on_standard_error() {
    let directory = tempdir().unwrap();
    write(&directory, "rules.toml", &limit(0));
    let output = run(directory.path(), "check-config rules.toml");
    assert_eq!((code(&output), stdout(&output)), (2, ""));
    assert!(stderr(&output).starts_with("rules.toml:4: limits.a-day.count: "), "{}", stderr(&output));
}
