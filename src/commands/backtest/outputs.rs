//! The files that a backtest writes, and standard output.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::BacktestArgs;
use crate::commands::history::HistoryArgs;
use crate::commands::ledger::files_of;
use crate::exit::UsageError;
use crate::files::{Sink, Target, open_output};

/// Everything that is written, opened.
pub(super) struct Outputs {
    /// Where every flip goes, if that is wanted.
    pub(super) flips: Option<Sink>,
    /// Where the page goes, if that is wanted.
    pub(super) html: Option<Sink>,
    /// Where the report goes, unless something else was sent to standard output.
    pub(super) report: Option<Sink>,
}

impl BacktestArgs {
    /// Opens what is written, before any work is done in vain: none of it may be what is read, or be written twice.
    ///
    /// # Errors
    ///
    /// A [`UsageError`] if it is, else an error that names what can't be written.
    pub(super) fn outputs(&self) -> anyhow::Result<Outputs> {
        let taken = self.taken_by()?;
        let mut kept = kept(&self.history);
        let mut open = |path: Option<&PathBuf>| -> anyhow::Result<Option<Sink>> {
            let Some(path) = path else { return Ok(None) };
            let output = open_output(&Target::new(path), &kept)?;
            kept.extend((path != Path::new("-")).then(|| path.clone()));
            Ok(Some(output))
        };
        let (flips, html) = (open(self.flips.as_ref())?, open(self.html.as_ref())?);
        let report = if taken { None } else { open(Some(&PathBuf::from("-")))? };
        Ok(Outputs { flips, html, report })
    }

    /// Whether a file was named that is standard output, which has room for one text alone.
    fn taken_by(&self) -> Result<bool, UsageError> {
        let is_stdout = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
        match (is_stdout(&self.flips), is_stdout(&self.html), self.json) {
            (true, true, _) => Err(UsageError("--html -: the flips go to standard output: name a file".to_owned())),
            (true, _, true) => Err(UsageError("--flips -: the JSON goes to standard output: name a file".to_owned())),
            (_, true, true) => Err(UsageError("--html -: the JSON goes to standard output: name a file".to_owned())),
            (flips, html, false) => Ok(flips || html),
            (false, false, true) => Ok(false),
        }
    }
}

/// What is read and must stay as it is.
pub(in crate::commands) fn kept(history: &HistoryArgs) -> Vec<PathBuf> {
    let HistoryArgs { input, store, baseline, config, .. } = history;
    let mut kept = store.as_deref().map(files_of).unwrap_or_default();
    let read = [input, baseline, config].into_iter().flatten();
    // Standard input may be a file by another name.
    kept.extend(read.map(|path| if path == Path::new("-") { PathBuf::from("/dev/stdin") } else { path.clone() }));
    kept
}

/// Writes a file whole, or to standard output.
pub(in crate::commands) fn write(mut output: Sink, bytes: &[u8]) -> anyhow::Result<()> {
    crate::commands::output::write(&mut output, bytes)?;
    finish(output)
}

/// Gives what was written its name.
pub(super) fn finish(output: Sink) -> anyhow::Result<()> {
    let name = output.name().to_owned();
    output.commit().with_context(|| format!("can't finish {name}"))
}
