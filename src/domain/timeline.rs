//! Accepted transactions in order of time.

use super::{Amount, Direction, LimitDirection, Stretch, Timestamp, Usage};

/// Accepted transactions, all known from the start: their sums over any stretch of time, and which comes next, each in
/// logarithmic time.
#[derive(Clone, Debug, Default)]
pub(super) struct Timeline {
    loads: Side,
    withdrawals: Side,
}

/// Those of one direction.
#[derive(Clone, Debug, Default)]
struct Side {
    /// Microseconds since 1970-01-01T00:00:00Z, ascending.
    times: Vec<i64>,
    /// The sum of all amounts up to each of them, in minor units.
    sums: Vec<u64>,
}

impl Timeline {
    /// Puts transactions in order, all of whose amounts add up to less than 63 bits a direction.
    pub(super) fn of(moved: impl IntoIterator<Item = (Timestamp, Amount)>) -> Self {
        let mut sides = [Vec::new(), Vec::new()];
        let [loads, withdrawals] = &mut sides;
        for (time, amount) in moved {
            let side = match amount.direction() {
                Direction::Load => &mut *loads,
                Direction::Withdrawal => &mut *withdrawals,
            };
            side.push((time.micros(), amount.magnitude()));
        }
        let [loads, withdrawals] = sides.map(Side::of);
        Self { loads, withdrawals }
    }

    /// What those of a stretch used.
    pub(super) fn sum(&self, stretch: Stretch) -> Usage {
        let [(load_count, loads), (withdrawal_count, withdrawals)] =
            [&self.loads, &self.withdrawals].map(|side| side.sum(stretch));
        // Parts of sums that fit into 63 bits do so too.
        Usage::from_parts(loads, withdrawals, load_count, withdrawal_count).unwrap_or_default()
    }

    /// The first time of a direction behind an instant, in microseconds since 1970-01-01T00:00:00Z.
    pub(super) fn first_after(&self, direction: LimitDirection, micros: i64) -> Option<i64> {
        self.sides(direction).filter_map(|side| side.first_after(micros)).min()
    }

    /// The last time of a direction before an instant, in microseconds since 1970-01-01T00:00:00Z.
    pub(super) fn last_before(&self, direction: LimitDirection, micros: i64) -> Option<i64> {
        self.sides(direction).filter_map(|side| side.last_before(micros)).max()
    }

    fn sides(&self, direction: LimitDirection) -> impl Iterator<Item = &Side> {
        let sides = [(Direction::Load, &self.loads), (Direction::Withdrawal, &self.withdrawals)];
        sides.into_iter().filter(move |(side, _)| direction.covers(*side)).map(|(_, side)| side)
    }
}

impl Side {
    fn of(mut moved: Vec<(i64, u64)>) -> Self {
        // Nearly sorted as they mostly come, which this sort makes use of.
        moved.sort_by_key(|(time, _)| *time);
        let mut sum: u64 = 0;
        let sums = moved.iter().map(|(_, amount)| {
            sum = sum.saturating_add(*amount);
            sum
        });
        Self { sums: sums.collect(), times: moved.iter().map(|(time, _)| *time).collect() }
    }

    /// How many there are before an instant.
    fn before(&self, micros: i64) -> usize {
        self.times.partition_point(|time| *time < micros)
    }

    /// How many there are in a stretch, and the sum of their amounts.
    fn sum(&self, stretch: Stretch) -> (u32, u64) {
        let (from, until) = (self.before(stretch.from), self.before(stretch.until));
        let sum_of = |count: usize| count.checked_sub(1).and_then(|last| self.sums.get(last)).map_or(0, |sum| *sum);
        let count = u32::try_from(until.saturating_sub(from)).unwrap_or(u32::MAX);
        (count, sum_of(until).saturating_sub(sum_of(from)))
    }

    fn first_after(&self, micros: i64) -> Option<i64> {
        self.times.get(self.times.partition_point(|time| *time <= micros)).copied()
    }

    fn last_before(&self, micros: i64) -> Option<i64> {
        self.before(micros).checked_sub(1).and_then(|last| self.times.get(last)).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    fn direction() -> impl Strategy<Value = LimitDirection> {
        prop::sample::select(vec![LimitDirection::Load, LimitDirection::Withdrawal, LimitDirection::Any])
    }

    proptest! {
        #[test]
        fn sums_and_neighbours_are_those_that_a_search_finds(
            moved in prop::collection::vec((0..30i64, -50..50i64), 0..20),
            (from, until) in (-2..32i64, -2..32i64),
            direction in direction(),
        ) {
            let timeline = Timeline::of(moved.iter().map(|(at, cents)| (time(*at), Amount::from_minor(*cents))));
            let mut sum = Usage::ZERO;
            let inside = moved.iter().filter(|(at, _)| from <= *at && *at < until);
            inside.for_each(|(_, cents)| sum.add(Amount::from_minor(*cents)));
            prop_assert_eq!(timeline.sum(Stretch { from, until }), sum);

            let is_covered = |cents: i64| direction.covers(Amount::from_minor(cents).direction());
            let times = || moved.iter().filter(|(_, cents)| is_covered(*cents)).map(|(at, _)| *at);
            prop_assert_eq!(timeline.first_after(direction, from), times().filter(|at| *at > from).min());
            prop_assert_eq!(timeline.last_before(direction, from), times().filter(|at| *at < from).max());
        }
    }

    #[test]
    fn stretch_without_end_holds_all() {
        let timeline =
            Timeline::of([(Timestamp::MAX, Amount::from_minor(i64::MAX)), (Timestamp::MIN, Amount::from_minor(-7))]);
        let sum = timeline.sum(Stretch::EVER);
        assert_eq!((sum.amount(LimitDirection::Any), sum.count(LimitDirection::Any)), (i64::MAX as u64 + 7, 2));
    }
}
