//! Proofs as files that are checked without the ledger: that an event is in a log, and that a log has only grown.
//!
//! | module | what it is about |
//! | --- | --- |
//! | `inclusion` | receipts: an event and its inclusion proof |
//! | `consistency` | the proof that an earlier log is the beginning of a later one |
//! | `issue` | makes both from a ledger |
//! | `form` | their one form as JSON |
//! | `fault` | why one does not hold |
//!
//! The hashes and proofs are those of RFC 6962 and RFC 9162. The form of C2SP, `c2sp.org/tlog-proof@v1`, ends in a
//! checkpoint that the log has signed, and the heads of a ledger are not signed and have a chain besides: it does not fit.
//!
//! Any byte of a file that is another makes its check fail: it has one form only, all of it is read, and everything in it
//! is either hashed up to the root or compared with the head that the checker trusts.

mod consistency;
mod fault;
mod form;
mod inclusion;
mod issue;
#[cfg(test)]
mod tests;

pub use consistency::Growth;
pub use fault::{Fault, Given};
pub use inclusion::Receipt;
pub use issue::{Disowned, disowned, issue_growth, issue_receipt};

/// The most bytes that a file of either kind may have. No decision is nearly as large, nor any policy that somebody wrote.
pub const LEN_MAX: usize = 16 << 20;
