//! Accounts as CSV.

use std::io::Write;

use super::Export;
use super::accounts::{Account, accounts};
use crate::domain::LimitDirection::{Load, Withdrawal};
use crate::domain::{Amount, LimitDirection};
use crate::formats::cell::push_cell;
use crate::inquiry::AccountRow;

/// The keys of `tidegate accounts --json`.
const HEADER: &[u8] = b"account,balance,loads,load_count,withdrawals,withdrawal_count,accepted,declined,first,latest\n";

/// Writes a record for each account below a header, in order of the ids' bytes.
///
/// # Errors
///
/// As for [`Export::write`].
pub(super) fn write(export: &Export<'_>, output: &mut dyn Write) -> anyhow::Result<()> {
    output.write_all(HEADER)?;
    let mut cell = Vec::new();
    for account in accounts(export)? {
        cell.clear();
        push_cell(&mut cell, account.id.as_bytes());
        output.write_all(&cell)?;
        write_numbers(output, &account)?;
    }
    Ok(())
}

fn write_numbers(output: &mut dyn Write, account: &Account) -> std::io::Result<()> {
    let AccountRow { total, declined, first, latest, .. } = &account.row;
    // Each sum is within 63 bits.
    let sum = |direction: LimitDirection| Amount::from_minor(total.amount(direction) as i64);
    let (loads, load_count) = (sum(Load), total.count(Load));
    let (withdrawals, withdrawal_count) = (sum(Withdrawal), total.count(Withdrawal));
    let (balance, accepted) = (account.balance(), account.row.accepted());
    writeln!(
        output,
        ",{balance},{loads},{load_count},{withdrawals},{withdrawal_count},{accepted},{declined},{first},{latest}"
    )
}
