//! The list of accounts.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::table::{self, Cell, Column};
use super::{Theme, awaited, say, words};
use crate::domain::LimitDirection;
use crate::inquiry::{AccountRow, Order};
use crate::screen::app::{Asked, List};
use crate::screen::source::AccountsPage;

const COLUMNS: [Column; 10] = [
    Column::text("account", 0),
    Column::number("balance", 0),
    Column::number("accepted", 1),
    Column::number("declined", 1),
    Column::number("loads", 3),
    Column::number("count", 4),
    Column::number("withdrawals", 3),
    Column::number("count", 4),
    Column::text("latest", 2),
    Column::text("first", 5),
];

/// In which order they come, which are shown, and whether the log has grown since, to so many events.
pub(super) fn place(accounts: &Asked<AccountsPage>, list: &List, size: u64) -> String {
    let Some(page) = accounts.value() else { return String::new() };
    let order = match page.order {
        Order::Id => "by id",
        Order::Balance => "by balance",
        Order::Accepted => "by accepted",
        Order::Declined => "by declined",
    };
    if page.rows.is_empty() {
        return order.to_owned();
    }
    let more = if page.is_cut { ", and more" } else { "" };
    let age = match size.saturating_sub(page.position) {
        0 => String::new(),
        1 => " · 1 event ago".to_owned(),
        events => format!(" · {} events ago", words::count(events)),
    };
    format!("{order} · {}{more}{age}", words::place(list))
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, accounts: &Asked<AccountsPage>, list: &mut List, theme: Theme) {
    let shown = list.show(table::height(area));
    // Old rows would be taken for the answer.
    let page = accounts.value().filter(|_| !accounts.is_wanted());
    let Some(page) = page else { return say(frame, area, awaited(accounts.failure()), theme) };
    if page.rows.is_empty() {
        return say(frame, area, "no accounts yet", theme);
    }
    let rows: Vec<_> = words::part(&page.rows, &shown).map(|account| row(account, theme)).collect();
    table::draw(frame, area, &COLUMNS, &rows, words::selected(list, &shown), theme);
}

fn row(row: &AccountRow, theme: Theme) -> Vec<Cell> {
    let declined = if row.declined == 0 { theme.quiet() } else { theme.declined() };
    vec![
        Cell::new(words::id(&row.account, 36), theme.bold()),
        words::signed(row.balance()).into(),
        Cell::new(words::count(row.accepted()), theme.accepted()),
        Cell::new(words::count(row.declined), declined),
        words::money(row.total.amount(LimitDirection::Load)).into(),
        words::count(row.total.count(LimitDirection::Load)).into(),
        words::money(row.total.amount(LimitDirection::Withdrawal)).into(),
        words::count(row.total.count(LimitDirection::Withdrawal)).into(),
        row.latest.to_string().into(),
        row.first.to_string().into(),
    ]
}
