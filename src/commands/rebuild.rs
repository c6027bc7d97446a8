//! `tidegate rebuild`: a new index.

use serde::Serialize;

use super::figures::counted;
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
            "{}: the index is made anew of {} of {}\n",
            printable_path(path),
            counted(events, "event"),
            counted(accounts, "account")
        )
    };
    print(&report)
}

#[cfg(test)]
mod tests {
    use crate::audit;
    use crate::commands::fixture::{Fixture, input, policy};
    use crate::domain::Duplicates;
    use crate::formats::Format;
    use crate::formats::verdict::VerdictFormat;
    use crate::store::SqliteStore;

    const VERDICTS: VerdictFormat = VerdictFormat { format: Format::JsonLines, reasons: true };

    fn assert_fits(fixture: &Fixture) {
        let audit = audit::verify(&fixture.ledger(), None).unwrap();
        assert!(audit.findings.is_empty(), "{:?}", audit.findings.list());
    }

    #[test]
    fn index_that_grew_as_the_log_did_is_the_one_that_is_made_anew() {
        let (often, seldom) = (Fixture::new(), Fixture::new());
        let policy = policy(Duplicates::Decline);
        // Fewer decisions than get a checkpoint at the end of a run, and more than the interval: it comes with the commit.
        for (batch, lines) in [("first", 2_000), ("second", 20_000), ("third", 1_500)] {
            let store = often.open_to_write().with_checkpoint_interval(1_000);
            let input = input(lines, lines);
            let one = often.decide_with(store, batch, &policy, VERDICTS, &input);
            let other = seldom.decide(batch, &policy, VERDICTS, &input);
            assert_eq!(one.verdicts, other.verdicts);
            let size = often.ledger().head().unwrap().size;
            assert!(often.ledger().views().unwrap().iter().all(|view| view.position == size), "{batch}");
            assert_fits(&often);
        }
        let days = often.ledger().day_totals().unwrap();
        SqliteStore::rebuild(&often.path("ledger.db")).unwrap();
        assert_fits(&often);
        assert_eq!(often.ledger().day_totals().unwrap(), days);
        assert_eq!(seldom.ledger().day_totals().unwrap(), days);
    }
}
