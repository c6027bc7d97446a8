//! Lines that are no valid transaction.

use std::fs;

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{code, feed, run, stderr, stdout, tidegate};
use crate::transactions::{BAD, WHY_BAD, accepted, load};

/// Lines of input for which every tenth is bad and every seventh blank, and the numbers of the bad ones.
fn mixed_lines(count: u64, line_end: &str) -> (String, Vec<u64>) {
    let mut text = String::new();
    let mut bad = Vec::new();
    for line in 1..=count {
        if line % 10 == 0 {
            text += BAD.trim_end();
            bad.push(line);
        } else if line % 7 != 0 {
            text += load(line).trim_end();
        }
        text += line_end;
    }
    (text, bad)
}

#[test]
fn rejected_lines_are_told_in_order_and_the_run_goes_on() {
    let directory = tempdir().unwrap();
    let lines = [load(1), BAD.to_owned(), "\n".to_owned(), "[1]\n".to_owned(), load(5)];
    fs::write(directory.path().join("day.jsonl"), lines.concat()).unwrap();
    let output = run(directory.path(), "run day.jsonl --quiet");
    assert_eq!(code(&output), 3);
    assert_eq!(stdout(&output), accepted(1) + &accepted(5));
    let messages: Vec<_> = stderr(&output).lines().collect();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0], format!("day.jsonl:2: {WHY_BAD}"));
    assert!(messages[1].starts_with("day.jsonl:4: line: "), "{}", messages[1]);
}

#[test]
fn line_numbers_hold_across_batches_blank_lines_and_either_line_end() {
    let directory = tempdir().unwrap();
    for line_end in ["\n", "\r\n"] {
        let (text, bad) = mixed_lines(20_000, line_end);
        assert!(text.len() > 1 << 20, "the input takes several batches");
        let expected: String = bad.iter().map(|line| format!("-:{line}: {WHY_BAD}\n")).collect();
        for threads in [1, 4] {
            let output = feed(directory.path(), &format!("run - --quiet --threads {threads}"), text.as_bytes());
            assert_eq!(code(&output), 3);
            assert!(stderr(&output) == expected, "{} messages rather than {}", stderr(&output).len(), expected.len());
        }
    }
}

#[test]
fn csv_line_numbers_count_the_header_and_every_line_of_a_record() {
    let directory = tempdir().unwrap();
    let text = "id,customer_id,load_amount,time,note\n\
                1,c,$1.00,2000-01-01T00:00:00Z,\"two\nlines\"\n\
                2,c,$1.00,2000-01-32T00:00:00Z,\n";
    let output = feed(directory.path(), "run - --quiet", text.as_bytes());
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).starts_with("-:4: time: "), "{}", stderr(&output));
}

#[test]
fn rejects_file_holds_them_all_and_standard_error_the_first_twenty() {
    let directory = tempdir().unwrap();
    let (text, bad) = mixed_lines(300, "\n");
    let output = feed(directory.path(), "run - --quiet --rejects rejects.jsonl", text.as_bytes());
    assert_eq!(code(&output), 3);
    let mut expected: String = bad.iter().take(20).map(|line| format!("-:{line}: {WHY_BAD}\n")).collect();
    expected += "and 10 more rejected, all in rejects.jsonl\n";
    assert_eq!(stderr(&output), expected);
    let rejects = fs::read_to_string(directory.path().join("rejects.jsonl")).unwrap();
    let rejects: Vec<Value> = rejects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected: Vec<_> = bad
        .iter()
        .map(|line| json!({"line": line, "error": WHY_BAD, "input": BAD.trim_end(), "truncated": false}))
        .collect();
    assert_eq!(rejects, expected);
}

#[test]
fn twenty_rejects_are_all_shown_and_none_counted() {
    let directory = tempdir().unwrap();
    let output = feed(directory.path(), "run - --quiet --rejects rejects.jsonl", BAD.repeat(20).as_bytes());
    let expected: String = (1..=20).map(|line| format!("-:{line}: {WHY_BAD}\n")).collect();
    assert_eq!(stderr(&output), expected);
}

#[test]
fn rejects_file_of_a_run_without_any_is_empty() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("rejects.jsonl"), "before").unwrap();
    assert_eq!(code(&feed(directory.path(), "run - --rejects rejects.jsonl", load(1).as_bytes())), 0);
    assert_eq!(fs::read_to_string(directory.path().join("rejects.jsonl")).unwrap(), "");
}

#[test]
fn rejects_may_go_to_standard_output_when_verdicts_do_not() {
    let directory = tempdir().unwrap();
    let output = feed(directory.path(), "run - -o verdicts.jsonl --rejects -", BAD.as_bytes());
    let reject: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(reject["line"], json!(1));
}

#[test]
fn name_of_an_input_can_not_steer_the_terminal() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("a\u{1b}[31m"), BAD).unwrap();
    let output = tidegate(directory.path()).args(["run", "a\u{1b}[31m", "--quiet"]).output().unwrap();
    assert_eq!((code(&output), stderr(&output)), (3, format!("\"a\\u{{1b}}[31m\":1: {WHY_BAD}\n").as_str()));
}
