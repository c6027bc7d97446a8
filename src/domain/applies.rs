//! Which transactions a limit restricts.

use super::{Direction, Limit, Timestamp};

/// Whether a limit restricts a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// It does.
    Yes,
    /// No: it is for the other direction.
    OtherDirection,
    /// No: it holds from a later day on.
    NotYet,
    /// No: it held up to an earlier day.
    NoMore,
    /// No: it is for customers of other groups.
    OtherGroup,
}

impl Applies {
    /// Whether a limit restricts transactions of a customer's group at a time, of one direction or of either.
    pub fn of(limit: &Limit, direction: Option<Direction>, time: Timestamp, group: &[u8]) -> Self {
        let holds = limit.holds();
        if direction.is_some_and(|direction| !limit.direction.covers(direction)) {
            Self::OtherDirection
        } else if time.micros() < holds.from {
            Self::NotYet
        } else if time.micros() >= holds.until {
            Self::NoMore
        } else if !limit.covers_group(group) {
            Self::OtherGroup
        } else {
            Self::Yes
        }
    }

    /// Whether it does.
    pub const fn is_yes(self) -> bool {
        matches!(self, Self::Yes)
    }
}
