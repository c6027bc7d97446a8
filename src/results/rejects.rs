//! Lines that are no valid transaction, told of.

use anyhow::Context;

use super::commit;
use crate::console::Console;
use crate::files::Sink;
use crate::formats::reject::RejectedLine;

/// With a file of rejects, so many are shown on standard error and the rest counted.
const SHOWN_REJECTS_MAX: u64 = 20;

/// Where rejected lines are told.
#[derive(Debug)]
pub struct Rejects {
    /// What the input is called.
    input_name: String,
    /// The file they are written to, if there is one.
    sink: Option<Sink>,
    /// How many there were.
    count: u64,
}

impl Rejects {
    /// Tells of the lines of an input by this name, and writes them to a file if there is one.
    pub const fn new(input_name: String, sink: Option<Sink>) -> Self {
        Self { input_name, sink, count: 0 }
    }

    /// Tells of some more lines.
    pub(super) fn tell<'a>(
        &mut self,
        lines: impl Iterator<Item = RejectedLine<'a>>,
        console: &Console,
    ) -> anyhow::Result<()> {
        let mut messages = String::new();
        let mut written = Vec::new();
        for rejected in lines {
            self.count += 1;
            if self.sink.is_none() || self.count <= SHOWN_REJECTS_MAX {
                messages += &format!("{}:{}: {}\n", self.input_name, rejected.line, rejected.error);
            }
            if self.sink.is_some() {
                rejected.write(&mut written);
            }
        }
        console.print(&messages);
        if let Some(sink) = &mut self.sink {
            sink.write_all(&written).with_context(|| format!("can't write {}", sink.name()))?;
        }
        Ok(())
    }

    /// Counts those that were written but not shown, and gives the file its name.
    pub(super) fn finish(&mut self, console: &Console) -> anyhow::Result<()> {
        let Some(sink) = self.sink.take() else { return Ok(()) };
        if self.count > SHOWN_REJECTS_MAX {
            let more = self.count - SHOWN_REJECTS_MAX;
            console.print(&format!("and {more} more rejected, all in {}\n", sink.name()));
        }
        commit(sink)
    }
}
