//! How much of one limit is used.

use super::timeline::Timeline;
use super::{Amount, Bound, Day, Limit, Measure, Part, StatementLine, Stretch, TimeSpan, Timestamp, Usage, Window};

/// How much of a limit is used at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitStanding {
    /// The stretch of time in question.
    pub period: Period,
    /// Each bound that the limit has, in the order in which they are checked.
    pub parts: Vec<Part>,
}

/// The stretch of time over which a limit sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// It sums nothing: each transaction stands by itself.
    Transaction,
    /// Whole days in the limit's zone.
    Days {
        /// The first.
        first: Day,
        /// The last.
        last: Day,
    },
    /// So much time up to the moment.
    Trailing {
        /// How much.
        span: TimeSpan,
        /// The last instant that is no longer part of it; none before the year 0001.
        after: Option<Timestamp>,
    },
    /// All of an account's time.
    Lifetime,
}

impl LimitStanding {
    /// How much is used of a limit in its window that holds a time.
    pub(super) fn of(limit: &Limit, time: Timestamp, moved: &Timeline, balance: i64) -> Self {
        let magnitude = |amount: Option<Amount>| amount.map(Amount::magnitude);
        let least = magnitude(limit.minimum_amount).map(|least| Part::new(Bound::MinimumAmount, 0, least));
        let most = magnitude(limit.maximum_amount).map(|most| Part::new(Bound::MaximumAmount, 0, most));
        let cooldown = limit.cooldown.map(|span| cooldown(limit, span, time, moved));
        let used = used(limit, time, moved);
        let in_window = |bound, used, limit_of: Option<u64>| {
            let resets = resets(limit, time, moved).filter(|_| used > 0 || !is_trailing(limit));
            limit_of.map(|limit| Part::new(bound, used, limit).resetting(resets))
        };
        let count = in_window(Bound::Count, used.count(limit.direction), limit.count.map(u64::from));
        let amount = in_window(Bound::Amount, limit.amount_used(&used), magnitude(limit.amount));
        let balance = magnitude(limit.maximum_balance).map(|most| Part::of_balance(balance, most));
        let parts = [least, most, cooldown, count, amount, balance];
        Self { period: Period::of(limit, time), parts: parts.into_iter().flatten().collect() }
    }

    /// How much is used of a bound, if the limit has it.
    pub fn part(&self, bound: Bound) -> Option<Part> {
        self.parts.iter().copied().find(|part| part.bound == bound)
    }

    /// The number of transactions in the window, if the limit bounds it.
    pub fn count(&self) -> Option<Part> {
        self.part(Bound::Count)
    }

    /// The sum of amounts in the window, if the limit bounds it.
    pub fn amount(&self) -> Option<Part> {
        self.part(Bound::Amount)
    }

    /// From when on less of the window is used if nothing more happens, as of a [`Part`].
    pub fn resets(&self) -> Option<Timestamp> {
        let parts = [self.count(), self.amount()];
        parts.into_iter().flatten().filter_map(|part| part.resets).min()
    }
}

impl Period {
    fn of(limit: &Limit, time: Timestamp) -> Self {
        if limit.count.is_none() && limit.amount.is_none() {
            return Self::Transaction;
        }
        match limit.window {
            Window::Lifetime => Self::Lifetime,
            Window::Trailing(span) => {
                let after = Timestamp::from_micros(time.micros().saturating_sub(span.micros()));
                Self::Trailing { span, after }
            }
            window => {
                let days = limit.calendar.days(window, time);
                days.map_or(Self::Transaction, |(first, last)| Self::Days { first, last })
            }
        }
    }
}

const fn is_trailing(limit: &Limit) -> bool {
    matches!(limit.window, Window::Trailing(_))
}

/// What is used of a limit's window that holds a time.
pub(super) fn used(limit: &Limit, time: Timestamp, moved: &Timeline) -> Usage {
    match limit.window {
        Window::Transaction => Usage::ZERO,
        _ => moved.sum(limit.stretch(time)),
    }
}

/// From when on less is used of a limit's window.
fn resets(limit: &Limit, time: Timestamp, moved: &Timeline) -> Option<Timestamp> {
    Timestamp::from_micros(match limit.window {
        Window::Transaction | Window::Lifetime => return None,
        Window::Trailing(span) => leaves(limit, span, time, moved)?,
        _ => limit.stretch(time).until,
    })
}

/// When the oldest transaction of a limit's direction leaves a trailing span, in microseconds since
/// 1970-01-01T00:00:00Z; none if there is none in it.
pub(super) fn leaves(limit: &Limit, span: TimeSpan, time: Timestamp, moved: &Timeline) -> Option<i64> {
    let oldest = moved.first_after(limit.direction, time.micros().saturating_sub(span.micros()))?;
    (oldest <= time.micros()).then(|| oldest.saturating_add(span.micros()))
}

/// From when on none of those transactions of a limit's direction is too near that are at a time, in microseconds since
/// 1970-01-01T00:00:00Z.
pub(super) fn cools(limit: &Limit, span: TimeSpan, time: Timestamp, moved: &Timeline) -> Option<i64> {
    let near = Stretch::around(time, span);
    let last = moved.last_before(limit.direction, near.until)?;
    (last >= near.from).then(|| last.saturating_add(span.micros()))
}

fn cooldown(limit: &Limit, span: TimeSpan, time: Timestamp, moved: &Timeline) -> Part {
    let near = moved.sum(Stretch::around(time, span)).count(limit.direction);
    let resets = cools(limit, span, time, moved).and_then(Timestamp::from_micros);
    Part::new(Bound::Cooldown, near, 0).resetting(resets)
}

/// Whether an accepted transaction uses any of a limit in its window that holds a time, or is too near to that time.
pub(super) fn uses(limit: &Limit, time: Timestamp) -> impl Fn(&StatementLine) -> bool {
    let nothing = Stretch { from: 0, until: 0 };
    let sums = limit.count.is_some() || limit.amount.is_some();
    let window = if sums && limit.window != Window::Transaction { limit.stretch(time) } else { nothing };
    let near = limit.cooldown.map_or(nothing, |span| Stretch::around(time, span));
    let (direction, is_net) = (limit.direction, limit.measure == Measure::Net);
    move |line| {
        let is_covered = direction.covers(line.amount.direction());
        // A sum is net of those of the other direction, which use it up too, by less than nothing.
        window.contains(line.time) && (is_covered || is_net) || near.contains(line.time) && is_covered
    }
}
