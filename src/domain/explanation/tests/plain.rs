//! Limits of every kind as plainly as they can be told: every transaction of the past is looked at for every question.

use jiff::civil::{Date, Weekday as CivilWeekday};
use jiff::tz::TimeZone;

use crate::domain::{
    AccountEventKind, Amount, Bound, Day, Limit, LimitDirection, LimitOutcome, Marks, Measure, TimeSpan, Timestamp,
    Weekday, Window,
};

/// The steps in which time is told: half an hour, as some zones are half an hour off.
pub(super) const STEP: i64 = 1_800_000_000;

/// An accepted transaction: its time in microseconds since 1970-01-01T00:00:00Z, and cents.
pub(super) type Moved = (i64, i64);

/// What is decided by.
#[derive(Clone, Debug)]
pub(super) struct Plain<'a> {
    pub(super) limits: &'a [Limit],
    pub(super) late_after: Option<TimeSpan>,
    pub(super) past: &'a [Moved],
    pub(super) group: &'a str,
    /// Of each limit, the windows of the calendar that the past lies in, which take long to find.
    keys: Vec<Vec<Key>>,
}

/// Something that is the same for all instants of a window of a calendar, and nothing of other windows.
type Key = Option<(i32, i32)>;

fn zoned(limit: &Limit, micros: i64) -> Date {
    let zone = TimeZone::get(limit.calendar.zone.name()).unwrap();
    zone.to_datetime(jiff::Timestamp::from_microsecond(micros).unwrap()).date()
}

fn number(date: Date) -> i32 {
    date.since(Date::constant(1970, 1, 1)).unwrap().get_days()
}

fn calendar_key(limit: &Limit, micros: i64) -> Key {
    if let Window::Transaction | Window::Lifetime | Window::Trailing(_) = limit.window {
        return None;
    }
    let date = zoned(limit, micros);
    let year = i32::from(date.year());
    Some(match limit.window {
        Window::Day => (0, number(date)),
        Window::Week => {
            let first = match limit.calendar.week_starts {
                Weekday::Monday => CivilWeekday::Monday,
                Weekday::Sunday => CivilWeekday::Sunday,
                other => panic!("{other:?}"),
            };
            (0, number(date) - i32::from(date.weekday().since(first)))
        }
        Window::Month => (year, i32::from(date.month())),
        Window::Quarter => (year, (i32::from(date.month()) - 1) / 3),
        Window::Year => (year, 0),
        Window::Transaction | Window::Lifetime | Window::Trailing(_) => return None,
    })
}

pub(super) fn covers(direction: LimitDirection, cents: i64) -> bool {
    match direction {
        LimitDirection::Any => true,
        LimitDirection::Load => cents >= 0,
        LimitDirection::Withdrawal => cents < 0,
    }
}

/// Whether two instants are of one window, seen from the first.
pub(super) fn shares_window(limit: &Limit, now: i64, then: i64) -> bool {
    shares(limit, (now, calendar_key(limit, now)), (then, calendar_key(limit, then)))
}

fn shares(limit: &Limit, (now, key): (i64, Key), (then, then_key): (i64, Key)) -> bool {
    match limit.window {
        Window::Transaction => false,
        Window::Lifetime => true,
        Window::Trailing(span) => now - span.micros() < then && then <= now,
        _ => key == then_key,
    }
}

fn cents(amount: Amount) -> i128 {
    i128::from(amount.minor())
}

impl<'a> Plain<'a> {
    pub(super) fn new(limits: &'a [Limit], late_after: Option<TimeSpan>, past: &'a [Moved], group: &'a str) -> Self {
        let keys = |limit: &Limit| past.iter().map(|(then, _)| calendar_key(limit, *then)).collect();
        Self { limits, late_after, past, group, keys: limits.iter().map(keys).collect() }
    }

    fn in_window(&self, limit: &Limit, now: i64) -> impl Iterator<Item = &Moved> {
        let place = self.limits.iter().position(|other| other.name == limit.name).unwrap();
        let now = (now, calendar_key(limit, now));
        let past = self.past.iter().zip(&self.keys[place]);
        past.filter(move |((then, _), key)| shares(limit, now, (*then, **key))).map(|(moved, _)| moved)
    }

    /// How many of a limit's direction are in its window.
    pub(super) fn count(&self, limit: &Limit, now: i64) -> usize {
        self.in_window(limit, now).filter(|(_, cents)| covers(limit.direction, *cents)).count()
    }

    /// What they come to.
    pub(super) fn sum(&self, limit: &Limit, now: i64) -> i128 {
        let signed = |(_, cents): &Moved| match (covers(limit.direction, *cents), limit.measure) {
            (true, _) => i128::from(*cents).abs(),
            (false, Measure::Net) => -i128::from(*cents).abs(),
            (false, Measure::Gross) => 0,
        };
        self.in_window(limit, now).map(signed).sum::<i128>().max(0)
    }

    /// The times of those of a limit's direction that are too near.
    pub(super) fn near(&self, limit: &Limit, now: i64) -> Vec<i64> {
        let Some(span) = limit.cooldown else { return Vec::new() };
        let times = self.past.iter().filter(|(_, cents)| covers(limit.direction, *cents)).map(|(then, _)| *then);
        times.filter(|then| (now - then).abs() < span.micros()).collect()
    }

    pub(super) fn balance(&self) -> i128 {
        self.past.iter().map(|(_, cents)| i128::from(*cents)).sum()
    }

    /// Whether a limit restricts transactions of any direction at an instant.
    pub(super) fn holds(&self, limit: &Limit, now: i64) -> bool {
        let today = Day::from_number(number(zoned(limit, now)));
        limit.from.is_none_or(|from| from <= today)
            && limit.until.is_none_or(|until| today <= until)
            && (limit.groups.is_empty() || limit.groups.iter().any(|group| group.as_str() == self.group))
    }

    /// The first bound of a limit that an amount goes beyond, and what is used of it.
    fn exceeded(&self, limit: &Limit, now: i64, moved: i128) -> Option<(Bound, i128)> {
        let amount = moved.abs();
        let direction = if moved < 0 { LimitDirection::Withdrawal } else { LimitDirection::Load };
        if !self.holds(limit, now) || limit.direction != LimitDirection::Any && limit.direction != direction {
            return None;
        }
        let (near, count) = (self.near(limit, now).len(), self.count(limit, now));
        let (sum, balance) = (self.sum(limit, now), self.balance());
        let checks = [
            (Bound::MinimumAmount, 0, limit.minimum_amount.is_some_and(|least| amount < cents(least))),
            (Bound::MaximumAmount, 0, limit.maximum_amount.is_some_and(|most| amount > cents(most))),
            (Bound::Cooldown, near as i128, near > 0),
            (Bound::Count, count as i128, limit.count.is_some_and(|most| count + 1 > most as usize)),
            (Bound::Amount, sum, limit.amount.is_some_and(|most| sum + amount > cents(most))),
            (
                Bound::MaximumBalance,
                balance.max(0),
                direction == LimitDirection::Load
                    && limit.maximum_balance.is_some_and(|most| balance + amount > cents(most)),
            ),
        ];
        checks.into_iter().find(|(_, _, fails)| *fails).map(|(bound, used, _)| (bound, used))
    }

    /// What becomes of an amount, in cents, at an instant.
    pub(super) fn decide(&self, now: i64, moved: i128) -> AccountEventKind {
        let latest = self.past.iter().map(|(then, _)| *then).max();
        if let (Some(span), Some(latest)) = (self.late_after, latest)
            && now < latest - span.micros()
        {
            return AccountEventKind::TxnTooLate { latest: Timestamp::from_micros(latest).unwrap() };
        }
        let mut marks = Marks::NONE;
        for (place, limit) in (0..).zip(self.limits) {
            match (self.exceeded(limit, now, moved), limit.outcome) {
                (None, _) => {}
                (Some((bound, used)), LimitOutcome::Decline) => {
                    return AccountEventKind::AccountLimitExceeded { limit: place, bound, used: used as u64 };
                }
                (Some(_), LimitOutcome::Flag | LimitOutcome::Shadow) => assert!(marks.insert(place)),
            }
        }
        let sum = |is_load: bool| -> i128 {
            let same = self.past.iter().filter(|(_, cents)| (*cents >= 0) == is_load);
            same.map(|(_, cents)| i128::from(*cents).abs()).sum()
        };
        if sum(moved >= 0) + moved.abs() > i128::from(i64::MAX) {
            AccountEventKind::AccountTotalOverflowed
        } else if moved >= 0 {
            AccountEventKind::AccountDeposited { marks }
        } else if self.balance() + moved < 0 {
            AccountEventKind::AccountFundsInsufficient { balance: self.balance().max(0) as u64 }
        } else {
            AccountEventKind::AccountWithdrawn { marks }
        }
    }
}
