//! Random inputs under two configurations, lines that are no transactions among them.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tidegate::config::policy_text;

use super::trial::{Trial, policy_of};
use super::{Tried, any_tried, kinds, must_agree, report, reported};
use crate::engine::Files;
use crate::oracle::reached::Reached;
use crate::oracle::{Case, GROUPS_FILE, compare_until_all_is_reached, csv};

/// How many random transactions are decided anew in every test run.
const TRANSACTIONS_MIN: usize = 10_000;

/// How often each kind of flip and whatever else matters must come about.
const EACH_MIN: usize = 1;

const LINES_MAX: usize = 400;

/// Lines that are no transactions, as JSON lines and as CSV, and whether they are rejected.
const NO_TRANSACTIONS: [(&str, &str, bool); 4] = [
    ("", "", false),
    ("nonsense", "nonsense", true),
    (r#"{"id":"x","customer_id":"7"}"#, "gold,$1.00,x,,7", true),
    (
        r#"{"id":"x","customer_id":"7","load_amount":"$1.001","time":"2000-01-01T00:00:00Z"}"#,
        "gold,$1.001,x,2000-01-01T00:00:00Z,7",
        true,
    ),
];

/// What stands before which line instead of a transaction.
type Between = (Index, (&'static str, &'static str, bool));

fn compare(tried: &Tried, between: &[Between], reached: &mut Reached) -> Result<usize, TestCaseError> {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path();
    let (baseline, proposed) = (&tried.batches[0], &tried.proposed[0]);
    let (then, now) = (write(path, "then", baseline), write(path, "now", proposed));
    let lines: Vec<&String> = tried.batches.iter().flat_map(|batch| &batch.lines).collect();
    let mut of_csv = csv::input(&lines.iter().map(|line| (*line).clone()).collect::<Vec<_>>())
        .lines()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let header = of_csv.remove(0);
    let (mut json_lines, mut csv_lines) = (String::new(), header + "\n");
    let (mut numbers, mut number, mut rejected) = (Vec::new(), 0, 0);
    for place in 0..=lines.len() {
        for (_, (json, csv, is_rejected)) in between.iter().filter(|(at, _)| at.index(lines.len() + 1) == place) {
            json_lines += &format!("{json}\n");
            csv_lines += &format!("{csv}\n");
            number += 1;
            rejected += u64::from(*is_rejected);
        }
        if let (Some(json), Some(csv)) = (lines.get(place), of_csv.get(place)) {
            json_lines += &format!("{json}\n");
            csv_lines += &format!("{csv}\n");
            number += 1;
            numbers.push(number);
        }
    }
    fs::write(path.join("day.jsonl"), json_lines).expect("the input can be written");
    fs::write(path.join("day.csv"), csv_lines).expect("the input can be written");
    let members = policy_of(proposed).members.unwrap_or_default();
    for (name, headers) in [("day.jsonl", 0), ("day.csv", 1)] {
        let numbers = numbers.iter().map(|number| number + headers);
        let trial = Trial::of_input(numbers.zip(lines.iter().map(|line| line.as_str())), baseline, proposed);
        let range = tried.range(&trial);
        let threads = 1 + tried.len() % 3;
        let arguments = format!("{name} --baseline then.toml --config now.toml --threads {threads}{}", range.flags());
        let (told, said) = reported(path, &arguments, if rejected > 0 { 3 } else { 0 });
        // Each rejected line is told.
        prop_assert_eq!(said.lines().filter(|line| line.starts_with(name)).count() as u64, rejected, "{}", said);
        must_agree(name, &report::report(&trial, range), &told)?;
        prop_assert_eq!((&told["source"], &told["head"]), (&json!(name), &Value::Null));
        prop_assert_eq!((&told["is_check"], &told["rejected"]), (&json!(false), &json!(rejected)));
        prop_assert_eq!((&told["then"], &told["now"]), (&then, &now));
        if headers == 0 {
            reached.tried(&trial, range, |customer| members.contains_key(customer));
        }
    }
    Ok(tried.len())
}

/// Writes a configuration under a name, and says how reports name its policy.
fn write(directory: &Path, name: &str, case: &Case) -> Value {
    let elsewhere = tempfile::tempdir().expect("a directory can be made");
    let config = Files::from(case).loaded_in(elsewhere.path());
    // Each has a file of groups of its own.
    let groups = format!("{name}-groups.txt");
    fs::write(directory.join(format!("{name}.toml")), case.config.replace(GROUPS_FILE, &groups))
        .expect("the configuration can be written");
    if let Some(text) = &case.groups_file {
        fs::write(directory.join(groups), text).expect("the groups can be written");
    }
    json!([{ "position": null, "sha256": hex::encode(Sha256::digest(policy_text(&config.policy))) }])
}

#[test]
fn backtests_of_random_inputs_are_the_runs_of_the_oracle() {
    let between = prop::collection::vec((any::<Index>(), select(&NO_TRANSACTIONS[..])), 0..=5);
    let reached = Reached::of(kinds::of_inputs(), EACH_MIN);
    compare_until_all_is_reached(
        (any_tried(2, LINES_MAX, 1), between),
        TRANSACTIONS_MIN,
        reached,
        |(tried, between), reached| compare(tried, between, reached),
    );
}
