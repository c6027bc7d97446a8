//! Where lines start and end, however they arrive and however long they are.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use crate::support::tidegate;

const LINE: &str = r#"{"id":"1","customer_id":"2","load_amount":"$3","time":"2000-01-01T00:00:00Z"}
"#;
const VERDICT: &str = "{\"id\":\"1\",\"customer_id\":\"2\",\"accepted\":true}\n";

#[test]
fn byte_order_mark_behind_a_line_that_came_alone_is_no_mark() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = tidegate(directory.path());
    command.args(["run", "--quiet", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut messages = BufReader::new(child.stderr.take().unwrap());
    input.write_all(b"x\n").unwrap();
    // Once the first line is rejected it has been read without the second.
    let mut first = String::new();
    messages.read_line(&mut first).unwrap();
    assert!(first.starts_with("-:1: line: not JSON"), "{first}");
    input.write_all(format!("\u{feff}{LINE}").as_bytes()).unwrap();
    drop(input);
    let mut rest = String::new();
    messages.read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with("-:2: line: not JSON"), "{rest:?}");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(3), b"".as_slice()));
}

#[test]
fn line_longer_than_any_buffer_is_one_reject_and_the_lines_around_it_are_read() {
    let directory = tempfile::tempdir().unwrap();
    let long = "x".repeat(3 * 1024 * 1024);
    let header = "id,customer_id,load_amount,time\n";
    let record = "1,2,$3,2000-01-01T00:00:00Z\n";
    let other = VERDICT.replace("\"2\"", "\"other\"");
    for (name, text, line) in [
        ("middle.jsonl", format!("{LINE}{long}\n{}", LINE.replace("\"2\"", "\"other\"")), 2),
        ("middle.csv", format!("{header}{record}{long}\n{}", record.replace(",2,", ",other,")), 3),
        ("quoted.csv", format!("{header}{record}\"{long}\n{}", record.replace(",2,", ",other,")), 3),
    ] {
        std::fs::write(directory.path().join(name), text).unwrap();
        let output = tidegate(directory.path()).args(["run", "--quiet", name]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{VERDICT}{other}"), "{name}");
        let messages = String::from_utf8_lossy(&output.stderr);
        assert_eq!(messages, format!("{name}:{line}: line: longer than 64 KiB\n"));
        assert_eq!(output.status.code(), Some(3), "{name}");
    }
    std::fs::write(directory.path().join("end.jsonl"), format!("{LINE}{long}")).unwrap();
    let output = tidegate(directory.path()).args(["run", "--quiet", "end.jsonl"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), VERDICT);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "end.jsonl:2: line: longer than 64 KiB\n");
}
