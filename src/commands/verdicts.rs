//! `tidegate verdicts`: the output of a batch again, from the log.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::ledger::StoreArgs;
use super::output::{write, written};
use super::run::FormatArg;
use crate::console::printable;
use crate::exit::{Exit, UsageError};
use crate::files::{Sink, Target};
use crate::formats::Format;
use crate::formats::verdict::VerdictFormat;
use crate::recall::Recall;
use crate::results::{Recorded, RecordedPart};
use crate::store::Ledger;

/// Whoever named a batch that there is not is told of so many that there are.
const NAMES_MAX: usize = 5;

/// What `tidegate verdicts` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate verdicts --store ledger.db --batch monday.jsonl
  tidegate verdicts --store ledger.db --batch monday.jsonl --reasons -o monday.csv

It is byte for byte what `run` wrote for that batch in the same format; of an unfinished batch, so far.")]
pub struct VerdictsArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The batch, as `tidegate batches` names it
    #[arg(long, value_name = "NAME")]
    batch: String,
    /// Say why each transaction was declined, and which limits flagged it
    #[arg(long)]
    reasons: bool,
    /// The output's format [default: by extension, else jsonl]
    #[arg(long, value_name = "FORMAT")]
    output_format: Option<FormatArg>,
    /// Where verdicts go: a file, or - for standard output, which is the default
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the verdicts of a batch as a run wrote them.
///
/// # Errors
///
/// A [`UsageError`] if there is no such batch; otherwise why the ledger can't be read or the verdicts can't be written.
pub fn run(args: &VerdictsArgs) -> anyhow::Result<Exit> {
    let ledger = args.store.open_pinned()?;
    let Some(batch) = ledger.batch(&args.batch)? else { return Err(unknown(&ledger, &args.batch)?.into()) };
    let path = args.output.as_deref().unwrap_or(Path::new("-"));
    let format = args.output_format.map(Format::from).or_else(|| Format::of_path(path)).unwrap_or(Format::JsonLines);
    let recall = Recall::new(ledger, &batch, VerdictFormat { format, reasons: args.reasons })?;
    let output = args.store.open_output(&Target::new(path))?;
    written(copy(recall, output))
}

fn copy(mut recall: Recall, mut output: Sink) -> anyhow::Result<()> {
    let mut part = RecordedPart::default();
    recall.verdicts().header(&mut part.verdicts);
    write(&mut output, &part.verdicts)?;
    part.verdicts.clear();
    while recall.next(&mut part)? {
        write(&mut output, &part.verdicts)?;
        part.verdicts.clear();
        part.rejects.clear();
    }
    let name = output.name().to_owned();
    output.commit().with_context(|| format!("can't finish {name}"))
}

/// Says that there is no batch of a name, and which of those there are have similar names.
fn unknown(ledger: &Ledger, name: &str) -> anyhow::Result<UsageError> {
    let names: Vec<_> = ledger.identities()?.into_iter().map(|batch| batch.name).collect();
    Ok(UsageError(format!("--batch {}: there is no such batch; {}", printable(name), nearest(name, names))))
}

/// The names that are most like another, as the end of a sentence.
fn nearest(name: &str, mut names: Vec<String>) -> String {
    names.sort_by_cached_key(|known| strsim::osa_distance(name, known));
    let more = names.len().saturating_sub(NAMES_MAX);
    names.truncate(NAMES_MAX);
    let shown = names.iter().map(|name| printable(name)).collect::<Vec<_>>().join(", ");
    match (names.len(), more) {
        (0, _) => "there are none".to_owned(),
        (1, _) => format!("there is {shown}"),
        (_, 0) => format!("there are {shown}"),
        (_, more) => format!("there are {shown}, and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::fixture::{Fixture, input, policy};
    use crate::domain::Duplicates;

    const FORMATS: [(Format, FormatArg); 2] = [(Format::JsonLines, FormatArg::Jsonl), (Format::Csv, FormatArg::Csv)];

    /// Two batches, each of many commits, which repeat each other's transactions.
    const INPUTS: [(&str, u64, u64); 2] = [("first.jsonl", 1, 9_500), ("second.jsonl", 1, 4_000)];

    fn args(fixture: &Fixture, batch: &str) -> VerdictsArgs {
        let output = Some(fixture.path("again"));
        let store = fixture.store();
        VerdictsArgs { store, batch: batch.to_owned(), reasons: false, output_format: None, output }
    }

    #[test]
    fn verdicts_rejects_and_totals_of_each_batch_are_those_of_its_run() {
        for duplicates in [Duplicates::Decline, Duplicates::Ignore] {
            for ((format, output_format), reasons) in FORMATS.into_iter().zip([false, true]) {
                let (fixture, policy) = (Fixture::new(), policy(duplicates));
                let verdicts = VerdictFormat { format, reasons };
                let decide = |(name, seed, lines)| fixture.decide(name, &policy, verdicts, &input(seed, lines));
                let runs = INPUTS.map(decide);
                assert!(runs.iter().all(|run| run.report.totals.duplicates > 0 && run.report.totals.rejected > 0));
                for ((name, ..), run_before) in INPUTS.iter().zip(&runs) {
                    let output_format = Some(output_format);
                    run(&VerdictsArgs { reasons, output_format, ..args(&fixture, name) }).unwrap();
                    assert!(
                        std::fs::read(fixture.path("again")).unwrap() == run_before.verdicts,
                        "{name} {verdicts:?}"
                    );
                    let ledger = fixture.ledger();
                    let batch = ledger.batch(name).unwrap().unwrap();
                    let mut recall = Recall::new(ledger, &batch, verdicts).unwrap();
                    let (mut part, mut rejects) = (RecordedPart::default(), Vec::new());
                    while recall.next(&mut part).unwrap() {
                        part.rejects.drain(..).for_each(|reject| reject.write(&mut rejects));
                    }
                    assert_eq!(String::from_utf8_lossy(&rejects), String::from_utf8_lossy(&run_before.rejects));
                    assert_eq!(part.totals, run_before.report.totals);
                }
            }
        }
    }

    #[test]
    fn extension_of_the_output_tells_the_format() {
        let fixture = Fixture::new();
        let verdicts = VerdictFormat { format: Format::Csv, reasons: false };
        let before = fixture.decide("a", &policy(Duplicates::Decline), verdicts, &input(1, 10));
        run(&VerdictsArgs { output: Some(fixture.path("again.csv")), ..args(&fixture, "a") }).unwrap();
        assert_eq!(std::fs::read(fixture.path("again.csv")).unwrap(), before.verdicts);
    }

    #[test]
    fn unknown_batch_is_a_matter_of_usage_and_so_is_the_ledger_as_output() {
        let fixture = Fixture::new();
        let verdicts = VerdictFormat { format: Format::Csv, reasons: false };
        fixture.decide("monday.jsonl", &policy(Duplicates::Decline), verdicts, &input(1, 10));
        let usage = |args| run(&args).unwrap_err().downcast::<UsageError>().unwrap().0;
        let why = usage(args(&fixture, "mnday.jsonl"));
        assert_eq!(why, "--batch mnday.jsonl: there is no such batch; there is monday.jsonl");
        let output = Some(fixture.path("ledger.db"));
        let why = usage(VerdictsArgs { output, ..args(&fixture, "monday.jsonl") });
        assert!(why.contains("would overwrite"), "{why}");
    }

    #[test]
    fn nearest_names_come_first_and_not_too_many() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(nearest("monday", names(&[])), "there are none");
        assert_eq!(nearest("monday", names(&["a\nb"])), r#"there is "a\nb""#);
        assert_eq!(nearest("mondya", names(&["friday", "monday"])), "there are monday, friday");
        let many: Vec<_> = (10..18).map(|day| format!("day-{day}")).chain(["monday".to_owned()]).collect();
        assert_eq!(nearest("monday", many), "there are monday, day-10, day-11, day-12, day-13, and 4 more");
    }
}
