//! `tidegate check-config`: what a configuration means, in words.

use std::path::PathBuf;

use serde::Serialize;

use crate::commands::output::print;
use crate::config::{Checked, Finding, NamedFile, Sources, check, describe, sentences};
use crate::console::printable_path;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  tidegate check-config tidegate.toml
  tidegate check-config --set daily-amount.amount=3000
  tidegate check-config --json | jq -r '.warnings[] | .place + \": \" + .message'

Warnings tell what can hardly be meant, such as a limit that makes no difference because another one \
is always stricter. They are no errors: the exit status is 0. With --json a configuration that has \
errors is written too, with exit status 2.";

/// Say in words what a configuration means, and what is wrong or odd about it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckConfigArgs {
    /// The configuration file [default: the one that `run` would take]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Change one limit, by any of its keys
    #[arg(long, value_name = "NAME.KEY=VALUE")]
    pub set: Vec<String>,
    /// Write a JSON object: the limits in words, errors and warnings with their places
    #[arg(long)]
    pub json: bool,
}

/// A configuration as JSON, its keys in this order.
#[derive(Serialize)]
struct Report<'a> {
    /// The file, if there is one.
    source: Option<String>,
    /// The variables and flags that change it.
    overrides: &'a [String],
    limits: Vec<Sentence<'a>>,
    errors: Vec<Finding>,
    warnings: &'a [Finding],
}

#[derive(Serialize)]
struct Sentence<'a> {
    name: &'a str,
    sentence: String,
}

/// Writes what the configuration means to standard output; a reader that goes away is no error.
///
/// # Errors
///
/// [`crate::config::ConfigErrors`] if something is wrong with it; an I/O error if it cannot be written.
pub fn run(args: &CheckConfigArgs) -> anyhow::Result<Exit> {
    let file = args.file.as_deref().map(|path| NamedFile { given_as: "FILE", path });
    let checked = check(&Sources::of_process(file, &args.set));
    if args.json {
        print(&(serde_json::to_string(&report(&checked))? + "\n"))?;
    }
    let (config, warnings) = checked.result?;
    if args.json { Ok(Exit::Done) } else { print(&describe(&config, &checked.origin, &warnings)) }
}

fn report(Checked { origin, result }: &Checked) -> Report<'_> {
    let mut report = Report {
        source: origin.file.as_deref().map(printable_path),
        overrides: &origin.overrides,
        limits: Vec::new(),
        errors: Vec::new(),
        warnings: &[],
    };
    match result {
        Ok((config, warnings)) => {
            let limits = config.policy.limits().iter().zip(sentences(&config.policy));
            report.limits = limits.map(|(limit, sentence)| Sentence { name: limit.name.as_str(), sentence }).collect();
            report.warnings = warnings;
        }
        Err(errors) => report.errors = errors.findings(),
    }
    report
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command, FromArgMatches};

    use super::*;
    use crate::config::ConfigErrors;

    fn parse(line: &[&str]) -> CheckConfigArgs {
        let command = CheckConfigArgs::augment_args(Command::new("check-config"));
        CheckConfigArgs::from_arg_matches(&command.get_matches_from(line)).unwrap()
    }

    #[test]
    fn mistakes_in_the_file_and_in_the_flags_come_out_as_configuration_errors() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        std::fs::write(&path, "[polcy]\n").unwrap();
        let path = path.to_str().unwrap();
        let error = run(&parse(&["check-config", path, "--set", "a", "--set", "b"])).unwrap_err();
        let expected = format!(
            "{path}:1: polcy: unknown key; did you mean \"policy\"?\n\
             --set a: must be NAME.KEY=VALUE, such as daily-amount.amount=3000\n\
             --set b: must be NAME.KEY=VALUE, such as daily-amount.amount=3000"
        );
        assert_eq!(error.downcast::<ConfigErrors>().unwrap().to_string(), expected);
    }

    #[test]
    fn missing_file_is_named() {
        let error = run(&parse(&["check-config", "/nowhere/a.toml"])).unwrap_err();
        assert!(error.to_string().starts_with("FILE /nowhere/a.toml: can't be read: "), "{error}");
    }
}
