//! Everything that is told of a sweep.

use crate::backtest::report::About;
use crate::backtest::{Gate, Summary};
use crate::sweep::{Axis, Invalid, Tried};

/// Everything that is told of a sweep.
#[derive(Debug)]
pub(super) struct Report<'a> {
    /// What history is looked at.
    pub(super) about: About,
    /// The lines of an input that are no transactions.
    pub(super) rejected: u64,
    /// What should be known about the figures, each a sentence.
    pub(super) notes: Vec<String>,
    /// What is varied.
    pub(super) axes: &'a [Axis],
    /// What was decided, as if a candidate had decided the same.
    pub(super) then: Summary,
    /// The candidates.
    pub(super) tried: Vec<Tried>,
    /// The combinations that make no policy.
    pub(super) invalid: Vec<Invalid>,
    /// What candidates must not come to.
    pub(super) gates: &'a [Gate],
}
