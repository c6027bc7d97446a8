//! The subcommands, a file each.

pub mod account;
pub mod accounts;
pub mod backup;
pub mod batches;
mod canvas;
mod chart;
pub mod check_config;
pub mod check_consistency;
pub mod check_receipt;
pub mod completions;
pub mod consistency;
pub mod days;
pub mod events;
pub mod explain;
pub mod export;
mod figures;
#[cfg(test)]
mod fixture;
pub mod generate;
pub mod head;
pub mod ledger;
pub mod man;
pub mod moment;
pub mod output;
mod parts;
mod proof_file;
pub mod prove;
pub mod rebuild;
pub mod replay;
pub mod run;
mod summary;
mod table;
pub mod verdicts;
pub mod verify;
pub mod view;
pub mod views;
