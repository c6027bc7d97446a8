//! `tidegate sweep`: what many policies would have decided.

mod csv;
mod json;
mod outputs;
mod report;
#[cfg(test)]
mod tests;
mod text;

use std::path::PathBuf;
use std::sync::Arc;

use super::backtest::outputs::write;
use super::canvas::Canvas;
use super::history::{GROUPS_UNTOLD, HistoryArgs, Opened, Opening};
use super::metrics;
use super::output::written;
use crate::backtest::{Gate, summaries, times};
use crate::console::{Console, grouped};
use crate::domain::Policy;
use crate::exit::{Exit, UsageError};
use crate::page;
use crate::sweep::{Grid, Tried, unchanged};
use outputs::Outputs;
use report::Report;

const EXAMPLES: &str = "\
Examples:
  tidegate sweep --store ledger.db --vary daily-amount.amount=1000..10000/500 --html sweep.html
  tidegate sweep --store ledger.db --vary daily-amount.amount=3000,4000 --vary daily-count.count=2,3
  tidegate sweep day.jsonl --vary daily-count.window=day,24h --fail-if \"flips > 500\"

Each combination of values is a candidate, whose backtest decides on everything anew. \
One is marked if no other accepts as many, lets in no more money, affects no more customers, and is better in one of these.";

/// What `tidegate sweep` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{}", metrics::help()))]
pub struct SweepArgs {
    #[command(flatten)]
    history: HistoryArgs,
    /// Try each of these values: FROM..TO/STEP, or some with commas between; every combination, if there are several flags
    #[arg(long, value_name = "NAME.KEY=VALUES", required = true)]
    vary: Vec<String>,
    /// Change one limit in all candidates, such as daily-amount.amount=3000
    #[arg(long, value_name = "NAME.KEY=VALUE")]
    set: Vec<String>,
    /// Reject candidates of which a metric is what it must not be, such as "flips > 500"; exit status 5 if none is left; --help lists the metrics
    #[arg(long, value_name = "METRIC OP NUMBER")]
    fail_if: Vec<Gate>,
    /// Write all candidates as a page for browsers, all in one file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write all candidates and all their metrics as CSV
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write a JSON object
    #[arg(long)]
    json: bool,
}

/// Tries many policies on a history and writes what each comes to.
///
/// # Errors
///
/// A configuration or usage error, or why the history can't be read or the results can't be written.
pub fn run(args: &SweepArgs, console: &Console) -> anyhow::Result<Exit> {
    let days = args.history.days()?;
    let grid = Grid::new(&args.vary)?;
    // Before any work is done in vain.
    let outputs = args.outputs()?;
    let threads = args.history.threads()?;
    let opened = match threads.install(|| args.history.open(&args.set, grid.varies_groups(), console))? {
        Opening::Opened(opened) => *opened,
        Opening::Interrupted => return Ok(Exit::Interrupted),
    };
    let Opened { history, proposed, groups, mut about, mut notes, rejected, .. } = opened;
    let last = history.spans().last().map(|span| &span.policy);
    let policy = proposed.as_ref().or(last.map(Arc::as_ref)).ok_or_else(|| nothing_to_vary(&args.vary))?;
    let (candidates, invalid) = grid.candidates(policy)?;
    let by_groups = candidates.iter().any(|candidate| candidate.policy.decides_by_groups());
    let is_noted = notes.iter().any(|note| note == GROUPS_UNTOLD);
    if args.history.store.is_some() && by_groups && !groups.are_told() && !is_noted {
        notes.insert(0, GROUPS_UNTOLD.to_owned());
    }
    let made = |policy: &Policy| crate::backtest::Candidate::new(Arc::new(policy.clone()), Arc::clone(&groups));
    let tries: Vec<_> = candidates.iter().map(|candidate| made(&candidate.policy)).collect();
    if !args.history.quiet {
        let work = format!("{} candidates", grouped(&tries.len().to_string()));
        console.show_steps((history.len() as u64).saturating_mul(tries.len() as u64), &work);
    }
    let summaries = threads.install(|| summaries(&history, &tries, days.as_ref(), &|steps| console.step(steps)));
    console.hide_progress();
    (about.first, about.last) = times(&history, days.as_ref()).unzip();
    let then = summaries.first().map(unchanged).unwrap_or_default();
    let tried = Tried::all(candidates, &summaries, &args.fail_if);
    let report = Report { about, rejected, notes, axes: grid.axes(), then, tried, invalid, gates: &args.fail_if };
    told(args, &report, outputs)?;
    Ok(judgement(&report, console))
}

fn nothing_to_vary(vary: &[String]) -> UsageError {
    let first = vary.first().map(String::as_str).unwrap_or_default();
    UsageError(format!("--vary {first}: the ledger has no policy that could be varied; name one with --config FILE"))
}

/// Writes everything. A reader of standard output that goes away has seen what it wanted, and ends nothing else.
fn told(args: &SweepArgs, report: &Report<'_>, outputs: Outputs) -> anyhow::Result<()> {
    let json = if args.json || outputs.html.is_some() { json::json(report)? } else { String::new() };
    if let Some(output) = outputs.html {
        written(write(output, page::sweep(&json).as_bytes()))?;
    }
    if let Some(output) = outputs.csv {
        written(write(output, &csv::csv(report)))?;
    }
    if let Some(output) = outputs.report {
        let text = if args.json { json } else { text::text(report, Canvas::of_stdout()) };
        written(write(output, text.as_bytes()))?;
    }
    Ok(())
}

/// How it ends: a gate that failed comes before rejected lines, and failed if no candidate is left, which is told then.
fn judgement(report: &Report<'_>, console: &Console) -> Exit {
    if report.gates.is_empty() || report.tried.iter().any(Tried::passes) {
        return if report.rejected > 0 { Exit::Rejected } else { Exit::Done };
    }
    let all = grouped(&report.tried.len().to_string());
    for gate in report.gates {
        let failed = report.tried.iter().filter(|tried| tried.failed.contains(gate)).count();
        if failed > 0 {
            let failed = grouped(&failed.to_string());
            console.print(&format!("gate \"{gate}\" failed: by {failed} of {all} candidates\n"));
        }
    }
    console.print("no candidate passes all gates\n");
    Exit::Gate
}
