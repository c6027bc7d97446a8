//! Transactions a second, and memory, of Tidegate beside yardsticks.
//!
//! `cargo bench --bench compare` for a quick look at a million lines; `-- --record` measures everything and writes
//! BENCHMARKS.md; `-- --check` fails if Tidegate fell behind what BENCHMARKS.md says; `-- --help` tells the rest.
//!
//! Every program runs as a process of its own, in turn with the others. Progress goes to standard error and tables to
//! standard output. If verdicts are not those of `simple`, byte for byte, that is a failure.
//!
//! `-- --only store,import` measures a run that records every decision in a new ledger, beside the sqlite3 program's
//! import of the same decisions.

mod check;
mod contest;
mod copy;
mod figures;
#[path = "../common/first_verdict.rs"]
mod first_verdict;
mod hot;
mod import;
mod latency;
mod machine;
mod measure;
#[path = "../common/median.rs"]
mod median;
mod page;
mod program;
mod record;
mod recorded;
mod simple;
mod table;
mod tuned;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use contest::Contest;
use program::Program;

/// Where the figures of `--record` are kept.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/BENCHMARKS.md");

/// Measures Tidegate beside other programs for the same rules, beside a mere copy, and beside an import into SQLite.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many generated lines to work on; with --record the most of them, a tenth and a hundredth being measured too
    /// [default: 1000000; 10000000 with --record; 100000 with --check]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    lines: Option<u64>,

    /// How often to run each program [default: 5; 9 with --check]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "record")]
    runs: Option<u32>,

    /// Have withdrawals, late lines and times with offsets among the lines, which `tuned` does not take
    #[arg(long, conflicts_with_all = ["record", "check"])]
    mix: bool,

    /// Which programs to run, with commas between them [default: simple,tuned,tidegate,copy, without tuned if mixed];
    /// verdicts are compared with those of simple if that is among them
    #[arg(long, value_name = "PROGRAMS", value_delimiter = ',', conflicts_with_all = ["record", "check"])]
    only: Option<Vec<Program>>,

    /// Measure everything, in ten to twenty minutes, and write it to a file; needs the sqlite3 program
    #[arg(long, conflicts_with = "check")]
    record: bool,

    /// Fail if a run is less than two thirds as many times as fast as `simple` as that file says for as many lines, or one
    /// with a store beside the import; without the sqlite3 program that is skipped
    #[arg(long)]
    check: bool,

    /// Measure only how long the verdict on a line through a pipe takes
    #[arg(long, conflicts_with_all = ["record", "check", "lines", "runs", "mix", "only"])]
    latency: bool,

    /// The file that --record writes and --check reads [default: BENCHMARKS.md beside Cargo.toml]
    #[arg(long, value_name = "FILE", default_value = PAGE, hide_default_value = true)]
    page: PathBuf,

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
    Tuned { input: PathBuf, output: PathBuf },
    #[command(hide = true)]
    Copy { input: PathBuf, output: PathBuf },
}

fn main() -> ExitCode {
    match perform(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("compare: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(arguments: Arguments) -> Result<()> {
    let Arguments { ref page, lines, runs, .. } = arguments;
    match &arguments.yardstick {
        Some(Yardstick::Simple { input, output }) => simple::run(input, output),
        Some(Yardstick::Tuned { input, output }) => tuned::run(input, output),
        Some(Yardstick::Copy { input, output }) => copy::run(input, output),
        None if arguments.record => record::record(page, lines.unwrap_or(10_000_000)),
        None if arguments.check => check::check(page, lines.unwrap_or(100_000), runs.unwrap_or(9)),
        None if arguments.latency => {
            println!("{}", page::latency(&latency::measure()?));
            Ok(())
        }
        None => look(arguments),
    }
}

/// Measures the usual programs, or those that were asked for, and shows the table.
fn look(arguments: Arguments) -> Result<()> {
    let Arguments { lines, runs, mix, only, .. } = arguments;
    let usual = || {
        let programs = [Program::Simple, Program::Tuned, Program::Tidegate, Program::Copy];
        programs.into_iter().filter(|program| !(mix && *program == Program::Tuned)).collect()
    };
    let (lines, runs, programs) = (lines.unwrap_or(1_000_000), runs.unwrap_or(5), only.unwrap_or_else(usual));
    let outcome = Contest { lines, mix, runs, programs }.hold()?;
    println!("{}\n\n{}", outcome.caption(), outcome.table());
    if outcome.compared {
        println!("All verdicts are byte for byte those of simple.");
    }
    Ok(())
}
