//! The whole comparison, and the page that it becomes.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};

use crate::contest::Contest;
use crate::first_verdict::FirstVerdict;
use crate::program::Program;
use crate::table::{Outcome, column};
use crate::{check, hot, import, latency, machine, page, recorded};

/// Every program, in the order of the tables.
const PROGRAMS: [Program; 6] =
    [Program::Tidegate, Program::Store, Program::Simple, Program::Tuned, Program::Import, Program::Copy];

/// How often each program runs on a hundredth of the lines, on a tenth, and on all.
const RUNS: [u32; 3] = [15, 9, 5];

/// How often a first verdict is measured.
const FIRST_VERDICT_RUNS: u32 = 21;

/// The ledger that a first verdict is compared on.
const EVENTS_MIN: u64 = 100;

/// Everything that was measured.
pub(crate) struct Results {
    /// What it was measured on, by name.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Plain lines, from the fewest to the most.
    pub(crate) plain: Vec<Outcome>,
    /// Mixed lines.
    pub(crate) mixed: Outcome,
    /// How many lines [`Results::hot`] is about.
    pub(crate) hot_lines: u64,
    /// One customer beside many.
    pub(crate) hot: Vec<hot::Costs>,
    /// Lines through a pipe.
    pub(crate) latencies: latency::Latencies,
    /// First verdicts on ledgers, from the smallest.
    pub(crate) first_verdicts: Vec<FirstVerdict>,
}

/// Measures everything, on so many lines at most, and writes the page.
///
/// # Errors
///
/// If a program fails or is missing, or the page can't be written.
pub(crate) fn record(path: &Path, lines: u64) -> Result<()> {
    ensure!(import::version().is_some(), "--record needs the sqlite3 program");
    let sizes = [lines / 100, lines / 10, lines];
    ensure!(sizes[0] > 0, "--lines {lines}: --record needs at least 100");
    let facts = machine::facts();
    let plain = sizes.into_iter().zip(RUNS).map(|(lines, runs)| contest(lines, runs, false));
    let plain = plain.collect::<Result<_>>()?;
    let mixed = contest(sizes[1], RUNS[1], true)?;
    let hot = hot::measure_all(sizes[1], RUNS[1])?;
    eprintln!("measuring lines through a pipe");
    let latencies = latency::measure()?;
    let first_verdicts = first_verdicts(lines)?;
    let text = page::page(&Results { facts, plain, mixed, hot_lines: sizes[1], hot, latencies, first_verdicts });
    // What could not be read by a check is not to be written.
    for (program, yardstick) in check::PAIRS {
        recorded::ratio(&text, sizes[0], program.title(), column(yardstick)).map_err(|why| anyhow!(why))?;
    }
    fs::write(path, &text).with_context(|| format!("can't write {}", path.display()))?;
    println!("{text}\nwritten to {}", path.display());
    Ok(())
}

fn contest(lines: u64, runs: u32, mix: bool) -> Result<Outcome> {
    let programs = PROGRAMS.into_iter().filter(|program| !(mix && *program == Program::Tuned)).collect();
    Contest { lines, mix, runs, programs }.hold()
}

fn first_verdicts(events: u64) -> Result<Vec<FirstVerdict>> {
    let directory = tempfile::tempdir()?;
    let sizes = [EVENTS_MIN, events];
    let mut ledgers =
        sizes.map(|events| FirstVerdict::new(events, directory.path())).into_iter().collect::<Result<Vec<_>>>()?;
    for run in 0..FIRST_VERDICT_RUNS {
        ledgers.iter_mut().try_for_each(|ledger| ledger.measure(run))?;
    }
    Ok(ledgers)
}
