//! What lints say, and that what they call idle is idle.

mod examples;
mod soundness;
