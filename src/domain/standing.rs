//! How an account stands at a moment.

use std::collections::BTreeMap;

use super::judgement::{Totals, judge, room};
use super::limit::Used;
use super::limit_standing::{used, uses};
use super::rule::Rule;
use super::timeline::Timeline;
use super::{
    AccountEventKind, Bound, Day, Direction, Limit, LimitDirection, LimitStanding, Policy, StatementLine, Stretch,
    TimeSpan, Timestamp, Transaction, Usage,
};

/// How an account stands after some lines of its statement: all of them, or those that had been recorded by then, or
/// those that had happened by then.
///
/// It says what an [`super::Account`] says, and besides which transactions it comes from; live decisions, which need to
/// be fast, are made by the account.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The accepted lines, in the order in which they were recorded.
    accepted: Vec<&'a StatementLine>,
    /// The same in order of time.
    moved: Timeline,
    declined: u64,
    latest: Option<Timestamp>,
    latest_accepted: Option<Timestamp>,
    total: Usage,
    days: BTreeMap<Day, Usage>,
}

impl<'a> Standing<'a> {
    /// Adds up lines of a statement, in their order; none if the amounts do not fit into 63 bits, which those of one
    /// account always do.
    pub fn of(lines: impl IntoIterator<Item = &'a StatementLine>) -> Option<Self> {
        let (mut accepted, mut days) = (Vec::new(), BTreeMap::<Day, Usage>::new());
        let (mut declined, mut latest, mut total) = (0, None, Usage::ZERO);
        for line in lines {
            latest = latest.max(Some(line.time));
            if !line.outcome.is_accepted() {
                declined += 1;
                continue;
            }
            accepted.push(line);
            let usage = Usage::of(line.amount)?;
            total = total.plus(&usage)?;
            // A part of a total that fits does so too.
            days.entry(line.time.day()).or_default().merge(&usage);
        }
        let latest_accepted = accepted.iter().map(|line| line.time).max();
        let moved = Timeline::of(accepted.iter().map(|line| (line.time, line.amount)));
        Some(Self { accepted, moved, declined, latest, latest_accepted, total, days })
    }

    /// Accepted loads minus accepted withdrawals, in minor units.
    ///
    /// It is below zero where money went out before a load that is counted later only because it was recorded earlier.
    pub const fn balance(&self) -> i64 {
        self.total.balance()
    }

    /// What was accepted in all.
    pub const fn total(&self) -> &Usage {
        &self.total
    }

    /// The accepted lines, in the order in which they were recorded.
    pub fn accepted(&self) -> &[&'a StatementLine] {
        &self.accepted
    }

    /// How many transactions were declined.
    pub const fn declined(&self) -> u64 {
        self.declined
    }

    /// The latest time of a transaction, accepted or not.
    pub const fn latest(&self) -> Option<Timestamp> {
        self.latest
    }

    /// The latest time of an accepted transaction.
    pub const fn latest_accepted(&self) -> Option<Timestamp> {
        self.latest_accepted
    }

    /// The days in UTC with accepted transactions and what they used, ascending.
    pub const fn days(&self) -> &BTreeMap<Day, Usage> {
        &self.days
    }

    /// How much is used of a limit in the window that holds a time.
    pub fn limit(&self, limit: &Limit, time: Timestamp) -> LimitStanding {
        LimitStanding::of(limit, time, &self.moved, self.balance())
    }

    /// The accepted lines that count for a limit at a time: those in the window that holds it, and those that are too
    /// near to it.
    pub fn users(&self, limit: &Limit, time: Timestamp) -> impl Iterator<Item = &'a StatementLine> {
        let uses = uses(limit, time);
        self.accepted.iter().copied().filter(move |line| uses(line))
    }

    /// What would become of a transaction if its id were new.
    pub fn judge(&self, transaction: &Transaction<'_>, policy: &Policy) -> AccountEventKind {
        judge(transaction, policy, self.totals(), &mut StandingUsed { standing: self, policy, time: transaction.time })
    }

    /// Which bound of a limit a transaction that it restricts would exceed.
    pub(super) fn exceeded(&self, rule: &Rule, policy: &Policy, transaction: &Transaction<'_>) -> Option<Bound> {
        let mut used = StandingUsed { standing: self, policy, time: transaction.time };
        policy.limit_of(rule)?.exceeded_by(rule, transaction.amount, &mut used).map(|(bound, _)| bound)
    }

    /// How much more the account's total of a direction can take, in minor units.
    pub(super) fn room(&self, direction: Direction) -> u64 {
        let Totals { loads, withdrawals, .. } = self.totals();
        room(direction, loads, withdrawals)
    }

    /// The accepted lines in order of time.
    pub(super) const fn moved(&self) -> &Timeline {
        &self.moved
    }

    fn totals(&self) -> Totals {
        Totals {
            loads: self.total.amount(LimitDirection::Load),
            withdrawals: self.total.amount(LimitDirection::Withdrawal),
            latest: self.latest_accepted,
        }
    }
}

/// What a standing has used, as the limits ask for it.
struct StandingUsed<'s, 'a> {
    standing: &'s Standing<'a>,
    policy: &'s Policy,
    time: Timestamp,
}

impl Used for StandingUsed<'_, '_> {
    fn of_window(&mut self, rule: &Rule) -> Usage {
        self.policy.limit_of(rule).map_or(Usage::ZERO, |limit| used(limit, self.time, &self.standing.moved))
    }

    fn within(&mut self, span: TimeSpan) -> Usage {
        self.standing.moved.sum(Stretch::around(self.time, span))
    }

    fn balance(&mut self) -> i64 {
        self.standing.balance()
    }
}
