//! What the program must print as JSON about a history.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde_json::{Value, json};

use super::history::{Asked, Decided, History, shown};
use super::policy::{Limit, Outcome, Window, span_text};
use super::rules::{Movement, balance, latest};

impl History {
    /// What `explain --json` must say of a transaction that is only supposed, but for the largest amount and the
    /// earliest time.
    pub(crate) fn explain_supposed(&self, asked: &Asked<'_>, uses: usize) -> Value {
        let policy = &self.policy(asked.position).policy;
        let judgement = self.judgement(asked);
        let reason = judgement.reason(policy);
        let mut value = self.explain(asked, uses);
        let codes = |outcome| -> Vec<String> {
            judgement.marked(policy, outcome).iter().map(|place| policy.limits[*place].code()).collect()
        };
        add(&mut value, marks(&codes(Outcome::Flag), &codes(Outcome::Shadow)));
        let told = json!({
            "transaction_id": null, "position": null, "batch": null, "line": null, "recorded_at": null,
            "accepted": reason.is_none(), "reason": reason, "first_sight": null, "repeats": [],
        });
        add(&mut value, told);
        value
    }

    /// What `explain --json` must say of a decision, but for the same; `recorded_at` tells of each position when it was
    /// recorded.
    pub(crate) fn explain_decided(&self, one: &Decided, recorded_at: &[String], uses: usize) -> Value {
        let same = |other: &&Decided| other.account == one.account && other.id == one.id;
        let sights: Vec<_> = self.decisions().iter().filter(same).collect();
        let recorded_at = |position: u64| recorded_at[position as usize - 1].as_str();
        let first = sights[0];
        let first_sight = json!({
            "position": first.position, "batch": first.batch, "line": first.line, "amount": decimal(first.cents),
            "time": shown(first.time), "accepted": first.reason.is_none(), "reason": first.reason,
            "recorded_at": recorded_at(first.position),
        });
        let mut value = self.explain(&one.asked(), uses);
        add(&mut value, marks(&one.flags, &one.shadow));
        let told = json!({
            "transaction_id": one.id, "position": one.position, "batch": one.batch, "line": one.line,
            "recorded_at": recorded_at(one.position), "accepted": one.reason.is_none(), "reason": one.reason,
            "first_sight": if one.position == first.position { Value::Null } else { first_sight },
            "repeats": sights[1..].iter().map(|sight| sight.position).collect::<Vec<_>>(),
        });
        add(&mut value, told);
        value
    }

    /// What is said of any transaction.
    fn explain(&self, asked: &Asked<'_>, uses: usize) -> Value {
        let (position, policy) = (self.policy(asked.position).position, &self.policy(asked.position).policy);
        let past: Vec<_> = self.accepted(asked).iter().map(|old| old.movement()).collect();
        let mut value = json!({
            "account": asked.account, "amount": decimal(asked.cents), "time": shown(asked.time),
            "at": asked.at.map(shown), "as_of": asked.position, "policy": position,
            "limits": self.limits(asked, uses), "balance": decimal(balance(&past)),
        });
        if policy.decides_by_groups() {
            add(&mut value, json!({ "group": asked.group }));
        }
        if let (Some(late_after), Some(latest)) = (policy.late_after, latest(&past)) {
            let not_before = Some(latest - late_after).filter(|time| time.year() >= 1);
            let lateness = json!({
                "late_after": span_text(late_after), "latest": shown(latest), "not_before": not_before.map(shown),
            });
            add(&mut value, json!({ "lateness": lateness }));
        }
        value
    }

    /// What each limit has to say.
    fn limits(&self, asked: &Asked<'_>, uses: usize) -> Vec<Value> {
        let accepted = self.accepted(asked);
        let past: Vec<_> = accepted.iter().map(|old| old.movement()).collect();
        let new = Movement { time: asked.time, cents: asked.cents };
        let one = |limit: &Limit| {
            let users = users(limit, &accepted, asked.time);
            let more = users.len().saturating_sub(uses);
            let told = |old: &&Decided| {
                json!({
                    "position": old.position, "transaction_id": old.id, "amount": decimal(old.cents),
                    "time": shown(old.time), "batch": old.batch, "line": old.line,
                })
            };
            let mut value = standing(limit, &past, asked.time);
            let explained = json!({
                "applies": limit.holds(asked.group, new),
                "exceeded": limit.exceeded(&past, asked.group, new).map(|exceeded| exceeded.bound),
                "used_by": users[more..].iter().map(told).collect::<Vec<_>>(), "used_by_more": more,
            });
            add(&mut value, explained);
            value
        };
        self.policy(asked.position).policy.limits.iter().map(one).collect()
    }

    /// What `account --json` must say, with so many of the last decisions; none of an account that was not known yet.
    pub(crate) fn account(&self, asked: &Asked<'_>, recorded_at: &[String], events: usize) -> Option<Value> {
        self.known(&Asked { at: None, ..*asked }).first()?;
        let (known, accepted) = (self.known(asked), self.accepted(asked));
        let at = asked.at.or(self.latest(asked)).expect("something had happened, or a time was asked for");
        let policy = self.policy(asked.position);
        let side = |outward: bool| {
            let moved: Vec<_> = accepted.iter().filter(|old| (old.cents < 0) == outward).collect();
            (moved.len(), decimal(moved.iter().map(|old| old.cents.abs()).sum()))
        };
        let ((load_count, loads), (withdrawal_count, withdrawals)) = (side(false), side(true));
        let past: Vec<_> = accepted.iter().map(|old| old.movement()).collect();
        let limits = policy.policy.limits.iter().map(|limit| {
            let mut value = standing(limit, &past, at);
            if !limit.is_for(asked.group) || !limit.is_in_force(at) {
                add(&mut value, json!({ "applies": false }));
            }
            value
        });
        let last = known.iter().skip(known.len().saturating_sub(events)).map(|old| {
            let until = accepted.iter().filter(|earlier| earlier.position <= old.position);
            let mut value = json!({
                "position": old.position, "batch": old.batch, "line": old.line, "transaction_id": old.id,
                "amount": decimal(old.cents), "time": shown(old.time), "accepted": old.reason.is_none(),
                "reason": old.reason, "recorded_at": recorded_at[old.position as usize - 1],
                "balance": decimal(until.map(|earlier| earlier.cents).sum()),
            });
            add(&mut value, marks(&old.flags, &old.shadow));
            value
        });
        let mut value = json!({
            "account": asked.account, "at": asked.at.map(shown), "as_of": asked.position, "limits_at": shown(at),
            "balance": decimal(accepted.iter().map(|old| old.cents).sum()),
            "loads": loads, "load_count": load_count, "withdrawals": withdrawals, "withdrawal_count": withdrawal_count,
            "accepted": accepted.len(), "declined": known.len() - accepted.len(), "policy": policy.position,
            "limits": limits.collect::<Vec<_>>(), "events": last.collect::<Vec<_>>(),
        });
        if policy.policy.decides_by_groups() {
            add(&mut value, json!({ "group": asked.group }));
        }
        Some(value)
    }
}

/// The marks of a transaction, as far as it has any.
fn marks(flags: &[String], shadow: &[String]) -> Value {
    let mut value = json!({});
    for (key, codes) in [("flags", flags), ("shadow", shadow)].into_iter().filter(|(_, codes)| !codes.is_empty()) {
        add(&mut value, json!({ key: codes }));
    }
    value
}

/// Those that had used a limit in the window at a time, or were too near to it.
fn users<'a>(limit: &Limit, accepted: &[&'a Decided], time: DateTime<Utc>) -> Vec<&'a Decided> {
    let sums = limit.count.is_some() || limit.amount.is_some();
    let uses = |old: &&Decided| {
        let old = old.movement();
        // What went the other way has used a net sum too, by less than nothing.
        let is_summed = sums && limit.counts(old.time, time) && (limit.covers(old) || limit.is_net);
        is_summed || limit.cooldown.is_some_and(|cooldown| limit.nearer_than(cooldown, &[old], time) > 0)
    };
    accepted.iter().copied().filter(uses).collect()
}

/// How much of a limit is used at a time.
fn standing(limit: &Limit, past: &[Movement], time: DateTime<Utc>) -> Value {
    let (count, sum) = (limit.used_count(past, time), limit.used_amount(past, time));
    let sums = limit.count.is_some() || limit.amount.is_some();
    let is_used = limit.count.is_some() && count > 0 || limit.amount.is_some() && sum > 0;
    let days = sums.then(|| window(limit, limit.zone.day(time))).flatten();
    let (after, resets) = match (&limit.window, days) {
        (Window::Trailing { span, .. }, _) => {
            let oldest = past.iter().filter(|old| limit.covers(**old) && limit.counts(old.time, time));
            let oldest = oldest.map(|old| old.time).min().filter(|_| is_used);
            (Some(time - *span), oldest.map(|oldest| oldest + *span))
        }
        (_, Some((_, last))) => (None, Some(limit.zone.beginning(last + Days::new(1)))),
        _ => (None, None),
    };
    let local = |time: DateTime<Utc>| (1..=9999).contains(&time.year()).then(|| limit.zone.shown(time));
    let part = |used: i128, most: i128, text: fn(i128) -> Value| json!({ "used": text(used.max(0)), "limit": text(most), "left": text((most - used).max(0)) });
    let mut value = json!({
        "limit": limit.name, "window": limit.window.text(), "direction": limit.direction,
        "from": days.map(|(first, _)| date_text(first)), "to": days.map(|(_, last)| date_text(last)),
        "resets": resets.and_then(local),
        "count": limit.count.map(|most| part(count, most, number)),
        "amount": limit.amount.map(|most| part(sum, most, money)),
    });
    let is_near = |old: &&Movement| limit.cooldown.is_some_and(|span| limit.nearer_than(span, &[**old], time) > 0);
    let near: Vec<_> = past.iter().filter(is_near).collect();
    let cooldown = limit.cooldown.map(|span| {
        let last = near.iter().map(|old| old.time + span).max();
        json!({ "span": span_text(span), "near": near.len(), "resets": last.and_then(local) })
    });
    let others = [
        ("minimum_amount", limit.minimum_amount.map(money)),
        ("maximum_amount", limit.maximum_amount.map(money)),
        ("maximum_balance", limit.maximum_balance.map(|most| part(balance(past), most, money))),
        ("cooldown", cooldown),
        ("after", after.and_then(local).map(Value::from)),
        ("measure", limit.is_net.then(|| json!("net"))),
        ("zone", (limit.zone.name() != "UTC").then(|| json!(limit.zone.name()))),
        ("groups", limit.groups.as_ref().map(|groups| json!(groups))),
        ("holds_from", limit.from.map(|day| json!(date_text(day)))),
        ("holds_until", limit.until.map(|day| json!(date_text(day)))),
        (
            "outcome",
            match limit.outcome {
                Outcome::Decline => None,
                Outcome::Flag => Some(json!("flag")),
                Outcome::Shadow => Some(json!("shadow")),
            },
        ),
    ];
    for (key, other) in others {
        if let Some(other) = other {
            add(&mut value, json!({ key: other }));
        }
    }
    value
}

/// The first and the last day of the window of the calendar that holds a day, found day by day; none if it is another
/// kind of window.
pub(super) fn window(limit: &Limit, date: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    if matches!(limit.window, Window::Transaction | Window::Lifetime | Window::Trailing { .. }) {
        return None;
    }
    let (mut first, mut last) = (date, date);
    while limit.same_window(first - Days::new(1), date) {
        first = first - Days::new(1);
    }
    while limit.same_window(last + Days::new(1), date) {
        last = last + Days::new(1);
    }
    Some((first, last))
}

/// Adds the keys of one object to another, in the place of those that it has.
fn add(value: &mut Value, more: Value) {
    let (Value::Object(value), Value::Object(more)) = (value, more) else { panic!("both are objects") };
    value.extend(more);
}

fn number(number: i128) -> Value {
    u64::try_from(number).expect("what is counted is not below zero").into()
}

fn money(cents: i128) -> Value {
    decimal(cents).into()
}

pub(super) fn date_text(date: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// Cents as a decimal.
pub(super) fn decimal(cents: i128) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}
