//! Ledgers of some size, and how long a run on top of one takes to its first verdict.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

const SEED: &str = "7";

/// A ledger and the times that were measured on it, in seconds.
pub(crate) struct FirstVerdict {
    /// How many events it held at first.
    pub(crate) events: u64,
    /// From the start of a run to its first verdict, by run.
    pub(crate) seconds: Vec<f64>,
    ledger: PathBuf,
}

impl FirstVerdict {
    /// Records a ledger of so many events in a directory.
    ///
    /// # Errors
    ///
    /// If the ledger can't be made.
    pub(crate) fn new(events: u64, directory: &Path) -> Result<Self> {
        eprintln!("recording {events} events");
        let ledger = directory.join(format!("{events}.db"));
        let mut generator = Command::new(env!("CARGO_BIN_EXE_tidegate"));
        generator.args(["generate", "--mix", "--seed", SEED, "--lines", &events.to_string()]);
        let mut generator = generator.stdout(Stdio::piped()).spawn()?;
        let lines = generator.stdout.take().context("the output is a pipe")?;
        let status = run_on(&ledger, "past").stdin(lines).stdout(Stdio::null()).status()?;
        ensure!(status.success() && generator.wait()?.success(), "the ledger could not be made");
        Ok(Self { events, seconds: Vec::new(), ledger })
    }

    /// Measures once more, by a run of a number, on a customer that the ledger knows.
    ///
    /// # Errors
    ///
    /// If there is no verdict.
    pub(crate) fn measure(&mut self, run: u32) -> Result<()> {
        let line = format!(
            "{{\"id\":\"probe-{run}\",\"customer_id\":\"{}\",\"load_amount\":\"$1.00\",\"time\":\"2000-03-01T00:00:00Z\"}}\n",
            1 + u64::from(run) % (self.events / 20).max(1)
        );
        let mut command = run_on(&self.ledger, &format!("probe {run}"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let start = Instant::now();
        let mut child = command.spawn()?;
        let mut input = child.stdin.take().context("the input is a pipe")?;
        input.write_all(line.as_bytes())?;
        let mut verdict = String::new();
        BufReader::new(child.stdout.take().context("the output is a pipe")?).read_line(&mut verdict)?;
        let seconds = start.elapsed().as_secs_f64();
        drop(input);
        ensure!(child.wait()?.success() && !verdict.is_empty(), "no verdict");
        self.seconds.push(seconds);
        Ok(())
    }
}

/// A run on top of a ledger, of a batch of some name from standard input.
fn run_on(ledger: &Path, batch: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.args(["run", "--quiet", "--batch", batch, "--store"]).arg(ledger).arg("-");
    command
}
