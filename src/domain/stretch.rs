//! Stretches of time.

use super::{Day, TimeSpan, Timestamp};

/// The instants from one on and before another, in microseconds since 1970-01-01T00:00:00Z; none if the second is not
/// later than the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first instant of it.
    pub from: i64,
    /// The first instant behind it.
    pub until: i64,
}

impl Stretch {
    /// All time.
    pub const EVER: Self = Self { from: i64::MIN, until: i64::MAX };

    /// Whole days in UTC, the last one included; both must be days that some [`Timestamp`] can have, or nearly.
    pub(super) const fn of_days(first: Day, last: Day) -> Self {
        const MICROS_PER_DAY: i64 = 86_400_000_000;
        Self { from: first.number() as i64 * MICROS_PER_DAY, until: (last.number() as i64 + 1) * MICROS_PER_DAY }
    }

    /// The instants that are nearer to one than a span, on either side.
    pub(super) const fn around(time: Timestamp, span: TimeSpan) -> Self {
        // Times and spans are each below 2^59.
        Self { from: time.micros() - span.micros() + 1, until: time.micros() + span.micros() }
    }

    /// So much time up to an instant, which is the last of it.
    pub(super) const fn up_to(time: Timestamp, span: TimeSpan) -> Self {
        Self { from: time.micros() - span.micros() + 1, until: time.micros() + 1 }
    }

    /// Whether an instant lies within.
    pub const fn contains(&self, time: Timestamp) -> bool {
        self.from <= time.micros() && time.micros() < self.until
    }
}
