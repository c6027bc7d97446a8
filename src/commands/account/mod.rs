//! `tidegate account`: how one account stands.

mod json;
mod text;

use super::canvas::Canvas;
use super::ledger::StoreArgs;
use super::moment::{MomentArgs, TWO_KINDS_OF_TIME, parse_group};
use super::output::{write, written};
use crate::console::printable;
use crate::domain::GroupName;
use crate::exit::{Exit, UsageError};
use crate::files::Target;
use crate::inquiry::{self, AccountReport, Moment};
use crate::store::Ledger;

const EXAMPLES: &str = "\
Examples:
  tidegate account --store ledger.db 528
  tidegate account --store ledger.db 528 --at 2000-01-03T23:59:59Z --events 0
  tidegate account --store ledger.db 528 --as-of 1200
  tidegate account --store ledger.db 528 --json | jq -r '.limits[] | [.limit, .amount.left] | @tsv'

The limits are those in force at the position in question, used as of --at or else of the account's latest transaction; \
a window resets at the start of the day that is named, in UTC, or else at the time that is named. An id that begins with a hyphen \
goes behind --.";

/// What `tidegate account` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{TWO_KINDS_OF_TIME}"))]
pub struct AccountArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// The customer's id
    #[arg(value_name = "CUSTOMER")]
    customer: String,
    #[command(flatten)]
    moment: MomentArgs,
    /// The group that the customer is in, where limits are for groups [default: that of the last decision]
    #[arg(long, value_name = "NAME", value_parser = parse_group)]
    group: Option<GroupName>,
    /// List so many of the last decisions
    #[arg(long, value_name = "N", default_value_t = 10)]
    events: usize,
    /// Write a JSON object
    #[arg(long)]
    json: bool,
}

/// Writes how an account stands.
///
/// # Errors
///
/// A [`UsageError`] if the ledger has no such account or moment; else if the ledger can't be read or the text can't be
/// written.
pub fn run(args: &AccountArgs) -> anyhow::Result<Exit> {
    let ledger = args.store.open_pinned()?;
    let moment = args.moment.moment();
    let Some(report) = inquiry::account(&ledger, args.customer.as_bytes(), moment, args.group.as_ref(), args.events)?
    else {
        return Err(nothing_known(&ledger, &args.customer, moment)?.into());
    };
    let text = if args.json { json_line(&report)? } else { text::text(&report, moment, Canvas::of_stdout()) };
    let mut output = args.store.open_output(&Target::Stdout)?;
    written(write(&mut output, text.as_bytes()))
}

/// How an account stands as a JSON object on a line.
///
/// # Errors
///
/// None that an account gives rise to.
pub fn json_line(report: &AccountReport) -> serde_json::Result<String> {
    json::line(report)
}

/// What to say of an account of which nothing had been recorded.
fn nothing_known(ledger: &Ledger, customer: &str, moment: Moment) -> anyhow::Result<UsageError> {
    let account = printable(customer);
    let size = ledger.head()?.size;
    Ok(UsageError(if ledger.statement(customer.as_bytes(), size)?.is_empty() {
        format!("CUSTOMER {account}: the ledger has no such account")
    } else {
        let position = moment.of(ledger)?.position;
        format!("--as-of: up to position {position} nothing had been recorded of account {account}")
    }))
}
