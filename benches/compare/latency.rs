//! How long the verdict on a line through a pipe takes, one line at a time.
//!
//! The lines of both runs and the commits of the yardstick take turns, so that all meet the same disk.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;

use crate::median::median;
use crate::program::tidegate;

/// How many lines are measured.
pub(crate) const LINES: u32 = 2_000;

/// How many lines go before those.
pub(crate) const WARM_UP_LINES: u32 = 200;

/// How many customers the lines are of.
const CUSTOMERS: u32 = 100;

/// What one of those that take turns needed for a line, in microseconds.
pub(crate) struct Latency {
    /// What it is.
    pub(crate) name: &'static str,
    /// The median.
    pub(crate) median: f64,
    /// What one in a hundred takes longer than.
    pub(crate) percentile_99: f64,
}

/// All that take turns.
pub(crate) struct Latencies {
    /// A run without a store.
    pub(crate) plain: Latency,
    /// A run with a new store.
    pub(crate) store: Latency,
    /// A synced commit of one row into an SQLite file.
    pub(crate) commit: Latency,
}

/// Measures them all.
///
/// # Errors
///
/// If a run ends too early.
pub(crate) fn measure() -> Result<Latencies> {
    let directory = tempfile::tempdir()?;
    let mut plain = Pipe::open(&mut run())?;
    let mut store = Pipe::open(run().args(["--batch", "lines", "--store"]).arg(directory.path().join("ledger.db")))?;
    let connection = Connection::open(directory.path().join("rows.db"))?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; CREATE TABLE decisions (position INTEGER PRIMARY KEY, decision TEXT NOT NULL);",
    )?;
    let mut micros = [const { Vec::new() }; 3];
    for number in 1..=WARM_UP_LINES + LINES {
        let line = line(number);
        let taken = [plain.answer(&line)?, store.answer(&line)?, commit(&connection, number, &line)?];
        if number > WARM_UP_LINES {
            micros.iter_mut().zip(taken).for_each(|(micros, taken)| micros.push(taken));
        }
    }
    plain.close()?;
    store.close()?;
    let [plain, store, commit] = micros;
    Ok(Latencies {
        plain: Latency::of("`tidegate run`", plain),
        store: Latency::of("`tidegate run --store`", store),
        commit: Latency::of("one commit of one row by SQLite", commit),
    })
}

impl Latency {
    fn of(name: &'static str, mut micros: Vec<f64>) -> Self {
        let median = median(&mut micros);
        // The median has sorted them.
        let percentile_99 = micros.get(micros.len() * 99 / 100).copied().unwrap_or(f64::NAN);
        Self { name, median, percentile_99 }
    }
}

/// A run that waits for lines.
struct Pipe {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    verdict: String,
}

impl Pipe {
    fn open(command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take().context("the input is a pipe")?;
        let output = BufReader::new(child.stdout.take().context("the output is a pipe")?);
        Ok(Self { child, input, output, verdict: String::new() })
    }

    /// The microseconds from a line written to its verdict read.
    fn answer(&mut self, line: &str) -> Result<f64> {
        self.verdict.clear();
        let start = Instant::now();
        self.input.write_all(line.as_bytes())?;
        self.output.read_line(&mut self.verdict)?;
        let micros = start.elapsed().as_secs_f64() * 1e6;
        ensure!(self.verdict.ends_with("}\n"), "no verdict");
        Ok(micros)
    }

    fn close(mut self) -> Result<()> {
        drop(self.input);
        ensure!(self.child.wait()?.success(), "a run failed");
        Ok(())
    }
}

fn run() -> Command {
    let mut command = tidegate();
    command.args(["run", "--quiet", "-"]);
    command
}

/// The line of a number: a load every half minute, of one customer after the other.
fn line(number: u32) -> String {
    let customer = 1 + number % CUSTOMERS;
    let (hour, minute, second) = (number / 120, number / 2 % 60, number % 2 * 30);
    format!(
        "{{\"id\":\"{number}\",\"customer_id\":\"{customer}\",\"load_amount\":\"$12.34\",\"time\":\"2000-01-{:02}T{:02}:{minute:02}:{second:02}Z\"}}\n",
        1 + hour / 24,
        hour % 24
    )
}

/// The microseconds that a synced commit of one row takes.
fn commit(connection: &Connection, number: u32, line: &str) -> Result<f64> {
    let start = Instant::now();
    connection.prepare_cached("INSERT INTO decisions VALUES (?1, ?2)")?.execute((number, line))?;
    Ok(start.elapsed().as_secs_f64() * 1e6)
}
