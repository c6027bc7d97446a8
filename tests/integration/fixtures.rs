//! The cases in `fixtures/`: what the program makes of each input.
//!
//! A case is a directory with `input.jsonl` or `input.csv`, with a `tidegate.toml`, a file of groups and an `args` file
//! (a flag a line) if it needs them, and with `expected.snap`, which `cargo insta review` brings up to date.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support;

/// In how many pieces an input goes through a pipe, about.
const PIECES: usize = 64;

/// Everything that a run leaves behind.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    status: Option<i32>,
    verdicts: String,
    /// None where there is no such file in the end.
    rejects: Option<String>,
    messages: String,
}

/// One way to run the program on a case.
#[derive(Clone, Copy, Debug)]
struct Way {
    threads: u16,
    source: Source,
}

/// Where the input comes from, and what is decided on top of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    File,
    /// In pieces.
    Pipe,
    /// A file, and the decisions are recorded in a new ledger.
    FileToLedger,
}

#[test]
fn every_case_gives_what_it_should_whatever_the_threads_and_the_source() {
    insta::glob!("../../fixtures", "*/input.*", |input| {
        let outcome = outcome(input, Way { threads: 1, source: Source::File });
        let others = [(4, Source::File), (4, Source::Pipe), (1, Source::FileToLedger), (4, Source::FileToLedger)];
        for way in others.map(|(threads, source)| Way { threads, source }) {
            assert_eq!(outcome, self::outcome(input, way), "{}: {way:?} differs", input.display());
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(case_of(input));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.remove_snapshot_suffix();
        settings.remove_input_file();
        settings.bind(|| insta::assert_snapshot!("expected", outcome.shown()));
    });
}

#[test]
fn every_directory_is_a_case_with_one_input() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for case in fs::read_dir(cases).unwrap() {
        let case = case.unwrap().path();
        let inputs = ["input.jsonl", "input.csv"].iter().filter(|name| case.join(name).is_file()).count();
        assert_eq!(inputs, 1, "{}", case.display());
    }
}

fn case_of(input: &Path) -> &Path {
    input.parent().expect("an input lies in the directory of its case")
}

/// Runs the program on a copy of a case.
fn outcome(input: &Path, way: Way) -> Outcome {
    let case = case_of(input);
    let name = input.file_name().and_then(|name| name.to_str()).expect("the name of an input is text");
    let directory = tempfile::tempdir().expect("there is room for a temporary directory");
    for file in
        [name, "tidegate.toml", "groups.csv", "groups.jsonl"].into_iter().filter(|file| case.join(file).exists())
    {
        fs::copy(case.join(file), directory.path().join(file)).expect("the case can be copied");
    }
    let mut command = support::tidegate(directory.path());
    command.args(["run", "--reasons", "--rejects", "rejects.jsonl", "--threads", &way.threads.to_string()]);
    if let Ok(args) = fs::read_to_string(case.join("args")) {
        command.args(args.lines());
    }
    let (output, shown_name) = match way.source {
        Source::File => (command.arg(name).output(), name),
        Source::Pipe => (run_piped(command, input), "-"),
        Source::FileToLedger => (command.args([name, "--store", "ledger.db"]).output(), name),
    };
    let output = output.expect("the program runs");
    Outcome {
        status: output.status.code(),
        verdicts: support::stdout(&output).to_owned(),
        rejects: fs::read_to_string(directory.path().join("rejects.jsonl")).ok(),
        messages: same_every_time(support::stderr(&output), shown_name),
    }
}

/// Runs the program on standard input, whose format it is told, as it has no extension.
fn run_piped(mut command: Command, input: &Path) -> std::io::Result<Output> {
    let format = input.extension().expect("the name of an input has an extension");
    command.arg("-").arg("--input-format").arg(format);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut pipe = child.stdin.take().expect("standard input is a pipe");
    let text = fs::read(input)?;
    let mut pieces = text.chunks(text.len() / PIECES + 1);
    // A strict run ends before its input does.
    while pieces.next().is_some_and(|piece| pipe.write_all(piece).is_ok()) {}
    drop(pipe);
    child.wait_with_output()
}

/// Messages without what the summary says about time and about a ledger, and with `input` for the name of the input.
fn same_every_time(messages: &str, name: &str) -> String {
    let name = format!("{name}:");
    let of_the_ledger = |line: &&str| line.starts_with("head ") || line.ends_with(" committed; run again to go on");
    let lines = messages.lines().filter(|line| !of_the_ledger(line)).map(|line| {
        match (line.strip_prefix(&name), line.rsplit_once(" in ")) {
            (Some(rest), _) => format!("input:{rest}\n"),
            (None, Some((summary, _))) if line.starts_with("read ") => format!("{summary}\n"),
            _ => format!("{line}\n"),
        }
    });
    lines.collect()
}

impl Outcome {
    /// The outcome as one text, whose parts stand below headings.
    fn shown(&self) -> String {
        let Self { status, verdicts, rejects, messages } = self;
        let status = status.map_or_else(|| "killed".to_owned(), |status| status.to_string());
        let rejects = rejects.as_deref().unwrap_or("(no such file)\n");
        format!(
            "== exit status\n{status}\n\n== verdicts\n{verdicts}\n== rejects.jsonl\n{rejects}\n== standard error\n{messages}"
        )
    }
}
