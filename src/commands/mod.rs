//! The subcommands, a file each.

pub mod backup;
pub mod batches;
pub mod check_config;
pub mod completions;
pub mod events;
mod figures;
#[cfg(test)]
mod fixture;
pub mod generate;
pub mod head;
pub mod ledger;
pub mod man;
pub mod output;
pub mod rebuild;
pub mod run;
mod summary;
mod table;
pub mod verdicts;
pub mod verify;
