//! `tidegate head`: what stands for the whole log.

use serde::Serialize;

use super::ledger::StoreArgs;
use super::output::{write, written};
use crate::exit::{Exit, UsageError};
use crate::files::Target;
use crate::store::Head;

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

/// The head that a flag gives, as it was printed.
///
/// # Errors
///
/// A [`UsageError`] if it is none.
pub(super) fn parse_head(flag: &str, text: &str) -> Result<Head, UsageError> {
    text.trim_end().parse().map_err(|error| UsageError(format!("{flag}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_no_head_is_an_error_of_usage() {
        assert_eq!(parse_head("--head", &format!("{}\n", Head::empty())).unwrap(), Head::empty());
        let error = parse_head("--from", "7").unwrap_err();
        assert_eq!(error.to_string(), "--from: must be SIZE:ROOT:CHAIN, as `tidegate head` prints it");
    }
}
