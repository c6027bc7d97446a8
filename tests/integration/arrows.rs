//! Who may know whom. What a part does not know is its best documentation.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each part of the crate and the parts that it may know.
const ARROWS: &[(&str, &[&str])] = &[
    ("allocator", &[]),
    ("domain", &[]),
    ("backtest", &["config", "domain", "store"]),
    ("sweep", &["backtest", "config", "console", "domain", "exit"]),
    ("batch", &["domain"]),
    ("bus", &["batch", "domain"]),
    ("formats", &["batch", "domain"]),
    ("store", &["batch", "console", "domain", "formats"]),
    ("intake", &["files", "store"]),
    ("inquiry", &["console", "domain", "exit", "recall", "store"]),
    ("receipt", &["domain", "store"]),
    ("recall", &["config", "domain", "formats", "results", "store"]),
    ("export", &["domain", "formats", "inquiry", "store"]),
    ("page", &[]),
    ("exit", &[]),
    ("files", &["console", "exit"]),
    ("console", &[]),
    ("results", &["console", "domain", "files", "formats"]),
    ("logging", &["console", "exit"]),
    ("workload", &["domain"]),
    ("config", &["console", "domain", "formats"]),
    ("audit", &["config", "domain", "formats", "store"]),
    ("actors", &["batch", "bus", "console", "domain", "files", "formats", "results", "store"]),
    (
        "certificate",
        &["audit", "bus", "config", "console", "domain", "files", "formats", "intake", "results", "runner", "store"],
    ),
    ("runner", &["actors", "batch", "bus", "console", "domain", "exit", "files", "formats", "results", "store"]),
    ("screen", &["console", "domain", "exit", "inquiry", "store"]),
    (
        "commands",
        &[
            "audit",
            "backtest",
            "batch",
            "bus",
            "certificate",
            "config",
            "console",
            "domain",
            "exit",
            "export",
            "files",
            "formats",
            "inquiry",
            "intake",
            "page",
            "recall",
            "receipt",
            "results",
            "runner",
            "screen",
            "store",
            "sweep",
            "workload",
        ],
    ),
    ("cli", &["commands", "logging"]),
];

/// What the pure core must never know.
const WORLDLY: &[&str] =
    &["tokio", "serde", "serde_json", "sha2", "clap", "csv", "anyhow", "tracing", "rustix", "std::fs", "std::io"];

fn source_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { source_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The part that a file belongs to: the first step of its path, without the extension.
fn part_of(file: &Path, src: &Path) -> String {
    let first = file.strip_prefix(src).unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The parts of the crate that a text names.
fn known_to(text: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let names = code.flat_map(|line| line.split("crate::").skip(1));
    names.map(|rest| rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().unwrap().to_owned()).collect()
}

#[test]
fn every_arrow_between_parts_is_one_that_is_drawn() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut parts = BTreeSet::new();
    for file in source_files(&src) {
        let part = part_of(&file, &src);
        if part == "lib" || part == "main" {
            continue;
        }
        let (_, allowed) = ARROWS.iter().find(|(name, _)| *name == part).expect("a part that is not drawn");
        for known in known_to(&fs::read_to_string(&file).unwrap()) {
            let drawn = known == part || allowed.contains(&known.as_str());
            assert!(drawn, "{} knows {known}", file.display());
        }
        parts.insert(part);
    }
    assert_eq!(parts.len(), ARROWS.len(), "a part that is drawn does not exist");
}

#[test]
fn core_knows_nothing_of_the_world() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in source_files(&src.join("domain")) {
        let text = fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|line| line.starts_with("use ")) {
            let worldly = WORLDLY.iter().find(|name| {
                line.strip_prefix("use ").unwrap().strip_prefix(**name).is_some_and(|rest| rest.starts_with([':', ';']))
            });
            assert_eq!(worldly, None, "{}", file.display());
        }
    }
}

#[test]
fn only_the_runner_spawns() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in source_files(&src) {
        if part_of(&file, &src) != "runner" {
            // What rayon divides among its threads is no actor: it ends before who divides it goes on.
            let text = fs::read_to_string(&file).unwrap().replace("scope.spawn(", "");
            assert!(!text.contains("spawn"), "{}", file.display());
        }
    }
}
