//! `tidegate check-config`: what a configuration means, in words.

use std::path::PathBuf;

use crate::commands::output::print;
use crate::config::{NamedFile, Sources, describe, load};
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  tidegate check-config tidegate.toml
  tidegate check-config --set daily-amount.amount=3000";

/// Say in words what a configuration means, or what is wrong with it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckConfigArgs {
    /// The configuration file [default: the one that `run` would take]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Change one limit; the keys are amount, count, window and direction
    #[arg(long, value_name = "NAME.KEY=VALUE")]
    pub set: Vec<String>,
}

/// Writes what the configuration means to standard output; a reader that goes away is no error.
///
/// # Errors
///
/// [`crate::config::ConfigErrors`] if something is wrong with it; an I/O error if it cannot be written.
pub fn run(args: &CheckConfigArgs) -> anyhow::Result<Exit> {
    let file = args.file.as_deref().map(|path| NamedFile { given_as: "FILE", path });
    let (config, origin) = load(&Sources::of_process(file, &args.set))?;
    print(&describe(&config, &origin))
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
