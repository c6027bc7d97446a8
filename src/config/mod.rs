//! The configuration: the defaults, a file, the environment and flags, each above the one before, read once.

mod change;
mod check;
mod document;
mod errors;
mod file;
mod limit_setting;
mod lint;
mod lookup;
mod members;
mod overrides;
mod policy_text;
mod settings;
mod values;
mod words;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use change::{check_path, with_changes};
pub use check::{Checked, check};
pub(crate) use errors::unknown;
pub use errors::{ConfigErrors, Finding};
pub use lint::{About, GroupSizes, Warning, lint};
pub use policy_text::{parse_policy_text, policy_text};
pub use words::{changes, describe, sentences};

use crate::domain::{Membership, Policy};
use crate::formats::TimeFormat;
use document::Document;
use errors::Place;
use settings::{Setting, Settings};

/// What a run is to do, checked as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where transactions come from and verdicts go.
    pub io: Io,
    /// The limits, and how duplicates and late transactions are treated.
    pub policy: Policy,
    /// The file that says which customers are in which group, if there is one.
    pub groups_file: Option<PathBuf>,
    /// What it says.
    pub members: Option<Arc<Membership>>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// Reads the configuration, and the file of groups if it names one.
///
/// # Errors
///
/// [`ConfigErrors`] holds everything that is wrong, except that a file which can't be read or is not TOML hides what
/// the layers above it would say, and that a file of groups is told only some of its mistakes.
pub fn load(sources: &Sources<'_>) -> Result<(Config, Origin), ConfigErrors> {
    let mut origin = Origin::default();
    let (config, _) = read(sources, &mut origin)?;
    Ok((config, origin))
}

/// Reads the file of groups that a flag names; gives the SHA-256 that a policy's text would have of it, too.
///
/// # Errors
///
/// [`ConfigErrors`] holds why it can't be read, or some of its mistakes.
pub fn read_groups(flag: &'static str, path: &Path) -> Result<(Membership, [u8; 32]), ConfigErrors> {
    let named_at = Place::Flag { flag, text: path.to_string_lossy().into_owned() };
    let members = members::read(path, &named_at).map_err(ConfigErrors::new)?;
    let hash = members::hash(&members);
    Ok((members, hash))
}

/// Reads the configuration and what it is made from, which is told even where something is wrong.
fn read(sources: &Sources<'_>, origin: &mut Origin) -> Result<(Config, Settings), ConfigErrors> {
    let mut settings = Settings::default();
    let mut errors = Vec::new();
    origin.file = sources.file.map(|named| named.path.to_owned());
    let file = lookup::find(sources)?;
    if let Some(file) = &file {
        origin.file = Some(file.path.clone());
        file::apply(&Document::parse(file)?, Setting::OF_USER, &mut settings, &mut errors);
    }
    let mut overrides = overrides::apply_environment(&sources.environment, &mut settings, &mut errors);
    overrides.extend(overrides::apply_flags("--set", sources.set, &mut settings, &mut errors));
    origin.overrides = overrides.iter().map(Place::to_string).collect();
    let members = settings.groups_file.as_ref().and_then(|(path, named_at)| {
        let read = members::read(&sources.working_dir.join(path), named_at);
        read.map_err(|wrong| errors.extend(wrong)).ok()
    });
    let policy = settings.policy(members.as_ref().map(members::hash)).map_err(|wrong| errors.extend(wrong));
    match policy {
        Ok(policy) if errors.is_empty() => {
            let groups_file = settings.groups_file.as_ref().map(|(path, _)| path.clone());
            let config = Config { io: settings.io.clone(), policy, groups_file, members: members.map(Arc::new) };
            Ok((config, settings))
        }
        _ => Err(ConfigErrors::new(errors)),
    }
}

#[cfg(test)]
mod tests;
