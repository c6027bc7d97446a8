//! Runs under `strace`, which can kill a process at a system call or let the call fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::day::{Day, Way};
use crate::program::{Ended, Running, finish, program, without_configuration};

/// Calls that change what is on disk, and those without which it can't be read. A kill at the latter is no other than one
/// at the next of the former, so that they only fail.
pub(crate) const CHANGES: [&str; 17] = [
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "ftruncate",
    "fallocate",
    "openat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "link",
    "linkat",
];
pub(crate) const READS: [&str; 3] = ["read", "pread64", "preadv"];

/// Where the log goes.
const LOG: &str = "strace.log";

/// What `strace` saw and how the program ended.
pub(crate) struct Traced {
    pub(crate) ended: Ended,
    pub(crate) log: String,
}

/// Why there is no `strace` here that can do this, if there is none.
pub(crate) fn missing(directory: &Path) -> Option<String> {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg(directory.join(LOG));
    command.args(["-e", "trace=write", "-e", "inject=write:error=EIO:when=1", "true"]);
    match finish(command) {
        Ok(ended) if ended.status.success() => None,
        Ok(ended) => Some(format!("strace does not work here: {}", ended.stderr.trim())),
        Err(error) => Some(format!("{error:#}")),
    }
}

/// Runs a day in a directory, on one thread beside those that read, write and record, tracing calls on these paths (all
/// if there are none), with something injected.
pub(crate) fn run(
    day: &Day,
    way: Way,
    directory: &Path,
    paths: &[&Path],
    calls: &[&str],
    inject: Option<&str>,
) -> Result<Traced> {
    let log = directory.join(LOG);
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg(&log);
    for path in paths {
        command.arg("-P").arg(path);
    }
    command.args(["-e", &format!("trace={}", calls.join(","))]);
    if let Some(inject) = inject {
        command.args(["-e", &format!("inject={inject}")]);
    }
    command.arg(program());
    day.arguments(way, directory, &mut command);
    command.args(["--threads", "1"]);
    without_configuration(&mut command, directory);
    let ended = Running::start(command, (way == Way::Pipe).then(|| day.whole_feed()))?.wait()?;
    let log = String::from_utf8_lossy(&fs::read(log).context(LOG)?).into_owned();
    Ok(Traced { ended, log })
}

/// The call that a line of the log tells of: `1234 write(3, ...`.
fn call(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(' ')?;
    let (name, _) = rest.trim_start().split_once('(')?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
}

/// The paths below a directory, and itself, that a run has to do with, besides the input.
pub(crate) fn paths(day: &Day, way: Way, directory: &Path) -> Result<BTreeSet<PathBuf>> {
    let traced = run(day, way, directory, &[], &CHANGES, None)?;
    day.check_run(way, directory, &traced.ended)?;
    let quoted = traced.log.lines().flat_map(|line| line.split('"').skip(1).step_by(2));
    Ok(quoted.map(PathBuf::from).filter(|path| path.starts_with(directory)).collect())
}

/// How often each call is made on a path.
pub(crate) fn counts(day: &Day, way: Way, directory: &Path, path: &Path) -> Result<BTreeMap<String, u64>> {
    let calls = [&CHANGES[..], &READS[..]].concat();
    let traced = run(day, way, directory, &[path], &calls, None)?;
    day.check_run(way, directory, &traced.ended)?;
    let mut counts = BTreeMap::new();
    for name in traced.log.lines().filter_map(call) {
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    Ok(counts)
}
