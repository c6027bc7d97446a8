//! How a run of the program ends.

use std::fmt;

/// What the program's exit status says; declines are never errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: a failure of the world, such as input, output or an actor that crashed.
    Failure,
    /// 2: usage, configuration, or input that does not match what it claims to be.
    Usage,
    /// 3: done, but some lines were rejected; or stopped at the first one, if that was asked.
    Rejected,
    /// 4: verification found something, a proof does not hold, or a backtest that only checks found something.
    Findings,
    /// 5: a backtest came to what it must not, or every candidate of a sweep did.
    Gate,
    /// 130: interrupted.
    Interrupted,
}

impl Exit {
    /// The status that the operating system is told.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Rejected => 3,
            Self::Findings => 4,
            Self::Gate => 5,
            Self::Interrupted => 130,
        }
    }
}

/// An error that the user mends in a flag or in the configuration; the program exits with [`Exit::Usage`].
#[derive(Debug)]
pub struct UsageError(pub String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}
