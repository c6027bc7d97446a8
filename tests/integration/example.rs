//! `input.txt` and `output.txt` at the top of the project: what a newcomer runs first.
//!
//! `tidegate generate --lines 1000 --seed 7 --mix -o input.txt` makes the one, and `tidegate run` the other of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{stderr, stdout, tidegate};

fn committed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the file is there and is text")
}

#[test]
fn input_txt_is_what_generate_writes() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["generate", "--lines", "1000", "--seed", "7", "--mix"];
    let output = tidegate(directory.path()).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output) == read(&committed("input.txt")), "input.txt is not what generate writes");
}

#[test]
fn output_txt_is_what_a_bare_run_makes_of_input_txt() {
    let directory = tempfile::tempdir().unwrap();
    fs::copy(committed("input.txt"), directory.path().join("input.txt")).unwrap();
    let output = tidegate(directory.path()).arg("run").output().unwrap();
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), ""), "{}", stderr(&output));
    let verdicts = read(&directory.path().join("output.txt"));
    assert!(verdicts == read(&committed("output.txt")), "output.txt is not what run makes of input.txt");
}

#[test]
fn input_txt_meets_every_verdict_that_the_defaults_can_give() {
    let directory = tempfile::tempdir().unwrap();
    let output = tidegate(directory.path()).args(["run", "--reasons"]).arg(committed("input.txt")).output().unwrap();
    let verdicts: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let reasons: BTreeSet<_> = verdicts.iter().map(|verdict| verdict["reason"].as_str()).collect();
    // An overflow of a total needs amounts that no generated workload has.
    let declines = ["duplicate", "daily_count", "daily_amount", "weekly_amount", "insufficient_funds"];
    assert_eq!(reasons, BTreeSet::from_iter(declines.map(Some).into_iter().chain([None])));
}
