//! Runs a program and takes its time and its memory.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// How often a program's memory is looked at; what it gains in its last moments may be missed.
const MEMORY_INTERVAL: Duration = Duration::from_millis(5);

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measurement {
    /// From its start to its end, in seconds.
    pub(crate) seconds: f64,
    /// The most memory that was resident, in bytes; only Linux tells.
    pub(crate) peak_memory: Option<u64>,
}

/// Runs a program to its end.
///
/// # Errors
///
/// If it cannot be started, or ends with another status than 0.
pub(crate) fn measure(command: &mut Command) -> Result<Measurement> {
    let start = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().with_context(|| format!("can't run {command:?}"))?;
    // The open file stays the child's, even if its number should go to another process.
    let status_file = File::open(format!("/proc/{}/status", child.id())).ok();
    let memory = thread::spawn(move || status_file.and_then(|file| peak_memory(&file)));
    let status = child.wait()?;
    let seconds = start.elapsed().as_secs_f64();
    ensure!(status.success(), "{command:?} ended with {status}");
    let peak_memory = memory.join().ok().flatten();
    Ok(Measurement { seconds, peak_memory })
}

/// The highest mark of a process's resident memory in bytes, followed until the process ends.
fn peak_memory(status_file: &File) -> Option<u64> {
    let mut peak = None;
    while let Some(kibibytes) = high_water_mark(status_file) {
        peak = Some(kibibytes * 1_024);
        thread::sleep(MEMORY_INTERVAL);
    }
    peak
}

/// The mark in KiB; none once the process has ended.
fn high_water_mark(status_file: &File) -> Option<u64> {
    let mut text = [0; 4_096];
    let len = status_file.read_at(&mut text, 0).ok()?;
    let text = std::str::from_utf8(text.get(..len)?).ok()?;
    let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    mark.trim().strip_suffix(" kB")?.parse().ok()
}
