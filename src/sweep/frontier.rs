//! Which candidates nothing beats.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::backtest::Summary;

/// What candidates are compared by. All are of the same transactions, so that numbers stand for shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Transactions that it accepts: more is better.
    pub accepted: u64,
    /// The money that it lets in, in minor units: less is better.
    pub loads: u128,
    /// Customers of whom it declines something that was accepted: fewer is better.
    pub customers_affected: u64,
}

impl From<&Summary> for Point {
    fn from(summary: &Summary) -> Self {
        Self { accepted: summary.now.count, loads: summary.now.loads, customers_affected: summary.customers_affected }
    }
}

/// Of each candidate whether no other one is at least as good in all respects and better in one. Those that are equal in all
/// don't beat each other.
pub fn unbeaten(points: &[Point]) -> Vec<bool> {
    let mut order: Vec<_> = points.iter().enumerate().collect();
    // Whatever beats a point stands before it.
    order.sort_by_key(|(_, point)| (Reverse(point.accepted), point.loads, point.customers_affected));
    let mut marks = vec![false; points.len()];
    // Of the points so far that nothing has beaten: the fewest customers for so much money at most. More money has fewer.
    let mut fewest: BTreeMap<u128, u64> = BTreeMap::new();
    for equal in order.chunk_by(|(_, one), (_, other)| one == other) {
        let Some((_, point)) = equal.first() else { continue };
        let best = fewest.range(..=point.loads).next_back().map(|(_, customers)| *customers);
        if best.is_some_and(|customers| customers <= point.customers_affected) {
            continue;
        }
        for (index, _) in equal {
            if let Some(mark) = marks.get_mut(*index) {
                *mark = true;
            }
        }
        let beyond = fewest.range(point.loads..).take_while(|(_, customers)| **customers >= point.customers_affected);
        let beyond: Vec<_> = beyond.map(|(loads, _)| *loads).collect();
        for loads in beyond {
            fewest.remove(&loads);
        }
        fewest.insert(point.loads, point.customers_affected);
    }
    marks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point((accepted, loads, customers_affected): (u64, u128, u64)) -> Point {
        Point { accepted, loads, customers_affected }
    }

    /// The definition.
    fn beats(one: &Point, other: &Point) -> bool {
        let is_no_worse = one.accepted >= other.accepted
            && one.loads <= other.loads
            && one.customers_affected <= other.customers_affected;
        let is_better = one.accepted > other.accepted
            || one.loads < other.loads
            || one.customers_affected < other.customers_affected;
        is_no_worse && is_better
    }

    #[test]
    fn only_what_is_worse_in_something_and_better_in_nothing_is_beaten() {
        for (points, expected) in [
            (vec![], vec![]),
            (vec![(0, 0, 0)], vec![true]),
            (vec![(5, 100, 2), (5, 100, 2)], vec![true, true]),
            (vec![(5, 100, 2), (4, 100, 2)], vec![true, false]),
            (vec![(5, 100, 2), (5, 101, 2)], vec![true, false]),
            (vec![(5, 100, 3), (5, 100, 2)], vec![false, true]),
            (vec![(5, 100, 2), (4, 99, 2), (4, 100, 1)], vec![true, true, true]),
            (vec![(3, 50, 9), (5, 100, 2), (3, 49, 9), (3, 50, 9)], vec![false, true, true, false]),
        ] {
            let points: Vec<_> = points.into_iter().map(point).collect();
            assert_eq!(unbeaten(&points), expected, "{points:?}");
        }
    }

    proptest! {
        #[test]
        fn unbeaten_are_those_of_the_definition(
            // Few values, so that many are equal; many, so that few are.
            points in prop_oneof![
                proptest::collection::vec((0u64..4, 0u128..4, 0u64..4), 0..40),
                proptest::collection::vec((0u64..50, 0u128..50, 0u64..50), 0..80),
            ],
        ) {
            let points: Vec<_> = points.into_iter().map(point).collect();
            let expected: Vec<_> =
                points.iter().map(|one| !points.iter().any(|other| beats(other, one))).collect();
            prop_assert_eq!(unbeaten(&points), expected);
        }
    }
}
