//! Journals for Beancount.

use std::io::{self, Write};

use super::Export;
use super::accounts::Account;
use super::journal::turned;
use super::names::{beancount_component, beancount_string};
use crate::domain::Timestamp;
use crate::formats::event::{Decision, RecordedEvent};

/// The account that customers' money comes from and goes to.
const FUNDING: &str = "Assets:Funding";

/// Opens all accounts, each on the first day that it knows.
pub(super) fn write_head(export: &Export<'_>, accounts: &[Account], output: &mut dyn Write) -> io::Result<()> {
    let currency = export.currency;
    writeln!(
        output,
        "; All but ASCII letters and digits in an account's name stands in UTF-8 as - and two hexadecimal digits a \
         byte.\n\noption \"title\" \"Tidegate ledger up to position {}\"\noption \"operating_currency\" \"{currency}\"\n",
        export.to_position
    )?;
    if let Some(first) = accounts.iter().map(|account| account.row.first.day()).min() {
        writeln!(output, "{first} open {FUNDING} {currency}")?;
    }
    for account in accounts {
        writeln!(output, "{} open {} {currency}", account.row.first.day(), name(&account.id))?;
        writeln!(output, "  customer: {}", beancount_string(&account.id))?;
    }
    Ok(())
}

/// Writes a transaction.
pub(super) fn write_accepted(
    export: &Export<'_>,
    event: &RecordedEvent<'_>,
    decision: &Decision<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let (currency, amount, time) = (export.currency, decision.event.amount, decision.event.time);
    let (customer, id) = (beancount_string(decision.account), beancount_string(decision.transaction_id));
    let (position, line) = (event.position, decision.line);
    writeln!(output, "\n{} * {customer} {id}\n  position: {position}", time.day())?;
    writeln!(output, "  batch: {}\n  line: {line}\n  time: \"{time}\"", beancount_string(event.batch))?;
    writeln!(output, "  {}  {} {currency}", name(decision.account), turned(amount))?;
    writeln!(output, "  {FUNDING}  {amount} {currency}")
}

/// Writes a comment.
pub(super) fn write_declined(
    export: &Export<'_>,
    event: &RecordedEvent<'_>,
    decision: &Decision<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let (amount, time, currency) = (decision.event.amount, decision.event.time, export.currency);
    let (customer, id) = (beancount_string(decision.account), beancount_string(decision.transaction_id));
    let (position, batch, line) = (event.position, beancount_string(event.batch), decision.line);
    let reason = decision.reason.unwrap_or_default();
    writeln!(
        output,
        "\n; {} declined, {reason}: {customer} {id} {amount} {currency}, position {position}, batch {batch}, line {line}, time {time}",
        time.day()
    )
}

/// Asserts the balance of each account, exactly, at the start of the day after the last that it knows.
pub(super) fn write_balances(export: &Export<'_>, accounts: &[Account], output: &mut dyn Write) -> io::Result<()> {
    let currency = export.currency;
    writeln!(output)?;
    for account in accounts {
        let (name, balance) = (name(&account.id), turned(account.balance()));
        let day = account.row.latest.day().plus(1);
        if Timestamp::start_of(day).is_some() {
            writeln!(output, "{day} balance {name}  {balance} ~ 0.00 {currency}")?;
        } else {
            // Dates end with the year 9999.
            writeln!(output, "; no day is left to check the balance of {name}, {balance} {currency}")?;
        }
    }
    Ok(())
}

fn name(customer_id: &str) -> String {
    format!("Liabilities:Customers:{}", beancount_component(customer_id))
}
