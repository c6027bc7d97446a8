//! `tidegate view`: the ledger on a terminal.

use std::io::{self, IsTerminal};

use super::ledger::StoreArgs;
use crate::console::{printable_path, wants_colours};
use crate::exit::{Exit, UsageError};
use crate::screen;

/// What `tidegate view` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = help())]
pub struct ViewArgs {
    #[command(flatten)]
    store: StoreArgs,
}

/// Shows a ledger on the terminal until somebody leaves.
///
/// # Errors
///
/// A [`UsageError`] if there is no ledger or no terminal; otherwise if the terminal fails.
pub fn run(args: &ViewArgs) -> anyhow::Result<Exit> {
    let ledger = args.store.open()?;
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let why = "view needs a terminal; `tidegate events` and `tidegate accounts` write to pipes";
        return Err(UsageError(why.to_owned()).into());
    }
    let name = args.store.store.file_name().map_or(args.store.store.as_path(), |name| name.as_ref());
    screen::run(ledger, printable_path(name), wants_colours(std::env::var_os("NO_COLOR").as_deref()))
}

/// What stands behind the options in the help.
fn help() -> String {
    let keys: String = screen::KEYS.iter().map(|(key, what)| format!("  {key:16}{what}\n")).collect();
    let colours = "NO_COLOR in the environment does without colours.";
    format!("Examples:\n  tidegate view --store ledger.db\n\nKeys:\n{keys}\n{colours}")
}

#[cfg(test)]
mod tests;
