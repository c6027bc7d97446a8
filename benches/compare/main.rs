//! Transactions a second, and memory, of Tidegate beside two yardsticks.
//!
//! `cargo bench --bench compare` for a million lines; `cargo bench --bench compare -- --help` tells the rest. Every
//! program runs as a process of its own, in turn with the others. Progress goes to standard error and the table to
//! standard output. If Tidegate's verdicts are not those of `simple`, byte for byte, that is a failure.
//!
//! `-- --only store,import` measures a run that records every decision in a new ledger, beside the sqlite3 program's
//! import of the same decisions.

mod copy;
mod import;
mod measure;
mod report;
mod simple;

use std::fmt;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::{Parser, Subcommand, ValueEnum};
use tidegate::workload::Workload;

use measure::measure;
use report::Report;

const SEED: u64 = 7;

/// Measures Tidegate beside a simple program for the same rules, and beside a mere copy.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many generated lines to work on
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    lines: u64,

    /// How often to run each program
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,

    /// Have withdrawals, late lines and times with offsets among the lines
    #[arg(long)]
    mix: bool,

    /// Which programs to run, with commas between them; verdicts are compared with those of simple if that is among them
    #[arg(long, value_name = "PROGRAMS", value_delimiter = ',', default_value = "tidegate,simple,copy")]
    only: Vec<Program>,

    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,

    #[command(subcommand)]
    yardstick: Option<Yardstick>,
}

/// What the program is when it has started itself.
#[derive(Debug, Subcommand)]
enum Yardstick {
    #[command(hide = true)]
    Simple { input: PathBuf, output: PathBuf },
    #[command(hide = true)]
    Copy { input: PathBuf, output: PathBuf },
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Program {
    Tidegate,
    Store,
    Simple,
    Copy,
    Import,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tidegate => "tidegate",
            Self::Store => "store",
            Self::Import => "import",
            Self::Simple => "simple",
            Self::Copy => "copy",
        })
    }
}

impl Program {
    fn output(self, directory: &Path) -> PathBuf {
        directory.join(format!("{self}.jsonl"))
    }

    /// The program, told to read one file and write another.
    fn command(self, input: &Path, output: &Path) -> Result<Command> {
        match self {
            Self::Tidegate => {
                let mut command = tidegate();
                command.arg("run").arg(input).arg("-o").arg(output).arg("--quiet");
                Ok(command)
            }
            Self::Store => {
                let ledger = output.with_extension("db");
                if ledger.exists() {
                    fs::remove_file(&ledger)?;
                }
                let mut command = tidegate();
                command.arg("run").arg(input).arg("-o").arg(output).arg("--quiet").arg("--store").arg(ledger);
                Ok(command)
            }
            Self::Import => import::command(&input.with_extension("csv"), &output.with_extension("db")),
            Self::Simple | Self::Copy => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg(self.to_string()).arg(input).arg(output);
                Ok(command)
            }
        }
    }
}

/// The program that is measured.
fn tidegate() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tidegate"))
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match &arguments.yardstick {
        Some(Yardstick::Simple { input, output }) => simple::run(input, output),
        Some(Yardstick::Copy { input, output }) => copy::run(input, output),
        None => compare(&arguments),
    }
}

fn compare(arguments: &Arguments) -> Result<()> {
    let &Arguments { lines, runs, mix, ref only, .. } = arguments;
    let directory = tempfile::tempdir()?;
    let input = directory.path().join("input.jsonl");
    eprintln!("generating {lines} lines");
    let mut file = File::create(&input)?;
    Workload { lines, seed: SEED, mix }.write(&mut file)?;
    // What is still to be written to the disk would disturb the first runs.
    file.sync_all()?;
    if only.contains(&Program::Import) {
        eprintln!("deciding what to import");
        import::prepare(&input, &input.with_extension("csv"))?;
    }
    let mut measurements: Vec<_> = only.iter().map(|program| (*program, Vec::new())).collect();
    let mut compared = false;
    for run in 1..=runs {
        for (program, measurements) in &mut measurements {
            let output = program.output(directory.path());
            let measurement = measure(&mut program.command(&input, &output)?)?;
            eprintln!("run {run} of {runs}: {program} took {:.3} s", measurement.seconds);
            measurements.push(measurement);
        }
        for ours in [Program::Tidegate, Program::Store] {
            if only.contains(&ours) && only.contains(&Program::Simple) {
                check_equal(&ours.output(directory.path()), &Program::Simple.output(directory.path()))?;
                compared = true;
            }
        }
    }
    let report = Report { lines, input_len: file.metadata()?.len(), mix, runs, measurements };
    println!("{}", report.markdown());
    if compared {
        println!("The verdicts of tidegate and simple are byte for byte the same.");
    }
    Ok(())
}

/// Fails at the first line in which two files differ.
fn check_equal(left: &Path, right: &Path) -> Result<()> {
    let open = |path: &Path| File::open(path).map(BufReader::new).with_context(|| format!("no {}", path.display()));
    let (mut left, mut right) = (open(left)?, open(right)?);
    let (mut left_line, mut right_line) = (Vec::new(), Vec::new());
    for number in 1u64.. {
        left_line.clear();
        right_line.clear();
        left.read_until(b'\n', &mut left_line)?;
        right.read_until(b'\n', &mut right_line)?;
        let shown = String::from_utf8_lossy;
        ensure!(
            left_line == right_line,
            "the verdicts differ in line {number}: tidegate has {:?}, simple has {:?}",
            shown(&left_line),
            shown(&right_line)
        );
        if left_line.is_empty() {
            break;
        }
    }
    Ok(())
}
