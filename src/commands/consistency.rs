//! `tidegate consistency`: the proof that a ledger has only grown.

use std::path::PathBuf;

use super::head::parse_head;
use super::ledger::StoreArgs;
use super::proof_file::{damage_found, denial, found, write_proof};
use crate::console::Console;
use crate::exit::Exit;
use crate::receipt::issue_growth;

/// What `tidegate consistency` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate consistency --store ledger.db --from \"$EARLIER\" > growth.json
  tidegate consistency --store ledger.db --from \"$(head -n 1 heads-kept-elsewhere.txt)\"

The proof leads from the earlier head to the ledger's present one. It proves that the events of the earlier head are the \
first of the present head's log, unchanged and in the same order. The heads' CHAINs, which commits, batches, rejected lines \
and recorded times are in, are not proved to follow from each other: that takes `tidegate verify --head` with the ledger. \
Here the earlier CHAIN is compared with the ledger's commits. The exit status is 4 if the ledger never had that head or was \
changed.")]
pub struct ConsistencyArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The earlier head, as `tidegate head` and every run print it
    #[arg(long, value_name = "SIZE:ROOT:CHAIN")]
    from: String,
    /// Where the proof goes: a file, or - for standard output, which is the default
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the proof that a ledger has only grown since an earlier head.
///
/// # Errors
///
/// A [`UsageError`](crate::exit::UsageError) if the head is none; otherwise why the ledger can't be read or the proof can't
/// be written.
pub fn run(args: &ConsistencyArgs, console: &Console) -> anyhow::Result<Exit> {
    damage_found(prove(args, console), console)
}

fn prove(args: &ConsistencyArgs, console: &Console) -> anyhow::Result<Exit> {
    let from = parse_head("--from", &args.from)?;
    let ledger = args.store.open_pinned()?;
    if let Some(why) = denial(&ledger, "--from", &from)? {
        return Ok(found(console, &why));
    }
    let growth = issue_growth(&ledger, &from, &ledger.head()?)?;
    write_proof(&args.store, args.output.as_deref(), &growth.text())
}
