//! The subcommands, a file each.

pub mod check_config;
pub mod generate;
