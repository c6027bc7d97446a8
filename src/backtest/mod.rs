//! What other limits would have decided.
//!
//! A backtest decides every transaction of a history anew under another policy, from the first one on: a flipped decision
//! changes what is used of every later window, and so no decision can be looked at by itself.

mod breakdown;
mod candidate;
mod code;
mod comparison;
mod example;
mod family;
mod gate;
mod history;
mod metric;
pub mod report;
mod summary;
mod sweeping;

pub use breakdown::{Breakdown, Line};
pub use candidate::Candidate;
pub use code::{Code, Codes};
pub use comparison::{Comparison, Flip, compare};
pub use example::{Example, ExampleSide, LimitUse};
pub use gate::Gate;
pub use history::{Collector, Groups, GroupsOf, History, HistoryPart, NewRow, Origin, Span, read_ledger};
pub use metric::{Metric, Unit, Value};
pub use summary::{Flow, Summary};
pub use sweeping::{summaries, times};

#[cfg(test)]
mod tests;
