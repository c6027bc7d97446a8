//! `tidegate backtest`: what another limit would have done.

mod flips;
mod judgement;
pub(super) mod outputs;
mod text;

use std::path::PathBuf;
use std::sync::Arc;

use super::canvas::Canvas;
use super::history::{HistoryArgs, Opened, Opening};
use super::metrics;
use super::output::written;
use crate::backtest::report::{Report, Told};
use crate::backtest::{Candidate, Comparison, Gate, History, compare};
use crate::config::changes;
use crate::console::Console;
use crate::exit::Exit;
use crate::page;
use outputs::Outputs;

const EXAMPLES: &str = "\
Examples:
  tidegate backtest --store ledger.db --set daily-amount.amount=3000
  tidegate backtest --store ledger.db --config proposed.toml --from 2026-01-01 --html report.html
  tidegate backtest day.jsonl --config proposed.toml --fail-if \"accepted_change_pp < -1\"
  tidegate backtest --store ledger.db

Everything is decided anew from the first transaction on, since a decision that flips changes what is used of every later \
window. With --store alone the ledger is checked: each decision is made again by the policy that made it, and the exit \
status is 4 if any is another.";

/// So many of the first flips are explained: to people, and to programs.
const FIRST_IN_WORDS: usize = 3;
const FIRST_IN_JSON: usize = 10;

/// What `tidegate backtest` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{}", metrics::help()))]
pub struct BacktestArgs {
    #[command(flatten)]
    history: HistoryArgs,
    /// Change one limit of the proposed configuration, such as daily-amount.amount=3000
    #[arg(long, value_name = "NAME.KEY=VALUE")]
    set: Vec<String>,
    /// Write every decision that flips to a file, as JSON lines or, by its extension, as CSV
    #[arg(long, value_name = "FILE")]
    flips: Option<PathBuf>,
    /// Write the report as a page for browsers, all in one file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Fail, with exit status 5, if a metric is what it must not be, such as "flips > 500"; --help lists the metrics
    #[arg(long, value_name = "METRIC OP NUMBER")]
    fail_if: Vec<Gate>,
    /// Explain so many of the first flips [default: 3, or 10 in JSON and on the page]
    #[arg(long, value_name = "N")]
    first: Option<usize>,
    /// Write a JSON object
    #[arg(long)]
    json: bool,
}

/// Decides on a history anew and writes what would have been another.
///
/// # Errors
///
/// A configuration or usage error, or why the history can't be read or the report can't be written.
pub fn run(args: &BacktestArgs, console: &Console) -> anyhow::Result<Exit> {
    let days = args.history.days()?;
    let outputs = args.outputs()?;
    let threads = args.history.threads()?;
    let opened = match threads.install(|| args.history.open(&args.set, false, console))? {
        Opening::Opened(opened) => *opened,
        Opening::Interrupted => return Ok(Exit::Interrupted),
    };
    let Opened { history, then, proposed, groups, about, notes, rejected } = opened;
    let is_check = proposed.is_none();
    let last = history.spans().last().map(|span| Arc::clone(&span.policy));
    let changes = match (&last, &proposed) {
        (Some(last), Some(proposed)) => changes(last, proposed),
        _ => Vec::new(),
    };
    let now = proposed.map_or_else(|| then.clone(), |policy| Candidate::new(Arc::new(policy), groups));
    if !args.history.quiet {
        console.show_work("deciding anew");
    }
    let compared = threads.install(|| compare(&history, &then, &now, days.as_ref()));
    console.hide_progress();
    let comparison = compared?;
    let told = Told { about, is_check, changes, notes, rejected };
    let first = args.first.unwrap_or(FIRST_IN_JSON);
    let report = Report::new(told, &history, (&then, &now), &comparison, &args.fail_if, first);
    write(args, outputs, (&history, &now), &comparison, &report)?;
    console.print(&judgement::failures(&report.gates));
    Ok(judgement::exit(&report))
}

/// Writes everything. A reader of standard output that goes away has seen what it wanted, and ends nothing else.
fn write(
    args: &BacktestArgs,
    outputs: Outputs,
    (history, now): (&History, &Candidate),
    comparison: &Comparison,
    report: &Report,
) -> anyhow::Result<()> {
    let json = if args.json || outputs.html.is_some() { serde_json::to_string(report)? } else { String::new() };
    if let (Some(output), Some(path)) = (outputs.flips, &args.flips) {
        written(flips::write_all(output, path, history, now, comparison))?;
    }
    if let Some(output) = outputs.html {
        written(outputs::write(output, page::backtest(&json).as_bytes()))?;
    }
    if let Some(output) = outputs.report {
        let text = if args.json {
            json + "\n"
        } else {
            text::of(report, args.first.unwrap_or(FIRST_IN_WORDS), Canvas::of_stdout())
        };
        written(outputs::write(output, text.as_bytes()))?;
    }
    Ok(())
}
