//! `tidegate rebuild`: a new index.

use indicatif::HumanCount;
use serde::Serialize;

use super::ledger::{StoreArgs, refused};
use super::output::print;
use crate::console::printable_path;
use crate::exit::{Exit, UsageError};
use crate::store::{Rebuilt, SqliteStore};

/// What `tidegate rebuild` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate rebuild --store ledger.db
  tidegate rebuild --store ledger.db --json

The index, by which accounts and transactions are found, is thrown away and made anew of the log; the log stays as it \
is. Others can read the ledger meanwhile, and no run can write to it.")]
pub struct RebuildArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Write a JSON object
    #[arg(long)]
    json: bool,
}

/// What was done as JSON, its keys in this order.
#[derive(Serialize)]
struct Report {
    events: u64,
    accounts: u64,
}

/// Makes the index of a ledger anew and says of how much.
///
/// # Errors
///
/// A [`UsageError`] if there is no such file or it is something else; otherwise why it can't be read or written.
pub fn run(args: &RebuildArgs) -> anyhow::Result<Exit> {
    let path = &args.store.store;
    if !path.is_file() {
        return Err(UsageError(format!("--store {}: there is no such file", printable_path(path))).into());
    }
    let Rebuilt { events, accounts } = SqliteStore::rebuild(path).map_err(|error| refused(path, error))?;
    let report = if args.json {
        serde_json::to_string(&Report { events, accounts })? + "\n"
    } else {
        format!(
            "{}: the index is made anew of {} events of {} accounts\n",
            printable_path(path),
            HumanCount(events),
            HumanCount(accounts)
        )
    };
    print(&report)
}
