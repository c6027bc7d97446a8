//! `tidegate replay`: the log folded again from its first event.

use indicatif::HumanCount;
use serde::Serialize;

use super::figures::counted;
use super::ledger::StoreArgs;
use super::output::{write, written};
use crate::console::grouped;
use crate::domain::decimal;
use crate::exit::Exit;
use crate::files::Target;
use crate::inquiry::{self, AsOf, ReplayReport};

/// What `tidegate replay` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate replay --store ledger.db
  tidegate replay --store ledger.db --to 1000 --json
  tidegate replay --store backup.db --to 2026-11-21T18:00:00Z

Every event is read again, and nothing but the events. The state is a SHA-256 over all accounts, their days and what \
they used: the same for the same decisions, whatever their batches, threads and commits were, so that two ledgers, or \
a ledger and a program of your own, are compared by one line. It proves nothing about the log: `head` and `verify` do.")]
pub struct ReplayArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Stop behind a position, or behind what had been recorded by a time [default: the end of the log]
    #[arg(long, value_name = "POSITION|TIME")]
    to: Option<AsOf>,
    /// Write a JSON object
    #[arg(long)]
    json: bool,
}

/// What the log comes to as JSON, its keys in this order.
#[derive(Serialize)]
struct ReplayLine {
    position: u64,
    events: u64,
    accounts: u64,
    accepted: u64,
    declined: u64,
    balance: String,
    state: String,
}

/// Folds a ledger's log again and writes what it comes to.
///
/// # Errors
///
/// A [`crate::exit::UsageError`] if the log does not reach as far as was asked; otherwise why the ledger can't be read
/// or the result can't be written.
pub fn run(args: &ReplayArgs) -> anyhow::Result<Exit> {
    let ledger = args.store.open_pinned()?;
    let report = inquiry::replay(&ledger, args.to)?;
    let text = if args.json { json(&report)? } else { in_words(&report) };
    let mut output = args.store.open_output(&Target::Stdout)?;
    written(write(&mut output, text.as_bytes()))
}

fn json(report: &ReplayReport) -> serde_json::Result<String> {
    let &ReplayReport { position, accounts, accepted, declined, balance, state } = report;
    // Positions number all events from 1.
    let line = ReplayLine {
        position,
        events: position,
        accounts,
        accepted,
        declined,
        balance: decimal(balance),
        state: hex::encode(state),
    };
    Ok(serde_json::to_string(&line)? + "\n")
}

fn in_words(report: &ReplayReport) -> String {
    let &ReplayReport { position, accounts, accepted, declined, balance, state } = report;
    format!(
        "{} up to position {position}: {}, {} accepted, {} declined\nbalance of all accounts {}\nstate {}\n",
        counted(position, "event"),
        counted(accounts, "account"),
        HumanCount(accepted),
        HumanCount(declined),
        grouped(&decimal(balance)),
        hex::encode(state)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balance_of_many_full_accounts_is_told_in_full() {
        let balance = u128::from(i64::MAX.unsigned_abs()) * 3;
        let report = ReplayReport { position: 4, accounts: 3, accepted: 3, declined: 0, balance, state: [0xab; 32] };
        let state = "ab".repeat(32);
        assert_eq!(
            in_words(&report),
            "4 events up to position 4: 3 accounts, 3 accepted, 0 declined\n\
             balance of all accounts 276,701,161,105,643,274.21\nstate "
                .to_owned()
                + &state
                + "\n"
        );
        assert_eq!(
            json(&report).unwrap(),
            r#"{"position":4,"events":4,"accounts":3,"accepted":3,"declined":0,"balance":"276701161105643274.21","#
                .to_owned()
                + r#""state":""#
                + &state
                + "\"}\n"
        );
    }
}
