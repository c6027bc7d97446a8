//! The files that a sweep writes, and standard output.

use std::path::{Path, PathBuf};

use super::SweepArgs;
use crate::commands::backtest::outputs::kept;
use crate::exit::UsageError;
use crate::files::{Sink, Target, open_output};

/// Everything that is written, opened.
pub(super) struct Outputs {
    /// Where the page goes, if that is wanted.
    pub(super) html: Option<Sink>,
    /// Where the candidates go as CSV, if that is wanted.
    pub(super) csv: Option<Sink>,
    /// Where the table or the JSON goes, unless something else was sent to standard output.
    pub(super) report: Option<Sink>,
}

impl SweepArgs {
    /// Opens what is written, before any work is done in vain: none of it may be what is read, or be written twice.
    ///
    /// # Errors
    ///
    /// A [`UsageError`] if it is, else an error that names what can't be written.
    pub(super) fn outputs(&self) -> anyhow::Result<Outputs> {
        let is_taken = self.is_taken()?;
        let mut kept = kept(&self.history);
        let mut open = |path: &Path| -> anyhow::Result<Sink> {
            let output = open_output(&Target::new(path), &kept)?;
            kept.extend((path != Path::new("-")).then(|| path.to_owned()));
            Ok(output)
        };
        let html = self.html.as_deref().map(&mut open).transpose()?;
        let csv = self.csv.as_deref().map(&mut open).transpose()?;
        let report = if is_taken { None } else { Some(open(Path::new("-"))?) };
        Ok(Outputs { html, csv, report })
    }

    /// Whether a file was named that is standard output, which has room for one text alone.
    fn is_taken(&self) -> Result<bool, UsageError> {
        let is_stdout = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
        let refuse = |flag: &str, what: &str| {
            Err(UsageError(format!("{flag} -: the {what} goes to standard output: name a file")))
        };
        match (is_stdout(&self.html), is_stdout(&self.csv), self.json) {
            (true, true, _) => refuse("--csv", "page"),
            (true, _, true) => refuse("--html", "JSON"),
            (_, true, true) => refuse("--csv", "JSON"),
            (html, csv, false) => Ok(html || csv),
            (false, false, true) => Ok(false),
        }
    }
}
