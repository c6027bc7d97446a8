//! How long a run takes from its start to its first verdict, on ledgers of several sizes.
//!
//! `cargo bench --bench opening` for 100,000 and 1,000,000 events; `cargo bench --bench opening -- --events 10000000` for
//! others. The ratio is to the same on a ledger of 100 events, in the same turn.

#[path = "common/first_verdict.rs"]
mod first_verdict;
#[path = "common/median.rs"]
mod median;

use anyhow::Result;
use clap::Parser;

use first_verdict::FirstVerdict;
use median::median;

/// The ledger that the others are compared with.
const EVENTS_MIN: u64 = 100;

/// Measures the time from the start of a run to its first verdict.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many events the ledgers hold, with commas between the numbers
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "100000,1000000")]
    events: Vec<u64>,

    /// How often to measure each
    #[arg(long, value_name = "N", default_value_t = 21, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,

    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let directory = tempfile::tempdir()?;
    let sizes = std::iter::once(EVENTS_MIN).chain(arguments.events);
    let mut ledgers = sizes.map(|events| FirstVerdict::new(events, directory.path())).collect::<Result<Vec<_>>>()?;
    for run in 0..arguments.runs {
        ledgers.iter_mut().try_for_each(|ledger| ledger.measure(run))?;
    }
    println!("| events in the ledger | milliseconds to the first verdict | ratio |\n| ---: | ---: | ---: |");
    let least = ledgers.first_mut().map_or(f64::NAN, |ledger| median(&mut ledger.seconds));
    for ledger in &mut ledgers {
        let median = median(&mut ledger.seconds);
        println!("| {} | {:.1} | {:.2} |", ledger.events, median * 1e3, median / least);
    }
    Ok(())
}
