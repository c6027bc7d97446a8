//! What a backtest must report, counted from a trial as plainly as can be.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::{Value, json};

use super::trial::{Fate, Side, Trial};
use crate::oracle::history::shown;
use crate::oracle::told::{date_text, decimal};

/// The days that are reported on, each end included.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    pub(super) from: Option<NaiveDate>,
    pub(super) to: Option<NaiveDate>,
}

impl Range {
    pub(super) fn holds(&self, time: DateTime<Utc>) -> bool {
        let day = time.date_naive();
        self.from.is_none_or(|from| day >= from) && self.to.is_none_or(|to| day <= to)
    }
}

impl Fate {
    pub(super) const fn flips(&self) -> bool {
        self.then.accepted() != self.now.accepted()
    }

    fn to(&self) -> &'static str {
        if self.now.accepted() { "accepted" } else { "declined" }
    }

    fn day(&self) -> NaiveDate {
        self.transaction.movement.time.date_naive()
    }
}

/// Everything in a report that is counted, and every flip explained.
pub(super) fn report(trial: &Trial, range: Range) -> Value {
    let told: Vec<_> = trial.fates.iter().filter(|fate| range.holds(fate.transaction.movement.time)).collect();
    let times = || told.iter().map(|fate| fate.transaction.movement.time);
    json!({
        "from": range.from.map(date_text),
        "to": range.to.map(date_text),
        "first": times().min().map(shown),
        "last": times().max().map(shown),
        "metrics": metrics(&told),
        "reasons": reasons(&told),
        "flips_by_reason": flips_by_reason(&told),
        "groups": rows(&told, |fate| json!({ "group": fate.now.group })),
        "weeks": rows(&told, week),
        "days": rows(&told, |fate| json!({ "day": date_text(fate.day()) })),
        "customers": customers(trial, &told),
        "room_left": room_left(&told),
        "flips": told.iter().filter(|fate| fate.flips()).map(|fate| flip(fate)).collect::<Vec<_>>(),
    })
}

/// All metrics of some transactions.
pub(super) fn metrics(told: &[&Fate]) -> Value {
    let count = |is: &dyn Fn(&Fate) -> bool| told.iter().filter(|fate| is(fate)).count() as i64;
    let money = |outward: bool, is: &dyn Fn(&Fate) -> bool| -> i128 {
        let cents = told.iter().filter(|fate| is(fate)).map(|fate| fate.transaction.movement.cents);
        cents.filter(|cents| (*cents < 0) == outward).map(i128::abs).sum()
    };
    let customers = |is: &dyn Fn(&Fate) -> bool| {
        let those = told.iter().filter(|fate| is(fate)).map(|fate| fate.transaction.customer_id.as_str());
        those.collect::<BTreeSet<_>>().len() as i64
    };
    let (then, now) = (|fate: &Fate| fate.then.accepted(), |fate: &Fate| fate.now.accepted());
    let (lost, gained) = (|fate: &Fate| then(fate) && !now(fate), |fate: &Fate| !then(fate) && now(fate));
    let changed = |fate: &Fate| !then(fate) && !now(fate) && fate.then.reason != fate.now.reason;
    let (all, everyone) = (told.len() as i64, customers(&|_| true));
    let mut metrics = json!({
        "transactions": all,
        "customers": everyone,
        "accepted_then": count(&then),
        "accepted_now": count(&now),
        "accepted_change": count(&now) - count(&then),
        "declined_then": all - count(&then),
        "declined_now": all - count(&now),
        "accepted_rate_then": rate(count(&then), all),
        "accepted_rate_now": rate(count(&now), all),
        "accepted_change_pp": rate(count(&now) - count(&then), all),
        "flips": count(&lost) + count(&gained),
        "flips_to_declined": count(&lost),
        "flips_to_accepted": count(&gained),
        "flip_rate": rate(count(&lost) + count(&gained), all),
        "reason_changes": count(&changed),
        "customers_affected": customers(&lost),
        "customers_affected_rate": rate(customers(&lost), everyone),
        "customers_relieved": customers(&gained),
    });
    for (name, outward) in [("loads", false), ("withdrawals", true)] {
        metrics[format!("{name}_then")] = json!(decimal(money(outward, &then)));
        metrics[format!("{name}_now")] = json!(decimal(money(outward, &now)));
        metrics[format!("{name}_change")] = json!(decimal(money(outward, &now) - money(outward, &then)));
        metrics[format!("{name}_lost")] = json!(decimal(money(outward, &lost)));
        metrics[format!("{name}_gained")] = json!(decimal(money(outward, &gained)));
    }
    metrics
}

/// A part in per cent with four decimals, half of the last away from zero.
fn rate(part: i64, whole: i64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    let (part, whole) = (i128::from(part) * 100 * 10_000, i128::from(whole));
    let rounded = (2 * part.abs() + whole) / (2 * whole) * part.signum();
    rounded as f64 / 10_000.0
}

fn reasons(told: &[&Fate]) -> Vec<Value> {
    let mut lines = BTreeMap::<Option<&str>, [(u64, i128); 2]>::new();
    for fate in told {
        for (place, side) in [&fate.then, &fate.now].into_iter().enumerate() {
            let sum = &mut lines.entry(side.reason.as_deref()).or_default()[place];
            *sum = (sum.0 + 1, sum.1 + fate.transaction.movement.cents.abs());
        }
    }
    let mut lines: Vec<_> = lines.into_iter().collect();
    // What is as frequent stays in the order of names.
    lines.sort_by_key(|(reason, [then, now])| (reason.is_some(), std::cmp::Reverse(then.0.max(now.0))));
    let line = |(reason, [then, now]): (Option<&str>, [(u64, i128); 2])| {
        json!({
            "reason": reason, "then": then.0, "now": now.0,
            "then_sum": decimal(then.1), "now_sum": decimal(now.1),
        })
    };
    lines.into_iter().map(line).collect()
}

fn flips_by_reason(told: &[&Fate]) -> Vec<Value> {
    let mut lines = Vec::new();
    for to in ["declined", "accepted"] {
        let mut by_reason = BTreeMap::<&str, (u64, i128, i128)>::new();
        for fate in told.iter().filter(|fate| fate.flips() && fate.to() == to) {
            let reason = fate.then.reason.as_deref().or(fate.now.reason.as_deref()).expect("one of them declines");
            let (flips, loads, withdrawals) = by_reason.entry(reason).or_default();
            *flips += 1;
            let cents = fate.transaction.movement.cents;
            if cents < 0 { *withdrawals -= cents } else { *loads += cents }
        }
        let mut sorted: Vec<_> = by_reason.into_iter().collect();
        sorted.sort_by_key(|(_, (flips, ..))| std::cmp::Reverse(*flips));
        lines.extend(sorted.into_iter().map(|(reason, (flips, loads, withdrawals))| {
            json!({
                "to": to, "reason": reason, "flips": flips,
                "loads": decimal(loads), "withdrawals": decimal(withdrawals),
            })
        }));
    }
    lines
}

/// The sums of a row of any table.
fn row(told: &[&Fate]) -> Value {
    let metrics = metrics(told);
    json!({
        "transactions": metrics["transactions"],
        "accepted_then": metrics["accepted_then"],
        "accepted_now": metrics["accepted_now"],
        "to_declined": metrics["flips_to_declined"],
        "to_accepted": metrics["flips_to_accepted"],
        "loads_then": metrics["loads_then"],
        "loads_now": metrics["loads_now"],
        "loads_lost": metrics["loads_lost"],
        "loads_gained": metrics["loads_gained"],
    })
}

/// The rows of a table by what they are called, in the order of that.
fn rows(told: &[&Fate], key: fn(&Fate) -> Value) -> Vec<Value> {
    let mut tables = BTreeMap::<String, (Value, Vec<&Fate>)>::new();
    for fate in told {
        let key = key(fate);
        // The key that comes first sorts.
        let sorted_by = key.as_object().and_then(|key| key.values().next()).map(Value::to_string).expect("a key");
        tables.entry(sorted_by).or_insert((key, Vec::new())).1.push(fate);
    }
    tables.into_values().map(|(key, told)| merged(key, row(&told))).collect()
}

fn week(fate: &Fate) -> Value {
    let (day, week) = (fate.day(), fate.day().iso_week());
    let monday = day.week(chrono::Weekday::Mon).first_day();
    json!({ "monday": date_text(monday), "week": format!("{:04}-W{:02}", week.year(), week.week()) })
}

/// The ten with the most flips, then the most money lost, then those who came first in the whole input.
fn customers(trial: &Trial, told: &[&Fate]) -> Vec<Value> {
    let mut order = Vec::<&str>::new();
    for fate in &trial.fates {
        if !order.contains(&fate.transaction.customer_id.as_str()) {
            order.push(&fate.transaction.customer_id);
        }
    }
    let mut ranked = Vec::new();
    for customer in order {
        let own: Vec<_> = told.iter().copied().filter(|fate| fate.transaction.customer_id == customer).collect();
        let flips: Vec<_> = own.iter().filter(|fate| fate.flips()).collect();
        let lost = flips.iter().filter(|fate| fate.then.accepted()).map(|fate| fate.transaction.movement.cents.max(0));
        if !flips.is_empty() {
            ranked.push((flips.len(), lost.sum::<i128>(), merged(json!({ "account": customer }), row(&own))));
        }
    }
    ranked.sort_by_key(|(flips, lost, _)| std::cmp::Reverse((*flips, *lost)));
    ranked.into_iter().take(10).map(|(_, _, row)| row).collect()
}

fn room_left(told: &[&Fate]) -> Vec<Value> {
    let row = |tenth: i128| {
        let is_here = |side: &Side| side.room.is_some_and(|room| (room / 10).min(9) == tenth);
        let (then, now) =
            (told.iter().filter(|fate| is_here(&fate.then)), told.iter().filter(|fate| is_here(&fate.now)));
        json!({
            "from": (tenth * 10) as u64, "below": (tenth * 10 + 10) as u64,
            "then": then.count(), "now": now.count(),
        })
    };
    (0..10).map(row).collect()
}

/// A flip side by side.
fn flip(fate: &Fate) -> Value {
    let side = |side: &Side| json!({ "accepted": side.accepted(), "reason": side.reason, "limits": side.limits });
    json!({
        "position": fate.position, "line": fate.line,
        "transaction_id": fate.transaction.id, "account": fate.transaction.customer_id,
        "group": Some(&fate.now.group).filter(|group| *group != "default"),
        "amount": decimal(fate.transaction.movement.cents), "time": shown(fate.transaction.movement.time),
        "to": fate.to(), "then": side(&fate.then), "now": side(&fate.now),
    })
}

/// One object with the keys of two.
fn merged(mut one: Value, other: Value) -> Value {
    let (Value::Object(all), Value::Object(more)) = (&mut one, other) else { panic!("both are objects") };
    all.extend(more);
    one
}
