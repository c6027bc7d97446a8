//! A flip on one line, as programs read it.

use serde::Serialize;

use crate::backtest::{Candidate, Codes, Flip, History};
use crate::domain::DEFAULT_GROUP;

/// A decision that would have been another; its keys come in this order.
#[derive(Clone, Debug, Serialize)]
pub struct FlipForm {
    /// The decision's position in the log.
    pub position: Option<u64>,
    /// The line of the input.
    pub line: u64,
    /// The transaction.
    pub transaction_id: String,
    /// Whose it is.
    pub account: String,
    /// The customer's group by what would decide, if another than the default one.
    pub group: Option<String>,
    /// The amount.
    pub amount: String,
    /// The time.
    pub time: String,
    /// `declined` or `accepted`.
    pub to: &'static str,
    /// Why it was declined, if it was.
    pub then: Option<String>,
    /// Why it would have been.
    pub now: Option<String>,
}

impl FlipForm {
    /// A flip of a history under a candidate.
    pub fn of(history: &History, now: &Candidate, codes: &Codes, flip: &Flip) -> Option<Self> {
        let index = flip.row as usize;
        let row = history.row(index)?;
        let text = |id: &[u8]| String::from_utf8_lossy(id).into_owned();
        let (origin, groups) = (history.origin(flip.place), now.groups());
        let group = groups.name(groups.place_of(index));
        let reason = |code| codes.reason(code).map(str::to_owned);
        Some(Self {
            position: origin.position,
            line: origin.line,
            transaction_id: text(&history.id(flip.place)),
            account: text(&history.customer(history.account_of(index))),
            group: (group != DEFAULT_GROUP).then(|| group.to_owned()),
            amount: row.amount.to_string(),
            time: row.time.to_string(),
            to: if flip.now.is_accepted() { "accepted" } else { "declined" },
            then: reason(flip.then),
            now: reason(flip.now),
        })
    }
}
