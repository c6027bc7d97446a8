//! Programs at the same work, in turn.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::import;
use crate::measure::measure;
use crate::program::{Program, tidegate};
use crate::table::Outcome;

const SEED: &str = "7";

/// Which programs are to run, how often, and on what.
pub(crate) struct Contest {
    /// How many transactions the input holds.
    pub(crate) lines: u64,
    /// Whether there are withdrawals, late lines and times with offsets among them.
    pub(crate) mix: bool,
    /// How often each program runs.
    pub(crate) runs: u32,
    /// The programs, in the order of the table.
    pub(crate) programs: Vec<Program>,
}

impl Contest {
    /// Runs them all.
    ///
    /// # Errors
    ///
    /// If a program fails, or decides otherwise than `simple`.
    pub(crate) fn hold(&self) -> Result<Outcome> {
        let &Self { lines, mix, runs, ref programs } = self;
        let directory = tempfile::tempdir()?;
        let directory = directory.path();
        let input = directory.join("input.jsonl");
        eprintln!("generating {lines} lines");
        generate(lines, mix, &input)?;
        if programs.contains(&Program::Import) {
            eprintln!("deciding what to import");
            import::prepare(&input, &import::rows(&input))?;
        }
        let mut measurements: Vec<_> = programs.iter().map(|program| (*program, Vec::new())).collect();
        // `simple` goes first, so that all others can be compared with it, and be deleted, as they come.
        let mut order: Vec<usize> = (0..programs.len()).collect();
        order.sort_by_key(|place| programs[*place] != Program::Simple);
        let mut compared = false;
        for run in 1..=runs {
            for place in &order {
                let (program, measurements) = &mut measurements[*place];
                let measurement = measure(&mut program.command(&input, directory)?)?;
                eprintln!("run {run} of {runs}: {program} took {:.3} s", measurement.seconds);
                measurements.push(measurement);
                compared |= settle(*program, directory)?;
            }
            remove(&Program::Simple.output(directory))?;
        }
        Ok(Outcome { lines, input_len: input.metadata()?.len(), mix, runs, measurements, compared })
    }
}

/// Makes the input.
fn generate(lines: u64, mix: bool, input: &Path) -> Result<()> {
    let mut command = tidegate();
    command.args(["generate", "--lines", &lines.to_string(), "--seed", SEED]).args(mix.then_some("--mix"));
    let status = command.arg("-o").arg(input).status()?;
    ensure!(status.success(), "the input could not be made");
    // What is still to be written to the disk would disturb the first runs.
    Ok(File::open(input)?.sync_all()?)
}

/// Compares what a program wrote with what `simple` did, if that ran, and deletes it; whether that was so. The one of
/// `simple` is only synced, so that the system doesn't write it while others run.
fn settle(program: Program, directory: &Path) -> Result<bool> {
    let (output, expected) = (program.output(directory), Program::Simple.output(directory));
    if program == Program::Simple {
        File::open(output)?.sync_all()?;
        return Ok(false);
    }
    let compares = program.decides() && expected.exists();
    if compares {
        check_equal(&output, &expected).with_context(|| format!("of {program}"))?;
    }
    remove(&output)?;
    let database = program.database(directory);
    for suffix in ["", "-wal", "-shm", "-lock"] {
        remove(Path::new(&format!("{}{suffix}", database.display())))?;
    }
    Ok(compares)
}

/// Deletes a file, if there is one.
fn remove(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_file(path)?;
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
            "the verdicts differ in line {number}: {:?}, where simple has {:?}",
            shown(&left_line),
            shown(&right_line)
        );
        if left_line.is_empty() {
            break;
        }
    }
    Ok(())
}
