//! What was decided in an earlier run.

use crate::domain::Totals;
use crate::formats::reject::RejectedLine;

/// The verdicts and rejects of an input's first lines, or of all of them, which were decided in an earlier run: a source
/// of [`RecordedPart`]s.
pub trait Recorded: Send {
    /// Adds the next part, of a size that memory takes easily, to one whose verdicts and rejects are empty; false at the
    /// end, with nothing added.
    ///
    /// # Errors
    ///
    /// If what was recorded can't be read.
    fn next(&mut self, part: &mut RecordedPart) -> anyhow::Result<bool>;
}

/// A part of what was decided in an earlier run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedPart {
    /// Verdicts, as they are written.
    pub verdicts: Vec<u8>,
    /// Rejected lines, in input order.
    pub rejects: Vec<RejectedLine<'static>>,
    /// What was decided in this part and in those before it.
    pub totals: Totals,
}
