//! Where lines come from and where verdicts go.

use std::fs::{self, File};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::tempdir;

use crate::running::Lines;
use crate::support::{code, feed, run, stderr, stdout};
use crate::transactions::{accepted, all_accepted, load, loads};

#[test]
fn without_names_input_txt_becomes_output_txt() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("input.txt"), loads(1..=3)).unwrap();
    let output = run(directory.path(), "run");
    assert_eq!((code(&output), stdout(&output)), (0, ""));
    assert_eq!(fs::read_to_string(directory.path().join("output.txt")).unwrap(), all_accepted(1..=3));
}

#[test]
fn input_without_an_output_goes_to_standard_output() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("day.jsonl"), load(1)).unwrap();
    assert_eq!(stdout(&run(directory.path(), "run day.jsonl")), accepted(1));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn output_alone_reads_the_configured_input() {
    let directory = tempdir().unwrap();
    let path = |name| directory.path().join(name);
    fs::write(path("tidegate.toml"), "[io]\ninput = \"day.jsonl\"\n").unwrap();
    fs::write(path("day.jsonl"), load(1)).unwrap();
    assert_eq!(code(&run(directory.path(), "run -o verdicts.csv")), 0);
    assert_eq!(fs::read_to_string(path("verdicts.csv")).unwrap(), "id,customer_id,accepted\n1,c1,true\n");
    assert_eq!(stdout(&run(directory.path(), "run -o -")), accepted(1));
}

#[test]
fn configuration_may_name_the_standard_streams() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("tidegate.toml"), "[io]\ninput = \"-\"\noutput = \"-\"\n").unwrap();
    assert_eq!(stdout(&feed(directory.path(), "run", load(1).as_bytes())), accepted(1));
}

#[test]
fn missing_default_input_is_named_with_a_way_out_and_creates_nothing() {
    let directory = tempdir().unwrap();
    let output = run(directory.path(), "run");
    assert_eq!(code(&output), 1);
    assert_eq!(
        stderr(&output),
        "tidegate: can't read input.txt: No such file or directory (os error 2)\n\
         Name an input, as in `tidegate run day.jsonl`, or - for standard input.\n"
    );
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn missing_input_that_was_named_is_all_that_is_said() {
    let directory = tempdir().unwrap();
    let output = run(directory.path(), "run nowhere.jsonl -o verdicts.jsonl");
    assert_eq!(code(&output), 1);
    assert_eq!(stderr(&output), "tidegate: can't read nowhere.jsonl: No such file or directory (os error 2)\n");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn empty_input_is_no_error_and_makes_an_empty_output() {
    let directory = tempdir().unwrap();
    let output = run(directory.path(), "run - -o verdicts.jsonl");
    assert_eq!(code(&output), 0);
    assert_eq!(fs::read_to_string(directory.path().join("verdicts.jsonl")).unwrap(), "");
}

#[test]
fn directory_is_neither_input_nor_output() {
    let directory = tempdir().unwrap();
    fs::create_dir(directory.path().join("days")).unwrap();
    let output = run(directory.path(), "run days");
    assert_eq!((code(&output), stderr(&output)), (1, "tidegate: can't read days: is a directory\n"));
    let output = run(directory.path(), "run - -o days");
    assert_eq!((code(&output), stderr(&output)), (1, "tidegate: can't write days: is a directory\n"));
}

#[test]
fn output_where_nothing_can_be_created_is_named() {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join("file"), "").unwrap();
    for name in ["nowhere/verdicts.jsonl", "file/verdicts.jsonl", "/proc/verdicts.jsonl", "nowhere/"] {
        let output = run(directory.path(), &format!("run - -o {name}"));
        assert_eq!(code(&output), 1);
        let message = stderr(&output);
        assert!(message.starts_with(&format!("tidegate: can't write {name}: ")), "{message}");
    }
}

#[test]
fn device_is_written_directly() {
    let directory = tempdir().unwrap();
    let output = feed(directory.path(), "run - -o /dev/null --quiet", load(1).as_bytes());
    assert_eq!((code(&output), stdout(&output), stderr(&output)), (0, "", ""));
}

#[test]
fn full_device_is_named() {
    let directory = tempdir().unwrap();
    for arguments in ["run - -o /dev/full", "run - --rejects /dev/full"] {
        let output = feed(directory.path(), arguments, (load(1) + "bad\n").as_bytes());
        assert_eq!(code(&output), 1);
        let message = stderr(&output);
        assert!(message.contains("tidegate: the writer failed: can't write /dev/full: No space left"), "{message}");
    }
}

#[test]
fn named_pipe_is_written_directly() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("verdicts");
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let reader = std::thread::spawn(move || Lines::of(File::open(path).unwrap()).rest());
    assert_eq!(code(&feed(directory.path(), "run - -o verdicts", load(1).as_bytes())), 0);
    assert_eq!(reader.join().unwrap(), accepted(1).as_bytes());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn generated_workload_can_be_decided_on() {
    let directory = tempdir().unwrap();
    assert_eq!(code(&run(directory.path(), "generate --lines 500 --mix -o input.txt")), 0);
    assert_eq!(code(&run(directory.path(), "run --reasons")), 0);
    let verdicts = fs::read_to_string(directory.path().join("output.txt")).unwrap();
    // A duplicate gets its verdict too.
    assert_eq!(verdicts.lines().count(), 500);
}
