//! `--strict`: the first line that is no valid transaction ends the run.

use std::fs;

use tempfile::tempdir;

use crate::running::Running;
use crate::support::{code, run, stderr, stdout, tidegate};
use crate::transactions::{BAD, WHY_BAD, accepted, all_accepted, load, loads};

/// Enough lines for several batches on either side of the bad one.
const LINES: u64 = 20_000;

#[test]
fn verdicts_of_the_lines_before_it_are_written_and_none_behind_it_on_any_number_of_threads() {
    let directory = tempdir().unwrap();
    let bad_line = LINES / 2;
    let text = loads(1..=bad_line - 1) + BAD + &loads(bad_line + 1..=LINES);
    fs::write(directory.path().join("day.jsonl"), text + BAD).unwrap();
    let expected = all_accepted(1..=bad_line - 1);
    for repetition in 0..10 {
        for threads in [1, 4] {
            let arguments = format!("run day.jsonl --strict --quiet --threads {threads}");
            let output = run(directory.path(), &arguments);
            assert_eq!(code(&output), 3);
            assert_eq!(stderr(&output), format!("day.jsonl:{bad_line}: {WHY_BAD}\n"));
            assert!(stdout(&output) == expected, "repetition {repetition} on {threads} threads");
        }
    }
}

#[test]
fn run_ends_at_the_line_though_the_input_goes_on() {
    let directory = tempdir().unwrap();
    let mut running = Running::start(tidegate(directory.path()).args(["run", "-", "--strict"]));
    running.write((load(1) + BAD).as_bytes());
    assert_eq!(running.wait().code(), Some(3));
    assert_eq!(running.stdout.rest(), accepted(1).as_bytes());
    let summary = String::from_utf8(running.stderr.rest()).unwrap();
    assert!(summary.contains("read 2: 1 accepted, 0 declined, 1 rejected in "), "{summary}");
    assert!(summary.ends_with("\nstopped at the first rejected line\n"), "{summary}");
}

#[test]
fn named_output_stays_as_it_was() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("verdicts.jsonl");
    fs::write(&file, "before").unwrap();
    fs::write(directory.path().join("day.jsonl"), load(1) + BAD).unwrap();
    let output = run(directory.path(), "run day.jsonl --strict -o verdicts.jsonl");
    assert_eq!(code(&output), 3);
    let expected = "stopped at the first rejected line; verdicts.jsonl is left as it was\n";
    assert!(stderr(&output).ends_with(expected), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(file).unwrap(), "before");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
}

#[test]
fn input_without_a_bad_line_is_decided_as_ever() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("day.jsonl"), loads(1..=3)).unwrap();
    let output = run(directory.path(), "run day.jsonl --strict");
    assert_eq!((code(&output), stdout(&output)), (0, all_accepted(1..=3).as_str()));
}
