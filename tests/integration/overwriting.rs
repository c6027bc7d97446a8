//! What stands under the name of an output before, during and after a run.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Stdio;

use rustix::process::Signal;
use tempfile::{TempDir, tempdir};

use crate::running::Running;
use crate::support::{code, feed, run, stderr, stdout, tidegate};
use crate::transactions::{BAD, WHY_BAD, accepted, load};

fn read(directory: &TempDir, name: &str) -> String {
    fs::read_to_string(directory.path().join(name)).unwrap()
}

fn directory_with(name: &str, content: &str) -> TempDir {
    let directory = tempdir().unwrap();
    fs::write(directory.path().join(name), content).unwrap();
    directory
}

/// A run that writes `verdicts.jsonl` and has decided on two lines, its input still open.
fn running_in(directory: &Path) -> Running {
    let mut running = Running::start(tidegate(directory).args(["run", "-", "-o", "verdicts.jsonl"]));
    running.write((load(1) + BAD).as_bytes());
    assert_eq!(running.stderr.next(), format!("-:2: {WHY_BAD}"));
    running
}

#[test]
fn output_that_is_the_input_by_any_name_is_refused() {
    let directory = directory_with("day.jsonl", &load(1));
    symlink("day.jsonl", directory.path().join("symbolic")).unwrap();
    fs::hard_link(directory.path().join("day.jsonl"), directory.path().join("hard")).unwrap();
    for name in ["day.jsonl", "./day.jsonl", "symbolic", "hard"] {
        for flag in ["-o", "--rejects"] {
            let output = run(directory.path(), &format!("run day.jsonl {flag} {name}"));
            assert_eq!((code(&output), stdout(&output)), (2, ""));
            let expected = format!("tidegate: {name} would overwrite the input day.jsonl: name another output\n");
            assert_eq!(stderr(&output), expected);
        }
    }
    assert_eq!(read(&directory, "day.jsonl"), load(1));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3);
}

#[test]
fn standard_output_that_appends_to_the_input_is_refused() {
    let directory = directory_with("day.jsonl", &load(1));
    let end = OpenOptions::new().append(true).open(directory.path().join("day.jsonl")).unwrap();
    let mut command = tidegate(directory.path());
    command.args(["run", "day.jsonl"]).stdin(Stdio::null()).stdout(end).stderr(Stdio::piped());
    let output = Running::start_as_it_is(command).finish();
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("standard output would overwrite the input day.jsonl"), "{}", stderr(&output));
    assert_eq!(read(&directory, "day.jsonl"), load(1));
}

#[test]
fn rejects_and_verdicts_do_not_share_a_file() {
    let directory = directory_with("old.jsonl", "before");
    symlink("old.jsonl", directory.path().join("symbolic")).unwrap();
    for (output, rejects) in [("new.jsonl", "./new.jsonl"), ("old.jsonl", "symbolic"), ("-", "-")] {
        let output = run(directory.path(), &format!("run - -o {output} --rejects {rejects}"));
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).starts_with("tidegate: rejects can't go to "), "{}", stderr(&output));
    }
    assert_eq!(read(&directory, "old.jsonl"), "before");
    assert!(!directory.path().join("new.jsonl").exists());
}

#[test]
fn output_through_a_link_keeps_the_link_and_the_mode_of_what_it_replaces() {
    let directory = directory_with("real.jsonl", "before");
    let real = directory.path().join("real.jsonl");
    fs::set_permissions(&real, Permissions::from_mode(0o640)).unwrap();
    symlink("real.jsonl", directory.path().join("link.jsonl")).unwrap();
    assert_eq!(code(&feed(directory.path(), "run - -o link.jsonl", load(1).as_bytes())), 0);
    assert_eq!(fs::read_link(directory.path().join("link.jsonl")).unwrap(), Path::new("real.jsonl"));
    assert_eq!(read(&directory, "real.jsonl"), accepted(1));
    assert_eq!(fs::metadata(real).unwrap().permissions().mode() & 0o7777, 0o640);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
}

#[test]
fn partial_file_that_a_killed_run_left_is_used_again() {
    let directory = directory_with("verdicts.jsonl", "before");
    let mut running = running_in(directory.path());
    running.signal(Signal::KILL);
    running.wait();
    assert_eq!(read(&directory, "verdicts.jsonl"), "before");
    assert_eq!(read(&directory, "verdicts.jsonl.partial"), accepted(1));
    assert_eq!(code(&feed(directory.path(), "run - -o verdicts.jsonl", load(7).as_bytes())), 0);
    assert_eq!(read(&directory, "verdicts.jsonl"), accepted(7));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn second_run_to_the_same_output_is_refused_and_does_the_first_no_harm() {
    let directory = tempdir().unwrap();
    let first = running_in(directory.path());
    let second = feed(directory.path(), "run - -o verdicts.jsonl", load(7).as_bytes());
    assert_eq!(code(&second), 1);
    assert!(
        stderr(&second).starts_with("tidegate: can't write verdicts.jsonl: another run is writing "),
        "{}",
        stderr(&second)
    );
    assert_eq!(code(&first.finish()), 3);
    assert_eq!(read(&directory, "verdicts.jsonl"), accepted(1));
}

#[test]
fn failure_leaves_the_output_as_it_was_and_nothing_beside_it() {
    let directory = directory_with("verdicts.jsonl", "before");
    let output = feed(directory.path(), "run - -o verdicts.jsonl --input-format csv", b"id,time\n1,2\n");
    assert_eq!(code(&output), 1);
    assert_eq!(read(&directory, "verdicts.jsonl"), "before");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn partial_file_that_is_another_file_as_well_is_left_alone() {
    let directory = directory_with("other.txt", "precious");
    fs::hard_link(directory.path().join("other.txt"), directory.path().join("verdicts.jsonl.partial")).unwrap();
    let output = feed(directory.path(), "run - -o verdicts.jsonl", load(1).as_bytes());
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("verdicts.jsonl.partial is not a file of this program's"), "{}", stderr(&output));
    assert_eq!(read(&directory, "other.txt"), "precious");
}
