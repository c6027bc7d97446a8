//! Limits searched, not guessed: many candidates for a policy, and which of them nothing beats.

mod axis;
mod frontier;
mod grid;
mod tried;

pub use axis::Axis;
pub use frontier::{Point, unbeaten};
pub use grid::{CANDIDATES_MAX, Candidate, Grid, Invalid};
pub use tried::{Tried, unchanged};
