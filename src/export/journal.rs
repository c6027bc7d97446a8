//! A journal of accepted transactions, whatever its syntax.

use std::io::{self, Write};

use rust_decimal::Decimal;

use super::accounts::{Account, accounts};
use super::{Export, beancount, events, hledger};
use crate::domain::Amount;
use crate::formats::event::{Decision, RecordedEvent, What};

/// How a journal is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// As hledger and Ledger read it.
    Hledger,
    /// As Beancount reads it.
    Beancount,
}

/// Writes a journal: the accounts, a transaction for each that was accepted, in order of position, and at the end what
/// each account must hold. The latter comes from the accounts' statements, so that a program that reads the journal
/// compares the two.
///
/// # Errors
///
/// As for [`Export::write`].
pub(super) fn write(syntax: Syntax, export: &Export<'_>, output: &mut dyn Write) -> anyhow::Result<()> {
    let accounts = accounts(export)?;
    syntax.write_head(export, &accounts, output)?;
    events::visit(export, |event| {
        if let What::Decision(decision) = &event.what {
            if decision.event.kind.is_accepted() {
                syntax.write_accepted(export, event, decision, output)?;
            } else if export.declined {
                syntax.write_declined(export, event, decision, output)?;
            }
        }
        Ok(())
    })?;
    Ok(syntax.write_balances(export, &accounts, output)?)
}

impl Syntax {
    /// Writes what stands before the first transaction.
    fn write_head(self, export: &Export<'_>, accounts: &[Account], output: &mut dyn Write) -> io::Result<()> {
        writeln!(
            output,
            "; What a Tidegate ledger had accepted up to position {}, in the order in which it was decided.\n; \
             What a customer holds is owed to the customer. It is a liability, and so its sign is turned.",
            export.to_position
        )?;
        match self {
            Self::Hledger => hledger::write_head(export, accounts, output),
            Self::Beancount => beancount::write_head(export, accounts, output),
        }
    }

    fn write_accepted(
        self,
        export: &Export<'_>,
        event: &RecordedEvent<'_>,
        decision: &Decision<'_>,
        output: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Hledger => hledger::write_accepted(export, event, decision, output),
            Self::Beancount => beancount::write_accepted(export, event, decision, output),
        }
    }

    /// Writes a comment of one line, as no money moved.
    fn write_declined(
        self,
        export: &Export<'_>,
        event: &RecordedEvent<'_>,
        decision: &Decision<'_>,
        output: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Hledger => hledger::write_declined(export, event, decision, output),
            Self::Beancount => beancount::write_declined(export, event, decision, output),
        }
    }

    /// Writes what each account must hold in the end.
    fn write_balances(self, export: &Export<'_>, accounts: &[Account], output: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Hledger => hledger::write_balances(export, accounts, output),
            Self::Beancount => beancount::write_balances(export, accounts, output),
        }
    }
}

/// An amount with its sign turned; zero has none.
pub(super) fn turned(amount: Amount) -> Decimal {
    let decimal = Decimal::from(amount);
    if decimal.is_zero() { decimal } else { -decimal }
}
