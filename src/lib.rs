//! Tidegate accepts or declines card and wallet transactions under the limits of their programme.

pub mod actors;
pub mod audit;
pub mod batch;
pub mod bus;
pub mod cli;
pub mod commands;
pub mod config;
pub mod console;
pub mod domain;
pub mod exit;
pub mod export;
pub mod files;
pub mod formats;
pub mod inquiry;
pub mod intake;
pub mod logging;
pub mod recall;
pub mod receipt;
pub mod results;
pub mod runner;
pub mod screen;
pub mod store;
pub mod workload;
