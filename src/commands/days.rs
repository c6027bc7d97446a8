//! `tidegate days`: what was decided on each day, over all accounts.

use serde::Serialize;

use super::canvas::Canvas;
use super::chart::Bar;
use super::ledger::StoreArgs;
use super::output::{write, written};
use super::table::{Column, Table};
use crate::domain::{Day, DayTotals, TimeError, Timestamp, decimal};
use crate::exit::{Exit, UsageError};
use crate::files::Target;

const COLUMNS: [Column; 7] = [
    Column::Text("day"),
    Column::Number("loads"),
    Column::Number("number"),
    Column::Number("withdrawals"),
    Column::Number("number"),
    Column::Number("declined"),
    Column::Number("number"),
];

/// What `tidegate days` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate days --store ledger.db --from 2000-01-01 --to 2000-01-31
  tidegate days --store ledger.db --json | jq -r '[.day, .loads] | @tsv'

A day is one of UTC, whatever the zones of limits, by the transactions' own times, whenever they were recorded. \
Days on which nothing was decided are left out. \
What was declined is without signs and counts duplicates too; --json has loads and withdrawals apart.")]
pub struct DaysArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The first day, such as 2000-01-01
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    from: Option<Day>,
    /// The last day, itself included
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    to: Option<Day>,
    /// Write a JSON object a line
    #[arg(long)]
    json: bool,
}

/// A day as JSON, its keys in this order.
#[derive(Serialize)]
struct DayLine {
    day: String,
    loads: String,
    load_count: u64,
    withdrawals: String,
    withdrawal_count: u64,
    declined_loads: String,
    declined_load_count: u64,
    declined_withdrawals: String,
    declined_withdrawal_count: u64,
}

impl DaysArgs {
    fn includes(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// Lists the days of a ledger.
///
/// # Errors
///
/// If the first day is behind the last, the ledger can't be read or the list can't be written.
pub fn run(args: &DaysArgs) -> anyhow::Result<Exit> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Err(UsageError(format!("--from {from}: it is behind --to {to}")).into());
    }
    let mut days = args.store.open_pinned()?.day_totals()?;
    days.retain(|(day, _)| args.includes(*day));
    let text = if args.json {
        days.iter().map(json).collect::<Result<String, _>>()?
    } else {
        let largest = days.iter().map(|(_, totals)| totals.accepted_loads.sum).max().unwrap_or(0);
        let row = |day: &(Day, DayTotals)| (cells(day), Some(Bar::beside(day.1.accepted_loads.sum, largest)));
        Table::new(&COLUMNS).lines_with_bars(days.iter().map(row), Canvas::of_stdout())
    };
    let mut output = args.store.open_output(&Target::Stdout)?;
    written(write(&mut output, text.as_bytes()))
}

/// Reads a date as in RFC 3339.
pub(super) fn parse_date(text: &str) -> Result<Day, String> {
    const EXAMPLE: &str = "not a date, such as 2000-01-04";
    // A time would make another of it: `2000-01-01T00:00:00Z` is no date.
    if text.len() != "2000-01-04".len() {
        return Err(EXAMPLE.to_owned());
    }
    let day = Timestamp::parse_rfc3339(format!("{text}T00:00:00Z").as_bytes()).map(Timestamp::day);
    day.map_err(|error| if error == TimeError::Malformed { EXAMPLE.to_owned() } else { error.to_string() })
}

fn json((day, totals): &(Day, DayTotals)) -> serde_json::Result<String> {
    let line = DayLine {
        day: day.to_string(),
        loads: decimal(totals.accepted_loads.sum),
        load_count: totals.accepted_loads.count,
        withdrawals: decimal(totals.accepted_withdrawals.sum),
        withdrawal_count: totals.accepted_withdrawals.count,
        declined_loads: decimal(totals.declined_loads.sum),
        declined_load_count: totals.declined_loads.count,
        declined_withdrawals: decimal(totals.declined_withdrawals.sum),
        declined_withdrawal_count: totals.declined_withdrawals.count,
    };
    Ok(serde_json::to_string(&line)? + "\n")
}

fn cells((day, totals): &(Day, DayTotals)) -> Vec<String> {
    let mut declined = totals.declined_loads;
    declined.merge(&totals.declined_withdrawals);
    let tallies = [totals.accepted_loads, totals.accepted_withdrawals, declined];
    let cells = tallies.iter().flat_map(|tally| [decimal(tally.sum), tally.count.to_string()]);
    std::iter::once(day.to_string()).chain(cells).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_is_a_day_of_the_calendar_and_no_time() {
        assert_eq!(parse_date("2000-02-29").map(|day| day.to_string()), Ok("2000-02-29".to_owned()));
        for (text, why) in [
            ("2000-02-30", "no such date"),
            ("2000-1-01", "not a date, such as 2000-01-04"),
            ("01.01.2000", "not a date, such as 2000-01-04"),
            ("2000-01-01T00:00:00Z", "not a date, such as 2000-01-04"),
            ("", "not a date, such as 2000-01-04"),
        ] {
            assert_eq!(parse_date(text), Err(why.to_owned()), "{text}");
        }
    }
}
