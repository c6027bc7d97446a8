//! The ledger that a command reads.

use std::path::{Path, PathBuf};

use crate::console::printable_path;
use crate::exit::UsageError;
use crate::files::{Sink, Target, open_output};
use crate::store::{Ledger, StoreError};

/// What stands beside a ledger and belongs to it.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-lock"];

/// Which ledger a command reads.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct StoreArgs {
    /// The ledger, a file that `run --store` has written
    #[arg(long, value_name = "FILE")]
    pub store: PathBuf,
}

impl StoreArgs {
    /// Opens the ledger; each question sees what was committed when it was asked.
    ///
    /// # Errors
    ///
    /// A [`UsageError`] if there is none, or the error of the store.
    pub fn open(&self) -> anyhow::Result<Ledger> {
        open_ledger(&self.store)
    }

    /// Opens the ledger as it is now, whatever a run adds to it meanwhile.
    ///
    /// # Errors
    ///
    /// A [`UsageError`] if there is none, or the error of the store.
    pub fn open_pinned(&self) -> anyhow::Result<Ledger> {
        Ok(self.open()?.pinned()?)
    }

    /// Opens an output that is no part of the ledger.
    ///
    /// # Errors
    ///
    /// A [`UsageError`] if it is one, else an error that names what can't be written.
    pub fn open_output(&self, target: &Target) -> anyhow::Result<Sink> {
        open_output(target, &files_of(&self.store))
    }
}

/// The files that are a ledger or belong to one, whether they exist or not.
pub(super) fn files_of(store: &Path) -> Vec<PathBuf> {
    let beside = COMPANIONS.iter().map(|suffix| {
        let mut name = store.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    });
    std::iter::once(store.to_owned()).chain(beside).collect()
}

/// Opens the ledger that `--store` names, to read it.
///
/// # Errors
///
/// A [`UsageError`] if there is none, or the error of the store.
pub(super) fn open_ledger(path: &Path) -> anyhow::Result<Ledger> {
    Ledger::open(path).map_err(|error| refused(path, error))
}

/// The error of a ledger that `--store` names: what a store refuses is the user's to mend.
pub(super) fn refused(path: &Path, error: StoreError) -> anyhow::Error {
    match error {
        StoreError::Refused(why) => UsageError(format!("--store {}: {why}", printable_path(path))).into(),
        other => other.into(),
    }
}
