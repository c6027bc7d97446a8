//! A list of events: all of the log's, or those of one batch.

use super::list::{List, Motion};
use crate::screen::source::{EventRow, Source, Stretch, Stretches};

/// How many rows on either side of the cursor are known at least, if there are as many.
const AROUND_MIN: u64 = 50;

/// Events around a cursor.
#[derive(Clone, Debug)]
pub(crate) struct EventList {
    /// The batch whose events they are, by number and name, if not those of all.
    pub(crate) batch: Option<(u32, String)>,
    /// Where in the list one is.
    pub(crate) list: List,
    /// Whether the cursor stays at the newest event.
    pub(crate) follows: bool,
    stretches: Stretches,
    /// The number of the first row that is known, and all that are.
    first: u64,
    rows: Vec<EventRow>,
    /// Why the rows around the cursor are not known, and where the cursor was.
    failure: Option<(u64, String)>,
    is_stale: bool,
}

impl EventList {
    /// All events, at the newest.
    pub(super) fn all() -> Self {
        Self::of(None, true)
    }

    /// The events of a batch, at the first; at the newest if the batch is being written.
    pub(super) fn of_batch(number: u32, name: String, is_complete: bool) -> Self {
        Self::of(Some((number, name)), !is_complete)
    }

    fn of(batch: Option<(u32, String)>, follows: bool) -> Self {
        Self {
            batch,
            list: List::default(),
            follows,
            stretches: Stretches::default(),
            first: 0,
            rows: Vec::new(),
            failure: None,
            is_stale: true,
        }
    }

    /// The event at a row, if it is known.
    pub(crate) fn row(&self, row: u64) -> Option<&EventRow> {
        let place = row.checked_sub(self.first)?;
        self.rows.get(usize::try_from(place).ok()?)
    }

    /// The event that the cursor is on.
    pub(crate) fn current(&self) -> Option<&EventRow> {
        self.row(self.list.cursor())
    }

    /// Why the events can't be shown.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.failure.as_ref().map(|(_, why)| why.as_str())
    }

    /// Moves the cursor; it stays at the newest event if it comes there.
    pub(super) fn go(&mut self, motion: Motion) {
        self.list.go(motion);
        self.follows = self.list.is_at_end();
    }

    /// Stays at the newest event from now on, or no longer.
    pub(super) fn toggle_follow(&mut self) {
        self.follows = !self.follows;
        if self.follows {
            self.list.go(Motion::Last);
        }
    }

    /// Moves the cursor to a position of the log, or the nearest one behind it.
    pub(super) fn find(&mut self, position: u64) {
        self.list.go_to(self.stretches.row_of(position));
        self.follows = false;
    }

    /// Lets what may have changed be asked again.
    pub(super) fn want(&mut self) {
        self.is_stale = true;
    }

    /// Lets everything be asked again.
    pub(super) fn want_all(&mut self) {
        self.want();
        (self.rows, self.failure) = (Vec::new(), None);
    }

    /// Asks for what is not known of the events around the cursor, in a log of so many events.
    pub(super) fn settle(&mut self, source: &mut Source, size: u64) {
        if std::mem::take(&mut self.is_stale) {
            let asked = match &self.batch {
                None => {
                    self.stretches = Stretches::of(Stretch { first: 1, count: size });
                    Ok(())
                }
                Some((number, _)) => source.extend(&mut self.stretches, *number),
            };
            self.failure = asked.err().map(|error| (self.list.cursor(), format!("{error:#}")));
        }
        let len = self.stretches.len();
        self.list.set_long_len(len);
        if self.follows {
            self.list.go(Motion::Last);
        }
        let cursor = self.list.cursor();
        if self.failure.as_ref().is_some_and(|(at, _)| *at != cursor) {
            self.failure = None;
        }
        if self.failure.is_none() && !self.knows_around(cursor) {
            self.load(source);
        }
    }

    fn around(&self) -> u64 {
        self.list.height().max(AROUND_MIN)
    }

    fn knows_around(&self, cursor: u64) -> bool {
        let first = cursor.saturating_sub(self.around());
        let end = cursor.saturating_add(self.around()).min(self.list.len());
        first >= self.first && end <= self.first.saturating_add(self.rows.len() as u64)
    }

    /// Reads more than is needed, so that not every movement asks.
    fn load(&mut self, source: &mut Source) {
        let (cursor, reach) = (self.list.cursor(), self.around().saturating_mul(3));
        let first = cursor.saturating_sub(reach);
        match source.events(&self.stretches.part(first, reach.saturating_mul(2))) {
            Ok(rows) => (self.first, self.rows) = (first, rows),
            Err(error) => {
                (self.first, self.rows) = (0, Vec::new());
                self.failure = Some((cursor, format!("{error:#}")));
            }
        }
    }
}
