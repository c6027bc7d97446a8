//! Whether a ledger is what it must be.
//!
//! Everything in a ledger follows from something else in it, but for its heads, which others may keep: whatever can be
//! made anew is, and is compared with what is there.
//!
//! | module | what it checks |
//! | --- | --- |
//! | `file` | pages, tables and views |
//! | `log` | one pass over commits and events, on which the others are carried along |
//! | `batches`, `commits`, `segments`, `rejects` | what is recorded of commits, and whether there is neither more nor less |
//! | `tree`, `kept` | the hashes, and a head that was kept elsewhere |
//! | `replay` | every decision, by deciding again |
//! | `derived` | the derived index, by deriving it again |
//! | `refold` | the beginning of a log by itself, for those who go on from there |

mod batches;
mod cells;
mod commits;
mod derived;
mod file;
mod finding;
mod kept;
mod log;
mod refold;
mod rejects;
mod replay;
mod segments;
mod tree;

pub use finding::{Finding, Findings};
pub use refold::{Refolded, refold, root_behind};

use rusqlite::Connection;

use self::cells::Fault;
use self::finding::{Kind, Place};
use crate::store::{Head, Ledger, StoreError};

/// What a check of a ledger has found.
#[derive(Debug)]
pub struct Audit {
    /// What the ledger holds, if it could be read to its end.
    pub summary: Option<Summary>,
    /// What is wrong with it.
    pub findings: Findings,
}

/// What a ledger holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The head, made anew of the events and commits that are there.
    pub head: Head,
    /// The number of commits.
    pub commits: u64,
    /// The number of batches.
    pub batches: u64,
    /// The number of accounts.
    pub accounts: u64,
}

/// Checks everything in a ledger, and whether it once had a head that was kept elsewhere.
///
/// It takes memory for every account and transaction, and reads all events once.
///
/// # Errors
///
/// [`StoreError::Failed`] if the ledger can't be read for reasons of the world. That it is damaged is a finding.
pub fn verify(ledger: &Ledger, kept: Option<&Head>) -> Result<Audit, StoreError> {
    let connection = ledger.connection();
    let mut findings = Findings::default();
    // The first question settles which moment all of them see.
    let begun = connection.execute_batch("BEGIN").map_err(Fault::from);
    settle("file", begun, &mut findings)?;
    let structure: [(&'static str, Check); 3] =
        [("pages", file::check_pages), ("tables", file::check_schema), ("hash key", file::check_hash_key)];
    for (part, check) in structure {
        let checked = check(connection, &mut findings);
        settle(part, checked, &mut findings)?;
    }
    let passed = log::check(connection, kept, &mut findings);
    let summary = settle("log", passed, &mut findings)?;
    Ok(Audit { summary, findings })
}

type Check = fn(&Connection, &mut Findings) -> Result<(), Fault>;

/// Makes a finding of what kept a part from being checked to its end, if the file is at fault.
fn settle<T>(part: &'static str, checked: Result<T, Fault>, findings: &mut Findings) -> Result<Option<T>, StoreError> {
    match checked {
        Ok(checked) => Ok(Some(checked)),
        Err(Fault::File(why)) => {
            findings.add(Kind::Unreadable(part), Place::LEDGER, format!("the {part} can't be read to the end: {why}"));
            Ok(None)
        }
        Err(Fault::World(error)) => Err(error),
    }
}
