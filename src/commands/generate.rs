//! `tidegate generate`: writes a realistic workload.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::commands::output::written;
use crate::console::printable_path;
use crate::exit::Exit;
use crate::workload::Workload;

/// Writes a realistic workload as JSON lines, the same for the same seed on every machine.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate generate --lines 1000000 --seed 7 > big.jsonl
  tidegate generate --lines 1000 --mix -o input.txt

Customers follow Zipf's law with exponent 0.8 over a twentieth as many customers as lines. Lines come in ascending
order of time over 60 days from 2000-01-01, amounts go up to 6,000.00, and 1 % of the lines repeat the id of an
earlier one.")]
pub struct GenerateArgs {
    /// How many lines to write
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub lines: u64,

    /// Which of all the workloads of that length
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Add withdrawals (15 %), lines up to 7 days late (2 %) and times with offsets (10 %)
    #[arg(long)]
    pub mix: bool,

    /// The file to write, `-` for standard output, which is the default
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Writes the workload; a reader that goes away ends it quietly.
///
/// # Errors
///
/// If the output cannot be created or written.
pub fn run(args: &GenerateArgs) -> anyhow::Result<Exit> {
    let &GenerateArgs { lines, seed, mix, ref output } = args;
    let workload = Workload { lines, seed, mix };
    match output.as_deref().filter(|path| *path != Path::new("-")) {
        None => written(workload.write(&mut io::stdout().lock()).context("can't write to standard output")),
        Some(path) => {
            let name = printable_path(path);
            let mut file = File::create(path).with_context(|| format!("--output: can't create {name}"))?;
            written(workload.write(&mut file).with_context(|| format!("--output: can't write {name}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};

    use super::*;

    fn parse(arguments: &str) -> Result<GenerateArgs, clap::Error> {
        let command = GenerateArgs::augment_args(clap::Command::new("generate"));
        let matches = command.try_get_matches_from(["generate"].into_iter().chain(arguments.split_whitespace()))?;
        GenerateArgs::from_arg_matches(&matches)
    }

    #[test]
    fn defaults_are_a_thousand_plain_lines_on_standard_output() {
        let args = parse("").unwrap();
        assert_eq!(args, GenerateArgs { lines: 1_000, seed: 1, mix: false, output: None });
    }

    #[test]
    fn examples_of_the_help_are_valid() {
        let command = GenerateArgs::augment_args(clap::Command::new("generate"));
        let help = command.get_after_help().unwrap().to_string();
        let examples: Vec<_> =
            help.lines().filter_map(|line| line.strip_prefix("  tidegate generate ")).map(str::to_owned).collect();
        assert_eq!(examples.len(), 2);
        for example in examples {
            let arguments = example.split(" > ").next().unwrap();
            assert!(parse(arguments).is_ok(), "{example}");
        }
    }

    #[test]
    fn file_gets_the_workload_of_the_flags() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lines.jsonl");
        let exit = run(&parse(&format!("--lines 30 --seed 2 --mix -o {}", path.display())).unwrap()).unwrap();
        let mut expected = Vec::new();
        Workload { lines: 30, seed: 2, mix: true }.write(&mut expected).unwrap();
        assert_eq!(exit, Exit::Done);
        assert_eq!(std::fs::read(path).unwrap(), expected);
    }

    #[test]
    fn file_that_cannot_be_created_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("missing/lines.jsonl");
        let error = run(&parse(&format!("-o {}", path.display())).unwrap()).unwrap_err();
        assert!(error.to_string().contains(&format!("--output: can't create {}", path.display())), "{error}");
    }
}
