//! What a million events cost in SQLite by how they are laid out: `cargo bench --bench layouts`.
//!
//! Each layout gets the same events in commits of 10,000, every commit synced, into a new file, in turn with the others.
//! The ratios are to rows by position, the plainest.

#[path = "common/median.rs"]
mod median;

use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use rusqlite::{Connection, Transaction, params};

use median::median;

/// How many events a commit has.
const COMMIT_LEN: u64 = 10_000;

/// How many accounts the events are of.
const ACCOUNTS: u64 = 50_000;

/// How many events a segment has at most.
const SEGMENT_LEN: u64 = 1_024;

/// Measures layouts of events in SQLite.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many events to write
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    events: u64,

    /// How often to measure each layout
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,

    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// A way to lay events out.
struct Layout {
    name: &'static str,
    tables: &'static str,
    append: fn(&Transaction<'_>, u64, u64) -> Result<()>,
}

const ROWS: &str = "CREATE TABLE events (position INTEGER PRIMARY KEY, account INTEGER NOT NULL, version INTEGER NOT NULL, \
                    event TEXT NOT NULL)";

const LAYOUTS: [Layout; 3] = [
    Layout { name: "a row each, by position", tables: ROWS, append: append_rows },
    Layout {
        name: "the same, and an index by account and version",
        tables: "CREATE TABLE events (position INTEGER PRIMARY KEY, account INTEGER NOT NULL, version INTEGER NOT NULL, \
                 event TEXT NOT NULL, UNIQUE (account, version))",
        append: append_rows,
    },
    Layout {
        name: "segments of 1,024, by position",
        tables: "CREATE TABLE segments (first_position INTEGER PRIMARY KEY, events TEXT NOT NULL)",
        append: append_segments,
    },
];

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let directory = tempfile::tempdir()?;
    let mut seconds = LAYOUTS.map(|_| Vec::new());
    for run in 0..arguments.runs {
        for (place, (layout, seconds)) in LAYOUTS.iter().zip(&mut seconds).enumerate() {
            let path = directory.path().join(format!("{run}-{place}.db"));
            let mut connection = Connection::open(path)?;
            connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
            connection.execute_batch(&format!("PRAGMA synchronous = FULL; {};", layout.tables))?;
            let start = Instant::now();
            for first in (1..=arguments.events).step_by(COMMIT_LEN as usize) {
                let transaction = connection.transaction()?;
                (layout.append)(&transaction, first, (first + COMMIT_LEN - 1).min(arguments.events))?;
                transaction.commit()?;
            }
            seconds.push(start.elapsed().as_secs_f64());
        }
    }
    println!("| layout | seconds | times as fast as rows |\n| --- | ---: | ---: |");
    let medians = seconds.map(|mut seconds| median(&mut seconds));
    for (layout, median) in LAYOUTS.iter().zip(medians) {
        println!("| {} | {median:.2} | {:.2} |", layout.name, medians[0] / median);
    }
    Ok(())
}

/// The account of an event, in no order.
const fn account(position: u64) -> u64 {
    position.wrapping_mul(0x9e37_79b9_7f4a_7c15) % ACCOUNTS
}

/// The event at a position, as a ledger writes it.
fn event(position: u64) -> String {
    let account = account(position);
    format!(
        r#"[1,"AccountDeposited",1,{position},"{account}",{position},"{position}","3318.47","2000-01-01T00:00:00Z"]"#
    )
}

fn append_rows(transaction: &Transaction<'_>, first: u64, last: u64) -> Result<()> {
    let mut insert = transaction.prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4)")?;
    for position in first..=last {
        // The position serves as a version: it is another for each event of an account too.
        insert.execute(params![position, account(position), position, event(position)])?;
    }
    Ok(())
}

fn append_segments(transaction: &Transaction<'_>, first: u64, last: u64) -> Result<()> {
    let mut insert = transaction.prepare_cached("INSERT INTO segments VALUES (?1, ?2)")?;
    for first in (first..=last).step_by(SEGMENT_LEN as usize) {
        let events: Vec<_> = (first..=last.min(first + SEGMENT_LEN - 1)).map(event).collect();
        insert.execute(params![first, format!("[{}]", events.join("\n,"))])?;
    }
    Ok(())
}
