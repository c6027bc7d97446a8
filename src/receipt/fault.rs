//! Why a receipt or a consistency proof does not hold.

use std::fmt;

use crate::store::codec::CodecError;

/// Why a receipt or a consistency proof does not hold. It displays as half a sentence that follows the file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no file of its kind, or so damaged that it can't be read as one.
    NotOne {
        /// Its kind, with an article.
        kind: &'static str,
        /// What is wrong.
        why: String,
    },
    /// It can be read, but is not as it was issued.
    Altered {
        /// What of it is not.
        what: &'static str,
    },
    /// It is about a log of another size than the head that it was checked against.
    Size {
        /// Which of the heads.
        given: Given,
        /// The size in the file.
        own: u64,
        /// The size of the head.
        size: u64,
    },
    /// It is about another log of the same size.
    Root {
        /// Which of the heads.
        given: Given,
        /// That size.
        size: u64,
    },
    /// It is about a log of the same events, but of other commits.
    Chain {
        /// Which of the heads.
        given: Given,
    },
    /// It holds, but this program can't read the event.
    Event(CodecError),
}

/// The heads that a file is checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// The head that a receipt is for.
    Head,
    /// The earlier head of two.
    From,
    /// The later head of two.
    To,
}

impl Fault {
    /// A word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOne { .. } => "unreadable",
            Self::Altered { .. } => "altered",
            Self::Size { .. } => "other_size",
            Self::Root { .. } => "other_root",
            Self::Chain { .. } => "other_chain",
            Self::Event(_) => "unknown_event",
        }
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Head => "the head",
            Self::From => "the earlier head",
            Self::To => "the later head",
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOne { kind, why } => write!(f, "it is not {kind}, or a damaged one: {why}"),
            Self::Altered { what } => write!(f, "it was altered: {what}"),
            Self::Size { given: Given::Head, own, size } => write!(
                f,
                "the receipt was made for a log of {own} events, the head is of {size}: ask for a receipt with \
                 `tidegate prove --head`, or for a proof that the one log grew into the other with `tidegate consistency`"
            ),
            Self::Size { given: Given::From, own, size } => {
                write!(f, "the proof begins with a log of {own} events, the earlier head is of {size}")
            }
            Self::Size { given: Given::To, own, size } => {
                write!(f, "the proof ends with a log of {own} events, the later head is of {size}")
            }
            Self::Root { given, size } => write!(
                f,
                "{given} is also of {size} events, but its root is another: it is from another log, or one of the two \
                 was changed"
            ),
            Self::Chain { given } => write!(
                f,
                "{given} is of the same events, but its chain is another: not all commits and batches are the same"
            ),
            Self::Event(error) => write!(f, "the event is in the log of that head, but can't be read: {error}"),
        }
    }
}

impl std::error::Error for Fault {}
