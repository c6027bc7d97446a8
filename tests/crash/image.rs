//! A file system in a file, and copies of it as a loss of power would leave it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::program::finish;

/// Enough for a ledger of some ten thousand events, and little to copy.
const IMAGE_SIZE: u64 = 48 << 20;

/// How long writes to an image may go on while nothing runs that makes any.
const SETTLES_WITHIN: Duration = Duration::from_secs(10);

/// An ext4 file system that is mounted from an image file until dropped.
#[derive(Debug)]
pub(crate) struct Image {
    file: PathBuf,
    pub(crate) mounted: PathBuf,
}

/// Runs a command of the system's that must succeed.
fn system(program: &str, arguments: &[&Path]) -> Result<String> {
    let mut command = Command::new(program);
    command.args(arguments);
    let ended = finish(command)?;
    ensure!(ended.status.success(), "{}", ended.told());
    Ok(String::from_utf8_lossy(&ended.stdout).trim().to_owned())
}

impl Image {
    /// Makes a new file system.
    pub(crate) fn create(file: &Path) -> Result<Self> {
        fs::File::create(file)?.set_len(IMAGE_SIZE)?;
        system("mkfs.ext4", &[Path::new("-q"), Path::new("-F"), file])?;
        Self::mount(file)
    }

    /// Mounts the file system of an image, replaying its journal if that is needed.
    pub(crate) fn mount(file: &Path) -> Result<Self> {
        let mounted = file.with_extension("mounted");
        fs::create_dir_all(&mounted)?;
        system("mount", &[Path::new("-o"), Path::new("loop"), file, &mounted])?;
        Ok(Self { file: file.to_path_buf(), mounted })
    }

    /// Makes everything durable that was written so far.
    pub(crate) fn sync(&self) -> Result<()> {
        system("sync", &[Path::new("-f"), &self.mounted]).map(drop)
    }

    /// What the kernel counts of the loop device: writes done, sectors written, and requests under way.
    fn activity(&self) -> Result<[String; 3]> {
        let devices =
            system("losetup", &[Path::new("-n"), Path::new("-O"), Path::new("NAME"), Path::new("-j"), &self.file])?;
        let device = devices.lines().next().and_then(|line| line.trim().strip_prefix("/dev/"));
        let device = device.with_context(|| format!("no loop device of {}", self.file.display()))?;
        let counts = fs::read_to_string(format!("/sys/block/{device}/stat"))?;
        let count = |at: usize| counts.split_whitespace().nth(at).unwrap_or_default().to_owned();
        Ok([count(4), count(6), count(8)])
    }

    /// Copies what has reached the device by now. The copy is of one moment: it is made again if the device was written
    /// to meanwhile.
    pub(crate) fn copy(&self, to: &Path) -> Result<()> {
        let patience = Instant::now() + SETTLES_WITHIN;
        while Instant::now() < patience {
            let before = self.activity()?;
            fs::copy(&self.file, to)?;
            if before[2] == "0" && before == self.activity()? {
                return Ok(());
            }
        }
        bail!("the device does not come to rest")
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        if system("umount", &[&self.mounted]).is_err() {
            // Something still has a file open; the mount goes once that ends.
            let _ = system("umount", &[Path::new("-l"), &self.mounted]);
        }
        let _ = fs::remove_dir(&self.mounted);
    }
}

/// A process that stands still until dropped.
pub(crate) struct Stopped(Pid);

impl Stopped {
    /// Stops a process and waits until each thread has come back from whatever call it was in.
    pub(crate) fn stop(process: u32) -> Result<Self> {
        let pid = i32::try_from(process).ok().and_then(Pid::from_raw).context("no process id")?;
        kill_process(pid, Signal::STOP)?;
        let stopped = Self(pid);
        let patience = Instant::now() + SETTLES_WITHIN;
        while Instant::now() < patience {
            if all_threads_stand(process)? {
                return Ok(stopped);
            }
            thread::sleep(Duration::from_micros(200));
        }
        bail!("process {process} does not stop")
    }
}

/// Whether each thread is stopped or dead, or the process is gone.
fn all_threads_stand(process: u32) -> Result<bool> {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return Ok(true) };
    for thread in threads {
        // A thread may end between being listed and being looked at.
        let Ok(stat) = fs::read_to_string(thread?.path().join("stat")) else { continue };
        let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
        if !matches!(state, Some('T' | 't' | 'Z' | 'X')) {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = kill_process(self.0, Signal::CONT);
    }
}
