//! The moment that a question is about.

use crate::domain::{GroupName, Timestamp};
use crate::inquiry::{AsOf, Moment, parse_time};

/// What is said below the help of commands that take a moment.
pub(super) const TWO_KINDS_OF_TIME: &str = "\
There are two kinds of time: --at asks what had happened by then, --as-of what was known by then.
A load of Monday, 3 January, that the ledger is told of on Tuesday at 09:00:
  --at 2000-01-03T23:59:59Z     counts it: it happened on Monday
  --as-of 2000-01-03T23:59:59Z  does not: on Monday nothing was known of it
  both of these                 do not: that is what was known on Monday about Monday
  --at 2000-01-03T23:59:59Z --as-of 2000-01-04T12:00:00Z
                                counts it: that is what was known on Tuesday at noon about Monday

A time is as in RFC 3339, or the word now. `tidegate events` has the positions, `tidegate batches` the times at which \
the ledger was told.";

/// The moment that a question is about; without either, all that the ledger has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::Args)]
pub struct MomentArgs {
    /// Count only what had happened by this time, as the transactions say, whenever it was recorded
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub at: Option<Timestamp>,
    /// Count only what had been recorded by this position or time, whenever it happened
    #[arg(long, value_name = "POSITION|TIME")]
    pub as_of: Option<AsOf>,
}

/// Reads the name of a group of customers.
pub(super) fn parse_group(text: &str) -> Result<GroupName, String> {
    GroupName::new(text).map_err(|error| error.to_string())
}

impl MomentArgs {
    /// The moment.
    pub const fn moment(&self) -> Moment {
        Moment { at: self.at, as_of: self.as_of }
    }
}
