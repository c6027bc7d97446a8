//! How long a run takes from its start to its first verdict, on ledgers of several sizes.
//!
//! `cargo bench --bench opening` for 100,000 and 1,000,000 events; `cargo bench --bench opening -- --events 10000000` for
//! others. The ratio is to the same on a ledger of 100 events, in the same turn.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use tidegate::workload::Workload;

const SEED: u64 = 7;

/// The ledger that the others are compared with.
const EVENTS_MIN: u64 = 100;

/// Measures the time from the start of a run to its first verdict.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many events the ledgers hold, with commas between the numbers
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "100000,1000000")]
    events: Vec<u64>,

    /// How often to measure each
    #[arg(long, value_name = "N", default_value_t = 21, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,

    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// A ledger and the times that were measured on it, in seconds.
struct Subject {
    events: u64,
    ledger: PathBuf,
    seconds: Vec<f64>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let directory = tempfile::tempdir()?;
    let sizes = std::iter::once(EVENTS_MIN).chain(arguments.events);
    let mut subjects = sizes.map(|events| Subject::new(events, directory.path())).collect::<Result<Vec<_>>>()?;
    for run in 0..arguments.runs {
        for subject in &mut subjects {
            let seconds = first_verdict(&subject.ledger, run, subject.events)?;
            subject.seconds.push(seconds);
        }
    }
    println!("| events in the ledger | milliseconds to the first verdict | ratio |\n| ---: | ---: | ---: |");
    let least = subjects.first_mut().map_or(f64::NAN, Subject::median);
    for subject in &mut subjects {
        let median = subject.median();
        println!("| {} | {:.1} | {:.2} |", subject.events, median * 1e3, median / least);
    }
    Ok(())
}

impl Subject {
    /// A ledger of so many events.
    fn new(events: u64, directory: &Path) -> Result<Self> {
        eprintln!("recording {events} events");
        let ledger = directory.join(format!("{events}.db"));
        let mut child = tidegate(&ledger).args(["--batch", "past", "--quiet", "-"]).stdin(Stdio::piped()).spawn()?;
        let mut input = child.stdin.take().context("the input is a pipe")?;
        Workload { lines: events, seed: SEED, mix: true }.write(&mut input)?;
        drop(input);
        ensure!(child.wait()?.success(), "the ledger could not be made");
        Ok(Self { events, ledger, seconds: Vec::new() })
    }

    fn median(&mut self) -> f64 {
        self.seconds.sort_by(f64::total_cmp);
        self.seconds.get(self.seconds.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// `tidegate run` on top of a ledger.
fn tidegate(ledger: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.arg("run").arg("--store").arg(ledger).stdout(Stdio::null());
    command
}

/// The time from the start of a run to its first verdict, on a customer that the ledger knows.
fn first_verdict(ledger: &Path, run: u32, events: u64) -> Result<f64> {
    let line = format!(
        "{{\"id\":\"probe-{run}\",\"customer_id\":\"{}\",\"load_amount\":\"$1.00\",\"time\":\"2000-03-01T00:00:00Z\"}}\n",
        1 + u64::from(run) % (events / 20).max(1)
    );
    let mut command = tidegate(ledger);
    command.args(["--batch", &format!("probe {run}"), "--quiet", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let mut input = child.stdin.take().context("the input is a pipe")?;
    input.write_all(line.as_bytes())?;
    let mut verdict = String::new();
    BufReader::new(child.stdout.take().context("the output is a pipe")?).read_line(&mut verdict)?;
    let seconds = start.elapsed().as_secs_f64();
    drop(input);
    ensure!(child.wait()?.success() && !verdict.is_empty(), "no verdict");
    Ok(seconds)
}
