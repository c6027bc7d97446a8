//! A memory of everything that was decided, which answers any question about the past by looking at all of it again.
//!
//! Like the rules it shares nothing with the crate.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, SecondsFormat, Utc};

use super::cases::Case;
use super::decisions::Transaction;
use super::policy::{Outcome, Policy, Window};
use super::rules::{Judgement, Movement, judge, latest};
use super::told::window;

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
    pub(crate) group: String,
    pub(crate) reason: Option<String>,
    /// The codes of the limits that marked it.
    pub(super) flags: Vec<String>,
    pub(super) shadow: Vec<String>,
    pub(super) batch: String,
    pub(super) line: u64,
}

/// A policy, and where the log has it.
pub(super) struct PolicyHere {
    pub(super) position: u64,
    pub(super) policy: Policy,
}

/// A transaction, and what is known when it comes.
pub(crate) struct Asked<'a> {
    pub(crate) account: &'a str,
    /// The group that the customer is in.
    pub(crate) group: &'a str,
    pub(crate) cents: i128,
    pub(crate) time: DateTime<Utc>,
    /// Only what had been recorded up to this position counts.
    pub(crate) position: u64,
    /// Only what had happened by this time counts.
    pub(crate) at: Option<DateTime<Utc>>,
}

impl History {
    /// Decides on a batch, under a policy which is recorded if it is not the one that was in force.
    pub(crate) fn decide(&mut self, batch: &str, case: &Case) {
        let policy = Policy::new(&case.config, case.groups_file.as_deref());
        if !case.lines.is_empty() && self.policies.last().is_none_or(|last| last.policy != policy) {
            self.size += 1;
            self.policies.push(PolicyHere { position: self.size, policy });
        }
        for (line, text) in (1..).zip(&case.lines) {
            let policy = &self.policy(self.size).policy;
            let transaction = Transaction::of_line(text, policy);
            let Transaction { id, customer_id: account, group, movement: Movement { time, cents } } = transaction;
            let seen = self.decisions.iter().any(|old| old.account == account && old.id == id);
            let asked = Asked { account: &account, group: &group, cents, time, position: self.size, at: None };
            let judgement = self.judgement(&asked);
            let (reason, flags, shadow) = if seen {
                (Some("duplicate".to_owned()), Vec::new(), Vec::new())
            } else {
                let codes = |outcome| {
                    judgement.marked(policy, outcome).iter().map(|place| policy.limits[*place].code()).collect()
                };
                (judgement.reason(policy), codes(Outcome::Flag), codes(Outcome::Shadow))
            };
            let (position, batch) = (self.size + 1, batch.to_owned());
            self.decisions.push(Decided {
                position,
                account,
                id,
                cents,
                time,
                group,
                reason,
                flags,
                shadow,
                batch,
                line,
            });
            self.size = position;
        }
    }

    /// How many events there are.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn decisions(&self) -> &[Decided] {
        &self.decisions
    }

    /// What becomes of a transaction of a new id.
    pub(super) fn judgement(&self, asked: &Asked<'_>) -> Judgement {
        self.judge(asked)(asked.cents, asked.time)
    }

    /// What decides on an amount at a time, by what is known.
    fn judge<'a>(&'a self, asked: &Asked<'_>) -> impl Fn(i128, DateTime<Utc>) -> Judgement + use<'a> {
        let past: Vec<_> = self.accepted(asked).iter().map(|old| old.movement()).collect();
        let (policy, group) = (&self.policy(asked.position).policy, asked.group.to_owned());
        move |cents, time| judge(policy, &past, &group, Movement { time, cents })
    }

    /// The policy in force behind a position.
    pub(super) fn policy(&self, position: u64) -> &PolicyHere {
        self.policies.iter().rfind(|policy| policy.position <= position).expect("a policy is in force")
    }

    /// What counts of an account.
    pub(super) fn known(&self, asked: &Asked<'_>) -> Vec<&Decided> {
        let counts = |old: &&Decided| {
            old.account == asked.account && old.position <= asked.position && asked.at.is_none_or(|at| old.time <= at)
        };
        self.decisions.iter().filter(counts).collect()
    }

    pub(super) fn accepted(&self, asked: &Asked<'_>) -> Vec<&Decided> {
        self.known(asked).into_iter().filter(|old| old.reason.is_none()).collect()
    }

    /// Whether groups matter behind a position.
    pub(crate) fn decides_by_groups(&self, position: u64) -> bool {
        self.policy(position).policy.decides_by_groups()
    }

    /// The group that a customer is taken to be in if nobody says so: that of the last decision that counts.
    pub(crate) fn group_assumed(&self, asked: &Asked<'_>) -> &str {
        let last = self.known(asked).into_iter().next_back();
        let last = last.filter(|_| self.decides_by_groups(asked.position));
        last.map_or("default", |last| &last.group)
    }

    /// The time of an account's latest transaction among those that count.
    pub(crate) fn latest(&self, asked: &Asked<'_>) -> Option<DateTime<Utc>> {
        self.known(asked).iter().map(|old| old.time).max()
    }

    /// Whether an amount is the largest that passes, as far as one cent tells; of none, whether neither the smallest
    /// passes nor the smallest that some limit asks for.
    pub(crate) fn is_largest(&self, asked: &Asked<'_>, largest: Option<i128>) -> bool {
        let judge = self.judge(asked);
        let passes = |cents: i128| matches!(judge(cents, asked.time), Judgement::Accepted { .. });
        let (smallest, sign) = if asked.cents < 0 { (-1, -1) } else { (0, 1) };
        match largest {
            None => {
                let limits = self.policy(asked.position).policy.limits.iter();
                let least = limits.filter_map(|limit| limit.minimum_amount).map(|least| least * sign);
                !std::iter::once(smallest).chain(least).any(passes)
            }
            Some(largest) => (largest < 0) == (asked.cents < 0) && passes(largest) && !passes(largest + sign),
        }
    }

    /// Whether a time is the first from a transaction's own on at which it passes; of none, whether it never passes.
    pub(crate) fn is_earliest(&self, asked: &Asked<'_>, earliest: Option<DateTime<Utc>>) -> bool {
        let past: Vec<_> = self.accepted(asked).iter().map(|old| old.movement()).collect();
        let turns = turns(&self.policy(asked.position).policy, &past, asked.time);
        let later = turns.into_iter().filter(|turn| *turn > asked.time && turn.year() <= 9999);
        let judge = self.judge(asked);
        let passes = |time: &DateTime<Utc>| matches!(judge(asked.cents, *time), Judgement::Accepted { .. });
        std::iter::once(asked.time).chain(later).find(passes) == earliest
    }
}

/// Every time from which on a transaction may pass that would not have passed before: where a limit's window begins or
/// ends, where something leaves a window that trails or is far enough away, where a limit begins or ceases to hold, and
/// where a transaction is no longer too late. Where clocks are asked, only so near to what had happened that it matters.
fn turns(policy: &Policy, past: &[Movement], time: DateTime<Utc>) -> BTreeSet<DateTime<Utc>> {
    let mut turns = BTreeSet::new();
    for limit in &policy.limits {
        if let Some(until) = limit.until {
            turns.insert(limit.zone.beginning(until + Days::new(1)));
        }
        turns.extend(limit.from.map(|from| limit.zone.beginning(from)));
        for old in past.iter().map(|old| old.time).chain([time]) {
            turns.extend(limit.cooldown.map(|cooldown| old + cooldown));
            if let Window::Trailing { span, .. } = limit.window {
                turns.extend([old, old + span]);
            }
            if let Some((first, last)) = window(limit, limit.zone.day(old)) {
                turns.extend([first, last + Days::new(1)].map(|day| limit.zone.beginning(day)));
            }
        }
    }
    if let (Some(latest), Some(late_after)) = (latest(past), policy.late_after) {
        turns.insert(latest - late_after);
    }
    turns
}

impl Decided {
    /// The transaction, as it came.
    pub(crate) fn asked(&self) -> Asked<'_> {
        let &Self { ref account, ref group, cents, time, position, .. } = self;
        Asked { account, group, cents, time, position: position - 1, at: None }
    }

    pub(super) fn movement(&self) -> Movement {
        Movement { time: self.time, cents: self.cents }
    }
}

/// A time as it is shown: with microseconds if it has any.
pub(crate) fn shown(time: DateTime<Utc>) -> String {
    let whole = time.timestamp_subsec_micros() == 0;
    time.to_rfc3339_opts(if whole { SecondsFormat::Secs } else { SecondsFormat::Micros }, true)
}
