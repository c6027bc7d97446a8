//! `tidegate accounts`: how all accounts stand.

use clap::ValueEnum;
use serde::Serialize;

use super::canvas::Canvas;
use super::chart::Bar;
use super::ledger::StoreArgs;
use super::moment::MomentArgs;
use super::output::{write, written};
use super::table::{Column, Table};
use crate::domain::{Amount, LimitDirection, decimal};
use crate::exit::Exit;
use crate::files::{Sink, Target};
use crate::inquiry::{self, AccountRow, Order};

const COLUMNS: [Column; 7] = [
    Column::Text("account"),
    Column::Number("balance"),
    Column::Number("loads"),
    Column::Number("withdrawals"),
    Column::Number("accepted"),
    Column::Number("declined"),
    Column::Text("latest"),
];

/// How many accounts are written at a time.
const PAGE_LEN: usize = 4_096;

/// What `tidegate accounts` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tidegate accounts --store ledger.db
  tidegate accounts --store ledger.db --top 20
  tidegate accounts --store ledger.db --top 20 --by declined --as-of 2000-01-03T23:59:59Z
  tidegate accounts --store ledger.db --json | jq -r 'select(.balance == \"0.00\").account'

Accounts on which nothing had happened by the moment are left out. \
Accounts that come to the same are in the order of their ids. \
`tidegate account --help` tells the two kinds of time apart.")]
pub struct AccountsArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Only so many of the first; of those with the highest balance, unless --by says otherwise
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Which accounts come first [default: id, or balance with --top]
    #[arg(long, value_name = "ORDER")]
    by: Option<OrderArg>,
    #[command(flatten)]
    moment: MomentArgs,
    /// Write a JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OrderArg {
    /// In the order of their ids
    Id,
    /// The highest balance first
    Balance,
    /// The most accepted transactions first
    Accepted,
    /// The most declined transactions first
    Declined,
}

/// An account as JSON, its keys in this order.
#[derive(Serialize)]
struct AccountLine<'a> {
    account: &'a str,
    balance: String,
    loads: String,
    load_count: u64,
    withdrawals: String,
    withdrawal_count: u64,
    accepted: u64,
    declined: u64,
    first: String,
    latest: String,
}

impl AccountsArgs {
    const fn order(&self) -> Order {
        match (self.by, self.top) {
            (Some(OrderArg::Id), _) | (None, None) => Order::Id,
            (Some(OrderArg::Balance), _) | (None, Some(_)) => Order::Balance,
            (Some(OrderArg::Accepted), _) => Order::Accepted,
            (Some(OrderArg::Declined), _) => Order::Declined,
        }
    }
}

/// Lists the accounts of a ledger.
///
/// # Errors
///
/// If the ledger does not reach as far as was asked or can't be read, or the list can't be written.
pub fn run(args: &AccountsArgs) -> anyhow::Result<Exit> {
    let order = args.order();
    let rows = inquiry::accounts(&args.store.open_pinned()?, args.moment.moment(), order, args.top)?;
    let mut output = args.store.open_output(&Target::Stdout)?;
    written(if args.json { write_json(&rows, &mut output) } else { write_table(&rows, order, &mut output) })
}

fn write_json(rows: &[AccountRow], output: &mut Sink) -> anyhow::Result<()> {
    for page in rows.chunks(PAGE_LEN) {
        let text = page.iter().map(json).collect::<Result<String, _>>()?;
        write(output, text.as_bytes())?;
    }
    Ok(())
}

fn write_table(rows: &[AccountRow], order: Order, output: &mut Sink) -> anyhow::Result<()> {
    let canvas = Canvas::of_stdout();
    let largest = rows.iter().filter_map(|row| drawn(row, order)).max().unwrap_or(0);
    let mut table = Table::new(&COLUMNS);
    let mut write_page = |page: &[AccountRow]| {
        let row = |row| (cells(row), drawn(row, order).map(|part| Bar::beside(part, largest)));
        write(output, table.lines_with_bars(page.iter().map(row), canvas).as_bytes())
    };
    if rows.is_empty() {
        write_page(rows)?;
    }
    rows.chunks(PAGE_LEN).try_for_each(write_page)
}

/// What a bar shows of an account: what it is ordered by, unless that is no quantity.
fn drawn(row: &AccountRow, order: Order) -> Option<u128> {
    match order {
        Order::Id => None,
        Order::Balance => Some(u128::try_from(row.balance()).unwrap_or(0)),
        Order::Accepted => Some(u128::from(row.accepted())),
        Order::Declined => Some(u128::from(row.declined)),
    }
}

fn json(row: &AccountRow) -> serde_json::Result<String> {
    let line = AccountLine {
        account: &String::from_utf8_lossy(&row.account),
        balance: Amount::from_minor(row.balance()).to_string(),
        loads: decimal(row.total.amount(LimitDirection::Load)),
        load_count: row.total.count(LimitDirection::Load),
        withdrawals: decimal(row.total.amount(LimitDirection::Withdrawal)),
        withdrawal_count: row.total.count(LimitDirection::Withdrawal),
        accepted: row.accepted(),
        declined: row.declined,
        first: row.first.to_string(),
        latest: row.latest.to_string(),
    };
    Ok(serde_json::to_string(&line)? + "\n")
}

fn cells(row: &AccountRow) -> Vec<String> {
    vec![
        String::from_utf8_lossy(&row.account).into_owned(),
        Amount::from_minor(row.balance()).to_string(),
        decimal(row.total.amount(LimitDirection::Load)),
        decimal(row.total.amount(LimitDirection::Withdrawal)),
        row.accepted().to_string(),
        row.declined.to_string(),
        row.latest.to_string(),
    ]
}
