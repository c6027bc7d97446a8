//! Tidegate accepts or declines card and wallet transactions under daily and weekly limits.

pub mod batch;
pub mod commands;
pub mod config;
pub mod domain;
pub mod exit;
pub mod formats;
pub mod workload;
