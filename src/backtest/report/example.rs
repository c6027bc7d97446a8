//! A flip side by side, as programs read it.

use serde::Serialize;

use crate::backtest::{Example, ExampleSide, LimitUse};
use crate::domain::{DEFAULT_GROUP, decimal};

/// A flip, explained; its keys come in this order.
#[derive(Clone, Debug, Serialize)]
pub struct ExampleForm {
    /// The decision's position in the log.
    pub position: Option<u64>,
    /// The line of the input.
    pub line: u64,
    /// The transaction.
    pub transaction_id: String,
    /// Whose it is.
    pub account: String,
    /// The customer's group, if in another than the default one.
    pub group: Option<String>,
    /// The amount.
    pub amount: String,
    /// The time.
    pub time: String,
    /// `declined` or `accepted`.
    pub to: &'static str,
    /// What became of it.
    pub then: SideForm,
    /// What would have.
    pub now: SideForm,
}

/// One side of a flip; its keys come in this order.
#[derive(Clone, Debug, Serialize)]
pub struct SideForm {
    /// Whether it is accepted.
    pub accepted: bool,
    /// Why not.
    pub reason: Option<String>,
    /// How the limits stood.
    pub limits: Vec<LimitForm>,
}

/// How one bound of a limit stood; its keys come in this order. Money is a text, a number of transactions a number.
#[derive(Clone, Debug, Serialize)]
pub struct LimitForm {
    /// The limit's name.
    pub limit: String,
    /// The key of the bound.
    pub bound: &'static str,
    /// How much of it was used.
    pub used: Quantity,
    /// How much is allowed, or of a least amount required.
    pub of: Quantity,
    /// Whether the transaction exceeds it.
    pub exceeded: bool,
}

/// Money, or a number of transactions.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Quantity {
    /// Transactions.
    Count(u64),
    /// Money, in major units.
    Money(String),
}

impl From<&Example> for ExampleForm {
    fn from(example: &Example) -> Self {
        let text = |id: &[u8]| String::from_utf8_lossy(id).into_owned();
        let is_default = example.group == DEFAULT_GROUP;
        Self {
            position: example.origin.position,
            line: example.origin.line,
            transaction_id: text(&example.id),
            account: text(&example.customer_id),
            group: (!is_default).then(|| example.group.clone()),
            amount: example.amount.to_string(),
            time: example.time.to_string(),
            to: if example.now.reason.is_none() { "accepted" } else { "declined" },
            then: (&example.then).into(),
            now: (&example.now).into(),
        }
    }
}

impl From<&ExampleSide> for SideForm {
    fn from(side: &ExampleSide) -> Self {
        Self {
            accepted: side.reason.is_none(),
            reason: side.reason.clone(),
            limits: side.limits.iter().map(LimitForm::from).collect(),
        }
    }
}

impl From<&LimitUse> for LimitForm {
    fn from(used: &LimitUse) -> Self {
        let quantity = |number: u64| match used.bound.counts_transactions() {
            true => Quantity::Count(number),
            false => Quantity::Money(decimal(number)),
        };
        Self {
            limit: used.limit.clone(),
            bound: used.bound.as_str(),
            used: quantity(used.used),
            of: quantity(used.of),
            exceeded: used.exceeded,
        }
    }
}
