//! The configuration: the defaults, a file, the environment and flags, each above the one before, read once.

mod document;
mod errors;
mod file;
mod lookup;
mod overrides;
mod policy_text;
mod settings;
mod values;
mod words;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use errors::ConfigErrors;
pub use policy_text::{parse_policy_text, policy_text};
pub use words::describe;

use crate::domain::Policy;
use crate::formats::TimeFormat;
use document::Document;
use errors::Place;
use settings::Settings;

/// What a run is to do, checked as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where transactions come from and verdicts go.
    pub io: Io,
    /// The limits, and how duplicates are treated.
    pub policy: Policy,
}

/// Where transactions come from and verdicts go, unless the command line says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Io {
    /// The input file, or `-` for standard input.
    pub input: PathBuf,
    /// The output file, or `-` for standard output.
    pub output: PathBuf,
    /// The strftime format of times that carry none of their own; RFC 3339 if there is none.
    pub time_format: Option<TimeFormat>,
}

/// Everything that a configuration is made from.
#[derive(Clone, Debug)]
pub struct Sources<'a> {
    /// The file that the user named.
    pub file: Option<NamedFile<'a>>,
    /// The `--set` flags, in order, each `NAME.KEY=VALUE`.
    pub set: &'a [String],
    /// The environment, which also tells the user's configuration directory.
    pub environment: Vec<(OsString, OsString)>,
    /// Where a `tidegate.toml` is looked for if no file was named.
    pub working_dir: &'a Path,
}

/// A configuration file that the user named.
#[derive(Clone, Copy, Debug)]
pub struct NamedFile<'a> {
    /// The flag or argument that named it, such as `--config`.
    pub given_as: &'static str,
    /// The file.
    pub path: &'a Path,
}

/// What a configuration was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, if there was one.
    pub file: Option<PathBuf>,
    /// The environment variables and flags that set something, as they would be written.
    pub overrides: Vec<String>,
}

impl<'a> Sources<'a> {
    /// Those of this process.
    pub fn of_process(file: Option<NamedFile<'a>>, set: &'a [String]) -> Self {
        Self { file, set, environment: env::vars_os().collect(), working_dir: Path::new("") }
    }
}

/// Reads the configuration.
///
/// # Errors
///
/// [`ConfigErrors`] holds everything that is wrong, except that a file which can't be read or is not TOML hides what
/// the layers above it would say.
pub fn load(sources: &Sources<'_>) -> Result<(Config, Origin), ConfigErrors> {
    let mut settings = Settings::default();
    let mut errors = Vec::new();
    let file = lookup::find(sources)?;
    if let Some(file) = &file {
        file::apply(&Document::parse(file)?, &mut settings, &mut errors);
    }
    let mut overrides = overrides::apply_environment(&sources.environment, &mut settings, &mut errors);
    overrides.extend(overrides::apply_flags(sources.set, &mut settings, &mut errors));
    match settings.policy() {
        Ok(policy) if errors.is_empty() => {
            let overrides = overrides.iter().map(Place::to_string).collect();
            Ok((Config { io: settings.io, policy }, Origin { file: file.map(|file| file.path), overrides }))
        }
        Ok(_) => Err(ConfigErrors::new(errors)),
        Err(problems) => {
            errors.extend(problems);
            Err(ConfigErrors::new(errors))
        }
    }
}

#[cfg(test)]
mod tests;
