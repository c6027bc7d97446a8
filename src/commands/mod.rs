//! The subcommands, a file each.

pub mod backup;
pub mod batches;
pub mod check_config;
pub mod check_consistency;
pub mod check_receipt;
pub mod completions;
pub mod consistency;
pub mod events;
mod figures;
#[cfg(test)]
mod fixture;
pub mod generate;
pub mod head;
pub mod ledger;
pub mod man;
pub mod output;
mod proof_file;
pub mod prove;
pub mod rebuild;
pub mod run;
mod summary;
mod table;
pub mod verdicts;
pub mod verify;
