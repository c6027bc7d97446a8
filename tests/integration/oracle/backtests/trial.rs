//! A history decided a second time, from its first transaction on, by the plain rules.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use crate::oracle::decisions::Transaction;
use crate::oracle::policy::{Limit, Outcome, Policy, Window};
use crate::oracle::rules::{Exceeded, Judgement, Movement, balance, judge};
use crate::oracle::told::decimal;

use super::super::Case;

/// A history and what would have become of it.
pub(super) struct Trial {
    /// The positions of the policies that decided; none where there is no log.
    pub(super) positions: Vec<Option<u64>>,
    /// Every transaction, in input order.
    pub(super) fates: Vec<Fate>,
}

/// A transaction, what became of it and what would have.
pub(super) struct Fate {
    pub(super) position: Option<u64>,
    pub(super) line: u64,
    pub(super) transaction: Transaction,
    pub(super) then: Side,
    pub(super) now: Side,
    /// Whether it flips only since others did: on top of what was accepted then, the proposed policy would not have
    /// decided so.
    pub(super) by_consequence: bool,
}

/// What becomes of a transaction.
#[derive(Default)]
pub(super) struct Side {
    pub(super) group: String,
    pub(super) reason: Option<String>,
    /// What it is about, in words: a bound and its window, or whatever else declined it.
    pub(super) why: String,
    /// What is left of the limit that came nearest, in per cent, if it is accepted and there is such a limit.
    pub(super) room: Option<i128>,
    /// How the limits stood, where it flips.
    pub(super) limits: Vec<Value>,
}

/// Who decides, and what was accepted so far.
struct Decider<'a> {
    policy: &'a Policy,
    group: &'a str,
    past: &'a [Movement],
}

impl Side {
    pub(super) const fn accepted(&self) -> bool {
        self.reason.is_none()
    }
}

impl Trial {
    /// The history that batches leave in a ledger, and what becomes of it under another policy; without one, under those
    /// that decided it.
    pub(super) fn of_ledger(batches: &[Case], proposed: Option<&Case>) -> Self {
        let proposed = proposed.map(policy_of);
        let (mut trial, mut memory, mut position) = (Self::new(), Memory::default(), 0);
        let mut last: Option<Policy> = None;
        for batch in batches {
            let policy = policy_of(batch);
            if last.as_ref() != Some(&policy) {
                position += 1;
                trial.positions.push(Some(position));
                last = Some(policy);
            }
            let Some(policy) = &last else { unreachable!("there is one from here on") };
            for (line, text) in (1..).zip(&batch.lines) {
                position += 1;
                let transaction = Transaction::of_line(text, policy);
                // The log has a group only where the policy asked for it, and who is in the default one may be in any.
                let listed = proposed.as_ref().and_then(|proposed| proposed.members.as_ref());
                let listed = listed.and_then(|members| members.get(&transaction.customer_id));
                let group = listed.unwrap_or(&transaction.group).clone();
                let deciding = proposed.as_ref().unwrap_or(policy);
                trial.fates.push(memory.decide(Some(position), line, transaction, policy, (deciding, group)));
            }
        }
        trial
    }

    /// The history of the lines of an input that are transactions, each with its number.
    pub(super) fn of_input<'a>(
        lines: impl IntoIterator<Item = (u64, &'a str)>,
        baseline: &Case,
        proposed: &Case,
    ) -> Self {
        let (then, now) = (policy_of(baseline), policy_of(proposed));
        let (mut trial, mut memory) = (Self::new(), Memory::default());
        trial.positions.push(None);
        let asks = then.decides_by_groups() || now.decides_by_groups();
        for (line, text) in lines {
            let mut transaction = Transaction::of_line(text, &then);
            transaction.group = group_in_input(text, &then, asks);
            let group = group_in_input(text, &now, asks);
            trial.fates.push(memory.decide(None, line, transaction, &then, (&now, group)));
        }
        trial
    }

    const fn new() -> Self {
        Self { positions: Vec::new(), fates: Vec::new() }
    }
}

pub(super) fn policy_of(case: &Case) -> Policy {
    Policy::new(&case.config, case.groups_file.as_deref())
}

/// What a line says of its customer's group, or else the policy's file, if anyone asks.
fn group_in_input(line: &str, policy: &Policy, asks: bool) -> String {
    let line: Value = serde_json::from_str(line).expect("a line is JSON");
    let named = match line.get("group").filter(|_| asks) {
        None | Some(Value::Null) => None,
        Some(group) => Some(group.as_str().expect("a group is a text")),
    };
    let customer = line["customer_id"].as_str().expect("a customer is a text");
    let listed = policy.members.as_ref().and_then(|members| members.get(customer));
    named.or(listed.map(String::as_str)).unwrap_or("default").to_owned()
}

/// What came before.
#[derive(Default)]
struct Memory {
    seen: HashSet<(String, String)>,
    then: HashMap<String, Vec<Movement>>,
    now: HashMap<String, Vec<Movement>>,
}

impl Memory {
    fn decide(
        &mut self,
        position: Option<u64>,
        line: u64,
        transaction: Transaction,
        policy: &Policy,
        (proposed, group): (&Policy, String),
    ) -> Fate {
        let Transaction { id, customer_id, group: group_then, movement } = &transaction;
        let is_new = self.seen.insert((customer_id.clone(), id.clone()));
        let then = self.then.entry(customer_id.clone()).or_default();
        let now = self.now.entry(customer_id.clone()).or_default();
        let before = Decider { policy, group: group_then, past: then };
        let beside = Decider { policy: proposed, group: &group, past: now };
        let (mut side_then, mut side_now) = (before.side(*movement, is_new), beside.side(*movement, is_new));
        let mut by_consequence = false;
        if side_then.accepted() != side_now.accepted() {
            (side_then.limits, side_now.limits) = (before.limits(*movement), beside.limits(*movement));
            let on_top = Decider { past: then, ..beside }.side(*movement, is_new);
            by_consequence = on_top.accepted() != side_now.accepted();
        }
        for (past, side) in [(then, &side_then), (now, &side_now)] {
            past.extend(side.accepted().then_some(*movement));
        }
        Fate { position, line, transaction, then: side_then, now: side_now, by_consequence }
    }
}

impl Decider<'_> {
    fn side(&self, new: Movement, is_new: bool) -> Side {
        let group = self.group.to_owned();
        let declined = |reason: String, why: String| Side { group, reason: Some(reason), why, ..Side::default() };
        if !is_new {
            return declined("duplicate".to_owned(), "duplicate".to_owned());
        }
        let judgement = judge(self.policy, self.past, self.group, new);
        let Some(reason) = judgement.reason(self.policy) else {
            return Side { group: self.group.to_owned(), room: self.room_left(new), ..Side::default() };
        };
        let why = match &judgement {
            Judgement::LimitExceeded { place, exceeded } => why(&self.policy.limits[*place], exceeded),
            _ => reason.clone(),
        };
        declined(reason, why)
    }

    /// The limits that can decline it.
    fn declining(&self, new: Movement) -> impl Iterator<Item = &Limit> {
        let declines = move |limit: &&Limit| limit.outcome == Outcome::Decline && limit.holds(self.group, new);
        self.policy.limits.iter().filter(declines)
    }

    fn room_left(&self, new: Movement) -> Option<i128> {
        let mut least = None;
        for limit in self.declining(new) {
            let count = limit.used_count(self.past, new.time) + 1;
            let amount = limit.used_amount(self.past, new.time) + new.cents.abs();
            let balance = balance(self.past) + new.cents;
            let bounds = [
                limit.count.map(|most| (most, count)),
                limit.amount.map(|most| (most, amount)),
                limit.maximum_balance.filter(|_| new.cents >= 0).map(|most| (most, balance)),
            ];
            for (most, used) in bounds.into_iter().flatten() {
                let percent = (most - used).max(0) * 100 / most;
                least = Some(least.map_or(percent, |least: i128| least.min(percent)));
            }
        }
        least
    }

    /// Every bound of the limits that can decline it, as a report has it.
    fn limits(&self, new: Movement) -> Vec<Value> {
        let mut told = Vec::new();
        for limit in self.declining(new) {
            let exceeded = limit.exceeded(self.past, self.group, new).map(|exceeded| exceeded.bound);
            let near = limit.cooldown.map(|cooldown| limit.nearer_than(cooldown, self.past, new.time));
            let (count, sum) = (limit.used_count(self.past, new.time), limit.used_amount(self.past, new.time));
            let money = |used: i128, most: i128| (json!(decimal(used)), json!(decimal(most)));
            let number = |used: i128, most: i128| (json!(used as u64), json!(most as u64));
            let bounds = [
                ("minimum_amount", limit.minimum_amount.map(|least| money(0, least))),
                ("maximum_amount", limit.maximum_amount.map(|most| money(0, most))),
                ("cooldown", near.map(|near| number(near, 0))),
                ("count", limit.count.map(|most| number(count, most))),
                ("amount", limit.amount.map(|most| money(sum, most))),
                ("maximum_balance", limit.maximum_balance.map(|most| money(balance(self.past), most))),
            ];
            for (bound, used) in bounds {
                if let Some((used, of)) = used {
                    let exceeded = exceeded == Some(bound);
                    told.push(json!({
                        "limit": limit.name, "bound": bound, "used": used, "of": of, "exceeded": exceeded,
                    }));
                }
            }
        }
        told
    }
}

/// What declines, in words that do not name the limit.
fn why(limit: &Limit, exceeded: &Exceeded) -> String {
    let window = if matches!(limit.window, Window::Trailing { .. }) { "trailing" } else { limit.window.text() };
    match exceeded.bound {
        "count" => format!("count of {window}"),
        "amount" if limit.is_net => format!("net amount of {window}"),
        "amount" => format!("amount of {window}"),
        bound => bound.to_owned(),
    }
}
