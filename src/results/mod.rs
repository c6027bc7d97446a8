//! What a run leaves: verdicts and rejects, whether they have just come about or are told again from a log.

mod error;
mod fingerprint;
mod recorded;
mod rejects;

use std::io;

use anyhow::{Context, anyhow};

pub use error::ResultsError;
pub use fingerprint::{Fingerprint, Fingerprints};
pub use recorded::{Recorded, RecordedPart};
pub use rejects::Rejects;

use crate::console::Console;
use crate::domain::Totals;
use crate::files::Sink;
use crate::formats::reject::RejectedLine;
use fingerprint::Fingerprinter;

/// Where verdicts and rejects go.
///
/// What appears under its name only when whole does so at the end, in [`Results::finish_rejects`] and
/// [`Results::finish_verdicts`]; dropped before, it leaves no trace.
#[derive(Debug)]
pub struct Results {
    output: Sink,
    rejects: Rejects,
    console: Console,
    /// Hashes the verdicts, if anyone asks for it.
    fingerprinter: Option<Fingerprinter>,
}

impl Results {
    /// Results that go to these places.
    pub const fn new(output: Sink, rejects: Rejects, console: Console) -> Self {
        Self { output, rejects, console, fingerprinter: None }
    }

    /// The same, which take the fingerprint of the verdicts as they are written.
    pub fn fingerprinted(self) -> Self {
        Self { fingerprinter: Some(Fingerprinter::default()), ..self }
    }

    /// Writes verdicts, or the header before them, as they are.
    ///
    /// # Errors
    ///
    /// [`ResultsError`] if they can't be written, or nobody reads them any more.
    pub fn write(&mut self, verdicts: &[u8]) -> Result<(), ResultsError> {
        self.output.write_all(verdicts).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => ResultsError::ReaderGone,
            _ => ResultsError::Failed(anyhow!(error).context(format!("can't write {}", self.output.name()))),
        })?;
        if let Some(fingerprinter) = &mut self.fingerprinter {
            fingerprinter.update(verdicts);
        }
        Ok(())
    }

    /// Tells of rejected lines.
    ///
    /// # Errors
    ///
    /// [`ResultsError::Failed`] if the file of rejects can't be written.
    pub fn reject<'a>(&mut self, lines: impl Iterator<Item = RejectedLine<'a>>) -> Result<(), ResultsError> {
        Ok(self.rejects.tell(lines, &self.console)?)
    }

    /// Writes what was decided and recorded before, as it was written then, and counts it; `wanted` is asked between
    /// parts of it whether to go on.
    ///
    /// # Errors
    ///
    /// [`ResultsError`] if it can't be read or written, or nobody reads it any more.
    pub fn retell(
        &mut self,
        recorded: &mut dyn Recorded,
        mut wanted: impl FnMut() -> bool,
    ) -> Result<Totals, ResultsError> {
        let mut part = RecordedPart::default();
        while wanted() && recorded.next(&mut part).context("can't read what was decided before")? {
            self.write(&part.verdicts)?;
            self.reject(part.rejects.drain(..))?;
            part.verdicts.clear();
        }
        Ok(part.totals)
    }

    /// Ends the telling of rejects.
    ///
    /// # Errors
    ///
    /// If the file of rejects can't get its name.
    pub fn finish_rejects(&mut self) -> anyhow::Result<()> {
        self.rejects.finish(&self.console)
    }

    /// Ends the verdicts. They come last: once they stand under their name, everything does. Gives their fingerprint, if
    /// it was taken.
    ///
    /// # Errors
    ///
    /// If the output can't get its name.
    pub fn finish_verdicts(self) -> anyhow::Result<Option<Fingerprint>> {
        commit(self.output)?;
        Ok(self.fingerprinter.map(Fingerprinter::finish))
    }
}

fn commit(sink: Sink) -> anyhow::Result<()> {
    let name = sink.name().to_owned();
    sink.commit().with_context(|| format!("can't finish {name}"))
}
