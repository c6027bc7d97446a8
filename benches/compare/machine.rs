//! What it was measured on, and of which version.

use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;

use crate::import;

/// What stands for anything that can't be found out.
const UNKNOWN: &str = "unknown";

/// The facts by name, in the order of the table.
pub(crate) fn facts() -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("processor", entry("/proc/cpuinfo", "model name")),
        ("cores", cores()),
        ("memory", memory()),
        ("kernel", first_line("/proc/sys/kernel/osrelease")),
        ("transparent huge pages", first_line("/sys/kernel/mm/transparent_hugepage/enabled")),
        ("compiler", said(Command::new("rustc").arg("--version"))),
        ("sqlite3", import::version().unwrap_or_else(|| UNKNOWN.to_owned())),
        ("commit", commit()),
        ("load before the start", load()),
        ("date", Timestamp::now().strftime("%Y-%m-%d").to_string()),
    ];
    let settings: Vec<_> = std::env::vars()
        .filter(|(name, _)| name.starts_with("CARGO_PROFILE_") || name == "RUSTFLAGS")
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if !settings.is_empty() {
        facts.push(("built otherwise than Cargo.toml says", settings.join(" ")));
    }
    facts
}

/// How many threads can run at once.
pub(crate) fn cores() -> String {
    std::thread::available_parallelism().map_or_else(|_| UNKNOWN.to_owned(), |cores| cores.to_string())
}

/// How many threads ran or wanted to, on average of the last minute.
pub(crate) fn load() -> String {
    first_line("/proc/loadavg").split(' ').next().unwrap_or(UNKNOWN).to_owned()
}

/// The commit at hand, and whether anything but the page itself was changed since.
fn commit() -> String {
    let git = || {
        let mut command = Command::new("git");
        command.arg("-C").arg(Path::new(env!("CARGO_MANIFEST_DIR")));
        command
    };
    let commit = said(git().args(["rev-parse", "HEAD"]));
    let changes = said(git().args(["status", "--porcelain", "--untracked-files=no", "--", ".", ":!BENCHMARKS.md"]));
    if changes.is_empty() { commit } else { format!("{commit}, with changes") }
}

/// What a command prints; unknown if it fails.
fn said(command: &mut Command) -> String {
    match command.output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        _ => UNKNOWN.to_owned(),
    }
}

fn memory() -> String {
    let text = entry("/proc/meminfo", "MemTotal");
    let kibibytes = text.strip_suffix(" kB").and_then(|digits| digits.parse::<u64>().ok());
    kibibytes.map_or(text, |kibibytes| format!("{:.1} GiB", kibibytes as f64 / f64::from(1 << 20)))
}

/// The value of a key in a file of lines such as `key : value`.
fn entry(path: &str, key: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let value = text.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.trim() == key);
    value.map_or_else(|| UNKNOWN.to_owned(), |(_, value)| value.trim().to_owned())
}

fn first_line(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or(UNKNOWN).to_owned()
}
