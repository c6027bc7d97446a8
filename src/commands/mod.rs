//! The subcommands, a file each.

pub mod check_config;
pub mod completions;
pub mod generate;
pub mod man;
pub mod run;
mod summary;
