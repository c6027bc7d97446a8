//! Movements beside a plain list of them, and how much of the tree an operation looks at.

use std::cell::Cell;
use std::ops::Range;

use proptest::prelude::*;

use super::*;
use crate::domain::LimitDirection;

thread_local! {
    /// How many nodes were looked at so far.
    pub(super) static VISITS: Cell<usize> = const { Cell::new(0) };
}

/// How many nodes an operation looks at.
fn visits(operation: impl FnOnce()) -> usize {
    let before = VISITS.get();
    operation();
    VISITS.get() - before
}

/// The most levels of nodes that are half full and hold so many movements.
fn levels(len: usize) -> usize {
    if len <= leaf::LEN_MAX { 1 } else { 2 + (len / 16).ilog(8) as usize }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

/// Movements of 1, 2, 3 .. at these times.
fn movements(times: impl IntoIterator<Item = i64>) -> Movements {
    let mut movements = Movements::default();
    for (index, micros) in times.into_iter().enumerate() {
        movements.insert(at(micros), Amount::from_minor(index as i64 + 1));
    }
    movements
}

fn stretch(range: Range<i64>) -> Stretch {
    Stretch { from: range.start, until: range.end }
}

/// The same as [`Movements`], the plain way.
#[derive(Debug, Default)]
struct Plain {
    held: Vec<(Timestamp, Amount)>,
    ever: Vec<(Timestamp, Amount)>,
}

impl Plain {
    fn insert(&mut self, time: Timestamp, amount: Amount) {
        self.ever.push((time, amount));
        self.held.push((time, amount));
        // A stable sort leaves those of the same time in their order.
        self.held.sort_by_key(|(time, _)| *time);
    }

    fn drop_before(&mut self, micros: i64) {
        self.held.retain(|(time, _)| time.micros() >= micros);
    }

    fn sum(&self, stretch: Stretch) -> Usage {
        used(self.held.iter().filter(|(time, _)| stretch.contains(*time)))
    }
}

fn used<'a>(movements: impl Iterator<Item = &'a (Timestamp, Amount)>) -> Usage {
    let mut sum = Usage::ZERO;
    movements.for_each(|(_, amount)| sum.add(*amount));
    sum
}

#[derive(Clone, Debug)]
enum Step {
    /// One movement.
    Insert(i64, i64),
    /// So many behind the latest, at one distance from each other.
    Append(usize, i64),
    /// So many at one and the same time.
    Repeat(usize, i64),
    Drop(i64),
    Sum(i64, i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    const TIMES: Range<i64> = -50..2_000;
    let step = prop_oneof![
        6 => (TIMES, -500..500i64).prop_map(|(micros, cents)| Step::Insert(micros, cents)),
        3 => (1..200usize, 0..4i64).prop_map(|(count, apart)| Step::Append(count, apart)),
        1 => (1..100usize, TIMES).prop_map(|(count, micros)| Step::Repeat(count, micros)),
        2 => TIMES.prop_map(Step::Drop),
        6 => (TIMES, TIMES).prop_map(|(from, until)| Step::Sum(from, until)),
    ];
    prop::collection::vec(step, 0..80)
}

/// Takes one step with both.
fn take(step: Step, movements: &mut Movements, plain: &mut Plain) {
    let latest = plain.ever.iter().map(|(time, _)| time.micros()).max().unwrap_or(0);
    let mut insert = |micros: i64, cents: i64| {
        movements.insert(at(micros), Amount::from_minor(cents));
        plain.insert(at(micros), Amount::from_minor(cents));
    };
    match step {
        Step::Insert(micros, cents) => insert(micros, cents),
        Step::Repeat(count, micros) => (1..=count).for_each(|cents| insert(micros, cents as i64)),
        Step::Append(count, apart) => {
            (1..=count as i64).for_each(|number| insert(latest + number * apart, -number));
        }
        Step::Drop(micros) => {
            movements.drop_before(micros);
            plain.drop_before(micros);
        }
        Step::Sum(from, until) => {
            assert_eq!(movements.sum(stretch(from..until)), plain.sum(stretch(from..until)), "{from}..{until}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn movements_tell_what_a_plain_list_does(steps in steps()) {
        let (mut movements, mut plain) = (Movements::default(), Plain::default());
        for step in steps {
            take(step, &mut movements, &mut plain);
            prop_assert_eq!(movements.len(), plain.held.len());
            prop_assert_eq!(movements.latest(), plain.ever.iter().map(|(time, _)| *time).max());
        }
        prop_assert!(movements.iter().eq(plain.held.iter().copied()), "{:?} is not {:?}", movements, plain.held);
        prop_assert_eq!(movements.is_empty(), plain.held.is_empty());
        prop_assert_eq!(movements.total(), used(plain.ever.iter()));
        prop_assert_eq!(movements.sum(Stretch::EVER), used(plain.held.iter()));
        for micros in -50..100 {
            let stretch = stretch(micros * 20..micros * 20 + 77);
            prop_assert_eq!(movements.sum(stretch), plain.sum(stretch));
        }
    }

    #[test]
    fn movements_are_equal_if_they_hold_the_same(times in prop::collection::vec(0..500i64, 0..200), cut in 0..500i64) {
        let inserted = movements(times.clone());
        let mut ascending = Movements::default();
        inserted.iter().for_each(|(time, amount)| ascending.insert(time, amount));
        prop_assert_eq!(&inserted, &ascending);
        let mut dropped = inserted.clone();
        dropped.drop_before(cut);
        prop_assert_eq!(dropped == inserted, times.iter().all(|micros| *micros >= cut));
    }
}

#[test]
fn movements_of_one_time_stay_in_the_order_of_their_insertion() {
    let movements = movements((0..5_000).map(|number| number % 3));
    let amounts = |micros| movements.iter().filter(move |(time, _)| *time == at(micros)).map(|(_, amount)| amount);
    for micros in 0..3 {
        assert!(amounts(micros).is_sorted());
    }
    assert!(movements.iter().is_sorted_by_key(|(time, _)| time));
}

#[test]
fn total_and_latest_time_tell_of_what_was_dropped() {
    let mut movements = movements([10, 20, 15]);
    movements.drop_before(20);
    assert_eq!((movements.len(), movements.latest()), (1, Some(at(20))));
    movements.drop_before(i64::MAX);
    assert!(movements.is_empty());
    assert_eq!(movements.iter().next(), None);
    assert_eq!((movements.total().balance(), movements.latest()), (6, Some(at(20))));
    assert_eq!(movements.sum(Stretch::EVER), Usage::ZERO);
    // Nothing keeps a late one from coming after that.
    movements.insert(at(5), Amount::from_minor(-4));
    assert_eq!((movements.len(), movements.latest()), (1, Some(at(20))));
    assert_eq!((movements.total().balance(), movements.sum(Stretch::EVER).balance()), (2, -4));
    assert_ne!(movements, Movements::default());
}

#[test]
fn stretch_holds_its_first_instant_and_not_its_end() {
    let movements = movements([10, 20, 20, 30]);
    let count = |from, until| movements.sum(Stretch { from, until }).count(LimitDirection::Any);
    assert_eq!([count(20, 30), count(20, 31), count(21, 30), count(10, 20)], [2, 3, 0, 1]);
    assert_eq!([count(20, 20), count(30, 20), count(i64::MAX, i64::MIN)], [0, 0, 0]);
    assert_eq!([count(i64::MIN, i64::MAX), count(i64::MIN, 20), count(20, i64::MAX)], [4, 1, 3]);
}

#[test]
fn operations_look_at_no_more_nodes_than_a_logarithm_of_what_is_held() {
    const LEN: i64 = 100_000;
    let ascending: Vec<_> = (0..LEN).collect();
    let descending = (0..LEN).rev().collect();
    let mixed = (0..LEN).map(|number| number * 7_919 % LEN).collect();
    let of_one_time = vec![5; LEN as usize];
    for (order, times) in
        [("ascending", ascending), ("descending", descending), ("mixed", mixed), ("of one time", of_one_time)]
    {
        let mut movements = Movements::default();
        for time in times {
            let seen = visits(|| movements.insert(at(time), Amount::from_minor(1)));
            let levels = levels(movements.len());
            assert!(seen <= levels, "{order}: insertion looks at {seen} nodes of {levels} levels");
        }
        for from in (0..LEN).step_by(997) {
            for until in [from + 1, from + 100, from + 20_000, LEN] {
                let seen =
                    visits(|| assert!(movements.sum(stretch(from..until)).count(LimitDirection::Any) <= 100_000));
                assert!(seen <= 2 * levels(movements.len()), "{order}: {from}..{until} looks at {seen} nodes");
            }
        }
    }
}

#[test]
fn what_was_dropped_costs_nothing_later() {
    const LEN: i64 = 100_000;
    let mut movements = movements(0..LEN);
    let mut seen = 0;
    for micros in 0..LEN - 10 {
        seen += visits(|| movements.drop_before(micros));
    }
    // Looking, and building anew four times over at most.
    assert!(seen <= 6 * levels(LEN as usize) * LEN as usize, "{seen}");
    let mut few = movements.clone();
    assert_eq!(movements.len(), 11);
    assert_eq!(visits(|| few.insert(at(LEN), Amount::from_minor(1))), 1);
    assert_eq!(visits(|| assert_eq!(few.sum(stretch(LEN - 5..LEN)).count(LimitDirection::Load), 5)), 1);
}

#[test]
fn account_of_one_movement_takes_32_bytes_beside_24() {
    assert_eq!(size_of::<Movements>(), 24);
    let one = movements([1]);
    assert!(matches!(one.0, Held::List(list) if list.capacity() == 2));
}
