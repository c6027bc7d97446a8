//! How the formats of input and output are told.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use tempfile::TempDir;

use crate::support::{stderr, stdout, tidegate};

const JSON: &str = r#"{"id":"1","customer_id":"2","load_amount":"$3","time":"2000-01-01T00:00:00Z"}
"#;
const CSV: &str = "time,id,customer_id,load_amount\n2000-01-01T00:00:00Z,1,2,$3\n";
const JSON_VERDICT: &str = "{\"id\":\"1\",\"customer_id\":\"2\",\"accepted\":true}\n";
const CSV_VERDICT: &str = "id,customer_id,accepted\n1,2,true\n";

fn directory_with(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    tidegate(directory).args(["run", "--quiet"]).args(arguments).output().unwrap()
}

/// Runs the program on standard input.
fn run_piped(input: &str, arguments: &[&str]) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let mut command = tidegate(directory.path());
    command.args(["run", "--quiet", "-"]).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The exit status, standard output and standard error.
fn told(output: &Output) -> (Option<i32>, &str, &str) {
    (output.status.code(), stdout(output), stderr(output))
}

#[test]
fn extension_tells_the_format_of_the_input() {
    for (name, text) in [
        ("day.csv", CSV),
        ("DAY.CSV", CSV),
        ("day.json", JSON),
        ("day.jsonl", JSON),
        ("day.ndjson", JSON),
        ("day.NDJSON", JSON),
    ] {
        let directory = directory_with(&[(name, text)]);
        assert_eq!(told(&run(directory.path(), &[name])), (Some(0), JSON_VERDICT, ""), "{name}");
    }
}

#[test]
fn extension_is_believed_whatever_the_file_holds() {
    let directory = directory_with(&[("day.jsonl", CSV), ("day.csv", JSON)]);
    let output = run(directory.path(), &["day.jsonl"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(3), ""));
    assert!(stderr(&output).starts_with("day.jsonl:1: line: not JSON"), "{}", stderr(&output));
    let output = run(directory.path(), &["day.csv"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), ""));
    assert!(stderr(&output).contains("day.csv:1: header: the CSV header has no id, "), "{}", stderr(&output));
}

#[test]
fn first_line_tells_the_format_where_no_extension_does() {
    for text in [JSON, CSV, &format!("\n \r\n{CSV}"), &format!("\u{feff}{CSV}"), &format!("\u{feff}\r\n\r\n{JSON}")] {
        assert_eq!(told(&run_piped(text, &[])), (Some(0), JSON_VERDICT, ""), "{text:?}");
        let directory = directory_with(&[("day.txt", text)]);
        assert_eq!(told(&run(directory.path(), &["day.txt"])), (Some(0), JSON_VERDICT, ""), "{text:?}");
    }
}

#[test]
fn header_without_all_four_names_is_taken_for_json() {
    let output = run_piped("id,customer_id,load_amount\n1,2,$3\n", &[]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(3), ""));
    let fields: Vec<_> = stderr(&output).lines().map(|line| line.split(": not JSON").next().unwrap()).collect();
    assert_eq!(fields, ["-:1: line", "-:2: line"]);
}

#[test]
fn input_format_overrules_extension_and_header() {
    let directory = directory_with(&[("day.jsonl", CSV), ("day.csv", JSON)]);
    for arguments in [["--input-format=csv", "day.jsonl"], ["--input-format=jsonl", "day.csv"]] {
        assert_eq!(told(&run(directory.path(), &arguments)), (Some(0), JSON_VERDICT, ""), "{arguments:?}");
    }
    let output = run_piped(CSV, &["--input-format=jsonl"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(3), ""));
}

#[test]
fn extension_tells_the_format_of_the_output_and_json_is_the_rest() {
    for (name, expected) in
        [("v.csv", CSV_VERDICT), ("V.CSV", CSV_VERDICT), ("v.jsonl", JSON_VERDICT), ("v.txt", JSON_VERDICT)]
    {
        for (input, text) in [("day.csv", CSV), ("day.jsonl", JSON)] {
            let directory = directory_with(&[(input, text)]);
            assert_eq!(told(&run(directory.path(), &[input, "-o", name])), (Some(0), "", ""), "{input} {name}");
            assert_eq!(fs::read_to_string(directory.path().join(name)).unwrap(), expected, "{input} {name}");
        }
    }
}

#[test]
fn output_format_overrules_the_extension() {
    assert_eq!(told(&run_piped(JSON, &["--output-format=csv"])), (Some(0), CSV_VERDICT, ""));
    for (format, name, expected) in [("csv", "v.jsonl", CSV_VERDICT), ("jsonl", "v.csv", JSON_VERDICT)] {
        let directory = directory_with(&[("day.csv", CSV)]);
        let output = run(directory.path(), &["day.csv", "-o", name, "--output-format", format]);
        assert_eq!(told(&output), (Some(0), "", ""), "{format} {name}");
        assert_eq!(fs::read_to_string(directory.path().join(name)).unwrap(), expected, "{format} {name}");
    }
}

#[test]
fn missing_column_is_a_failure_that_names_it_and_its_line() {
    let header = "\n\nid,customer,load_amount\n1,2,$3\n";
    let directory = directory_with(&[("day.csv", header)]);
    let why = "header: the CSV header has no customer_id, time; it has \"id\", \"customer\", \"load_amount\"";
    let output = run(directory.path(), &["day.csv", "-o", "verdicts.jsonl"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), ""));
    assert!(stderr(&output).contains(&format!("day.csv:3: {why}\n")), "{}", stderr(&output));
    assert!(!directory.path().join("verdicts.jsonl").exists());
    let output = run_piped(header, &["--input-format=csv"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), ""));
    assert!(stderr(&output).contains(&format!("-:3: {why}\n")), "{}", stderr(&output));
}

#[test]
fn column_that_stands_twice_is_a_failure_that_names_it() {
    let output = run_piped("id,customer_id,load_amount,time,id\n", &[]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), ""));
    assert!(stderr(&output).contains("-:1: header: the CSV header has id twice\n"), "{}", stderr(&output));
}

#[test]
fn empty_input_is_no_error_and_gives_at_most_a_header() {
    let directory = directory_with(&[("empty.csv", ""), ("empty.jsonl", ""), ("blank.csv", "\n \n"), ("none.txt", "")]);
    for name in ["empty.csv", "empty.jsonl", "blank.csv", "none.txt"] {
        assert_eq!(told(&run(directory.path(), &[name])), (Some(0), "", ""), "{name}");
        let csv = run(directory.path(), &[name, "--output-format=csv"]);
        assert_eq!(told(&csv), (Some(0), "id,customer_id,accepted\n", ""), "{name}");
        let reasons = run(directory.path(), &[name, "--output-format=csv", "--reasons"]);
        assert_eq!(told(&reasons), (Some(0), "id,customer_id,accepted,reason\n", ""), "{name}");
    }
    assert_eq!(told(&run_piped("", &[])), (Some(0), "", ""));
    let output = run(directory.path(), &["empty.jsonl", "-o", "verdicts.csv"]);
    assert_eq!(told(&output), (Some(0), "", ""));
    assert_eq!(fs::read_to_string(directory.path().join("verdicts.csv")).unwrap(), "id,customer_id,accepted\n");
}
