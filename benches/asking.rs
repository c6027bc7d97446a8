//! How long questions to a ledger take, warm and cold, of an account with ten events and one with ten thousand.
//!
//! `cargo bench --bench asking` on a million events; `cargo bench --bench asking -- --events 1000000,10000000` for others.
//! Each question is a process of its own, in turn with the others. The ratio is to `tidegate head` on the same ledger, which
//! only opens it. Cold means that the system was told to forget what it had cached of the ledger.

#[path = "common/median.rs"]
mod median;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use rustix::fs::{Advice, fadvise};
use tidegate::workload::Workload;

use median::median;

const SEED: u64 = 7;

/// The accounts that are asked about, which the workload does not have, and how many events each gets.
const ACCOUNTS: [(&str, u64); 2] = [("quiet", 10), ("busy", 10_000)];

/// Limits that let nearly everything pass, so that windows are full of transactions.
const LIMITS: [&str; 3] =
    ["daily-count.count=1000000", "daily-amount.amount=900000000.00", "weekly-amount.amount=900000000.00"];

/// Measures how long questions to a ledger take.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many events the ledgers hold, with commas between the numbers
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1000000")]
    events: Vec<u64>,

    /// How often to ask each question
    #[arg(long, value_name = "N", default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,

    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// A question and how long it took, in seconds.
struct Question {
    name: String,
    arguments: Vec<String>,
    warm: Vec<f64>,
    cold: Vec<f64>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    println!(
        "| events in the ledger | question | warm, ms | times `head` | cold, ms |\n| ---: | --- | ---: | ---: | ---: |"
    );
    for events in arguments.events {
        let directory = tempfile::tempdir()?;
        let ledger = directory.path().join("ledger.db");
        eprintln!("recording {events} events");
        record(&ledger, events)?;
        let mut questions = questions(events);
        for question in &mut questions {
            question.ask(&ledger)?;
        }
        for _ in 0..arguments.runs {
            for question in &mut questions {
                let seconds = question.ask(&ledger)?;
                question.warm.push(seconds);
            }
        }
        for _ in 0..arguments.runs {
            for question in &mut questions {
                forget(&ledger)?;
                let seconds = question.ask(&ledger)?;
                question.cold.push(seconds);
            }
        }
        let opening = questions.first_mut().map_or(f64::NAN, |question| median(&mut question.warm));
        for question in &mut questions {
            let (warm, cold) = (median(&mut question.warm), median(&mut question.cold));
            println!(
                "| {events} | {} | {:.1} | {:.1} | {:.1} |",
                question.name,
                warm * 1e3,
                warm / opening,
                cold * 1e3
            );
        }
    }
    Ok(())
}

impl Question {
    fn new(name: String, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { name, arguments, warm: Vec::new(), cold: Vec::new() }
    }

    /// The time from the start of the program to its end.
    fn ask(&self, ledger: &Path) -> Result<f64> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
        let (name, rest) = self.arguments.split_first().context("a question has a name")?;
        command.arg(name).arg("--store").arg(ledger).args(rest).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let status = command.status()?;
        let seconds = start.elapsed().as_secs_f64();
        ensure!(status.success(), "{:?} failed", self.arguments);
        Ok(seconds)
    }
}

/// What is asked of a ledger of so many events.
fn questions(events: u64) -> Vec<Question> {
    let mut questions = vec![Question::new("`head`".to_owned(), &["head"])];
    let middle = (events / 2).to_string();
    for (account, count) in ACCOUNTS {
        let transaction = format!("{account}-{}", count / 2);
        let mut add = |what: &str, arguments: &[&str]| {
            questions.push(Question::new(format!("`{what}`, {count} events"), arguments));
        };
        add("account", &["account", account]);
        add("account --at", &["account", account, "--at", "2000-01-31T12:00:00Z"]);
        add("account --as-of", &["account", account, "--as-of", &middle]);
        add("explain", &["explain", "--account", account, &transaction]);
        add("explain --amount", &["explain", "--account", account, "--amount", "300"]);
        add("prove", &["prove", "--account", account, &transaction]);
    }
    questions.push(Question::new("`accounts --top 20`".to_owned(), &["accounts", "--top", "20"]));
    questions
}

/// Makes a ledger of so many events, those of the accounts in question spread evenly over it.
fn record(ledger: &Path, events: u64) -> Result<()> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.arg("run").arg("--store").arg(ledger).args(["--batch", "past", "--quiet", "-"]);
    for limit in LIMITS {
        command.args(["--set", limit]);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let added = ACCOUNTS.iter().map(|(_, count)| count).sum();
    let lines = events.saturating_sub(added).max(1);
    let input = io::BufWriter::with_capacity(1 << 18, child.stdin.take().context("the input is a pipe")?);
    let mut spread = Spread { output: input, lines, written: 0, line: Vec::new() };
    Workload { lines, seed: SEED, mix: true }.write(&mut spread)?;
    spread.flush()?;
    drop(spread);
    ensure!(child.wait()?.success(), "the ledger could not be made");
    Ok(())
}

/// Passes lines on and adds those of the accounts in question between them, at the same times.
struct Spread<W> {
    output: W,
    lines: u64,
    written: u64,
    /// A line that has not ended yet.
    line: Vec<u8>,
}

impl<W: Write> Spread<W> {
    fn pass(&mut self) -> io::Result<()> {
        self.output.write_all(&self.line)?;
        let text = String::from_utf8_lossy(&self.line);
        let time = text.split("\"time\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        for (account, count) in ACCOUNTS {
            // The place of a line among those of the account, if it is one behind which the next is due.
            let before = self.written * count / self.lines;
            for number in before..(self.written + 1) * count / self.lines {
                writeln!(
                    self.output,
                    "{{\"id\":\"{account}-{number}\",\"customer_id\":\"{account}\",\"load_amount\":\"$1.00\",\"time\":\"{time}\"}}"
                )?;
            }
        }
        self.written += 1;
        self.line.clear();
        Ok(())
    }
}

impl<W: Write> Write for Spread<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.pass()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// Lets the system forget what it has cached of a ledger.
fn forget(ledger: &Path) -> Result<()> {
    let log = PathBuf::from(format!("{}-wal", ledger.display()));
    for path in [ledger, &log] {
        if let Ok(file) = File::open(path) {
            file.sync_all()?;
            fadvise(&file, 0, None, Advice::DontNeed)?;
        }
    }
    Ok(())
}
