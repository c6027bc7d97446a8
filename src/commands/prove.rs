//! `tidegate prove`: a receipt for an event.

use std::path::PathBuf;

use super::head::parse_head;
use super::ledger::StoreArgs;
use super::proof_file::{damage_found, denial, found, write_proof};
use crate::console::{Console, printable};
use crate::exit::{Exit, UsageError};
use crate::receipt::issue_receipt;
use crate::store::{Head, Ledger};

/// Whoever is told of further positions is told of so many.
const POSITIONS_MAX: usize = 10;

/// What `tidegate prove` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate prove --store ledger.db --account 528 15887 > receipt.json
  tidegate prove --store ledger.db --account 528 15887 --head \"$HEAD\" -o receipt.json
  tidegate prove --store ledger.db --position 1 -o policy.json

The receipt holds the event and the hashes of the Merkle tree that lead from it to the root of the head: the ledger's \
present one, or an earlier one that whoever checks it has kept. `tidegate check-receipt` needs the receipt and the head \
alone.

It proves that the event, word for word, is number POSITION in the log of that head. It does not prove that the decision \
was right, which `tidegate verify` does with the ledger, nor anything about commits, rejected lines or recorded times: \
those are in the head's CHAIN, which is compared with the ledger's commits here, and with the receipt's when it is \
checked. The exit status is 4 if the ledger never had the head or was changed.")]
pub struct ProveArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The id of the transaction
    #[arg(value_name = "TRANSACTION", requires = "account", required_unless_present = "position")]
    transaction: Option<String>,
    /// Whose transaction it is
    #[arg(long, value_name = "CUSTOMER", requires = "transaction")]
    account: Option<String>,
    /// Prove the event at a position; of a transaction that was sent again, the first unless this is given
    #[arg(long, value_name = "POSITION")]
    position: Option<u64>,
    /// Prove it against a head that the ledger once had [default: its present one]
    #[arg(long, value_name = "SIZE:ROOT:CHAIN")]
    head: Option<String>,
    /// Where the receipt goes: a file, or - for standard output, which is the default
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the receipt for an event.
///
/// # Errors
///
/// A [`UsageError`] if there is no such event; otherwise why the ledger can't be read or the receipt can't be written.
pub fn run(args: &ProveArgs, console: &Console) -> anyhow::Result<Exit> {
    damage_found(prove(args, console), console)
}

fn prove(args: &ProveArgs, console: &Console) -> anyhow::Result<Exit> {
    let kept = args.head.as_deref().map(|text| parse_head("--head", text)).transpose()?;
    let ledger = args.store.open_pinned()?;
    let present = ledger.head()?;
    if let Some(kept) = &kept
        && let Some(why) = denial(&ledger, "--head", kept)?
    {
        return Ok(found(console, &why));
    }
    let Found { position, others } = find(args, &ledger, &present)?;
    let head = kept.unwrap_or(present);
    if position > head.size {
        let size = head.size;
        return Err(UsageError(format!("--head: it is of {size} events, and event {position} came later")).into());
    }
    let receipt = issue_receipt(&ledger, &head, position)?;
    if !others.is_empty() {
        console.print(&format!(
            "tidegate: the receipt is for event {position}, the first decision on the transaction; it was sent again: {} \
             (--position)\n",
            listed(&others)
        ));
    }
    write_proof(&args.store, args.output.as_deref(), &receipt.text())
}

/// The event that is to be proved.
struct Found {
    position: u64,
    /// Where else the transaction was decided on, if none of these was asked for.
    others: Vec<u64>,
}

fn find(args: &ProveArgs, ledger: &Ledger, present: &Head) -> anyhow::Result<Found> {
    let asked = args.position;
    if let Some(position) = asked
        && !(1..=present.size).contains(&position)
    {
        let why = match present.size {
            0 => "the log has no events".to_owned(),
            size => format!("the log goes from position 1 to {size}"),
        };
        return Err(UsageError(format!("--position {position}: {why}")).into());
    }
    let (Some(account), Some(transaction)) = (&args.account, &args.transaction) else {
        // Without a transaction there is a position, as the command line is declared.
        return Ok(Found { position: asked.unwrap_or_default(), others: Vec::new() });
    };
    let mut positions = ledger.find(account.as_bytes(), transaction.as_bytes(), present.size)?;
    let (account, transaction) = (printable(account), printable(transaction));
    if positions.is_empty() {
        let why = format!("--account {account}: no transaction {transaction} of this customer was decided on");
        return Err(UsageError(why).into());
    }
    match asked {
        None => {
            let position = positions.remove(0);
            Ok(Found { position, others: positions })
        }
        Some(position) if positions.contains(&position) => Ok(Found { position, others: Vec::new() }),
        Some(position) => {
            let where_else = listed(&positions);
            let why =
                format!("--position {position}: transaction {transaction} of customer {account} is in {where_else}");
            Err(UsageError(why).into())
        }
    }
}

/// Positions as people read them.
fn listed(positions: &[u64]) -> String {
    let shown: Vec<_> = positions.iter().take(POSITIONS_MAX).map(u64::to_string).collect();
    let noun = if positions.len() == 1 { "event" } else { "events" };
    let more = positions.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{noun} {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_listed_up_to_a_number() {
        assert_eq!(listed(&[7]), "event 7");
        assert_eq!(listed(&[7, 9]), "events 7, 9");
        let many: Vec<_> = (1..=12).collect();
        assert_eq!(listed(&many), "events 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more");
    }
}
