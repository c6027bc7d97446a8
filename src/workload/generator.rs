//! What happens: who, how much and when, one line after another.

use std::collections::VecDeque;

use super::Workload;
use super::line::{Line, Offset};
use super::random::Random;
use super::zipf::Zipf;

/// 2000-01-01T00:00:00Z in seconds since 1970-01-01T00:00:00Z.
const FIRST_SECOND: i64 = 946_684_800;
/// Sixty days in seconds.
const SPAN_SECONDS: u64 = 60 * 86_400;
/// The most that a late line lies back, in seconds: seven days.
const LATE_SECONDS_MAX: u64 = 7 * 86_400;
/// How many lines a customer has on average.
const LINES_PER_CUSTOMER: u64 = 20;
/// The highest amount in minor units: 6,000.00, a fifth above the default policy's limit of a day.
const MAGNITUDE_MAX: u64 = 600_000;
/// How many of the latest transactions a duplicate may repeat; this bounds memory.
const RECENT_MAX: usize = 65_536;

const DUPLICATE_PERCENT: u64 = 1;
const WITHDRAWAL_PERCENT: u64 = 15;
const LATE_PERCENT: u64 = 2;
const OFFSET_PERCENT: u64 = 10;

/// Makes the lines of a [`Workload`] in their order.
#[derive(Debug)]
pub(super) struct Generator {
    workload: Workload,
    random: Random,
    customers: Zipf,
    /// The latest transactions that are no duplicates.
    recent: VecDeque<Ids>,
}

/// What makes a transaction unique.
#[derive(Clone, Copy, Debug)]
struct Ids {
    id: u64,
    customer_id: u64,
}

impl Generator {
    pub(super) fn new(workload: &Workload) -> Self {
        Self {
            workload: *workload,
            random: Random::new(workload.seed),
            customers: Zipf::new(workload.lines / LINES_PER_CUSTOMER),
            recent: VecDeque::new(),
        }
    }

    /// The line of a number, from 1; lines are asked for in order.
    pub(super) fn line(&mut self, number: u64) -> Line {
        let Ids { id, customer_id } = self.ids(number);
        Line {
            id,
            customer_id,
            amount_prefix: self.amount_prefix(),
            magnitude: 1 + self.random.below(MAGNITUDE_MAX),
            second: self.second(number),
            offset: self.offset(),
        }
    }

    /// A new transaction, or now and then a recent one again.
    fn ids(&mut self, number: u64) -> Ids {
        if self.random.percent(DUPLICATE_PERCENT) {
            let place = self.random.below(self.recent.len() as u64);
            if let Some(ids) = self.recent.get(place as usize) {
                return *ids;
            }
        }
        let ids = Ids { id: number, customer_id: self.customers.sample(&mut self.random) };
        if self.recent.len() == RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(ids);
        ids
    }

    fn amount_prefix(&mut self) -> &'static str {
        match self.mixed(WITHDRAWAL_PERCENT) {
            false => "$",
            true if self.random.percent(50) => "-$",
            true => "$-",
        }
    }

    /// Lines are evenly spaced over the whole span, save those that are late.
    fn second(&mut self, number: u64) -> i64 {
        // Below the span, since a number is at most that of the lines.
        let elapsed = u128::from(number - 1) * u128::from(SPAN_SECONDS) / u128::from(self.workload.lines);
        let late = if self.mixed(LATE_PERCENT) { 1 + self.random.below(LATE_SECONDS_MAX) } else { 0 };
        FIRST_SECOND + elapsed as i64 - late as i64
    }

    fn offset(&mut self) -> Offset {
        if !self.mixed(OFFSET_PERCENT) {
            return Offset::UTC;
        }
        let place = self.random.below(Offset::LOCAL.len() as u64);
        Offset::LOCAL.get(place as usize).copied().unwrap_or(Offset::UTC)
    }

    /// True so many times in a hundred if the workload is mixed, and never otherwise.
    fn mixed(&mut self, percent: u64) -> bool {
        self.workload.mix && self.random.percent(percent)
    }
}
