//! Which runs are merged, and when.

use std::ops::Range;

/// As many runs of a class make one of the next.
const RUNS_OF_A_CLASS: usize = 16;

/// The most events of a run: a filter over twice as many would not fit into a column.
pub(super) const EVENTS_MAX: u64 = 1 << 28;

/// The neighbours to be merged next, if any are, by the number of events of every run.
///
/// Runs whose numbers of events have the same logarithm to the base 16 are of a class. When there are 16 of a class with
/// none of a higher one between them, they and all between them become one. A run that stands before one of a higher
/// class would never meet enough of its own: once there are 16 of these, some join the higher one. An event is thus
/// written again about twice for each class, and there are at most 15 runs of a class, and 15 that are out of order.
pub(super) fn due(events: &[u64]) -> Option<Range<usize>> {
    let classes: Vec<_> = events.iter().map(|events| events.checked_ilog(16).unwrap_or(0)).collect();
    let highest = classes.iter().copied().max()?;
    let allowed = |range: &Range<usize>| {
        let runs = events.get(range.clone()).unwrap_or_default();
        runs.len() > 1 && runs.iter().fold(0, |sum: u64, events| sum.saturating_add(*events)) <= EVENTS_MAX
    };
    let of_a_class = (0..=highest).find_map(|class| sixteen_of(class, &classes).filter(allowed));
    of_a_class.or_else(|| out_of_order(&classes).filter(allowed))
}

/// The first stretch without a higher class that holds 16 runs of a class, from the first of them to the last.
fn sixteen_of(class: u32, classes: &[u32]) -> Option<Range<usize>> {
    let mut start = 0;
    classes.split(|other| *other > class).find_map(|stretch| {
        let offset = start;
        start += stretch.len() + 1;
        let first = stretch.iter().position(|other| *other == class)?;
        let last = stretch.iter().rposition(|other| *other == class)?;
        let count = stretch.iter().filter(|other| **other == class).count();
        (count >= RUNS_OF_A_CLASS).then_some(offset + first..offset + last + 1)
    })
}

/// If 16 runs stand before one of a higher class, the first of them to the next that is higher.
fn out_of_order(classes: &[u32]) -> Option<Range<usize>> {
    let higher = |place: usize, class: u32| {
        let behind = classes.iter().skip(place + 1).position(|other| *other > class)?;
        Some(place..place + behind + 2)
    };
    let mut found = classes.iter().enumerate().filter_map(|(place, class)| higher(place, *class));
    let first = found.next()?;
    (found.count() + 1 >= RUNS_OF_A_CLASS).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_runs_of_a_class_are_merged_and_fifteen_are_not() {
        assert_eq!(due(&[5_000; 15]), None);
        assert_eq!(due(&[5_000; 16]), Some(0..16));
        assert_eq!(due(&[&[70_000][..], &[5_000; 16]].concat()), Some(1..17));
        assert_eq!(due(&[]), None);
    }

    #[test]
    fn smaller_runs_between_them_are_merged_too() {
        let pairs = [70_000, 5_000].repeat(16);
        assert_eq!(due(&pairs[..30]), None);
        assert_eq!(due(&pairs), Some(0..31));
    }

    #[test]
    fn large_run_is_not_written_again_for_a_few_small_ones() {
        assert_eq!(due(&[&[1 << 22][..], &[5_000; 15]].concat()), None);
    }

    #[test]
    fn sixteen_runs_before_larger_ones_join_them() {
        let runs = [&[5_000; 8][..], &[1 << 20], &[5_000; 8], &[1 << 20]].concat();
        assert_eq!(due(&runs), Some(0..9));
        assert_eq!(due(&runs[1..]), None);
    }

    #[test]
    fn no_run_becomes_too_large() {
        assert_eq!(due(&[1 << 24; 16]), Some(0..16));
        assert_eq!(due(&[1 << 25; 16]), None);
        assert_eq!(due(&[u64::MAX; 16]), None);
    }

    #[test]
    fn runs_stay_few_whatever_their_sizes() {
        for seed in 1..5u64 {
            let mut runs = Vec::new();
            let mut state = seed;
            for _ in 0..500 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                runs.push(4_096 << (state >> 60));
                while let Some(range) = due(&runs) {
                    let sum = runs[range.clone()].iter().sum();
                    runs.splice(range, [sum]);
                }
                let small = runs.iter().filter(|events| **events < 1 << 24).count();
                assert!(small <= 15 * 5, "{small} runs");
            }
        }
    }
}
