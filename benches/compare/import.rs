//! The yardstick `import`: the sqlite3 program's own `.import` of the same decisions as plain rows.
//!
//! One table with the position as its key and no other index, written in one transaction: what it costs at least to
//! have a million decisions in an SQLite file.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::program::tidegate;

const CREATE: &str = "CREATE TABLE decisions (position INTEGER PRIMARY KEY, account TEXT, version INTEGER, type TEXT, \
                      transaction_id TEXT, amount INTEGER, time TEXT)";

/// Writes the decisions on an input as the rows that [`command`] imports.
pub(crate) fn prepare(input: &Path, rows: &Path) -> Result<()> {
    let verdicts = rows.with_extension("verdicts");
    let status = tidegate().arg("run").arg(input).arg("-o").arg(&verdicts).args(["--reasons", "--quiet"]).status()?;
    ensure!(status.success(), "the verdicts to import could not be made");
    let mut versions = HashMap::<String, u32>::new();
    let mut output = BufWriter::new(File::create(rows)?);
    let lines = |path: &Path| -> Result<_> { Ok(BufReader::new(File::open(path)?).lines()) };
    for (place, (line, verdict)) in lines(input)?.zip(lines(&verdicts)?).enumerate() {
        let (line, verdict): (Value, Value) = (serde_json::from_str(&line?)?, serde_json::from_str(&verdict?)?);
        let text = |key: &str| line[key].as_str().with_context(|| format!("no {key}"));
        let version = versions.entry(text("customer_id")?.to_owned()).or_default();
        *version += 1;
        let amount = text("load_amount")?.replace(['$', '.'], "");
        let kind = kind(verdict["reason"].as_str(), &amount);
        let (account, id, time) = (text("customer_id")?, text("id")?, text("time")?);
        writeln!(output, "{},{account},{version},{kind},{id},{amount},{time}", place + 1)?;
    }
    output.into_inner()?.sync_all()?;
    Ok(fs::remove_file(verdicts)?)
}

/// The type of event that a verdict stands for.
fn kind(reason: Option<&str>, amount: &str) -> &'static str {
    match reason {
        None if amount.starts_with('-') => "AccountWithdrawn",
        None => "AccountDeposited",
        Some("duplicate") => "DuplicateTxn",
        Some("insufficient_funds") => "AccountFundsInsufficient",
        Some(_) => "AccountLimitExceeded",
    }
}

/// The file of rows beside an input.
pub(crate) fn rows(input: &Path) -> PathBuf {
    input.with_extension("csv")
}

/// The program, told to import the rows into a database that does not exist yet.
pub(crate) fn command(rows: &Path, database: &Path) -> Result<Command> {
    let mut command = Command::new("sqlite3");
    let (Some(database), Some(rows)) = (database.to_str(), rows.to_str()) else { bail!("a path is no text") };
    command.args([database, CREATE, ".mode csv", &format!(".import {rows} decisions")]);
    Ok(command)
}

/// What the sqlite3 program says of its version; none if there is no such program.
pub(crate) fn version() -> Option<String> {
    let output = Command::new("sqlite3").arg("--version").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().next().filter(|_| output.status.success()).map(str::to_owned)
}
