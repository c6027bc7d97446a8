//! `tidegate explain`: why a transaction was accepted or declined, or would be.

mod checks;
mod json;
mod text;

use clap::Args;

use super::ledger::StoreArgs;
use super::moment::{MomentArgs, TWO_KINDS_OF_TIME, parse_group};
use super::output::{write, written};
use crate::domain::{Amount, AmountError, GroupName, Timestamp};
use crate::exit::Exit;
use crate::files::Target;
use crate::inquiry::{self, ExplainReport, Question, parse_time};

const EXAMPLES: &str = "\
Examples:
  tidegate explain --store ledger.db --account 528 15887
  tidegate explain --store ledger.db --account 528 15887 --json | jq .largest
  tidegate explain --store ledger.db --account 528 --amount 250
  tidegate explain --store ledger.db --account 528 --amount=-50 --at 2000-01-03T12:00:00Z
  tidegate explain --store ledger.db --account 528 --amount 250 --time now --as-of 1000

A recorded decision is explained by what the ledger knew when it was made, a supposed transaction by all that it \
knows, or by what it knew at a moment; nothing is recorded. --at T supposes a transaction at T that meets only what had \
happened by T; --time T gives it the time T and lets it meet everything, as one that arrives late does. Each limit is \
shown as it stood before the transaction. A transaction's id that begins with a hyphen goes behind --, a customer's \
behind --account=.";

/// What `tidegate explain` takes.
#[derive(Args, Debug)]
#[command(after_help = format!("{EXAMPLES}\n\n{TWO_KINDS_OF_TIME}"))]
pub struct ExplainArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The customer whose account it is
    #[arg(long, value_name = "CUSTOMER")]
    account: String,
    /// The id of a transaction that was decided on
    #[arg(
        value_name = "TRANSACTION",
        required_unless_present = "amount",
        conflicts_with_all = ["amount", "time", "group", "at", "as_of"]
    )]
    transaction: Option<String>,
    /// The decision at a position, where a transaction was sent more than once [default: the first]
    #[arg(long, value_name = "POSITION", conflicts_with = "amount")]
    position: Option<u64>,
    /// Suppose a transaction of this amount, below zero for a withdrawal
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true, value_parser = parse_amount)]
    amount: Option<Amount>,
    /// Its time [default: that of --at, or of the account's latest transaction]
    #[arg(long, value_name = "TIME", requires = "amount", value_parser = parse_time)]
    time: Option<Timestamp>,
    /// The group of its customer, where limits are for groups [default: that of the account's last decision]
    #[arg(long, value_name = "NAME", requires = "amount", value_parser = parse_group)]
    group: Option<GroupName>,
    #[command(flatten)]
    moment: MomentArgs,
    /// How many of the transactions that used a limit are listed, the last ones
    #[arg(long, value_name = "N", default_value_t = 10)]
    uses: usize,
    /// Write a JSON object
    #[arg(long)]
    json: bool,
}

impl ExplainArgs {
    fn question(&self) -> Question<'_> {
        match self.amount {
            Some(amount) => {
                Question::Supposed { amount, time: self.time, moment: self.moment.moment(), group: self.group.as_ref() }
            }
            // Without an amount there is a transaction.
            None => Question::Decided {
                transaction_id: self.transaction.as_deref().unwrap_or_default().as_bytes(),
                position: self.position,
            },
        }
    }

    /// Where the time of a supposed transaction comes from, if nobody said it.
    const fn time_is_the_latest(&self) -> bool {
        self.time.is_none() && self.moment.at.is_none()
    }
}

/// Writes why a transaction was accepted or declined, or would be.
///
/// # Errors
///
/// A [`crate::exit::UsageError`] if there is no such account, transaction or moment; otherwise why the ledger can't be
/// read or the explanation can't be written.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Exit> {
    let ledger = args.store.open_pinned()?;
    let report = inquiry::explain(&ledger, args.account.as_bytes(), args.question(), args.uses)?;
    let text = if args.json { json_line(&report)? } else { text::of(&report, args.time_is_the_latest()) };
    let mut output = args.store.open_output(&Target::Stdout)?;
    written(write(&mut output, text.as_bytes()))
}

/// An explanation as a JSON object on a line.
///
/// # Errors
///
/// None that an explanation gives rise to.
pub fn json_line(report: &ExplainReport) -> serde_json::Result<String> {
    Ok(serde_json::to_string(&json::Explained::from(report))? + "\n")
}

fn parse_amount(text: &str) -> Result<Amount, String> {
    Amount::parse(text.as_bytes()).map_err(|error| match error {
        AmountError::Malformed => format!("{error}, such as 250, 12.50 or -50"),
        AmountError::OutOfRange => error.to_string(),
    })
}
