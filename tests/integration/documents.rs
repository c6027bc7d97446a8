//! The examples of the documents, each run as its reader would, in the order in which they stand.
//!
//! An example is a block marked `console`: lines that begin with `$ ` are commands, and what follows is what they print.
//! What depends on the clock is not compared: recorded times, what follows from them, and how long a run took.
//!
//! Any other block below a line such as `<!-- fixtures/CASE/tidegate.toml -->` is that file.
//!
//! `WRITE_DOCUMENTS=1 cargo test --locked documents` writes what the commands print now into the documents.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const BEGIN: &str = "```console\n";
const END: &str = "```";

/// A document as it would be if every example printed what it prints now.
fn rewritten(document: &str, directory: &Path) -> String {
    let mut out = String::new();
    let mut rest = document;
    while let Some((before, behind)) = rest.split_once(BEGIN) {
        let (block, behind) = behind.split_once(END).expect("a block ends");
        out += before;
        out += BEGIN;
        for command in commands(block) {
            write!(out, "$ {command}\n{}", printed(&command, directory)).unwrap();
        }
        out += END;
        rest = behind;
    }
    out + rest
}

/// A document as it would be if every block below the name of a file were that file.
fn with_files(document: &str, root: &Path) -> String {
    let mut out = String::new();
    let mut lines = document.split_inclusive('\n');
    while let Some(line) = lines.next() {
        out += line;
        let Some(name) = line.strip_prefix("<!-- fixtures/").and_then(|rest| rest.strip_suffix(" -->\n")) else {
            continue;
        };
        let path = root.join("fixtures").join(name);
        out += lines.next().filter(|line| line.starts_with(END)).expect("a block stands below the name of a file");
        out += &fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        out += lines.find(|line| line.starts_with(END)).expect("a block ends");
    }
    out
}

/// The commands of a block; one goes on behind a backslash at the end of its line.
fn commands(block: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in block.lines() {
        match (goes_on, line.strip_prefix("$ "), commands.last_mut()) {
            (true, _, Some(command)) => *command = format!("{command}\n{line}"),
            (_, Some(command), _) => commands.push(command.to_owned()),
            _ => continue,
        }
        goes_on = line.ends_with('\\');
    }
    commands
}

/// What a command prints, on both of its outputs, with the program on the path.
fn printed(command: &str, directory: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_tidegate")).parent().expect("the program is in a directory");
    let path = std::env::var("PATH").expect("there is a path");
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(directory)
        .env_clear()
        .env("PATH", format!("{}:{path}", program.display()))
        .env("HOME", directory)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("there is a shell");
    let text = String::from_utf8(output.stdout).expect("commands print text");
    if text.is_empty() || text.ends_with('\n') { text } else { text + "\n" }
}

/// A text without what depends on the clock: recorded times, the chain of each head, the summary's speed.
fn comparable(text: &str) -> String {
    let masked = |word: &str| {
        let recorded = word.contains('.') && word.contains('T') && word.contains('Z') && word.contains(':');
        if recorded { word.replace(|letter: char| letter.is_ascii_digit(), "0") } else { without_chain(word) }
    };
    let without_speed = |line: &str| match (line.starts_with("read "), line.find(" in ")) {
        (true, Some(speed)) => line[..speed].to_owned() + "\n",
        _ => line.to_owned(),
    };
    let lines = text.split_inclusive('\n').map(without_speed).collect::<String>();
    lines.split_inclusive([' ', '\n']).map(masked).collect()
}

/// A word whose head, if it is one, has lost its last part.
fn without_chain(word: &str) -> String {
    let is_hash = |part: &str| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut parts: Vec<_> = word.split(':').map(str::to_owned).collect();
    for place in 1..parts.len() {
        let chain = parts[place].get(..64).is_some_and(is_hash);
        if chain && is_hash(&parts[place - 1]) {
            parts[place].replace_range(..64, "chain");
        }
    }
    parts.join(":")
}

fn check(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join(name)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    fs::copy(root.join("input.txt"), directory.path().join("input.txt")).unwrap();
    if document.contains("$ cd fixtures/") {
        copy_cases(&root.join("fixtures"), &directory.path().join("fixtures"));
    }
    let now = rewritten(&with_files(&document, root), directory.path());
    if std::env::var_os("WRITE_DOCUMENTS").is_some() {
        fs::write(root.join(name), &now).unwrap();
        return;
    }
    let (written, now) = (comparable(&document), comparable(&now));
    for (line, (written, now)) in written.lines().zip(now.lines()).enumerate() {
        assert_eq!(written, now, "{name}, line {}", line + 1);
    }
    assert_eq!(written.lines().count(), now.lines().count(), "{name}");
}

/// Copies all cases, so that no example writes among them.
fn copy_cases(from: &Path, to: &Path) {
    for case in fs::read_dir(from).unwrap() {
        let case = case.unwrap();
        let copy = to.join(case.file_name());
        fs::create_dir_all(&copy).unwrap();
        for file in fs::read_dir(case.path()).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), copy.join(file.file_name())).unwrap();
        }
    }
}

#[test]
fn examples_of_the_readme_print_what_it_says() {
    check("README.md");
}

#[test]
fn auditors_walk_prints_what_it_says() {
    check("docs/audit.md");
}

#[test]
fn page_about_the_configuration_prints_what_it_says() {
    check("docs/configuration.md");
}

#[test]
fn page_about_backtests_prints_what_it_says() {
    check("docs/backtest.md");
}

#[test]
fn page_about_limits_shows_its_cases() {
    check("docs/limits.md");
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/limits.md")).unwrap();
    let lines: Vec<_> = page.lines().collect();
    for (line, pair) in lines.windows(2).enumerate().filter(|(_, pair)| pair[1] == "```toml") {
        assert!(pair[0].starts_with("<!-- fixtures/"), "docs/limits.md, line {}: a policy of no case", line + 2);
    }
}

#[test]
fn block_that_is_not_its_file_is_found() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("fixtures/a")).unwrap();
    fs::write(root.path().join("fixtures/a/tidegate.toml"), "limits = []\n").unwrap();
    let document = "a\n<!-- fixtures/a/tidegate.toml -->\n```toml\nlimits = 3\nb\n```\nb\n```toml\nc = 1\n```\n";
    assert_eq!(with_files(document, root.path()), document.replace("limits = 3\nb\n", "limits = []\n"));
}

#[test]
fn example_that_prints_something_else_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let document = "a\n```console\n$ echo one; echo two >&2\none\nthree\n$ printf %s \\\n  x\nx\n```\nb\n";
    let now = rewritten(document, directory.path());
    assert_eq!(now, document.replace("three", "two"));
    let (root, chain) = ("5".repeat(64), "6".repeat(64));
    let text = format!("read 5: all in 0.1 s (5/s)\nhead 5:{root}:{chain}\n x 2026-11-21T14:03:01.311430Z\n");
    let expected = format!("read 5: all\nhead 5:{root}:chain\n x 0000-00-00T00:00:00.000000Z\n");
    assert_eq!(comparable(&text), expected);
    assert_ne!(comparable("2000-01-01T00:00:00Z"), comparable("2000-01-01T00:00:01Z"));
}
