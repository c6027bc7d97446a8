//! What the program tells of itself.

use std::process::Stdio;

use tempfile::tempdir;

use crate::running::{Running, pipe};
use crate::support::{code, run, stderr, stdout, tidegate};
use crate::transactions::load;

const SUBCOMMANDS: &[&str] = &[
    "run",
    "batches",
    "account",
    "accounts",
    "days",
    "explain",
    "events",
    "verdicts",
    "head",
    "view",
    "views",
    "export",
    "backtest",
    "sweep",
    "backup",
    "prove",
    "check-receipt",
    "consistency",
    "check-consistency",
    "verify-certificate",
    "replay",
    "generate",
    "check-config",
    "completions",
    "man",
];

/// What is written to standard output by a command that is to succeed in silence.
fn text(arguments: &str) -> String {
    let output = run(tempdir().unwrap().path(), arguments);
    assert_eq!((code(&output), stderr(&output)), (0, ""), "tidegate {arguments}");
    stdout(&output).to_owned()
}

/// The examples of a help text.
fn examples(help: &str) -> Vec<&str> {
    let (_, examples) = help.split_once("\nExamples:\n").expect("there are examples");
    examples.lines().take_while(|line| line.starts_with("  ")).collect()
}

#[test]
fn bare_program_prints_a_short_help_with_two_examples() {
    let help = text("");
    assert_eq!(examples(&help).len(), 2);
    assert!(help.contains("Usage: tidegate"));
    assert!(help.lines().count() < 48, "{help}");
}

#[test]
fn help_of_each_subcommand_has_examples() {
    for subcommand in SUBCOMMANDS {
        for help in [format!("{subcommand} --help"), format!("{subcommand} -h"), format!("help {subcommand}")] {
            let text = text(&help);
            let examples = examples(&text);
            assert!(!examples.is_empty(), "tidegate {help}");
            assert!(examples.iter().all(|example| example.contains(&format!("tidegate {subcommand}"))), "{examples:?}");
        }
    }
}

#[test]
fn help_tells_every_exit_status() {
    let help = text("--help");
    let (_, table) = help.split_once("\nExit status:\n").unwrap();
    let statuses: Vec<_> = table.lines().map_while(|line| line.split_whitespace().next()).collect();
    assert_eq!(statuses, ["0", "1", "2", "3", "4", "5", "130"]);
}

#[test]
fn unknown_flags_and_subcommands_are_named() {
    let directory = tempdir().unwrap();
    for (arguments, named) in [
        ("--frobnicate", "'--frobnicate'"),
        ("run --frobnicate", "'--frobnicate'"),
        ("rnu", "'rnu'"),
        ("run --threads 0", "--threads"),
        ("run --input-format xml", "'xml'"),
        ("completions tcsh", "'tcsh'"),
    ] {
        let output = run(directory.path(), arguments);
        assert_eq!((code(&output), stdout(&output)), (2, ""), "tidegate {arguments}");
        assert!(stderr(&output).contains(named), "{}", stderr(&output));
    }
}

#[test]
fn completions_of_every_shell_know_the_subcommands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = text(&format!("completions {shell}"));
        for subcommand in SUBCOMMANDS {
            assert!(script.contains(subcommand), "{shell}: {subcommand}");
        }
    }
}

#[test]
fn manual_page_is_one_page_with_every_subcommand() {
    let page = text("man");
    assert_eq!(page.lines().filter(|line| line.starts_with(".TH ")).count(), 1);
    assert!(page.contains("Exit status:"));
    for subcommand in SUBCOMMANDS {
        let heading = format!(".SH TIDEGATE {}", subcommand.to_uppercase());
        assert!(page.lines().any(|line| line == heading), "{subcommand}: {page}");
    }
}

#[test]
fn version_is_the_packages() {
    assert_eq!(text("--version"), format!("tidegate {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn reader_that_has_gone_is_no_error_for_any_text() {
    let directory = tempdir().unwrap();
    let all = ["", "--help", "run --help", "--version", "man", "completions bash", "check-config", "generate"];
    for arguments in all {
        let (reader, write) = pipe();
        drop(reader);
        let mut command = tidegate(directory.path());
        command.args(arguments.split_whitespace()).stdin(Stdio::null()).stdout(write).stderr(Stdio::piped());
        let output = Running::start_as_it_is(command).finish();
        assert_eq!((code(&output), stderr(&output)), (0, ""), "tidegate {arguments}");
    }
}

#[test]
fn closed_standard_streams_are_no_reason_to_panic() {
    let directory = tempdir().unwrap();
    std::fs::write(directory.path().join("day.jsonl"), load(1) + "bad\n").unwrap();
    let program = env!("CARGO_BIN_EXE_tidegate");
    for (arguments, expected) in [("run day.jsonl --log trace", 3), ("--help", 0), ("man", 0), ("rnu", 2), ("", 0)] {
        for closed in [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &format!("exec {program} {arguments} {closed}")]).current_dir(directory.path());
            let output = Running::start(&mut shell).finish();
            assert_eq!(code(&output), expected, "tidegate {arguments} {closed}");
            assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
        }
    }
}
