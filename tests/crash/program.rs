//! The program, run as its users run it.

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// Nothing that is run here takes anywhere near as long: what does hangs.
const HANGS_AFTER: Duration = Duration::from_secs(180);

/// How often it is looked whether a process has ended.
const POLL: Duration = Duration::from_micros(500);

/// What is fed to standard input: the bytes, how many at a time, and the pause behind each piece.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    pub(crate) text: Arc<[u8]>,
    pub(crate) piece: usize,
    pub(crate) pause: Duration,
    /// Whether standard input stays open behind the last piece, as if more were to come.
    pub(crate) stays_open: bool,
}

/// A process whose output is gathered.
pub(crate) struct Running {
    child: Child,
    command: String,
    started: Instant,
    emitted: Arc<Mutex<Vec<u8>>>,
    readers: [JoinHandle<()>; 2],
    told: Arc<Mutex<Vec<u8>>>,
    feeder: Option<JoinHandle<()>>,
    /// Dropped when the process has ended, upon which a feeder that holds standard input open lets go.
    open: Arc<Mutex<bool>>,
}

/// How a process ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) command: String,
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

/// Another program than the one built along with the tests, if one was named.
pub(crate) static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// The program's file.
pub(crate) fn program() -> &'static Path {
    PROGRAM.get().map_or(Path::new(env!("CARGO_BIN_EXE_tidegate")), PathBuf::as_path)
}

/// The program without any configuration but the built-in one.
pub(crate) fn tidegate(directory: &Path) -> Command {
    let mut command = Command::new(program());
    without_configuration(&mut command, directory);
    command
}

/// Runs a command in a directory where the program finds no configuration.
pub(crate) fn without_configuration(command: &mut Command, directory: &Path) {
    command.current_dir(directory).env("XDG_CONFIG_HOME", directory).env("HOME", directory).env("RUST_BACKTRACE", "0");
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"TIDEGATE_") {
            command.env_remove(name);
        }
    }
}

/// Runs a command to its end.
pub(crate) fn finish(command: Command) -> Result<Ended> {
    Running::start(command, None)?.wait()
}

fn gather(mut from: impl Read + Send + 'static, into: &Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    let into = Arc::clone(into);
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length) = from.read(&mut buffer) {
            if length == 0 {
                break;
            }
            into.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..length]);
        }
    })
}

fn taken(bytes: &Mutex<Vec<u8>>) -> Vec<u8> {
    std::mem::take(&mut *bytes.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Running {
    /// Starts a command, with something to read or with nothing.
    pub(crate) fn start(mut command: Command, feed: Option<Feed>) -> Result<Self> {
        let name = format!("{command:?}");
        command.stdin(if feed.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("can't run {name}"))?;
        let (emitted, told) = (Arc::default(), Arc::default());
        let stdout = child.stdout.take().context("no standard output")?;
        let stderr = child.stderr.take().context("no standard error")?;
        let readers = [gather(stdout, &emitted), gather(stderr, &told)];
        let open = Arc::new(Mutex::new(true));
        let feeder = child.stdin.take().zip(feed).map(|(mut stdin, feed)| {
            let open = Arc::clone(&open);
            thread::spawn(move || {
                let fed = feed.text.chunks(feed.piece.max(1)).all(|piece| {
                    let written = stdin.write_all(piece).is_ok();
                    thread::sleep(feed.pause);
                    written
                });
                while fed && feed.stays_open && *open.lock().unwrap_or_else(PoisonError::into_inner) {
                    thread::sleep(POLL);
                }
            })
        });
        Ok(Self { child, command: name, started: Instant::now(), emitted, readers, told, feeder, open })
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How many bytes of standard output have arrived.
    pub(crate) fn emitted(&self) -> usize {
        self.emitted.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether the process has ended.
    pub(crate) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Kills the process, unless it has ended, and waits for it.
    pub(crate) fn kill(mut self) -> Result<Ended> {
        self.child.kill()?;
        self.wait()
    }

    /// Waits for the process to end by itself.
    pub(crate) fn wait(mut self) -> Result<Ended> {
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if self.started.elapsed() > HANGS_AFTER {
                self.child.kill()?;
                self.child.wait()?;
                anyhow::bail!("hangs, killed after {HANGS_AFTER:?}: {}", self.command);
            }
            thread::sleep(POLL);
        };
        let took = self.started.elapsed();
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = false;
        for thread in self.readers.into_iter().chain(self.feeder) {
            let _ = thread.join();
        }
        let stderr = String::from_utf8_lossy(&taken(&self.told)).into_owned();
        Ok(Ended { command: self.command, status, stdout: taken(&self.emitted), stderr, took })
    }
}

impl Ended {
    /// Whether SIGKILL ended it, itself or as told by the exit status of a tracer.
    pub(crate) fn was_killed(&self) -> bool {
        self.status.signal() == Some(9) || self.status.code() == Some(137)
    }

    /// That it did not crash, unless it was killed.
    pub(crate) fn sane(&self) -> Result<&Self> {
        let crashed = self.stderr.contains("panicked at") || self.stderr.contains("crashed");
        ensure!(!crashed && (self.status.code().is_some() || self.was_killed()), "crashed: {}", self.told());
        Ok(self)
    }

    /// That it ended with one of these exit statuses and did not crash.
    pub(crate) fn expect(&self, codes: &[i32]) -> Result<&Self> {
        self.sane()?;
        let expected = self.status.code().is_some_and(|code| codes.contains(&code));
        ensure!(expected, "expected exit status {codes:?}: {}", self.told());
        Ok(self)
    }

    /// The command, its status and the end of what it said, for whoever has to find out why.
    pub(crate) fn told(&self) -> String {
        let tail = self.stderr.len().saturating_sub(1_500);
        let tail = self.stderr.get(self.stderr.ceil_char_boundary(tail)..).unwrap_or_default();
        format!("{}\n    {}, {:.1?}, standard error: {tail}", self.command, self.status, self.took)
    }
}
