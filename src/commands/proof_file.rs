//! What the commands have in common that write and check files of proofs.

use std::io::{self, Read as _};
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use super::ledger::StoreArgs;
use super::output::{print, write, written};
use crate::console::{Console, printable_path};
use crate::exit::{Exit, UsageError};
use crate::files::{Source, Target};
use crate::receipt::{self, Fault, disowned};
use crate::store::{Head, Ledger, StoreError};

/// How the check of a file came out that does not hold, as JSON, its keys in this order.
#[derive(Serialize)]
struct Report<'a> {
    holds: bool,
    fault: &'a str,
    why: String,
}

/// Opens a file, or standard input if the path is `-`.
///
/// # Errors
///
/// A [`UsageError`] if there is no such file; otherwise why it can't be read.
pub(super) fn open(path: &Path) -> anyhow::Result<Source> {
    Source::open(path).map_err(|error| {
        let is_missing = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::NotFound);
        if is_missing { UsageError(format!("{}: there is no such file", printable_path(path))).into() } else { error }
    })
}

/// The bytes of a file, or of standard input if the path is `-`; no more of them than tell that it is too large.
///
/// # Errors
///
/// A [`UsageError`] if there is no such file; otherwise why it can't be read.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let source = open(path)?;
    let mut bytes = Vec::new();
    let len_max = receipt::LEN_MAX as u64 + 1;
    source.file().take(len_max).read_to_end(&mut bytes).with_context(|| format!("can't read {}", source.name()))?;
    Ok(bytes)
}

/// Writes a file of a proof that was made from a ledger.
///
/// # Errors
///
/// A [`UsageError`] if it would overwrite the ledger, else why it can't be written.
pub(super) fn write_proof(store: &StoreArgs, path: Option<&Path>, text: &str) -> anyhow::Result<Exit> {
    let mut output = store.open_output(&Target::new(path.unwrap_or(Path::new("-"))))?;
    written(write(&mut output, text.as_bytes()).and_then(|()| {
        let name = output.name().to_owned();
        output.commit().with_context(|| format!("can't finish {name}"))
    }))
}

/// Tells why a file does not hold.
///
/// # Errors
///
/// If it can't be written.
pub(super) fn refute(path: &Path, fault: &Fault, json: bool, console: &Console) -> anyhow::Result<Exit> {
    if json {
        let report = Report { holds: false, fault: fault.code(), why: fault.to_string() };
        print(&(serde_json::to_string(&report)? + "\n"))?;
        return Ok(Exit::Findings);
    }
    Ok(found(console, &format!("{}: {fault}", printable_path(path))))
}

/// Why there is nothing to be proved about a head that a flag gave, if it never was the ledger's.
pub(super) fn denial(ledger: &Ledger, flag: &str, head: &Head) -> Result<Option<String>, StoreError> {
    let disowned = disowned(ledger, head)?;
    Ok(disowned.map(|why| format!("{flag}: the ledger never had this head, or was changed since: {why}")))
}

/// A command's end in which a damaged ledger is something that was found, and not a failure of the world.
///
/// # Errors
///
/// Every other error.
pub(super) fn damage_found(result: anyhow::Result<Exit>, console: &Console) -> anyhow::Result<Exit> {
    let error = match result {
        Ok(exit) => return Ok(exit),
        Err(error) => error,
    };
    match error.downcast_ref::<StoreError>() {
        Some(StoreError::Damaged(why)) => Ok(found(console, why)),
        _ => Err(error),
    }
}

/// Says what was found.
pub(super) fn found(console: &Console, what: &str) -> Exit {
    console.print(&format!("tidegate: {what}\n"));
    Exit::Findings
}
