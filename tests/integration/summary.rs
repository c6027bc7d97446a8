//! What a run says at its end.

use std::fs;

use tempfile::tempdir;

use crate::support::{code, feed, stderr};
use crate::transactions::{BAD, WHY_BAD, load_of, loads};

/// Four loads of one customer, of which the last is one too many for a day; a duplicate of the first; a bad line.
fn mixed() -> String {
    (1..=4).chain([1]).map(|id| load_of(id, "c")).collect::<String>() + BAD
}

#[test]
fn summary_counts_what_was_read_and_what_became_of_it() {
    let directory = tempdir().unwrap();
    let output = feed(directory.path(), "run -", mixed().as_bytes());
    let lines: Vec<_> = stderr(&output).lines().collect();
    let [reject, counts, declined] = lines[..] else { panic!("{lines:?}") };
    assert_eq!(reject, format!("-:6: {WHY_BAD}"));
    assert_eq!(declined, "declined: duplicate 1, daily_count 1");
    let (counts, speed) = counts.split_once(" in ").unwrap();
    assert_eq!(counts, "read 6: 3 accepted, 2 declined, 1 rejected");
    let (seconds, rate) = speed.split_once(" s (").unwrap();
    assert!(seconds.parse::<f64>().unwrap() > 0.0);
    let rate = rate.strip_suffix(" transactions/s)").unwrap();
    assert!(rate.replace(',', "").parse::<u64>().is_ok(), "{rate}");
}

#[test]
fn duplicates_that_are_ignored_are_mentioned() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("tidegate.toml"), "[policy]\nduplicates = \"ignore\"\n").unwrap();
    let output = feed(directory.path(), "run -", mixed().as_bytes());
    let text = stderr(&output);
    assert!(text.contains("\nread 6: 3 accepted, 1 declined, 1 rejected, 1 duplicate ignored in "), "{text}");
}

#[test]
fn large_counts_are_grouped() {
    let directory = tempdir().unwrap();
    let output = feed(directory.path(), "run -", loads(1..=1_234).as_bytes());
    assert!(
        stderr(&output).starts_with("read 1,234: 1,234 accepted, 0 declined, 0 rejected in "),
        "{}",
        stderr(&output)
    );
}

#[test]
fn quiet_silences_the_summary_and_not_the_rejects() {
    let directory = tempdir().unwrap();
    for flag in ["--quiet", "-q"] {
        let output = feed(directory.path(), &format!("run - {flag}"), mixed().as_bytes());
        assert_eq!((code(&output), stderr(&output)), (3, format!("-:6: {WHY_BAD}\n").as_str()));
    }
}
