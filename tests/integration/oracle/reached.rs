//! What random cases have reached: each kind of answer, and each key of a limit where it is what decides.

use std::collections::BTreeMap;

use chrono::{TimeDelta, Weekday};

use super::decisions::Transaction;
use super::policy::{Limit, Outcome, Policy, Window};
use super::rules::{Exceeded, Judgement, Movement, judge};
use super::zones::Zone;

const MICROSECOND: TimeDelta = TimeDelta::microseconds(1);

const BOUNDS: [&str; 6] = ["minimum_amount", "maximum_amount", "cooldown", "count", "amount", "maximum_balance"];
const OUTCOMES: [&str; 3] = ["declines", "flags", "counts"];
const WINDOWS: [&str; 8] = ["transaction", "day", "week", "month", "quarter", "year", "lifetime", "trailing"];

/// Changes to a limit of which each must have made a difference to what it says.
const CHANGES: [&str; 22] = [
    "any direction",
    "not net",
    "in UTC",
    "weeks from Monday",
    "for everyone",
    "from ever",
    "until ever",
    "a day later from",
    "a day earlier until",
    "a cent more of minimum_amount",
    "a cent less of minimum_amount",
    "a cent more of maximum_amount",
    "a cent less of maximum_amount",
    "a cent more of maximum_balance",
    "a cent less of maximum_balance",
    "a cent more of amount",
    "a cent less of amount",
    "one more of count",
    "a microsecond more of cooldown",
    "a microsecond less of cooldown",
    "a microsecond more of trailing",
    "a microsecond less of trailing",
];

/// How often each thing was reached.
pub(super) struct Reached {
    counts: BTreeMap<String, usize>,
    /// What is to be reached, and how often is enough.
    wanted: Vec<String>,
    each_min: usize,
}

impl Reached {
    /// Nothing yet, of which each kind of decision is to be reached so many times.
    pub(super) fn new(each_min: usize) -> Self {
        Self::of(kinds_of_decisions(), each_min)
    }

    /// Nothing yet, of which each of these is to be reached so many times.
    pub(super) const fn of(wanted: Vec<String>, each_min: usize) -> Self {
        Self { counts: BTreeMap::new(), wanted, each_min }
    }

    /// Takes in a decision: what was decided, and before it the customer's accepted transactions.
    pub(super) fn decided(
        &mut self,
        policy: &Policy,
        history: &[Movement],
        transaction: &Transaction,
        judgement: Option<&Judgement>,
    ) {
        let Some(judgement) = judgement else {
            return self.count(if policy.ignores_duplicates { "duplicate, ignored" } else { "duplicate" });
        };
        match judgement {
            Judgement::Accepted { marks } => {
                self.count("accepted");
                for (place, exceeded) in marks {
                    if *place == 63 {
                        self.count("mark at the last place");
                    }
                    self.exceeded(&policy.limits[*place], exceeded);
                }
            }
            Judgement::LimitExceeded { place, exceeded } => self.exceeded(&policy.limits[*place], exceeded),
            Judgement::TooLate { .. } => self.count("too late"),
            Judgement::TotalOverflow => self.count("total overflow"),
            Judgement::InsufficientFunds { .. } => self.count("insufficient funds"),
        }
        self.lateness(policy, history, transaction);
        for limit in &policy.limits {
            self.changes(limit, history, transaction);
        }
    }

    /// What is still missing.
    pub(super) fn rare(&self) -> Vec<&str> {
        self.wanted.iter().map(String::as_str).filter(|what| !self.has_enough_of(what)).collect()
    }

    /// Everything that was reached, and how often.
    pub(super) const fn counts(&self) -> &BTreeMap<String, usize> {
        &self.counts
    }

    pub(super) fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    fn has_enough_of(&self, what: &str) -> bool {
        self.counts.get(what).is_some_and(|count| *count >= self.each_min)
    }

    fn exceeded(&mut self, limit: &Limit, exceeded: &Exceeded) {
        let outcome = match limit.outcome {
            Outcome::Decline => "declines",
            Outcome::Flag => "flags",
            Outcome::Shadow => "counts",
        };
        self.count(&format!("{outcome} by {}", exceeded.bound));
        let window = if is_trailing(limit) { "trailing" } else { limit.window.text() };
        match exceeded.bound {
            "count" => self.count(&format!("count of {window}")),
            "amount" if limit.is_net => self.count(&format!("net amount of {window}")),
            "amount" => self.count(&format!("amount of {window}")),
            _ => {}
        }
    }

    /// Whether a microsecond more or less would have made another decision on lateness.
    fn lateness(&mut self, policy: &Policy, history: &[Movement], transaction: &Transaction) {
        let Some(late_after) = policy.late_after else { return };
        let is_late = |late_after| {
            let only_late = Policy { limits: Vec::new(), late_after: Some(late_after), members: None, ..*policy };
            matches!(judge(&only_late, history, "", transaction.movement), Judgement::TooLate { .. })
        };
        match (is_late(late_after - MICROSECOND), is_late(late_after), is_late(late_after + MICROSECOND)) {
            (true, false, _) => self.count("late by a microsecond less than too late"),
            (_, true, false) => self.count("late by a microsecond more than allowed"),
            _ => {}
        }
    }

    /// Which changes to a limit would have made a difference to what it says of a transaction.
    fn changes(&mut self, limit: &Limit, history: &[Movement], transaction: &Transaction) {
        let Transaction { group, movement, .. } = transaction;
        let said = limit.exceeded(history, group, *movement);
        if said.is_some() && limit.zone.date_shown(movement.time) < limit.zone.day(movement.time) {
            self.count("an earlier date shown than has begun");
        }
        for change in CHANGES {
            let what = format!("with {change}");
            if self.has_enough_of(&what) {
                continue;
            }
            let changed = changed(limit, change);
            if changed.is_some_and(|changed| changed.exceeded(history, group, *movement) != said) {
                self.count(&what);
            }
        }
    }
}

/// Each kind of answer, and each key of a limit where it is what decides.
fn kinds_of_decisions() -> Vec<String> {
    let outcomes = |bound: &'static str| OUTCOMES.map(move |outcome| format!("{outcome} by {bound}"));
    let windows = |window: &'static str| {
        let uses = if window == "transaction" { &["amount"][..] } else { &["count", "amount", "net amount"] };
        uses.iter().map(move |used| format!("{used} of {window}"))
    };
    let others = [
        "accepted",
        "duplicate",
        "duplicate, ignored",
        "too late",
        "late by a microsecond less than too late",
        "late by a microsecond more than allowed",
        "total overflow",
        "insufficient funds",
        "an earlier date shown than has begun",
        "mark at the last place",
    ];
    let wanted = BOUNDS.into_iter().flat_map(outcomes).chain(WINDOWS.into_iter().flat_map(windows));
    let wanted = wanted.chain(CHANGES.map(|change| format!("with {change}")));
    wanted.chain(others.map(str::to_owned)).collect()
}

fn is_trailing(limit: &Limit) -> bool {
    matches!(limit.window, Window::Trailing { .. })
}

/// A limit with one of the changes, if it can be changed so.
fn changed(limit: &Limit, change: &str) -> Option<Limit> {
    let mut new = limit.clone();
    let (how, key) = change.rsplit_once(" of ").unwrap_or((change, ""));
    let by = if how.contains("more") { 1 } else { -1 };
    match (how, key) {
        ("any direction", _) => new.direction = "any".to_owned(),
        ("not net", _) => new.is_net = false,
        ("in UTC", _) => new.zone = Zone::named("UTC"),
        ("weeks from Monday", _) => new.week_starts = Weekday::Mon,
        ("for everyone", _) => new.groups = None,
        ("from ever", _) => new.from = None,
        ("until ever", _) => new.until = None,
        ("a day later from", _) => new.from = limit.from?.succ_opt(),
        ("a day earlier until", _) => new.until = limit.until?.pred_opt(),
        (_, "minimum_amount") => new.minimum_amount = Some(limit.minimum_amount? + by),
        (_, "maximum_amount") => new.maximum_amount = Some(limit.maximum_amount? + by),
        (_, "maximum_balance") => new.maximum_balance = Some(limit.maximum_balance? + by),
        (_, "amount") => new.amount = Some(limit.amount? + by),
        (_, "count") => new.count = Some(limit.count? + by),
        (_, "cooldown") => new.cooldown = Some(limit.cooldown? + MICROSECOND * by as i32),
        (_, "trailing") => {
            let Window::Trailing { span, .. } = &mut new.window else { return None };
            *span += MICROSECOND * by as i32;
        }
        (other, _) => panic!("{other:?} is no change"),
    }
    Some(new)
}
