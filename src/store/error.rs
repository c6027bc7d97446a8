//! Why a store did not do what it was asked.

use std::fmt;

use super::Commit;

/// Why a store did not do what it was asked.
#[derive(Debug)]
pub enum StoreError {
    /// A stream does not end where the writer believed it to end: another has written to it, or the writer is wrong.
    Conflict {
        /// What is out of step.
        stream: String,
        /// Where the writer believed it to end.
        expected: u64,
        /// Where it ends.
        actual: u64,
    },
    /// What the user asked for can't be done with this store, and why.
    Refused(String),
    /// What the store holds is not what it must be: something has changed it.
    Damaged(String),
    /// The store itself failed.
    Failed(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { stream, expected, actual } => {
                write!(f, "{stream} was expected to end at {expected} and ends at {actual}")
            }
            Self::Refused(why) | Self::Damaged(why) | Self::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for StoreError {}

/// The refusal of an event of a version that does not follow the account's last one.
pub(super) fn conflict(customer_id: &[u8], version: u32, actual: u32) -> StoreError {
    StoreError::Conflict {
        stream: format!("the account of customer {:?}", String::from_utf8_lossy(customer_id)),
        expected: u64::from(version).saturating_sub(1),
        actual: u64::from(actual),
    }
}

/// Refuses a commit that does not begin at the next position, or has a gap in it.
pub(super) fn check_positions(commit: &Commit<'_>, next_position: u64) -> Result<(), StoreError> {
    let mut next = next_position;
    for batch in commit.batches {
        if batch.first_position != next {
            return Err(StoreError::Conflict {
                stream: "the log".to_owned(),
                expected: batch.first_position.saturating_sub(1),
                actual: next - 1,
            });
        }
        next += batch.decisions.len() as u64;
    }
    Ok(())
}
