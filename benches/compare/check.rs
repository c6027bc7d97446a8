//! Whether Tidegate is still as fast, beside others, as BENCHMARKS.md says.
//!
//! Only ratios within one run are held against each other, never times: those are a machine's.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};

use crate::contest::Contest;
use crate::program::Program;
use crate::recorded::{holds, least, ratio};
use crate::table::column;
use crate::{import, machine};

/// What is held against what.
pub(crate) const PAIRS: [(Program, Program); 2] =
    [(Program::Tidegate, Program::Simple), (Program::Store, Program::Import)];

/// A ratio of two programs that is to be reached.
struct Bar {
    program: Program,
    yardstick: Program,
    recorded: f64,
}

/// Measures so many lines, and where a ratio is too low, once more with twice the runs.
///
/// # Errors
///
/// If it is then still too low, or there is no recorded one.
pub(crate) fn check(page: &Path, lines: u64, runs: u32) -> Result<()> {
    let mut bars = bars(page, lines)?;
    bars = low(bars, lines, runs)?;
    if !bars.is_empty() {
        println!("measuring that once more, with twice as many runs");
        bars = low(bars, lines, runs.saturating_mul(2))?;
    }
    ensure!(
        bars.is_empty(),
        "more than a third below what {} records, twice (see above), on {} cores under a load of {}: try again where nothing \
         else runs, or, if that is how fast it is to be, record anew by cargo bench --bench compare -- --record",
        page.display(),
        machine::cores(),
        machine::load()
    );
    Ok(())
}

/// The recorded ratios of what can run here.
fn bars(page: &Path, lines: u64) -> Result<Vec<Bar>> {
    let text = fs::read_to_string(page).with_context(|| {
        format!(
            "can't read the recorded ratios in {}, which cargo bench --bench compare -- --record writes",
            page.display()
        )
    })?;
    let bar = |(program, yardstick): (Program, Program)| {
        let recorded = ratio(&text, lines, program.title(), column(yardstick))
            .map_err(|why| anyhow!("can't read the recorded ratios in {}: {why}", page.display()))?;
        Ok(Bar { program, yardstick, recorded })
    };
    let mut bars = PAIRS.into_iter().map(bar).collect::<Result<Vec<_>>>()?;
    if import::version().is_none() {
        println!("there is no sqlite3 program, so nothing is held against its import");
        bars.retain(|bar| bar.yardstick != Program::Import);
    }
    Ok(bars)
}

/// Measures, says of each ratio what it is, and gives those that are too low.
fn low(bars: Vec<Bar>, lines: u64, runs: u32) -> Result<Vec<Bar>> {
    let programs = bars.iter().flat_map(|bar| [bar.yardstick, bar.program]).collect();
    let outcome = Contest { lines, mix: false, runs, programs }.hold()?;
    let mut low = Vec::new();
    for bar in bars {
        let Bar { program, yardstick, recorded } = bar;
        let measured = outcome.ratio(program, yardstick).context("both programs ran")?;
        let holds = holds(measured, recorded);
        println!(
            "{} is {measured:.2} times as fast as {}; recorded {recorded:.2}, wanted {:.2}: {}",
            program.title(),
            yardstick.title(),
            least(recorded),
            if holds { "holds" } else { "too slow" }
        );
        if !holds {
            low.push(bar);
        }
    }
    Ok(low)
}
