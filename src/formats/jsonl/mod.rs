//! A JSON object a line.
//!
//! Nearly every line has one usual form, which [`fast`] reads. Whatever it does not recognise, [`careful`] decides on;
//! where both read a line, they agree.

pub mod careful;
pub mod fast;
