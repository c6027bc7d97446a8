//! The rules once more, as plainly as they can be written: the oracle that the engine is compared with.
//!
//! It shares nothing with the engine but the text of the rules. It reads the configuration and the lines by other
//! means, keeps every accepted transaction, and for each limit adds up all that share the window. It knows valid
//! input only.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::Value;

/// The highest total of loads, and of withdrawals, that an account can reach.
const TOTAL_MAX: i128 = (1 << 63) - 1;

/// Everything that has come before, and the rules for what comes next.
pub(crate) struct Oracle {
    limits: Vec<Limit>,
    ignores_duplicates: bool,
    /// Customer and transaction.
    seen: HashSet<(String, String)>,
    /// By customer.
    accepted: HashMap<String, Vec<Movement>>,
}

pub(super) struct Limit {
    pub(super) name: String,
    code: String,
    pub(super) window: String,
    pub(super) direction: String,
    pub(super) count: Option<i128>,
    pub(super) amount: Option<i128>,
}

/// Money that a transaction moves, in cents, below zero if it is withdrawn.
#[derive(Clone, Copy)]
pub(super) struct Movement {
    pub(super) date: NaiveDate,
    pub(super) cents: i128,
}

impl Oracle {
    /// The oracle of a configuration, which must list its limits.
    pub(crate) fn new(config: &str) -> Self {
        let config: toml::Table = config.parse().expect("the configuration is TOML");
        let limits = config["limits"].as_array().expect("limits are a list").iter().map(Limit::new).collect();
        let duplicates = config.get("policy").and_then(|policy| policy["duplicates"].as_str());
        Self {
            limits,
            ignores_duplicates: duplicates == Some("ignore"),
            seen: HashSet::new(),
            accepted: HashMap::new(),
        }
    }

    /// The verdict on the next line, as a line; none if there is to be none.
    pub(crate) fn verdict(&mut self, line: &str) -> Option<String> {
        let transaction: Value = serde_json::from_str(line).expect("a line is JSON");
        let field = |name: &str| transaction[name].as_str().expect("a field is a text").to_owned();
        let (id, customer_id) = (field("id"), field("customer_id"));
        let time = DateTime::parse_from_rfc3339(&field("time")).expect("a time is one");
        let movement = Movement { date: time.with_timezone(&Utc).date_naive(), cents: cents(&field("load_amount")) };

        let duplicate = !self.seen.insert((customer_id.clone(), id.clone()));
        if duplicate && self.ignores_duplicates {
            return None;
        }
        let history = self.accepted.entry(customer_id.clone()).or_default();
        let reason = if duplicate { Some("duplicate") } else { reason_to_decline(&self.limits, history, movement) };
        if reason.is_none() {
            history.push(movement);
        }
        Some(format!(
            "{{\"id\":{},\"customer_id\":{},\"accepted\":{},\"reason\":{}}}\n",
            Value::from(id),
            Value::from(customer_id),
            reason.is_none(),
            Value::from(reason),
        ))
    }

    /// The verdicts on an input.
    pub(crate) fn verdicts(&mut self, input: &str) -> String {
        input.lines().filter_map(|line| self.verdict(line)).collect()
    }

    /// What every customer's account holds, in cents.
    pub(crate) fn balances(&self) -> impl Iterator<Item = (&str, i128)> {
        self.accepted.iter().map(|(customer_id, history)| (customer_id.as_str(), balance(history)))
    }
}

/// Why a transaction that is no duplicate is declined, if it is.
pub(super) fn reason_to_decline<'a>(limits: &'a [Limit], history: &[Movement], new: Movement) -> Option<&'a str> {
    for limit in limits.iter().filter(|limit| limit.covers(new)) {
        let same = || history.iter().filter(|old| limit.covers(**old) && limit.same_window(old.date, new.date));
        let count = same().count() as i128;
        let amount: i128 = same().map(|old| old.cents.abs()).sum();
        let count_exceeded = limit.count.is_some_and(|most| count + 1 > most);
        let amount_exceeded = limit.amount.is_some_and(|most| amount + new.cents.abs() > most);
        if count_exceeded || amount_exceeded {
            return Some(&limit.code);
        }
    }
    let same_direction = history.iter().filter(|old| (old.cents < 0) == (new.cents < 0));
    let total: i128 = same_direction.map(|old| old.cents.abs()).sum();
    if total + new.cents.abs() > TOTAL_MAX {
        return Some("total_overflow");
    }
    if new.cents < 0 && balance(history) + new.cents < 0 {
        return Some("insufficient_funds");
    }
    None
}

fn balance(history: &[Movement]) -> i128 {
    history.iter().map(|movement| movement.cents).sum()
}

impl Limit {
    pub(super) fn new(limit: &toml::Value) -> Self {
        let text = |key: &str| limit[key].as_str().expect("a key is a text").to_owned();
        Self {
            name: text("name"),
            code: text("name").replace('-', "_"),
            window: text("window"),
            direction: text("direction"),
            count: limit.get("count").map(|count| count.as_integer().expect("a count is a number").into()),
            amount: limit.get("amount").map(|amount| cents(amount.as_str().expect("an amount is a text"))),
        }
    }

    pub(super) fn covers(&self, movement: Movement) -> bool {
        match self.direction.as_str() {
            "load" => movement.cents >= 0,
            "withdrawal" => movement.cents < 0,
            "any" => true,
            other => panic!("{other:?} is no direction"),
        }
    }

    pub(super) fn same_window(&self, one: NaiveDate, other: NaiveDate) -> bool {
        match self.window.as_str() {
            "transaction" => false,
            "day" => one == other,
            // A week is its number in the year that ISO 8601 counts it to, which is not always the calendar's.
            "week" => one.iso_week() == other.iso_week(),
            "month" => (one.year(), one.month()) == (other.year(), other.month()),
            other => panic!("{other:?} is no window"),
        }
    }
}

/// The cents of an amount such as `-$33.4`.
pub(crate) fn cents(text: &str) -> i128 {
    let digits = text.replace(['+', '-', '$'], "");
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let cents: i128 = format!("{whole}{fraction:0<2}").parse().expect("an amount is digits");
    if text.contains('-') { -cents } else { cents }
}
