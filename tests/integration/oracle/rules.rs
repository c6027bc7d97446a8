//! The rules once more, as plainly as they can be written: the oracle that the engine is compared with.
//!
//! It shares nothing with the engine but the text of the rules. It reads the configuration and the lines by other
//! means, keeps every accepted transaction, and for each limit looks at all of them. It knows valid input only.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};

use super::policy::{Limit, Outcome, Policy, Window};

/// The highest total of loads, and of withdrawals, that an account can reach.
const TOTAL_MAX: i128 = (1 << 63) - 1;

/// Money that a transaction moves, in cents, below zero if it is withdrawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Movement {
    pub(super) time: DateTime<Utc>,
    pub(super) cents: i128,
}

/// What becomes of a transaction that is no duplicate.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Judgement {
    /// It is accepted, and marked by those limits that only flag or count it: their places, and what it exceeds.
    Accepted {
        marks: Vec<(usize, Exceeded)>,
    },
    TooLate {
        latest: DateTime<Utc>,
    },
    LimitExceeded {
        place: usize,
        exceeded: Exceeded,
    },
    TotalOverflow,
    InsufficientFunds {
        balance: i128,
    },
}

/// The bound of a limit that a transaction exceeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Exceeded {
    /// As the configuration spells it.
    pub(super) bound: &'static str,
    /// How much of it was used before: transactions, or cents.
    pub(super) used: i128,
}

/// Decides on a transaction of a customer in a group, whose accepted transactions these are.
pub(super) fn judge(policy: &Policy, history: &[Movement], group: &str, new: Movement) -> Judgement {
    if let (Some(late_after), Some(latest)) = (policy.late_after, latest(history))
        && new.time < latest - late_after
    {
        return Judgement::TooLate { latest };
    }
    let mut marks = Vec::new();
    for (place, limit) in policy.limits.iter().enumerate() {
        match limit.exceeded(history, group, new) {
            Some(exceeded) if limit.outcome == Outcome::Decline => return Judgement::LimitExceeded { place, exceeded },
            Some(exceeded) => marks.push((place, exceeded)),
            None => {}
        }
    }
    let same_direction = history.iter().filter(|old| (old.cents < 0) == (new.cents < 0));
    let total: i128 = same_direction.map(|old| old.cents.abs()).sum();
    if total + new.cents.abs() > TOTAL_MAX {
        return Judgement::TotalOverflow;
    }
    let balance = balance(history);
    if new.cents < 0 && balance + new.cents < 0 {
        return Judgement::InsufficientFunds { balance };
    }
    Judgement::Accepted { marks }
}

impl Judgement {
    /// Why the transaction is declined, if it is.
    pub(super) fn reason(&self, policy: &Policy) -> Option<String> {
        match self {
            Self::Accepted { .. } => None,
            Self::TooLate { .. } => Some("too_late".to_owned()),
            Self::LimitExceeded { place, .. } => Some(policy.limits[*place].code()),
            Self::TotalOverflow => Some("total_overflow".to_owned()),
            Self::InsufficientFunds { .. } => Some("insufficient_funds".to_owned()),
        }
    }

    /// The places of the limits of an outcome that marked the transaction.
    pub(super) fn marked(&self, policy: &Policy, outcome: Outcome) -> Vec<usize> {
        let Self::Accepted { marks } = self else { return Vec::new() };
        marks.iter().map(|(place, _)| *place).filter(|place| policy.limits[*place].outcome == outcome).collect()
    }
}

pub(super) fn balance(history: &[Movement]) -> i128 {
    history.iter().map(|movement| movement.cents).sum()
}

pub(super) fn latest(history: &[Movement]) -> Option<DateTime<Utc>> {
    history.iter().map(|movement| movement.time).max()
}

impl Limit {
    /// The first bound that a transaction exceeds, if the limit holds for it.
    pub(super) fn exceeded(&self, history: &[Movement], group: &str, new: Movement) -> Option<Exceeded> {
        if !self.holds(group, new) {
            return None;
        }
        let size = new.cents.abs();
        let near = self.cooldown.map_or(0, |cooldown| self.nearer_than(cooldown, history, new.time));
        let (count, amount) = (self.used_count(history, new.time), self.used_amount(history, new.time));
        let balance = balance(history);
        let bounds = [
            (self.minimum_amount.is_some_and(|least| size < least), "minimum_amount", 0),
            (self.maximum_amount.is_some_and(|most| size > most), "maximum_amount", 0),
            (near > 0, "cooldown", near),
            (self.count.is_some_and(|most| count + 1 > most), "count", count),
            (self.amount.is_some_and(|most| amount + size > most), "amount", amount),
            (
                self.maximum_balance.is_some_and(|most| new.cents >= 0 && balance + new.cents > most),
                "maximum_balance",
                balance,
            ),
        ];
        let first = bounds.into_iter().find(|(is_exceeded, _, _)| *is_exceeded);
        first.map(|(_, bound, used)| Exceeded { bound, used })
    }

    /// Whether the limit restricts a transaction.
    pub(super) fn holds(&self, group: &str, new: Movement) -> bool {
        self.covers(new) && self.is_for(group) && self.is_in_force(new.time)
    }

    /// Whether the limit is for customers of a group.
    pub(super) fn is_for(&self, group: &str) -> bool {
        self.groups.as_ref().is_none_or(|groups| groups.iter().any(|one| one == group))
    }

    /// Whether a time lies within the limit's days.
    pub(super) fn is_in_force(&self, time: DateTime<Utc>) -> bool {
        let day = self.zone.day(time);
        self.from.is_none_or(|from| day >= from) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether a transaction is of the limit's direction.
    pub(super) fn covers(&self, movement: Movement) -> bool {
        match self.direction.as_str() {
            "load" => movement.cents >= 0,
            "withdrawal" => movement.cents < 0,
            "any" => true,
            other => panic!("{other:?} is no direction"),
        }
    }

    /// How many accepted transactions lie nearer to a time than this, before or behind it.
    pub(super) fn nearer_than(&self, span: TimeDelta, history: &[Movement], time: DateTime<Utc>) -> i128 {
        let is_near = |old: &&Movement| old.time > time - span && old.time < time + span;
        history.iter().filter(|old| self.covers(**old)).filter(is_near).count() as i128
    }

    /// How many accepted transactions of its direction share the limit's window at a time.
    pub(super) fn used_count(&self, history: &[Movement], time: DateTime<Utc>) -> i128 {
        history.iter().filter(|old| self.covers(**old) && self.counts(old.time, time)).count() as i128
    }

    /// The sum of their absolute amounts; for a net limit less what went the other way, but never below zero.
    pub(super) fn used_amount(&self, history: &[Movement], time: DateTime<Utc>) -> i128 {
        let (mut with, mut against) = (0, 0);
        for old in history.iter().filter(|old| self.counts(old.time, time)) {
            if self.covers(*old) { with += old.cents.abs() } else { against += old.cents.abs() }
        }
        if self.is_net { (with - against).max(0) } else { with }
    }

    /// Whether what happened at an old time counts in the window of a new one.
    pub(super) fn counts(&self, old: DateTime<Utc>, new: DateTime<Utc>) -> bool {
        match self.window {
            Window::Transaction => false,
            Window::Lifetime => true,
            Window::Trailing { span, .. } => old > new - span && old <= new,
            _ => self.same_window(self.zone.day(old), self.zone.day(new)),
        }
    }

    /// Whether two days lie in the same window of the calendar.
    pub(super) fn same_window(&self, one: NaiveDate, other: NaiveDate) -> bool {
        let month = |date: NaiveDate| (date.year(), date.month());
        let quarter = |date: NaiveDate| (date.year(), date.month0() / 3);
        match self.window {
            Window::Day => one == other,
            Window::Week => first_of_week(one, self.week_starts) == first_of_week(other, self.week_starts),
            Window::Month => month(one) == month(other),
            Window::Quarter => quarter(one) == quarter(other),
            Window::Year => one.year() == other.year(),
            Window::Lifetime => true,
            Window::Transaction | Window::Trailing { .. } => false,
        }
    }
}

/// The day on which the week began that holds a day.
fn first_of_week(mut date: NaiveDate, week_starts: Weekday) -> NaiveDate {
    while date.weekday() != week_starts {
        date = date - Days::new(1);
    }
    date
}

/// The cents of an amount such as `-$33.4`.
pub(crate) fn cents(text: &str) -> i128 {
    let digits = text.replace(['+', '-', '$'], "");
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let cents: i128 = format!("{whole}{fraction:0<2}").parse().expect("an amount is digits");
    if text.contains('-') { -cents } else { cents }
}
