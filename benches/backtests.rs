//! What backtests and sweeps take beside a plain run over the same transactions.
//!
//! `cargo bench --bench backtests` over a million transactions; `-- --lines 100000 --candidates 20` for others. Programs are
//! run in turn, and the median of each is told with its ratio to the plain run's.

#[path = "common/median.rs"]
mod median;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Parser;

use median::median;

const SEED: &str = "7";

/// Measures backtests and sweeps.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many transactions there are
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    lines: u64,

    /// How many candidates a sweep has
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    candidates: u64,

    /// How often to run each program
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,

    /// Add withdrawals, late lines and times with offsets to the workload
    #[arg(long)]
    mix: bool,

    /// A change to the limits under which all are run, such as daily-amount.zone=America/Toronto
    #[arg(long, value_name = "NAME.KEY=VALUE")]
    set: Vec<String>,

    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// One program, and how long its runs took, in seconds.
struct Contender {
    name: String,
    arguments: Vec<String>,
    seconds: Vec<f64>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let directory = tempfile::tempdir()?;
    let (input, ledger) = (directory.path().join("input.jsonl"), directory.path().join("ledger.db"));
    eprintln!("preparing {} transactions", arguments.lines);
    let mix: &[&str] = if arguments.mix { &["--mix"] } else { &[] };
    let lines = arguments.lines.to_string();
    perform(tidegate(&["generate", "--lines", &lines, "--seed", SEED, "-o"]).arg(&input).args(mix))?;
    perform(
        tidegate(&["run", "--quiet", "-o", "/dev/null"]).args(sets(&arguments)).arg("--store").args([&ledger, &input]),
    )?;
    let mut contenders = contenders(&arguments, &input, &ledger);
    for _ in 0..arguments.runs {
        for contender in &mut contenders {
            let start = Instant::now();
            perform(Command::new(env!("CARGO_BIN_EXE_tidegate")).args(&contender.arguments))?;
            contender.seconds.push(start.elapsed().as_secs_f64());
        }
    }
    println!("| program | seconds | times `run` |\n| --- | ---: | ---: |");
    let plain = contenders.first_mut().map_or(f64::NAN, |plain| median(&mut plain.seconds));
    for Contender { name, seconds, .. } in &mut contenders {
        let seconds = median(seconds);
        println!("| {name} | {seconds:.3} | {:.2} |", seconds / plain);
    }
    Ok(())
}

fn contenders(arguments: &Arguments, input: &Path, ledger: &Path) -> Vec<Contender> {
    let (input, ledger) = (input.display().to_string(), ledger.display().to_string());
    let verdicts = format!("{input}.verdicts");
    let sets = sets(arguments);
    let contender = |name: &str, arguments: &[&str]| Contender {
        name: name.to_owned(),
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).chain(sets.clone()).collect(),
        seconds: Vec::new(),
    };
    let last = arguments.candidates * 50 + 950;
    let vary = format!("daily-amount.amount=1000..{last}/50");
    let proposed = "daily-count.count=2";
    vec![
        contender("`run`", &["run", "--quiet", &input, "-o", &verdicts]),
        contender("`backtest --store`", &["backtest", "--quiet", "--store", &ledger, "--set", proposed]),
        // With changes it would no longer be a check.
        Contender {
            arguments: ["backtest", "--quiet", "--store", &ledger].map(str::to_owned).to_vec(),
            ..contender("`backtest --store`, the check", &[])
        },
        contender("`backtest INPUT`", &["backtest", "--quiet", &input, "--set", proposed]),
        contender(
            &format!("`sweep --store`, {} candidates", arguments.candidates),
            &["sweep", "--quiet", "--store", &ledger, "--vary", &vary],
        ),
    ]
}

fn sets(arguments: &Arguments) -> Vec<String> {
    arguments.set.iter().flat_map(|set| ["--set".to_owned(), set.clone()]).collect()
}

fn tidegate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.args(arguments);
    command
}

fn perform(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status()?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}
