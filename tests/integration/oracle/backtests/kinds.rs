//! What random backtests must have reached, so that nothing is compared in name only.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::report::Range;
use super::trial::{Fate, Trial};
use crate::oracle::reached::Reached;

const WINDOWS: [&str; 7] = ["day", "week", "month", "quarter", "year", "lifetime", "trailing"];

const BOUNDS: [&str; 5] = ["minimum_amount", "maximum_amount", "cooldown", "maximum_balance", "amount of transaction"];

const OTHERS: [&str; 3] = ["too_late", "total_overflow", "insufficient_funds"];

/// Everything that is to be reached by backtests of ledgers.
pub(super) fn of_ledgers() -> Vec<String> {
    let own = [
        "several policies",
        "flip under an earlier policy",
        "group kept from the log",
        "group of the file above the log",
    ];
    of_inputs().into_iter().chain(own.map(str::to_owned)).collect()
}

/// Everything that is to be reached by backtests of inputs.
pub(super) fn of_inputs() -> Vec<String> {
    let windows = WINDOWS
        .into_iter()
        .flat_map(|window| ["count", "amount", "net amount"].map(|used| format!("{used} of {window}")));
    let whys = BOUNDS.into_iter().chain(OTHERS).map(str::to_owned).chain(windows);
    let flips = whys.flat_map(|why| [format!("to declined by {why}"), format!("to accepted from {why}")]);
    let others = [
        "reason change",
        "duplicate",
        "late",
        "flip of what is late",
        "flip by consequence to declined",
        "flip by consequence to accepted",
        "flip outside the range",
        "decided before the range",
        "another group now",
        "nothing left then",
        "nothing left now",
        "all left then",
        "all left now",
    ];
    flips.chain(others.map(str::to_owned)).collect()
}

impl Reached {
    /// Takes in a trial, of which a range was compared.
    pub(super) fn tried(&mut self, trial: &Trial, range: Range, lists: impl Fn(&str) -> bool) {
        if trial.positions.len() > 1 {
            self.count("several policies");
        }
        let mut latest = BTreeMap::<&str, DateTime<Utc>>::new();
        let last_policy = trial.positions.last().copied().flatten();
        for fate in &trial.fates {
            let time = fate.transaction.movement.time;
            let latest = latest.entry(&fate.transaction.customer_id).or_insert(time);
            let is_late = time < *latest;
            *latest = time.max(*latest);
            if !range.holds(time) {
                self.count(if fate.flips() { "flip outside the range" } else { "decided before the range" });
                continue;
            }
            if is_late {
                self.count("late");
            }
            self.fate(fate);
            if fate.flips() {
                if is_late {
                    self.count("flip of what is late");
                }
                if fate.position < last_policy {
                    self.count("flip under an earlier policy");
                }
            }
            let (then, now) = (&fate.then.group, &fate.now.group);
            if then != now {
                self.count("another group now");
            }
            if then != "default" && then != now && lists(&fate.transaction.customer_id) {
                self.count("group of the file above the log");
            }
            if then != "default" && !lists(&fate.transaction.customer_id) {
                self.count("group kept from the log");
            }
        }
    }

    fn fate(&mut self, fate: &Fate) {
        match (fate.then.accepted(), fate.now.accepted()) {
            (true, false) => self.count(&format!("to declined by {}", fate.now.why)),
            (false, true) => self.count(&format!("to accepted from {}", fate.then.why)),
            (false, false) if fate.then.reason.as_deref() == Some("duplicate") => self.count("duplicate"),
            (false, false) if fate.then.reason != fate.now.reason => self.count("reason change"),
            _ => {}
        }
        if fate.flips() && fate.by_consequence {
            let to = if fate.now.accepted() { "accepted" } else { "declined" };
            self.count(&format!("flip by consequence to {to}"));
        }
        for (side, when) in [(&fate.then, "then"), (&fate.now, "now")] {
            match side.room {
                Some(0) => self.count(&format!("nothing left {when}")),
                Some(100) => self.count(&format!("all left {when}")),
                _ => {}
            }
        }
    }
}
