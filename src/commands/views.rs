//! `tidegate views`: how far what is folded from the log has been folded.

use serde::Serialize;

use super::ledger::StoreArgs;
use super::output::{write, written};
use super::table::{Column, Table};
use crate::exit::Exit;
use crate::files::Target;
use crate::store::ViewState;

const COLUMNS: [Column; 5] = [
    Column::Text("view"),
    Column::Text("answers"),
    Column::Number("position"),
    Column::Number("head"),
    Column::Number("lag"),
];

/// What `tidegate views` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate views --store ledger.db
  tidegate views --store ledger.db --json | jq -r 'select(.lag > 0).view'

A view is folded from the log up to a position, its checkpoint. Answers are always complete: \
what lies behind the checkpoint is folded when something is asked, and the lag says how many events that is. \
`tidegate rebuild` makes all views anew.")]
pub struct ViewsArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Write a JSON object a line
    #[arg(long)]
    json: bool,
}

/// A view as JSON, its keys in this order.
#[derive(Serialize)]
struct ViewLine<'a> {
    view: &'a str,
    position: u64,
    head: u64,
    lag: u64,
}

/// Lists the views of a ledger.
///
/// # Errors
///
/// If the ledger can't be read or the list can't be written.
pub fn run(args: &ViewsArgs) -> anyhow::Result<Exit> {
    let ledger = args.store.open_pinned()?;
    let head = ledger.head()?.size;
    let views = ledger.views()?;
    let lines = views.iter().map(|view| line(view, head));
    let text = if args.json {
        lines.map(|line| Ok(serde_json::to_string(&line)? + "\n")).collect::<serde_json::Result<String>>()?
    } else {
        Table::new(&COLUMNS).lines(lines.map(|line| cells(&line)))
    };
    let mut output = args.store.open_output(&Target::Stdout)?;
    written(write(&mut output, text.as_bytes()))
}

fn line(view: &ViewState, head: u64) -> ViewLine<'_> {
    ViewLine { view: &view.name, position: view.position, head, lag: head.saturating_sub(view.position) }
}

fn cells(line: &ViewLine<'_>) -> Vec<String> {
    let numbers = [line.position, line.head, line.lag].map(|number| number.to_string());
    [line.view, answers(line.view)].map(str::to_owned).into_iter().chain(numbers).collect()
}

/// What a view is for.
fn answers(view: &str) -> &'static str {
    match view {
        "accounts" => "how an account stands when the next transaction comes",
        "transactions" => "whether a transaction was seen, and where",
        "statements" => "what was decided on an account",
        "days" => "what was decided on each day",
        _ => "",
    }
}
