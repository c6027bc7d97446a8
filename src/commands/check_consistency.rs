//! `tidegate check-consistency`: whether the log of one head grew into that of another.

use std::path::PathBuf;

use indicatif::HumanCount;
use serde::Serialize;

use super::head::parse_head;
use super::output::print;
use super::proof_file::{read, refute};
use crate::console::Console;
use crate::exit::Exit;
use crate::receipt::Growth;
use crate::store::Head;

/// What `tidegate check-consistency` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate check-consistency growth.json --from \"$EARLIER\" --head \"$HEAD\"
  tidegate check-consistency - --from \"$EARLIER\" --head \"$HEAD\" --json < growth.json

No ledger is needed. Take both heads from where the ledger's keeper can't change them, never from the proof.

If it holds, the events of the earlier head are the first of the later head's log, unchanged and in the same order. That the \
commits, batches, rejected lines and recorded times of the earlier log are unchanged too is not proved: of the CHAINs, the \
check sees only that the proof was made for the same ones. The exit status is 4 if it does not hold.")]
pub struct CheckConsistencyArgs {
    /// The proof that `tidegate consistency` wrote, or - for standard input
    #[arg(value_name = "FILE")]
    proof: PathBuf,
    /// The earlier head
    #[arg(long, value_name = "SIZE:ROOT:CHAIN")]
    from: String,
    /// The later head
    #[arg(long, value_name = "SIZE:ROOT:CHAIN")]
    head: String,
    /// Write a JSON object
    #[arg(long)]
    json: bool,
}

/// A proof that holds as JSON, its keys in this order.
#[derive(Serialize)]
struct Report {
    holds: bool,
    from: String,
    head: String,
    added: u64,
}

/// Checks the proof, and says what it proves or why it does not hold.
///
/// # Errors
///
/// A [`UsageError`](crate::exit::UsageError) if there is no such file or a head is none; otherwise why the file can't be
/// read or the answer can't be written.
pub fn run(args: &CheckConsistencyArgs, console: &Console) -> anyhow::Result<Exit> {
    let (from, head) = (parse_head("--from", &args.from)?, parse_head("--head", &args.head)?);
    let bytes = read(&args.proof)?;
    if let Err(fault) = Growth::parse(&bytes).and_then(|growth| growth.check(&from, &head)) {
        return refute(&args.proof, &fault, args.json, console);
    }
    // A proof that holds does not lead to a smaller log.
    let added = head.size.saturating_sub(from.size);
    print(&if args.json {
        let report = Report { holds: true, from: from.to_string(), head: head.to_string(), added };
        serde_json::to_string(&report)? + "\n"
    } else {
        in_words(&from, &head, added)
    })
}

fn in_words(from: &Head, head: &Head, added: u64) -> String {
    let [first, all, added] = [from.size, head.size, added].map(HumanCount);
    format!(
        "earlier head  {first} events\nlater head    {all} events, the first {first} of them the same\n\
         added         {added}\nthe proof holds\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proved_is_exactly_this() {
        let head = |size| Head { size, ..Head::empty() };
        let expected = "earlier head  7 events\nlater head    1,234 events, the first 7 of them the same\n\
                        added         1,227\nthe proof holds\n";
        assert_eq!(in_words(&head(7), &head(1_234), 1_227), expected);
    }
}
