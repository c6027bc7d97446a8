//! How much of a limit is used, as JSON.

use serde::Serialize;

use crate::domain::Part;
use crate::formats::event::Used;

/// What is used, allowed and left of a limit's count or of its amount, its keys in this order.
#[derive(Serialize)]
pub(super) struct PartLine {
    used: Used,
    limit: Used,
    left: Used,
}

impl PartLine {
    /// Numbers of transactions.
    pub(super) fn of_count(part: Part) -> Self {
        Self::new(part, Used::Count)
    }

    /// Sums of minor units.
    pub(super) fn of_amount(part: Part) -> Self {
        Self::new(part, Used::Amount)
    }

    fn new(part: Part, unit: fn(u64) -> Used) -> Self {
        Self { used: unit(part.used), limit: unit(part.limit), left: unit(part.left()) }
    }
}
