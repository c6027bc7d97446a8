//! How an input is read.

use std::sync::Arc;

use crate::domain::Membership;
use crate::formats::{Format, TimeFormat};

/// How an input is read, the same for all who have to do with it.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The input's format, if it is known without looking; without it the first line tells.
    pub format: Option<Format>,
    /// The format of times that carry none of their own, if it is not RFC 3339.
    pub time_format: Option<Arc<TimeFormat>>,
    /// Whether it matters which group a customer is in; if not, a field of that name is like any other.
    pub groups: bool,
    /// Whether a transaction that names the default group is known from one that names none.
    pub keeps_default: bool,
    /// Which groups customers are in whose transactions do not say; looked at only if groups matter.
    pub members: Option<Arc<Membership>>,
    /// Whether the first rejected line ends the run.
    pub strict: bool,
}
