//! `tidegate head`: what stands for the whole log.

use serde::Serialize;

use super::ledger::StoreArgs;
use super::output::{write, written};
use crate::exit::Exit;
use crate::files::Target;

/// What `tidegate head` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate head --store ledger.db >> heads-kept-elsewhere.txt
  tidegate head --store ledger.db --json

The head is SIZE:ROOT:CHAIN: how many events there are, the root of the Merkle tree over them, and \
the end of the hash chain over the commits. Keep it where the ledger's keeper can't change it.")]
pub struct HeadArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Write a JSON object, with the time of the last commit
    #[arg(long)]
    json: bool,
}

/// A head as JSON, its keys in this order.
#[derive(Serialize)]
struct HeadLine<'a> {
    size: u64,
    root: String,
    chain: String,
    recorded_at: Option<&'a str>,
}

/// Writes the head of a ledger.
///
/// # Errors
///
/// If the ledger can't be read or the head can't be written.
pub fn run(args: &HeadArgs) -> anyhow::Result<Exit> {
    let ledger = args.store.open_pinned()?;
    let head = ledger.head()?;
    let text = if args.json {
        let last = ledger.last_commit()?;
        let recorded_at = last.as_ref().map(|commit| commit.recorded_at.as_str());
        let (root, chain) = (hex::encode(head.root), hex::encode(head.chain));
        serde_json::to_string(&HeadLine { size: head.size, root, chain, recorded_at })?
    } else {
        head.to_string()
    };
    let mut output = args.store.open_output(&Target::Stdout)?;
    written(write(&mut output, (text + "\n").as_bytes()))
}
