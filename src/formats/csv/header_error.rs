//! The header of an input that can't be read by it.

use std::fmt;

/// Why an input can't be read by its header, told apart from failures of the world: another input would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderError(String);

impl HeaderError {
    /// What is wrong with the header on a line of an input.
    pub fn new(input: &str, line: u64, why: &str) -> Self {
        Self(format!("{input}:{line}: header: {why}"))
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HeaderError {}
