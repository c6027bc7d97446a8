//! Certificates of runs: what an input, a policy and the log before make of each other, to be checked by doing it again.
//!
//! The same input, policy and log before give the same certificate, byte for byte, on any machine, on any number of
//! threads, from a file or a pipe, broken off and gone on with or not. So there is neither time nor path in it, no
//! version of the program, and of a ledger's head neither the chain, which covers recorded times.
//!
//! | module | what it does |
//! | --- | --- |
//! | `form` | the file: reads it and writes it |
//! | `issue` | makes a certificate of a run |
//! | `span` | where a batch stands in its log |
//! | `verify` | compares what a certificate says with what comes out again |
//! | `again` | decides on the input again |
//! | `ledger` | what a ledger says |
//! | `report` | what has been found |

mod again;
mod form;
mod issue;
mod ledger;
mod report;
mod span;
mod verify;

#[cfg(test)]
mod tests;

pub use form::{
    Certificate, Groups, Input, LEN_MAX, Log, LogEnd, MalformedError, Policy, Reason, Sha256Hex, Totals, Verdicts,
};
pub use issue::{Issue, issue};
pub use report::{Finding, Report};
pub use span::{Span, Standing, standing};
pub use verify::{Given, Needed, needed, verify};
