//! `tidegate export`: a ledger for other programs.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::ledger::StoreArgs;
use super::output::written;
use crate::console::printable_path;
use crate::exit::{Exit, UsageError};
use crate::export::{Currency, Export, ExportFormat};
use crate::files::{Sink, Target};
use crate::inquiry::{AsOf, Moment};

/// What `tidegate export` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tidegate export --store ledger.db --to books.journal --currency USD
  tidegate export --store ledger.db --to books.beancount --declined
  tidegate export --store ledger.db --to events.parquet
  tidegate export --store ledger.db --to accounts.csv --as-of 2026-11-21T00:00:00Z

A journal has every accepted transaction, between assets:funding and the customer's account, which \
is a liability. It ends with every customer's balance, which `hledger check` and `bean-check` \
compare with the transactions. Parquet has all events, CSV all accounts.")]
pub struct ExportArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Where it goes: a file, or - for standard output
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// What is written [default: by extension]
    #[arg(long, value_name = "FORMAT")]
    format: Option<FormatArg>,
    /// Write what the ledger knew at a position or at a recorded time [default: all]
    #[arg(long, value_name = "POSITION|TIME")]
    as_of: Option<AsOf>,
    /// What a journal calls the currency [default: XXX, which stands for none]
    #[arg(long, value_name = "CODE", value_parser = Currency::parse)]
    currency: Option<Currency>,
    /// Tell of declined transactions too, in a journal's comments
    #[arg(long)]
    declined: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// A journal for hledger (.journal, .hledger, .ledger)
    Hledger,
    /// A journal for Beancount (.beancount)
    Beancount,
    /// All events (.parquet)
    Parquet,
    /// All accounts (.csv)
    Csv,
}

impl From<FormatArg> for ExportFormat {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Hledger => Self::Hledger,
            FormatArg::Beancount => Self::Beancount,
            FormatArg::Parquet => Self::Parquet,
            FormatArg::Csv => Self::Csv,
        }
    }
}

/// Writes a ledger for another program.
///
/// # Errors
///
/// A [`UsageError`] if what was asked for does not fit together; otherwise why the ledger can't be read or the output
/// can't be written.
pub fn run(args: &ExportArgs) -> anyhow::Result<Exit> {
    let format = format(args)?;
    let ledger = args.store.open_pinned()?;
    let export = Export {
        ledger: &ledger,
        to_position: Moment { at: None, as_of: args.as_of }.of(&ledger)?.position,
        currency: args.currency.unwrap_or(Currency::NONE),
        declined: args.declined,
    };
    let output = args.store.open_output(&Target::new(&args.to))?;
    written(write(&export, format, output))
}

fn write(export: &Export<'_>, format: ExportFormat, mut output: Sink) -> anyhow::Result<()> {
    let name = output.name().to_owned();
    export.write(format, &mut output).map_err(|error| match error.downcast::<io::Error>() {
        Ok(error) => anyhow::Error::new(error).context(format!("can't write {name}")),
        Err(error) => error,
    })?;
    output.commit().with_context(|| format!("can't finish {name}"))
}

/// The format that was asked for, if it takes what else was asked for.
fn format(args: &ExportArgs) -> Result<ExportFormat, UsageError> {
    let Some(format) = args.format.map(ExportFormat::from).or_else(|| ExportFormat::of_path(&args.to)) else {
        let extensions: Vec<_> = ExportFormat::extensions().map(|extension| format!(".{extension}")).collect();
        let why = match args.to == Path::new("-") {
            true => "say what to write with --format".to_owned(),
            false => format!("the extension must be one of {}, or --format given", extensions.join(", ")),
        };
        return Err(UsageError(format!("--to {}: {why}", printable_path(&args.to))));
    };
    let only = "only a journal has that, for hledger or Beancount";
    match args.currency {
        Some(currency) if !format.is_journal() => Err(UsageError(format!("--currency {currency}: {only}"))),
        _ if args.declined && !format.is_journal() => Err(UsageError(format!("--declined: {only}"))),
        _ => Ok(format),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::{Command, FromArgMatches};

    use super::*;
    use crate::commands::fixture::{Fixture, input, policy};
    use crate::domain::Duplicates;
    use crate::formats::Format;
    use crate::formats::verdict::VerdictFormat;

    fn args(arguments: &str) -> Result<ExportArgs, clap::Error> {
        let command = ExportArgs::augment_args(Command::new("export"));
        let words = ["export", "--store", "a.db"].into_iter().chain(arguments.split_whitespace());
        ExportArgs::from_arg_matches(&command.try_get_matches_from(words)?)
    }

    #[test]
    fn extension_tells_the_format_unless_a_flag_does() {
        let format = |arguments| format(&args(arguments).unwrap());
        assert_eq!(format("--to a.journal").unwrap(), ExportFormat::Hledger);
        assert_eq!(format("--to a.journal --format csv").unwrap(), ExportFormat::Csv);
        assert_eq!(format("--to - --format parquet").unwrap(), ExportFormat::Parquet);
        for (arguments, why) in [
            (
                "--to a.txt",
                "--to a.txt: the extension must be one of .ledger, .journal, .hledger, .beancount, .parquet, .csv, \
                 or --format given",
            ),
            ("--to -", "--to -: say what to write with --format"),
            ("--to a.csv --currency USD", "--currency USD: only a journal has that, for hledger or Beancount"),
            ("--to a.parquet --declined", "--declined: only a journal has that, for hledger or Beancount"),
        ] {
            assert_eq!(format(arguments).unwrap_err().0, why);
        }
        assert!(args("--to a.journal --currency usd").unwrap_err().to_string().contains("three capital letters"));
    }

    #[test]
    fn log_of_many_pages_and_commits_is_written_whole() {
        let (fixture, policy) = (Fixture::new(), policy(Duplicates::Decline));
        let verdicts = VerdictFormat { format: Format::Csv, reasons: false };
        let runs = [("first", 1, 19_000), ("second", 2, 3_000)]
            .map(|(name, seed, lines)| fixture.decide(name, &policy, verdicts, &input(seed, lines)).report.totals);
        let accepted: u64 = runs.iter().map(|totals| totals.accepted).sum();
        let all: u64 = runs.iter().map(|totals| totals.transactions()).sum();
        let export = |name: &str, more: &str| {
            let to = fixture.path(name);
            let arguments = format!("--to {} {more}", to.display());
            run(&ExportArgs { store: fixture.store(), ..args(&arguments).unwrap() }).unwrap();
            fs::read_to_string(to).unwrap()
        };
        let count = |text: &str, what: &str| text.lines().filter(|line| line.contains(what)).count() as u64;
        let journal = export("all.journal", "--declined");
        assert_eq!((count(&journal, "assets:funding  "), count(&journal, " declined, ")), (accepted, all - accepted));
        assert_eq!(count(&export("all.beancount", ""), "Assets:Funding  "), accepted);
        let accounts = export("all.csv", "");
        let (header, rows) = accounts.split_once('\n').unwrap();
        let sum_of = |name: &str| -> u64 {
            let place = header.split(',').position(|column| column == name).unwrap();
            rows.lines().map(|row| row.split(',').nth(place).unwrap().parse::<u64>().unwrap()).sum()
        };
        assert_eq!((sum_of("accepted"), sum_of("declined")), (accepted, all - accepted));
    }
}
