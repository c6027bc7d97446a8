//! An input, what must come of it, and the ways to run it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::kinds;
use crate::program::{Ended, Feed, Running, finish, tidegate};
use crate::random::Random;

/// Lines that are no transaction, each wrong in another way.
const BAD: [&[u8]; 4] = [
    b"not a transaction",
    br#"{"id":"9","customer_id":"9","load_amount":"much","time":"2000-01-01T00:00:00Z"}"#,
    b"{\"id\":\"9\",\xff\xfe",
    br#"{"id":"9","load_amount":"$1.00","time":"2000-01-01T00:00:00Z"}"#,
];

/// The ledger's name in a directory.
const LEDGER: &str = "ledger.db";

/// The names of what a run writes to a directory.
pub(crate) const VERDICTS: &str = "verdicts.jsonl";
pub(crate) const REJECTS: &str = "rejects.jsonl";

/// An input with rejects, and what a run without a store makes of it.
#[derive(Clone, Debug)]
pub(crate) struct Day {
    pub(crate) name: String,
    pub(crate) input: PathBuf,
    /// What it is decided by, if not by the default policy.
    pub(crate) config: Option<PathBuf>,
    pub(crate) text: Arc<[u8]>,
    pub(crate) verdicts: Vec<u8>,
    pub(crate) rejects: Vec<u8>,
}

/// From where to where a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From a file to a file.
    File,
    /// From standard input to standard output.
    Pipe,
}

/// A directory's ledger.
pub(crate) fn ledger(directory: &Path) -> PathBuf {
    directory.join(LEDGER)
}

/// Copies a directory's ledger and what stands beside it under longer names, such as its write-ahead log.
pub(crate) fn copy_ledger(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(LEDGER.as_bytes()) {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// A command on a directory's ledger.
pub(crate) fn on_ledger(directory: &Path, words: &[&str]) -> Command {
    let mut command = tidegate(directory);
    let (first, rest) = words.split_first().unwrap_or((&"head", &[]));
    command.arg(first).arg("--store").arg(ledger(directory)).args(rest);
    command
}

/// The head of a directory's ledger, as it is printed.
pub(crate) fn head(directory: &Path) -> Result<String> {
    let ended = finish(on_ledger(directory, &["head"]))?;
    let text = String::from_utf8_lossy(&ended.expect(&[0])?.stdout).into_owned();
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_head = |word: &&str| match word.split(':').collect::<Vec<_>>()[..] {
        [size, root, chain] => size.parse::<u64>().is_ok() && is_hash(root) && is_hash(chain),
        _ => false,
    };
    let head = text.split_whitespace().find(is_head).map(str::to_owned);
    head.with_context(|| format!("no SIZE:ROOT:CHAIN in {text:?}: {}", ended.command))
}

/// Size and root of a head: what does not depend on how the events were committed.
pub(crate) fn without_chain(head: &str) -> &str {
    head.rsplit_once(':').map_or(head, |(rest, _)| rest)
}

/// That a ledger is sound and holds what one of an uninterrupted run does.
pub(crate) fn check_ledger(directory: &Path, root: &str) -> Result<()> {
    finish(on_ledger(directory, &["verify"]))?.expect(&[0])?;
    let head = head(directory)?;
    ensure!(without_chain(&head) == root, "the head is {head}, that of an uninterrupted run begins with {root}");
    Ok(())
}

/// That two texts are the same, or where they part.
pub(crate) fn check_same(what: &str, found: &[u8], right: &[u8]) -> Result<()> {
    if found == right {
        return Ok(());
    }
    let same = found.iter().zip(right).take_while(|(one, two)| one == two).count();
    let line = found[..same].iter().filter(|byte| **byte == b'\n').count() + 1;
    bail!("{what}: {} bytes, not the right {} bytes; they part in line {line}", found.len(), right.len())
}

impl Day {
    /// Generates a day and runs it without a store, by the default policy.
    pub(crate) fn make(directory: &Path, name: &str, lines: u64, bad: u64, seed: u64) -> Result<Self> {
        Self::generate(directory, name, lines, bad, seed, None)
    }

    /// The same, by limits of all kinds, with groups both of the lines' own and of a file.
    pub(crate) fn make_of_all_kinds(directory: &Path, name: &str, lines: u64, bad: u64, seed: u64) -> Result<Self> {
        let day = Self::generate(directory, name, lines, bad, seed, Some(kinds::write(directory, name)?))?;
        if lines >= kinds::ENOUGH_LINES {
            kinds::check_told(&day.verdicts)?;
        }
        Ok(day)
    }

    fn generate(
        directory: &Path,
        name: &str,
        lines: u64,
        bad: u64,
        seed: u64,
        config: Option<PathBuf>,
    ) -> Result<Self> {
        let mut command = tidegate(directory);
        command.args(["generate", "--mix", "--lines", &lines.to_string(), "--seed", &seed.to_string()]);
        let generated = finish(command)?;
        // Each day has customers of its own, so that its verdicts are the same whatever the ledger holds.
        let generated = String::from_utf8(generated.expect(&[0])?.stdout.clone())?;
        let generated = generated.replace("\"customer_id\":\"", &format!("\"customer_id\":\"{name} "));
        let mut all: Vec<&[u8]> = generated.as_bytes().split_inclusive(|byte| *byte == b'\n').collect();
        let mut random = Random::new(seed, name);
        let of_groups: Vec<Vec<u8>>;
        if config.is_some() {
            of_groups = all.iter().map(|line| kinds::with_group(line, &mut random)).collect();
            all = of_groups.iter().map(Vec::as_slice).collect();
        }
        let bad: Vec<Vec<u8>> = BAD.iter().cycle().take(bad as usize).map(|line| [*line, b"\n"].concat()).collect();
        for line in &bad {
            all.insert(random.below(all.len() as u64 + 1) as usize, line);
        }
        let text: Arc<[u8]> = all.concat().into();
        let input = directory.join(name);
        fs::write(&input, &text)?;
        let mut plain = tidegate(directory);
        plain.arg("run").arg(&input).arg("--reasons");
        if let Some(config) = &config {
            plain.arg("--config").arg(config);
        }
        plain.arg("-o").arg(directory.join(VERDICTS)).arg("--rejects").arg(directory.join(REJECTS));
        finish(plain)?.expect(&[if bad.is_empty() { 0 } else { 3 }])?;
        let verdicts = fs::read(directory.join(VERDICTS))?;
        let rejects = fs::read(directory.join(REJECTS))?;
        let lines_of = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
        ensure!(lines_of(&rejects) == bad.len(), "{} of {} bad lines were rejected", lines_of(&rejects), bad.len());
        ensure!(!verdicts.is_empty(), "there are no verdicts");
        fs::remove_file(directory.join(VERDICTS))?;
        fs::remove_file(directory.join(REJECTS))?;
        Ok(Self { name: name.to_owned(), input, config, text, verdicts, rejects })
    }

    /// The exit status of a run that comes to its end.
    pub(crate) fn status(&self) -> i32 {
        if self.rejects.is_empty() { 0 } else { 3 }
    }

    /// The arguments of a run with a directory's ledger.
    pub(crate) fn arguments(&self, way: Way, directory: &Path, command: &mut Command) {
        command.arg("run").arg("--store").arg(ledger(directory)).arg("--reasons");
        command.arg("--rejects").arg(directory.join(REJECTS));
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        match way {
            Way::File => command.arg(&self.input).arg("-o").arg(directory.join(VERDICTS)),
            Way::Pipe => command.args(["-", "--batch", &self.name]),
        };
    }

    /// All lines at once.
    pub(crate) fn whole_feed(&self) -> Feed {
        let text = Arc::clone(&self.text);
        Feed { piece: text.len(), text, pause: Duration::ZERO, stays_open: false }
    }

    /// Starts a run with a directory's ledger; through a pipe the lines come in pieces, with pauses.
    pub(crate) fn start(&self, way: Way, directory: &Path, piece: usize, pause: Duration) -> Result<Running> {
        let mut command = tidegate(directory);
        self.arguments(way, directory, &mut command);
        let feed = Feed { text: Arc::clone(&self.text), piece, pause, stays_open: false };
        Running::start(command, (way == Way::Pipe).then_some(feed))
    }

    /// Runs the day to its end, after whatever was before, and checks everything; gives the time it took.
    pub(crate) fn complete(&self, way: Way, directory: &Path) -> Result<Duration> {
        let ended = self.start(way, directory, 64 * 1024, Duration::ZERO)?.wait()?;
        self.check_run(way, directory, &ended)?;
        Ok(ended.took)
    }

    /// Leaves the ledger of a run that was killed after half of its lines, in several commits.
    pub(crate) fn break_off(&self, directory: &Path) -> Result<()> {
        let lines: Vec<&[u8]> = self.text.split_inclusive(|byte| *byte == b'\n').collect();
        let half = lines[..lines.len() / 2].concat();
        let mut command = tidegate(directory);
        self.arguments(Way::Pipe, directory, &mut command);
        let pieces = 8;
        let feed =
            Feed { piece: half.len() / pieces, text: half.into(), pause: Duration::from_millis(5), stays_open: true };
        let mut running = Running::start(command, Some(feed))?;
        let patience = Instant::now() + Duration::from_secs(20);
        while running.emitted() < self.verdicts.len() * 2 / 5 {
            ensure!(!running.has_ended()?, "ended: {}", running.wait()?.told());
            ensure!(Instant::now() < patience, "no verdicts while standard input stays open");
            thread::sleep(Duration::from_millis(1));
        }
        let ended = running.kill()?;
        ensure!(ended.was_killed(), "not killed: {}", ended.told());
        Ok(())
    }

    /// That a run that came to its end gave the right output and rejects.
    pub(crate) fn check_run(&self, way: Way, directory: &Path, ended: &Ended) -> Result<()> {
        ended.expect(&[self.status()])?;
        match way {
            Way::File => self.check_files(directory)?,
            Way::Pipe => {
                check_same("standard output", &ended.stdout, &self.verdicts)?;
                check_same(REJECTS, &fs::read(directory.join(REJECTS)).context(REJECTS)?, &self.rejects)?;
            }
        }
        Ok(())
    }

    /// That a directory's files of verdicts and rejects are the right ones.
    pub(crate) fn check_files(&self, directory: &Path) -> Result<()> {
        check_same(VERDICTS, &fs::read(directory.join(VERDICTS)).context(VERDICTS)?, &self.verdicts)?;
        check_same(REJECTS, &fs::read(directory.join(REJECTS)).context(REJECTS)?, &self.rejects)
    }

    /// That files stand under their final names only if they are whole and right.
    pub(crate) fn check_no_broken_files(&self, directory: &Path) -> Result<()> {
        for (name, right) in [(VERDICTS, &self.verdicts), (REJECTS, &self.rejects)] {
            if let Ok(found) = fs::read(directory.join(name)) {
                check_same(name, &found, right)?;
            }
        }
        Ok(())
    }

    /// That a broken-off run's ledger is no less sound for it, and holds every verdict that had been given out;
    /// gives how many bytes of verdicts it holds.
    pub(crate) fn check_kept(&self, directory: &Path, emitted: usize) -> Result<usize> {
        if ledger(directory).exists() {
            // A file that did not get as far as being a ledger is refused, which is right as long as nothing was told.
            let verified = finish(on_ledger(directory, &["verify"]))?;
            // What was killed before it became a ledger is none.
            verified.expect(if emitted == 0 { &[0, 1, 2, 4] } else { &[0] })?;
        }
        let kept = if ledger(directory).exists() {
            let ended = finish(on_ledger(directory, &["verdicts", "--batch", &self.name, "--reasons"]))?;
            // Before the first commit there is no such batch.
            ended.expect(if emitted == 0 { &[0, 1, 2, 3] } else { &[0, 3] })?;
            ended.stdout
        } else {
            Vec::new()
        };
        ensure!(self.verdicts.starts_with(&kept), "the ledger's verdicts are not the first of the right ones");
        ensure!(
            kept.len() >= emitted,
            "{emitted} bytes of verdicts had been given out, but the ledger holds only {}",
            kept.len()
        );
        Ok(kept.len())
    }
}
