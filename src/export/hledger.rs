//! Journals for hledger; Ledger reads them too, in the years that it knows, 1400 to 9999.

use std::io::{self, Write};

use super::Export;
use super::accounts::Account;
use super::journal::turned;
use super::names::percent_encoded;
use crate::domain::Direction;
use crate::formats::event::{Decision, RecordedEvent};

/// The account that customers' money comes from and goes to.
const FUNDING: &str = "assets:funding";

/// Declares the currency and all accounts, so that strict checks pass.
pub(super) fn write_head(export: &Export<'_>, accounts: &[Account], output: &mut dyn Write) -> io::Result<()> {
    let currency = export.currency;
    writeln!(
        output,
        "; All but letters, digits, - . and _ in an id or a name stands in UTF-8 as % and two hexadecimal digits a \
         byte.\n\ncommodity {currency}\n    format 1000.00 {currency}\n\naccount {FUNDING}"
    )?;
    accounts.iter().try_for_each(|account| writeln!(output, "account {}", name(&account.id)))
}

/// Writes a transaction.
pub(super) fn write_accepted(
    export: &Export<'_>,
    event: &RecordedEvent<'_>,
    decision: &Decision<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let (currency, amount) = (export.currency, decision.event.amount);
    let (title, tags) = (title(decision), tags(event, decision));
    writeln!(output, "\n{title}  ; {tags}")?;
    writeln!(output, "    {}  {} {currency}", name(decision.account), turned(amount))?;
    writeln!(output, "    {FUNDING}  {amount} {currency}")
}

/// Writes a comment.
pub(super) fn write_declined(
    export: &Export<'_>,
    event: &RecordedEvent<'_>,
    decision: &Decision<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let (title, tags) = (title(decision), tags(event, decision));
    let (account, amount, currency) = (name(decision.account), decision.event.amount, export.currency);
    let reason = percent_encoded(decision.reason.unwrap_or_default());
    writeln!(output, "\n; {title} declined, {reason}: {account}  {amount} {currency}  ; {tags}")
}

/// Asserts the balance of each account on the last day that it knows, behind everything else of that day.
pub(super) fn write_balances(export: &Export<'_>, accounts: &[Account], output: &mut dyn Write) -> io::Result<()> {
    let currency = export.currency;
    for account in accounts {
        let (name, day, balance) = (name(&account.id), account.row.latest.day(), turned(account.balance()));
        writeln!(output, "\n{day} balance\n    {name}  0.00 {currency} = {balance} {currency}")?;
    }
    Ok(())
}

fn name(customer_id: &str) -> String {
    format!("liabilities:customers:{}", percent_encoded(customer_id))
}

/// The day, the transaction's id as its code, and what it is.
fn title(decision: &Decision<'_>) -> String {
    let what = match decision.event.amount.direction() {
        Direction::Load => "load",
        Direction::Withdrawal => "withdrawal",
    };
    format!("{} ({}) {what}", decision.event.time.day(), percent_encoded(decision.transaction_id))
}

/// Where the log has the transaction, and the moment at which it happened.
fn tags(event: &RecordedEvent<'_>, decision: &Decision<'_>) -> String {
    let (position, batch, line) = (event.position, percent_encoded(event.batch), decision.line);
    format!("position:{position}, batch:{batch}, line:{line}, time:{}", decision.event.time)
}
