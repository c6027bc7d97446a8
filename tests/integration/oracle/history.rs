//! A memory of everything that was decided, which answers any question about the past by looking at all of it again.
//!
//! Like the rules it shares nothing with the crate. Its answers have the form of what the program prints as JSON.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::rules::{Limit, Movement, cents, reason_to_decline};

/// Every decision, and every policy.
#[derive(Default)]
pub(crate) struct History {
    decisions: Vec<Decided>,
    policies: Vec<PolicyHere>,
    size: u64,
}

/// One decision.
pub(crate) struct Decided {
    pub(crate) position: u64,
    pub(crate) account: String,
    pub(crate) id: String,
    pub(crate) cents: i128,
    pub(crate) time: DateTime<Utc>,
    pub(crate) reason: Option<String>,
    batch: String,
    line: u64,
}

struct PolicyHere {
    position: u64,
    config: String,
    limits: Vec<Limit>,
}

/// A transaction, and what is known when it comes.
pub(crate) struct Asked<'a> {
    pub(crate) account: &'a str,
    pub(crate) cents: i128,
    pub(crate) time: DateTime<Utc>,
    /// Only what had been recorded up to this position counts.
    pub(crate) position: u64,
    /// Only what had happened by this time counts.
    pub(crate) at: Option<DateTime<Utc>>,
}

impl History {
    /// Decides on a batch under a configuration, which is recorded if it is not the one that was in force.
    pub(crate) fn decide(&mut self, batch: &str, config: &str, lines: &[String]) {
        if self.policies.last().is_none_or(|policy| policy.config != config) {
            let table: toml::Table = config.parse().expect("the configuration is TOML");
            let limits = table["limits"].as_array().expect("limits are a list").iter().map(Limit::new).collect();
            self.size += 1;
            self.policies.push(PolicyHere { position: self.size, config: config.to_owned(), limits });
        }
        for (line, text) in (1..).zip(lines) {
            let transaction: Value = serde_json::from_str(text).expect("a line is JSON");
            let field = |name: &str| transaction[name].as_str().expect("a field is a text").to_owned();
            let time = DateTime::parse_from_rfc3339(&field("time")).expect("a time is one").with_timezone(&Utc);
            let (account, id, cents) = (field("customer_id"), field("id"), cents(&field("load_amount")));
            let seen = self.decisions.iter().any(|old| old.account == account && old.id == id);
            let asked = Asked { account: &account, cents, time, position: self.size, at: None };
            let reason = if seen { Some("duplicate".to_owned()) } else { self.reason(&asked) };
            self.size += 1;
            let (position, batch) = (self.size, batch.to_owned());
            self.decisions.push(Decided { position, account, id, cents, time, reason, batch, line });
        }
    }

    /// How many events there are.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn decisions(&self) -> &[Decided] {
        &self.decisions
    }

    /// Why a transaction of a new id is declined, if it is.
    pub(crate) fn reason(&self, asked: &Asked<'_>) -> Option<String> {
        self.judge(asked)(asked.cents, asked.time).map(str::to_owned)
    }

    /// What decides on an amount at a time, by what is known.
    fn judge<'a>(&'a self, asked: &Asked<'_>) -> impl Fn(i128, DateTime<Utc>) -> Option<&'a str> + use<'a> {
        let past: Vec<_> = self.accepted(asked).iter().map(|old| old.movement()).collect();
        let limits = &self.policy(asked.position).limits;
        move |cents, time| reason_to_decline(limits, &past, Movement { date: time.date_naive(), cents })
    }

    /// The policy in force behind a position.
    fn policy(&self, position: u64) -> &PolicyHere {
        self.policies.iter().rfind(|policy| policy.position <= position).expect("a policy is in force")
    }

    /// What counts of an account.
    fn known(&self, asked: &Asked<'_>) -> Vec<&Decided> {
        let counts = |old: &&Decided| {
            old.account == asked.account && old.position <= asked.position && asked.at.is_none_or(|at| old.time <= at)
        };
        self.decisions.iter().filter(counts).collect()
    }

    fn accepted(&self, asked: &Asked<'_>) -> Vec<&Decided> {
        self.known(asked).into_iter().filter(|old| old.reason.is_none()).collect()
    }

    /// The time of an account's latest transaction among those that count.
    pub(crate) fn latest(&self, asked: &Asked<'_>) -> Option<DateTime<Utc>> {
        self.known(asked).iter().map(|old| old.time).max()
    }

    /// What `explain --json` must say of a transaction that is only supposed, but for the largest amount and the
    /// earliest time.
    pub(crate) fn explain_supposed(&self, asked: &Asked<'_>, uses: usize) -> Value {
        let reason = self.reason(asked);
        let mut value = self.explain(asked, uses);
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
        let sights: Vec<_> = self.decisions.iter().filter(same).collect();
        let recorded_at = |position: u64| recorded_at[position as usize - 1].as_str();
        let first = sights[0];
        let first_sight = json!({
            "position": first.position, "batch": first.batch, "line": first.line, "amount": decimal(first.cents),
            "time": shown(first.time), "accepted": first.reason.is_none(), "reason": first.reason,
            "recorded_at": recorded_at(first.position),
        });
        let mut value = self.explain(&one.asked(), uses);
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
        json!({
            "account": asked.account, "amount": decimal(asked.cents), "time": shown(asked.time),
            "at": asked.at.map(shown), "as_of": asked.position,
            "policy": self.policy(asked.position).position, "limits": self.limits(asked, uses),
            "balance": decimal(self.accepted(asked).iter().map(|old| old.cents).sum()),
        })
    }

    /// What each limit has to say.
    fn limits(&self, asked: &Asked<'_>, uses: usize) -> Vec<Value> {
        let accepted = self.accepted(asked);
        let new = Movement { date: asked.time.date_naive(), cents: asked.cents };
        let one = |limit: &Limit| {
            let users = users(limit, &accepted, new.date);
            let (count, sum) = used(&users);
            let applies = limit.covers(new);
            let exceeded = if applies && limit.count.is_some_and(|most| count + 1 > most) {
                Some("count")
            } else if applies && limit.amount.is_some_and(|most| sum + new.cents.abs() > most) {
                Some("amount")
            } else {
                None
            };
            let more = users.len().saturating_sub(uses);
            let told = |old: &&Decided| {
                json!({
                    "position": old.position, "transaction_id": old.id, "amount": decimal(old.cents),
                    "time": shown(old.time), "batch": old.batch, "line": old.line,
                })
            };
            let mut value = standing(limit, &users, new.date);
            let explained = json!({
                "applies": applies, "exceeded": exceeded,
                "used_by": users[more..].iter().map(told).collect::<Vec<_>>(), "used_by_more": more,
            });
            add(&mut value, explained);
            value
        };
        self.policy(asked.position).limits.iter().map(one).collect()
    }

    /// What `account --json` must say, with so many of the last decisions; none of an account that was not known yet.
    pub(crate) fn account(&self, asked: &Asked<'_>, recorded_at: &[String], events: usize) -> Option<Value> {
        self.known(&Asked { at: None, ..*asked }).first()?;
        let (known, accepted) = (self.known(asked), self.accepted(asked));
        let at = asked.at.or(self.latest(asked)).expect("something had happened, or a time was asked for");
        let policy = self.policy(asked.position);
        let side = |outward: bool| {
            let moved: Vec<_> = accepted.iter().filter(|old| (old.cents < 0) == outward).copied().collect();
            (moved.len(), decimal(used(&moved).1))
        };
        let ((load_count, loads), (withdrawal_count, withdrawals)) = (side(false), side(true));
        let limits = policy.limits.iter().map(|limit| {
            let date = at.date_naive();
            standing(limit, &users(limit, &accepted, date), date)
        });
        let last = known.iter().skip(known.len().saturating_sub(events)).map(|old| {
            let until = accepted.iter().filter(|earlier| earlier.position <= old.position);
            json!({
                "position": old.position, "batch": old.batch, "line": old.line, "transaction_id": old.id,
                "amount": decimal(old.cents), "time": shown(old.time), "accepted": old.reason.is_none(),
                "reason": old.reason, "recorded_at": recorded_at[old.position as usize - 1],
                "balance": decimal(until.map(|earlier| earlier.cents).sum()),
            })
        });
        Some(json!({
            "account": asked.account, "at": asked.at.map(shown), "as_of": asked.position, "limits_at": shown(at),
            "balance": decimal(accepted.iter().map(|old| old.cents).sum()),
            "loads": loads, "load_count": load_count, "withdrawals": withdrawals, "withdrawal_count": withdrawal_count,
            "accepted": accepted.len(), "declined": known.len() - accepted.len(), "policy": policy.position,
            "limits": limits.collect::<Vec<_>>(), "events": last.collect::<Vec<_>>(),
        }))
    }

    /// Whether an amount is the largest that passes, as far as one cent tells; of none, whether not even the smallest
    /// passes.
    pub(crate) fn is_largest(&self, asked: &Asked<'_>, largest: Option<i128>) -> bool {
        let judge = self.judge(asked);
        let passes = |cents: i128| judge(cents, asked.time).is_none();
        let (smallest, sign) = if asked.cents < 0 { (-1, -1) } else { (0, 1) };
        match largest {
            None => !passes(smallest),
            Some(largest) => (largest < 0) == (asked.cents < 0) && passes(largest) && !passes(largest + sign),
        }
    }

    /// Whether a time is the first at which a transaction passes, as far as its own time and the beginnings of those
    /// days tell that are near to it or to anything that had happened; of none, whether it passes at none of them.
    pub(crate) fn is_earliest(&self, asked: &Asked<'_>, earliest: Option<DateTime<Utc>>) -> bool {
        let near = |date: NaiveDate| (0..35).filter_map(move |days| date.checked_add_days(Days::new(days)));
        let dates = self.accepted(asked).into_iter().flat_map(|old| near(old.time.date_naive()));
        let days: BTreeSet<_> = dates.chain(near(asked.time.date_naive())).collect();
        let beginnings =
            days.into_iter().filter(|day| day.year() <= 9999).map(|day| day.and_time(NaiveTime::MIN).and_utc());
        let times = std::iter::once(asked.time).chain(beginnings.filter(|time| *time > asked.time));
        let judge = self.judge(asked);
        let mut passing = times.filter(|time| judge(asked.cents, *time).is_none());
        passing.next() == earliest
    }
}

impl Decided {
    /// The transaction, as it came.
    pub(crate) fn asked(&self) -> Asked<'_> {
        let &Self { ref account, cents, time, position, .. } = self;
        Asked { account, cents, time, position: position - 1, at: None }
    }

    fn movement(&self) -> Movement {
        Movement { date: self.time.date_naive(), cents: self.cents }
    }
}

/// Those that had used a limit in the window of a date.
fn users<'a>(limit: &Limit, accepted: &[&'a Decided], date: NaiveDate) -> Vec<&'a Decided> {
    let uses = |old: &&Decided| limit.covers(old.movement()) && limit.same_window(old.time.date_naive(), date);
    accepted.iter().copied().filter(uses).collect()
}

/// How many these are, and the sum of their absolute amounts.
fn used(users: &[&Decided]) -> (i128, i128) {
    (users.len() as i128, users.iter().map(|old| old.cents.abs()).sum())
}

/// How much of a limit is used in the window of a date.
fn standing(limit: &Limit, users: &[&Decided], date: NaiveDate) -> Value {
    let (count, sum) = used(users);
    let window = (limit.window != "transaction").then(|| window(limit, date));
    let left = |most: i128, used: i128| (most - used).max(0);
    let resets = window.map(|(_, last)| last + Days::new(1)).filter(|day| day.year() <= 9999);
    json!({
        "limit": limit.name, "window": limit.window, "direction": limit.direction,
        "from": window.map(|(first, _)| date_text(first)), "to": window.map(|(_, last)| date_text(last)),
        "resets": resets.map(|day| date_text(day) + "T00:00:00Z"),
        "count": limit.count.map(|most| json!({
            "used": number(count), "limit": number(most), "left": number(left(most, count)),
        })),
        "amount": limit.amount.map(|most| json!({
            "used": decimal(sum), "limit": decimal(most), "left": decimal(left(most, sum)),
        })),
    })
}

/// The first and the last day of the window that holds a date, found day by day.
fn window(limit: &Limit, date: NaiveDate) -> (NaiveDate, NaiveDate) {
    let (mut first, mut last) = (date, date);
    while limit.same_window(first - Days::new(1), date) {
        first = first - Days::new(1);
    }
    while limit.same_window(last + Days::new(1), date) {
        last = last + Days::new(1);
    }
    (first, last)
}

/// Adds the keys of one object to another, in the place of those that it has.
fn add(value: &mut Value, more: Value) {
    let (Value::Object(value), Value::Object(more)) = (value, more) else { panic!("both are objects") };
    value.extend(more);
}

fn number(number: i128) -> u64 {
    u64::try_from(number).expect("what is counted is not below zero")
}

fn date_text(date: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// A time as it is shown: with microseconds if it has any.
pub(crate) fn shown(time: DateTime<Utc>) -> String {
    let whole = time.timestamp_subsec_micros() == 0;
    time.to_rfc3339_opts(if whole { SecondsFormat::Secs } else { SecondsFormat::Micros }, true)
}

/// Cents as a decimal.
fn decimal(cents: i128) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}
