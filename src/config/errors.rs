//! What is wrong with a configuration, and where.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::console::printable;

/// Everything that is wrong with a configuration; the program exits with [`crate::exit::Exit::Usage`].
///
/// It displays as one line for each error: first the file's by line, then the environment's, then the flags', then those of
/// the file of groups.
#[derive(Debug)]
pub struct ConfigErrors(Vec<ConfigError>);

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ConfigError {
    /// Where the wrong value was set.
    pub(super) place: Place,
    /// What is wrong and what would be right, as half a sentence.
    pub(super) why: String,
}

/// Where a value was set, as an error about it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere: it is the default of this key.
    Default(String),
    /// A file as a whole.
    File(Arc<str>),
    /// A line of a file, from 1, and the key there; no key where the line is not TOML.
    Line { file: Arc<str>, line: usize, key: Option<String> },
    /// An environment variable.
    Variable(String),
    /// A flag or an argument of the command line and the text behind it.
    Flag { flag: &'static str, text: String },
    /// A line of the file of groups, from 1, and the field there.
    Member { file: Arc<str>, line: u64, field: &'static str },
    /// The file of groups as a whole.
    Members(Arc<str>),
}

/// Something about a configuration and where it stands, as a program reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The place as people read it, with all that the others say.
    pub place: String,
    /// The file.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u64>,
    /// The key, such as `limits.daily-count.count`.
    pub key: Option<String>,
    /// What there is to say, as half a sentence.
    pub message: String,
}

impl ConfigErrors {
    pub(super) fn new(mut errors: Vec<ConfigError>) -> Self {
        errors.sort_by_key(|error| error.place.rank());
        Self(errors)
    }

    /// Each of them by itself, in the order in which they are displayed.
    pub fn findings(&self) -> Vec<Finding> {
        self.0.iter().map(ConfigError::finding).collect()
    }
}

impl ConfigError {
    /// The same for programs.
    pub(super) fn finding(&self) -> Finding {
        let (file, line, key) = match &self.place {
            Place::Default(key) => (None, None, Some(key.as_str())),
            Place::File(file) | Place::Members(file) => (Some(file), None, None),
            Place::Line { file, line, key } => (Some(file), u64::try_from(*line).ok(), key.as_deref()),
            Place::Member { file, line, field } => (Some(file), Some(*line), Some(*field)),
            Place::Variable(_) | Place::Flag { .. } => (None, None, None),
        };
        Finding {
            place: self.place.to_string(),
            file: file.map(ToString::to_string),
            line,
            key: key.map(str::to_owned),
            message: self.why.clone(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(f, "{line_end}{}: {}", error.place, error.why)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

impl Place {
    /// The order in which errors are shown.
    pub(super) fn rank(&self) -> (u8, usize) {
        match self {
            Self::Default(_) => (0, 0),
            Self::File(_) => (1, 0),
            Self::Line { line, .. } => (1, *line),
            Self::Variable(_) => (2, 0),
            Self::Flag { .. } => (3, 0),
            Self::Member { .. } => (4, 0),
            Self::Members(_) => (5, 0),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default(key) => write!(f, "{key} (the default)"),
            Self::File(file) | Self::Members(file) => f.write_str(file),
            Self::Member { file, line, field } => write!(f, "{file}:{line}: {field}"),
            Self::Line { file, line, key: None } => write!(f, "{file}:{line}"),
            Self::Line { file, line, key: Some(key) } => write!(f, "{file}:{line}: {key}"),
            Self::Variable(name) => f.write_str(&printable(name)),
            Self::Flag { flag, text } => write!(f, "{flag} {}", printable(text)),
        }
    }
}

/// Says that a name is none of the known ones, and which of them was probably meant.
pub(crate) fn unknown(what: &str, found: &str, known: &[&str]) -> String {
    match closest(found, known) {
        Some(meant) => format!("unknown {what}; did you mean {meant:?}?"),
        None if known.is_empty() => format!("unknown {what}; there are none"),
        None => format!("unknown {what}; there are {}", known.join(", ")),
    }
}

/// A suggestion behind an error, if there is one.
pub(super) fn meant(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}

/// The known name that differs from a mistyped one by at most a third of its letters, if there is one.
pub(super) fn closest<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    let found = found.to_lowercase();
    let distance = |name: &str| strsim::osa_distance(&found, &name.to_lowercase());
    let nearest = known.iter().copied().min_by_key(|name| distance(name))?;
    (distance(nearest) <= nearest.chars().count().div_ceil(3)).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_name_gets_a_suggestion_only_if_one_is_close() {
        let known = ["name", "window", "direction", "amount", "count"];
        assert_eq!(unknown("key", "amuont", &known), r#"unknown key; did you mean "amount"?"#);
        assert_eq!(unknown("key", "Window", &known), r#"unknown key; did you mean "window"?"#);
        assert_eq!(unknown("key", "currency", &known), "unknown key; there are name, window, direction, amount, count");
        assert_eq!(unknown("limit", "a", &[]), "unknown limit; there are none");
    }
}
