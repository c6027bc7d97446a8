//! Gates, what nothing beats, and what makes no policy.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{candidate, command, history, object, swept};
use crate::ledger::NAME;
use crate::support::{code, stderr, stdout};
use crate::transactions::{BAD, WHY_BAD};

#[test]
fn sweep_fails_only_if_every_candidate_fails_a_gate() {
    let ledger = history();
    let sweep = |gates: &[&str]| {
        let vary = ["sweep", "--json", "--quiet", "--store", NAME, "--vary", "a-day.amount=50,4000"];
        let gates: Vec<_> = gates.iter().flat_map(|gate| ["--fail-if", gate]).collect();
        command(&ledger, &[&vary[..], &gates].concat())
    };
    let plain = object(stdout(&sweep(&[])));
    let accepted = |values: &[&str]| candidate(&plain, values)["metrics"]["accepted_now"].as_u64().unwrap();
    let (few, many) = (accepted(&["50"]), accepted(&["4000"]));
    assert!(few < many);

    let between = format!("accepted_now <= {few}");
    let output = sweep(&[&between, "customers < 0"]);
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    let gated = object(stdout(&output));
    assert_eq!(candidate(&gated, &["50"])["failed_gates"], json!([between]));
    assert_eq!(candidate(&gated, &["4000"])["failed_gates"], json!([]));
    assert_eq!(candidate(&gated, &["4000"])["metrics"], candidate(&plain, &["4000"])["metrics"]);

    let output = sweep(&[&between, &format!("accepted_now>{few}"), "flips < 0"]);
    assert_eq!(code(&output), 5);
    let told = format!(
        "gate \"{between}\" failed: by 1 of 2 candidates\n\
         gate \"accepted_now > {few}\" failed: by 1 of 2 candidates\n\
         no candidate passes all gates\n"
    );
    assert_eq!(stderr(&output), told);
    // What was found out is told all the same.
    assert_eq!(object(stdout(&output))["candidates"].as_array().unwrap().len(), 2);
}

#[test]
fn lines_that_can_not_be_read_are_told_and_end_a_sweep_by_their_own_status_unless_a_gate_does() {
    let ledger = history();
    ledger.write("bad.jsonl", ledger.read("day.jsonl") + BAD);
    let arguments = "sweep --quiet bad.jsonl --vary daily-count.count=1,2";
    let output = ledger.command(arguments);
    let reject = format!("bad.jsonl:1501: {WHY_BAD}\n");
    assert_eq!((code(&output), stderr(&output)), (3, reject.as_str()));
    assert!(stdout(&output).contains("\nleft out: 1 line that could not be read\n"), "{}", stdout(&output));
    assert_eq!(code(&ledger.command(&format!("{arguments} --fail-if flips>=0"))), 5);
}

#[test]
fn unbeaten_are_those_than_which_no_other_is_better() {
    let ledger = history();
    let sweep =
        object(&swept(&ledger, "--json --vary a-day.amount=1000..9000/1000 --vary least.minimum_amount=1..401/50"));
    let candidates = sweep["candidates"].as_array().unwrap();
    // More is better, then less, then fewer; money has two decimals throughout.
    let points: Vec<_> = candidates
        .iter()
        .map(|candidate| {
            let metrics = &candidate["metrics"];
            let loads: i64 = metrics["loads_now"].as_str().unwrap().replace('.', "").parse().unwrap();
            [-metrics["accepted_now"].as_i64().unwrap(), loads, metrics["customers_affected"].as_i64().unwrap()]
        })
        .collect();
    let beats =
        |one: &[i64; 3], other: &[i64; 3]| one != other && one.iter().zip(other).all(|(one, other)| one <= other);
    let mut marks = BTreeMap::new();
    for (candidate, point) in candidates.iter().zip(&points) {
        let expected = !points.iter().any(|other| beats(other, point));
        assert_eq!(candidate["is_unbeaten"], expected, "{candidate}");
        *marks.entry(expected).or_insert(0) += 1;
    }
    assert!(marks.len() == 2, "{marks:?}");
}

#[test]
fn rows_of_csv_are_the_candidates_of_json() {
    let ledger = history();
    let arguments = "--json --csv s.csv --vary a-day.amount=1000,2000,x --vary gold.groups=gold --fail-if flips>0";
    let output = ledger.command(&format!("sweep --quiet --store {NAME} {arguments}"));
    assert_eq!(code(&output), 5);
    let sweep = object(stdout(&output));
    let mut reader = csv::Reader::from_path(ledger.path("s.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let metrics: Vec<_> = sweep["then"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(header.len(), 2 + metrics.len() + 2);
    assert_eq!((&header[0], &header[1]), ("a-day.amount", "gold.groups"));
    assert_eq!((&header[header.len() - 2], &header[header.len() - 1]), ("unbeaten", "failed_gates"));
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let candidates = sweep["candidates"].as_array().unwrap();
    assert_eq!(rows.len(), candidates.len());
    for (row, candidate) in rows.iter().zip(candidates) {
        assert_eq!(candidate["values"], json!([row[0], row[1]]));
        for (name, cell) in header.iter().zip(row).skip(2).take(metrics.len()) {
            match &candidate["metrics"][name] {
                Value::String(money) => assert_eq!(cell, money, "{name}"),
                number => assert_eq!(cell.parse::<f64>().ok(), number.as_f64(), "{name}"),
            }
        }
        assert_eq!(row[header.len() - 2], candidate["is_unbeaten"].to_string());
        assert_eq!(&row[header.len() - 1], "flips > 0");
    }
}

#[test]
fn what_makes_no_policy_is_skipped_with_its_reason() {
    let ledger = history();
    let arguments = "--config two.toml --vary a.amount=0,10,30 --vary b.amount=5,20";
    ledger.write(
        "two.toml",
        "[[limits]]\nname = \"a\"\nwindow = \"day\"\namount = 1\n\
         [[limits]]\nname = \"b\"\nwindow = \"month\"\namount = 2\n",
    );
    let sweep = object(&swept(&ledger, &format!("--json {arguments}")));
    let below = |long: &str, short: &str| {
        format!("b.amount={long}: {long}.00 is below the {short}.00 of \"a\", which could never be reached")
    };
    let why = "a.amount=0: must be above zero";
    assert_eq!(
        sweep["invalid"],
        json!([
            { "values": ["0", "5"], "why": why },
            { "values": ["0", "20"], "why": why },
            { "values": ["10", "5"], "why": below("5", "10") },
            { "values": ["30", "5"], "why": below("5", "30") },
            { "values": ["30", "20"], "why": below("20", "30") },
        ])
    );
    assert_eq!(sweep["candidates"].as_array().unwrap().len(), 1);
    let text = swept(&ledger, arguments);
    let (_, told) = text.split_once("\n5 combinations make no policy:\n").unwrap();
    assert!(told.starts_with("  a.amount=0: must be above zero (2)\n  b.amount=5: 5.00 is below "), "{told}");
}
