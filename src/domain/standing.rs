//! How an account stands at a moment.

use std::collections::BTreeMap;

use super::judgement::{judge, room};
use super::{
    AccountEventKind, Amount, Day, Direction, Limit, LimitDirection, Policy, StatementLine, Timestamp, Usage, Window,
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
    declined: u64,
    latest: Option<Timestamp>,
    total: Usage,
    days: BTreeMap<Day, Usage>,
}

/// How much of a limit is used at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitStanding {
    /// The first and the last day of the window in question; none where each transaction stands by itself.
    pub window: Option<(Day, Day)>,
    /// The number of transactions, if the limit bounds it.
    pub count: Option<Part>,
    /// The sum of absolute amounts in minor units, if the limit bounds it.
    pub amount: Option<Part>,
}

/// One of the two things that a limit can bound, used up to some part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// How much is used.
    pub used: u64,
    /// How much is allowed.
    pub limit: u64,
}

impl Part {
    /// How much is left; nothing, too, if more is used than this limit allows, since another policy let it pass.
    pub const fn left(self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}

impl LimitStanding {
    /// When the window ends and nothing of the next one is used by it; none where each transaction stands by itself,
    /// and behind the year 9999.
    pub fn resets(&self) -> Option<Timestamp> {
        self.window.and_then(|(_, last)| Timestamp::start_of(last.plus(1)))
    }
}

impl<'a> Standing<'a> {
    /// Adds up lines of a statement, in their order; none if the amounts do not fit into 63 bits, which those of one
    /// account always do.
    pub fn of(lines: impl IntoIterator<Item = &'a StatementLine>) -> Option<Self> {
        let mut standing =
            Self { accepted: Vec::new(), declined: 0, latest: None, total: Usage::ZERO, days: BTreeMap::new() };
        for line in lines {
            standing.latest = standing.latest.max(Some(line.time));
            if !line.outcome.is_accepted() {
                standing.declined += 1;
                continue;
            }
            standing.accepted.push(line);
            let usage = Usage::of(line.amount)?;
            standing.total = standing.total.plus(&usage)?;
            // A part of a total that fits does so too.
            standing.days.entry(line.time.day()).or_default().merge(&usage);
        }
        Some(standing)
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

    /// The days with accepted transactions and what they used, ascending.
    pub const fn days(&self) -> &BTreeMap<Day, Usage> {
        &self.days
    }

    /// How much is used of a limit in the window that holds a day.
    pub fn limit(&self, limit: &Limit, day: Day) -> LimitStanding {
        let used = self.used(limit.window, day);
        let count = limit.count.map(|count| Part { used: used.count(limit.direction), limit: u64::from(count) });
        let amount = limit.amount.map(|amount| Part { used: used.amount(limit.direction), limit: amount.magnitude() });
        let window = (limit.window != Window::Transaction).then(|| limit.window.days(day));
        LimitStanding { window, count, amount }
    }

    /// The accepted lines that have used up a limit in the window that holds a day.
    pub fn users(&self, limit: &Limit, day: Day) -> impl Iterator<Item = &'a StatementLine> {
        let (first, last) = limit.window.days(day);
        let (alone, direction) = (limit.window == Window::Transaction, limit.direction);
        let counts = move |line: &&StatementLine| {
            !alone && (first..=last).contains(&line.time.day()) && direction.covers(line.amount.direction())
        };
        self.accepted.iter().copied().filter(counts)
    }

    /// What would become of a transaction on a day if its id were new.
    pub fn judge(&self, amount: Amount, day: Day, policy: &Policy) -> AccountEventKind {
        let (loads, withdrawals) = self.totals();
        judge(amount, policy, loads, withdrawals, |window| self.used(window, day))
    }

    /// How much more the account's total of a direction can take, in minor units.
    pub(super) const fn room(&self, direction: Direction) -> u64 {
        let (loads, withdrawals) = self.totals();
        room(direction, loads, withdrawals)
    }

    const fn totals(&self) -> (u64, u64) {
        (self.total.amount(LimitDirection::Load), self.total.amount(LimitDirection::Withdrawal))
    }

    /// What is used of the window that holds a day.
    pub(super) fn used(&self, window: Window, day: Day) -> Usage {
        if window == Window::Transaction {
            return Usage::ZERO;
        }
        let (first, last) = window.days(day);
        let mut sum = Usage::ZERO;
        self.days.range(first..=last).for_each(|(_, usage)| sum.merge(usage));
        sum
    }
}
