//! The page that the measurements become, with all that is to be said of them.

use crate::figures::grouped;
use crate::first_verdict::FirstVerdict;
use crate::hot::{Costs, DAYS, FEW};
use crate::latency::{LINES, Latencies, WARM_UP_LINES};
use crate::median::median;
use crate::record::Results;
use crate::table::Outcome;

const HEAD: &str = "\
# Benchmarks

This page was written by `cargo bench --bench compare -- --record`; what is changed in it by hand is lost with the next one.
The seconds are those of the machine below, the ratios carry over to others. Every program runs as a process of its own, in
turn with the others, from the start of the process to its end; of all its runs the median counts.

";

const PROGRAMS: &str = "
- `tidegate run` reads a file and writes the verdicts to another, which it syncs to the disk; the yardsticks don't.
- `tidegate run --store` also records every decision in a new ledger, with hashes over all of them, and syncs each commit.
- `simple` is the straightforward program for the same rules: one thread, serde_json, rust_decimal, chrono, the standard
  hash maps.
- `tuned` is written by hand for these lines and limits and nothing else: one thread, a parser that knows every byte of a
  line but the values, accounts of sixteen bytes, tables in huge pages whose slots are fetched for many lines at once. It
  takes no mixed lines.
- `sqlite3 .import` imports the same decisions, made before, as plain rows into a table without a further index. In the
  tables it is the yardstick `import`.
- `copy` only reads, finds the ends of lines and writes as many bytes.

The lines are those of `tidegate generate --seed 7`, mixed ones those of `--mix` with withdrawals, late lines and local
times. A ratio says how many times as fast as a yardstick a program is. All verdicts were byte for byte those of `simple`,
in every run.
";

/// The whole page.
pub(crate) fn page(results: &Results) -> String {
    let Results { facts, plain, mixed, hot_lines, hot, latencies, first_verdicts } = results;
    let mut text = HEAD.to_owned() + "| | |\n| --- | --- |\n";
    facts.iter().for_each(|(name, value)| text += &format!("| {name} | {value} |\n"));
    text += PROGRAMS;
    for outcome in plain {
        text += &section(outcome, "lines");
    }
    text += &section(mixed, "mixed lines");
    text += &growth(plain);
    text += &one_customer(*hot_lines, hot);
    text += "\n## A line through a pipe\n\n";
    text += &latency(latencies);
    text += &opening(first_verdicts);
    text
}

fn section(outcome: &Outcome, what: &str) -> String {
    format!("\n## {} {what}\n\n{}\n\n{}", grouped(outcome.lines), outcome.caption(), outcome.table())
}

/// The time for a transaction by the number of lines.
fn growth(outcomes: &[Outcome]) -> String {
    let (Some(least), Some(most)) = (outcomes.first(), outcomes.last()) else { return String::new() };
    let (few, many) = (grouped(least.lines), grouped(most.lines));
    let mut text = format!(
        "\n## Time for a transaction as lines become more\n\nNanoseconds for each of {few} and of {many} lines, the start of \
         the program among them,\nand how many times the former the latter are:\n\n| program | {few} lines | {many} lines | \
         times |\n| --- | ---: | ---: | ---: |\n"
    );
    for (program, _) in &most.measurements {
        let nanos =
            |outcome: &Outcome| outcome.seconds(*program).map_or(f64::NAN, |taken| taken * 1e9 / outcome.lines as f64);
        let (few, many) = (nanos(least), nanos(most));
        text += &format!("| {} | {few:.0} | {many:.0} | {:.2} |\n", program.title(), many / few);
    }
    text
}

fn one_customer(lines: u64, costs: &[Costs]) -> String {
    let lines = grouped(lines);
    let mut text = format!(
        "\n## One customer with all transactions\n\n{lines} lines of customers who make {FEW} transactions each, in turn, beside \
         {lines} lines of one\ncustomer, without a store. All are loads, evenly spread over {DAYS} days, in ascending order \
         of time.\nNanoseconds for a transaction:\n\n| limits | {FEW} each | all of one | times |\n| --- | ---: | ---: | ---: |\n"
    );
    for Costs { limits, of_many, of_one } in costs {
        text += &format!("| {limits} | {of_many:.0} | {of_one:.0} | {:.2} |\n", of_one / of_many);
    }
    text
}

/// What is to be said of lines through a pipe.
pub(crate) fn latency(latencies: &Latencies) -> String {
    let Latencies { plain, store, commit } = latencies;
    let mut text = format!(
        "From a line written into a pipe to its verdict read from another, one line at a time, {} lines after {} to warm up;\n\
         beside it, in turn, a commit of one row by SQLite with a write-ahead log and `synchronous = FULL`:\n\n| | median, µs \
         | 99th percentile, µs | median in commits |\n| --- | ---: | ---: | ---: |\n",
        grouped(LINES.into()),
        grouped(WARM_UP_LINES.into())
    );
    for one in [plain, store, commit] {
        let commits = one.median / commit.median;
        text += &format!("| {} | {:.0} | {:.0} | {commits:.2} |\n", one.name, one.median, one.percentile_99);
    }
    let more = (store.median - plain.median) / commit.median;
    text + &format!("\nBy the medians, a store costs a line as much as {more:.2} of these commits.\n")
}

fn opening(ledgers: &[FirstVerdict]) -> String {
    let runs = ledgers.first().map_or(0, |ledger| ledger.seconds.len());
    let mut text = format!(
        "\n## The first verdict on top of a ledger\n\nFrom the start of `tidegate run --store` to the verdict on its first \
         line,\na customer's that the ledger knows; the median of {runs} interleaved runs:\n\n| events in the ledger | \
         milliseconds | times |\n| ---: | ---: | ---: |\n"
    );
    let medians: Vec<_> = ledgers.iter().map(|ledger| median(&mut ledger.seconds.clone())).collect();
    let least = medians.first().copied().unwrap_or(f64::NAN);
    for (ledger, median) in ledgers.iter().zip(medians) {
        text += &format!("| {} | {:.1} | {:.1} |\n", grouped(ledger.events), median * 1e3, median / least);
    }
    text
}
