//! Why bytes are not a leaf.

use std::fmt;

use crate::store::StoreError;

/// Why bytes are not the leaf of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodecError {
    /// A later program wrote it, or something has changed it.
    UnknownVersion {
        /// The event's position in the log.
        position: u64,
        /// The version of its schema.
        version: u64,
    },
    /// It is not as an event of its version is written: something has changed it.
    Malformed {
        /// The event's position in the log.
        position: u64,
        /// How many bytes are as they must be.
        offset: usize,
        /// What must follow them, as a noun.
        expected: &'static str,
    },
}

/// Where a leaf stops being one, before its position is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) offset: usize,
    pub(super) expected: &'static str,
}

impl CodecError {
    pub(super) const fn malformed(position: u64, Fault { offset, expected }: Fault) -> Self {
        Self::Malformed { position, offset, expected }
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVersion { position, version } => {
                write!(f, "event {position} is of schema version {version}, which this program does not know")
            }
            Self::Malformed { position, offset, expected } => {
                write!(f, "event {position} is not as it was written: after {offset} bytes it must have {expected}")
            }
        }
    }
}

impl std::error::Error for CodecError {}

impl From<CodecError> for StoreError {
    fn from(error: CodecError) -> Self {
        match error {
            CodecError::UnknownVersion { .. } => Self::Refused(error.to_string()),
            CodecError::Malformed { .. } => Self::Damaged(error.to_string()),
        }
    }
}
