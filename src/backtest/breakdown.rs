//! The sums of a comparison, told apart by day, group, customer and reason.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;

use super::{Code, Flow};
use crate::domain::{Amount, Day, Direction, Tally, Timestamp};

/// How many customers are told of by name.
const CUSTOMERS_MAX: usize = 10;

/// How many parts of a limit room is told in.
pub(super) const ROOM_PARTS: usize = 10;

/// The sums of a comparison, told apart by what there is to tell them apart by.
#[derive(Clone, Debug, Default)]
pub struct Breakdown {
    /// By the code's place: what became of transactions, and what would have; absolute amounts.
    pub(super) outcomes: Vec<(Tally, Tally)>,
    /// What would have been declined instead of accepted, by the place of the new reason's code.
    pub(super) lost: Vec<Flow>,
    /// What would have been accepted instead of declined, by the place of the old reason's code.
    pub(super) gained: Vec<Flow>,
    /// By the transactions' day in UTC.
    days: HashMap<Day, Line, RandomState>,
    /// By the place of the customer's group.
    pub(super) groups: Vec<Line>,
    /// The customers with the most flips, by account.
    pub(super) customers: Vec<(usize, Line)>,
    /// Accepted transactions by the room that they left, in tenths of the limit that came nearest: then, and now.
    pub(super) rooms: ([u64; ROOM_PARTS], [u64; ROOM_PARTS]),
    /// The earliest and the latest time.
    pub(super) times: Option<(Timestamp, Timestamp)>,
    /// The customer at hand, as far as the days before the one at hand go.
    customer: Line,
    /// The customer's day at hand, as long as the group is the same: its place, and the sums.
    open: Option<(Day, usize, Line)>,
}

/// One row of a table: what became of some transactions, and what would have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Transactions.
    pub transactions: u64,
    /// How many were accepted.
    pub accepted_then: u64,
    /// How many would have been.
    pub accepted_now: u64,
    /// How many would have been declined instead.
    pub to_declined: u64,
    /// How many would have been accepted instead.
    pub to_accepted: u64,
    /// Money let in, in minor units.
    pub loads_then: u128,
    /// Money that would have been let in, in minor units.
    pub loads_now: u128,
    /// Money that was let in and would not have been, in minor units.
    pub loads_lost: u128,
    /// Money that was not let in and would have been, in minor units.
    pub loads_gained: u128,
}

/// One transaction and what became of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compared {
    pub(super) amount: Amount,
    pub(super) time: Timestamp,
    /// The place of the customer's group.
    pub(super) group: usize,
    pub(super) then: Code,
    pub(super) now: Code,
    /// What it left if it was accepted, in per cent of the limit that came nearest.
    pub(super) room_then: Option<u8>,
    /// What it would leave.
    pub(super) room_now: Option<u8>,
}

impl Line {
    #[inline]
    fn add(&mut self, compared: &Compared) {
        let Compared { amount, then, now, .. } = compared;
        let (then, now) = (then.is_accepted(), now.is_accepted());
        self.transactions += 1;
        self.accepted_then += u64::from(then);
        self.accepted_now += u64::from(now);
        self.to_declined += u64::from(then && !now);
        self.to_accepted += u64::from(now && !then);
        if amount.direction() == Direction::Load {
            let sum = u128::from(amount.magnitude());
            let counted = |counts: bool| if counts { sum } else { 0 };
            self.loads_then += counted(then);
            self.loads_now += counted(now);
            self.loads_lost += counted(then && !now);
            self.loads_gained += counted(now && !then);
        }
    }

    /// Adds what was counted elsewhere.
    pub(super) fn merge(&mut self, other: &Self) {
        self.transactions += other.transactions;
        self.accepted_then += other.accepted_then;
        self.accepted_now += other.accepted_now;
        self.to_declined += other.to_declined;
        self.to_accepted += other.to_accepted;
        self.loads_then += other.loads_then;
        self.loads_now += other.loads_now;
        self.loads_lost += other.loads_lost;
        self.loads_gained += other.loads_gained;
    }

    /// How many decisions flip.
    pub const fn flips(&self) -> u64 {
        self.to_declined + self.to_accepted
    }
}

impl Breakdown {
    /// Counts the next transaction of the customer at hand.
    #[inline]
    pub(super) fn add(&mut self, compared: &Compared) {
        let Compared { amount, time, group, then, now, room_then, room_now } = *compared;
        change(&mut self.outcomes, then.place(), |sum| sum.0.count(amount));
        change(&mut self.outcomes, now.place(), |sum| sum.1.count(amount));
        match (then.is_accepted(), now.is_accepted()) {
            (true, false) => change(&mut self.lost, now.place(), |flow| flow.add(amount)),
            (false, true) => change(&mut self.gained, then.place(), |flow| flow.add(amount)),
            _ => {}
        }
        let day = time.day();
        match &mut self.open {
            Some((open, place, line)) if (*open, *place) == (day, group) => line.add(compared),
            _ => {
                self.end_day();
                let mut line = Line::default();
                line.add(compared);
                self.open = Some((day, group, line));
            }
        }
        let (rooms_then, rooms_now) = &mut self.rooms;
        for (rooms, room) in [(rooms_then, room_then), (rooms_now, room_now)] {
            // A limit of which all is left belongs to the last part.
            let part = room.map(|room| usize::from(room) * ROOM_PARTS / 100);
            if let Some(count) = part.and_then(|part| rooms.get_mut(part.min(ROOM_PARTS - 1))) {
                *count += 1;
            }
        }
        self.times = Some(self.times.map_or((time, time), |(first, last)| (first.min(time), last.max(time))));
    }

    /// Ends with the customer at hand, who has an account of this number.
    pub(super) fn end_customer(&mut self, account: usize) {
        self.end_day();
        let line = std::mem::take(&mut self.customer);
        if line.flips() > 0 {
            self.customers.push((account, line));
        }
        // Sorting is worth it now and then only.
        if self.customers.len() > CUSTOMERS_MAX * 100 {
            self.rank();
        }
    }

    fn end_day(&mut self) {
        if let Some((day, group, line)) = self.open.take() {
            self.days.entry(day).or_default().merge(&line);
            change(&mut self.groups, group, |sum| sum.merge(&line));
            self.customer.merge(&line);
        }
    }

    /// The days on which there are transactions, ascending.
    pub(super) fn days(&self) -> BTreeMap<Day, Line> {
        self.days.iter().map(|(day, line)| (*day, *line)).collect()
    }

    /// Keeps those customers who are told of.
    fn rank(&mut self) {
        self.customers
            .sort_unstable_by_key(|(account, line)| (Reverse(line.flips()), Reverse(line.loads_lost), *account));
        self.customers.truncate(CUSTOMERS_MAX);
    }

    /// Adds what was counted of other customers.
    pub(super) fn merge(&mut self, other: Self) {
        for (place, (then, now)) in other.outcomes.iter().enumerate() {
            change(&mut self.outcomes, place, |sum| {
                sum.0.merge(then);
                sum.1.merge(now);
            });
        }
        for (sums, more) in [(&mut self.lost, &other.lost), (&mut self.gained, &other.gained)] {
            more.iter().enumerate().for_each(|(place, flow)| change(sums, place, |sum| sum.merge(flow)));
        }
        other.days.iter().for_each(|(day, line)| self.days.entry(*day).or_default().merge(line));
        for (place, line) in other.groups.iter().enumerate() {
            change(&mut self.groups, place, |sum| sum.merge(line));
        }
        self.customers.extend(other.customers);
        self.rank();
        let add = |sums: &mut [u64], more: &[u64]| sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        add(&mut self.rooms.0, &other.rooms.0);
        add(&mut self.rooms.1, &other.rooms.1);
        self.times = match (self.times, other.times) {
            (Some((first, last)), Some((earlier, later))) => Some((first.min(earlier), last.max(later))),
            (times, others) => times.or(others),
        };
    }
}

/// Changes what stands at a place, after making room for it.
#[inline]
fn change<T: Default + Clone>(list: &mut Vec<T>, place: usize, change: impl FnOnce(&mut T)) {
    if place >= list.len() {
        list.resize(place + 1, T::default());
    }
    if let Some(item) = list.get_mut(place) {
        change(item);
    }
}
