//! The program as its users meet it, and the engine beside a naive model of its rules.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by them")]
#![allow(unreachable_pub, reason = "nothing outside this binary can reach its parts anyway")]

mod arrows;
mod check_config;
mod configuration;
mod documents;
mod engine;
mod event_log;
mod example;
mod files;
mod fixtures;
mod groups;
mod help;
mod input_formats;
mod interrupts;
mod kinds;
mod ledger;
mod ledger_accounts;
mod ledger_batches;
mod ledger_explain;
mod ledger_exports;
mod ledger_inquiry;
mod ledger_kinds;
mod ledger_of_old;
mod ledger_output;
mod ledger_policy;
mod ledger_receipts;
mod ledger_replay;
mod ledger_resume;
mod ledger_runs;
mod ledger_screen;
mod ledger_sql;
mod ledger_statements;
mod ledger_stops;
mod ledger_verify;
mod ledger_writers;
mod lines;
mod logs;
mod marks;
mod oracle;
mod overwriting;
mod pipes;
mod progress;
mod rejects;
mod running;
mod screen;
mod several_runs;
mod stores;
mod strict;
mod summary;
mod support;
mod transactions;
mod view;
