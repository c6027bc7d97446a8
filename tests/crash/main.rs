//! Crash tests: the program is killed, its system calls fail, the power goes, the ledger's file is damaged; whatever
//! was given out is still there afterwards, the run comes to the same end, and damage is found.
//!
//! All of it goes through the program's command line. `cargo test` does a small slice; `--all` and the sizes do more.

mod args;
mod cases;
mod day;
mod flips;
mod image;
mod kills;
mod kinds;
mod oracle_kills;
mod power;
mod program;
mod random;
mod strace;
mod syscalls;
mod tally;

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;

use args::{Args, Sizes};
use cases::Setup;
use flips::FLIPS;
use kills::KILLS;
use oracle_kills::ORACLE_KILLS;
use power::POWER;
use syscalls::SYSCALLS;
use tally::{Tally, print_table};

const PARTS: [&str; 5] = [KILLS, SYSCALLS, POWER, FLIPS, ORACLE_KILLS];

/// Says that mounts are made out of everyone else's sight.
const OWN_MOUNTS: &str = "CRASH_TESTS_OWN_MOUNTS";

fn main() -> ExitCode {
    let args = Args::parse();
    let parts: Vec<&'static str> = PARTS.into_iter().filter(|part| args.wants(part)).collect();
    if args.list {
        for part in parts {
            println!("{part}: test");
        }
        return ExitCode::SUCCESS;
    }
    if parts.is_empty() {
        return ExitCode::SUCCESS;
    }
    if let Some(program) = &args.program {
        program::PROGRAM.get_or_init(|| program.clone());
    }
    if parts.contains(&POWER) {
        keep_mounts_private();
    }
    match run(&args, &parts) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Starts this program anew where whatever it mounts goes with it, however it ends; does nothing if that can't be.
fn keep_mounts_private() {
    if !rustix::process::getuid().is_root() || std::env::var_os(OWN_MOUNTS).is_some() {
        return;
    }
    let works = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    let Ok(itself) = std::env::current_exe() else { return };
    if works(Command::new("unshare").args(["--mount", "true"])) {
        // Returns only if it fails, upon which things go on without.
        let _ = Command::new("unshare")
            .arg("--mount")
            .arg(itself)
            .args(std::env::args_os().skip(1))
            .env(OWN_MOUNTS, "1")
            .exec();
    }
}

/// Does what was asked for; whether all was well.
fn run(args: &Args, parts: &[&'static str]) -> Result<bool> {
    let in_memory = Path::new("/dev/shm");
    let base = if in_memory.is_dir() { in_memory.to_path_buf() } else { std::env::temp_dir() };
    let scratch = tempfile::Builder::new().prefix("tidegate-crash-").tempdir_in(base).context("no room to work in")?;
    let deadline = args.minutes.map(|minutes| Instant::now() + Duration::from_secs_f64(minutes * 60.0));
    let sizes = args.sizes();
    let mut tallies: Vec<Tally> = parts.iter().map(|part| Tally::new(part)).collect();
    for round in 0.. {
        let setup = Setup {
            seed: args.seed + round,
            jobs: args.jobs.max(1),
            deadline,
            only: args.only.as_ref().and_then(|only| only.split_once(':')).map(|(_, case)| case.to_owned()),
            scratch: scratch.path().to_path_buf(),
            sizes: format!(" --lines {} --oracle-lines {}", sizes.lines, sizes.oracle_lines),
        };
        for (part, tally) in parts.iter().zip(&mut tallies) {
            if !setup.is_over() {
                let begun = Instant::now();
                tally.add(run_part(part, &setup, &sizes));
                eprintln!("{part}, seed {}: {:.1?}", setup.seed, begun.elapsed());
            }
        }
        let failed = tallies.iter().any(|tally| !tally.violations.is_empty());
        if failed || deadline.is_none() || setup.is_over() {
            break;
        }
    }
    print_table(&tallies);
    let violations: Vec<&String> = tallies.iter().flat_map(|tally| &tally.violations).collect();
    for violation in &violations {
        println!("VIOLATION {violation}");
    }
    if !violations.is_empty() {
        println!("everything is left in {}", scratch.keep().display());
    }
    Ok(violations.is_empty())
}

fn run_part(part: &'static str, setup: &Setup, sizes: &Sizes) -> Tally {
    let size = sizes.of(part);
    let done = match part {
        KILLS => kills::run(setup, size, sizes.lines),
        SYSCALLS => syscalls::run(setup, size),
        POWER => power::run(setup, size),
        FLIPS => flips::run(setup, size),
        _ => oracle_kills::run(setup, size, sizes.oracle_lines),
    };
    done.unwrap_or_else(|error| Tally::failed(part, setup.seed, &error))
}
