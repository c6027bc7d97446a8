//! Why results could not be written.

use std::fmt;

/// Why results could not be written.
#[derive(Debug)]
pub enum ResultsError {
    /// The reader of the verdicts is gone, so nobody wants the rest.
    ReaderGone,
    /// Something is broken.
    Failed(anyhow::Error),
}

impl fmt::Display for ResultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReaderGone => f.write_str("the reader of the output is gone"),
            Self::Failed(error) => write!(f, "{error:#}"),
        }
    }
}

impl std::error::Error for ResultsError {}

impl From<anyhow::Error> for ResultsError {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}
