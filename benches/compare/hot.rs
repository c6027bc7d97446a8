//! What a transaction costs of one customer who makes them all, beside customers who make ten each.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;

use crate::measure::measure;
use crate::median::median;
use crate::program::tidegate;

/// How many transactions each of many customers makes.
pub(crate) const FEW: u64 = 10;

/// 2000-01-01T00:00:00Z in seconds since 1970-01-01T00:00:00Z.
const FIRST_SECOND: i64 = 946_684_800;

/// Over so many days the transactions are spread.
pub(crate) const DAYS: u64 = 60;

/// Limits by what is said of them. The wide ones let everything pass, so that every transaction is counted.
const LIMITS: [(&str, &[&str]); 2] = [
    ("the default limits", &[]),
    (
        "limits that accept all",
        &[
            "--set=daily-count.count=1000000",
            "--set=daily-amount.amount=900000000.00",
            "--set=weekly-amount.amount=900000000.00",
        ],
    ),
];

/// What a transaction costs under some limits, in nanoseconds.
pub(crate) struct Costs {
    /// The limits.
    pub(crate) limits: &'static str,
    /// When many customers make few each.
    pub(crate) of_many: f64,
    /// When one customer makes them all.
    pub(crate) of_one: f64,
}

/// Measures so many lines of either kind, under each of the limits.
///
/// # Errors
///
/// If a run fails.
pub(crate) fn measure_all(lines: u64, runs: u32) -> Result<Vec<Costs>> {
    let directory = tempfile::tempdir()?;
    let directory = directory.path();
    let (many, one) = (directory.join("many.jsonl"), directory.join("one.jsonl"));
    write(&many, lines, (lines / FEW).max(1))?;
    write(&one, lines, 1)?;
    let mut nanos = LIMITS.map(|_| [Vec::new(), Vec::new()]);
    for run in 1..=runs {
        eprintln!("run {run} of {runs}: one customer beside many");
        for ((_, flags), nanos) in LIMITS.iter().zip(&mut nanos) {
            for (input, nanos) in [&many, &one].into_iter().zip(nanos) {
                let mut command = tidegate();
                command.arg("run").arg(input).arg("-o").arg(directory.join("output.jsonl")).arg("--quiet").args(*flags);
                nanos.push(measure(&mut command)?.seconds * 1e9 / lines as f64);
            }
        }
    }
    let costs = LIMITS.into_iter().zip(nanos).map(|((limits, _), [mut many, mut one])| Costs {
        limits,
        of_many: median(&mut many),
        of_one: median(&mut one),
    });
    Ok(costs.collect())
}

/// Writes lines of so many customers in turn, evenly spaced over the days.
fn write(path: &Path, lines: u64, customers: u64) -> Result<()> {
    let mut output = BufWriter::new(File::create(path)?);
    for number in 0..lines {
        let (id, customer) = (number + 1, 1 + number % customers);
        // Amounts go up and down, as far as a fifth above the default limit of a day.
        let cents = 1 + number * 7_919 % 600_000;
        let second = FIRST_SECOND + (number * DAYS * 86_400 / lines) as i64;
        let (major, minor, time) = (cents / 100, cents % 100, Timestamp::from_second(second)?);
        writeln!(
            output,
            r#"{{"id":"{id}","customer_id":"{customer}","load_amount":"${major}.{minor:02}","time":"{time}"}}"#
        )?;
    }
    Ok(output.into_inner()?.sync_all()?)
}
