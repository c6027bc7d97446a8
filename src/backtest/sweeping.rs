//! Many candidates on one history.

use std::ops::{Range, RangeInclusive};

use rayon::prelude::*;

use super::family::Family;
use super::{Candidate, History, Summary};
use crate::domain::{Day, Timestamp};

/// How many rows are decided on by one candidate after the other: what stays in a processor's cache.
pub(super) const CHUNK_LEN: usize = 4_096;

/// How many candidates one thread tries at least before another may help.
const CANDIDATES_MIN: usize = 8;

/// What each of many candidates comes to over a range of days, or over everything, as a backtest of it would say.
///
/// The history's accounts are split among the threads at hand; `progress` is told how many decisions were made since it was
/// told last, as they are made.
pub fn summaries(
    history: &History,
    candidates: &[Candidate],
    days: Option<&RangeInclusive<Day>>,
    progress: &(dyn Fn(u64) + Sync),
) -> Vec<Summary> {
    let chunks = history.chunks(CHUNK_LEN);
    // A short history has too few accounts for all threads; whoever has none helps with the candidates.
    let has_many = chunks.len() >= rayon::current_num_threads() * 2;
    let families = Family::all(candidates, if has_many { usize::MAX } else { CANDIDATES_MIN });
    let decided = |accounts: Range<usize>| {
        let rows = history.range(accounts.end.saturating_sub(1)).end - history.range(accounts.start).start;
        let gathered = history.gather(accounts.clone());
        let decide = |family: &Family<'_>| {
            let sums = family.sums((history, &gathered), accounts.clone(), days);
            progress(rows as u64 * family.len() as u64);
            sums
        };
        families.par_iter().with_min_len(CANDIDATES_MIN.div_ceil(longest(&families))).map(decide).collect::<Vec<_>>()
    };
    let merge = |mut sums: Vec<Summary>, more: Vec<Summary>| {
        sums.iter_mut().zip(&more).for_each(|(sum, more)| sum.merge(more));
        sums
    };
    let in_order = |of_families: Vec<Vec<(usize, Summary)>>| {
        let mut sums = vec![Summary::default(); candidates.len()];
        for (place, sum) in of_families.into_iter().flatten() {
            if let Some(of_place) = sums.get_mut(place) {
                *of_place = sum;
            }
        }
        sums
    };
    let decided = chunks.into_par_iter().map(|accounts| in_order(decided(accounts)));
    decided.reduce(|| vec![Summary::default(); candidates.len()], merge)
}

/// How many candidates the largest family has; at least one.
fn longest(families: &[Family<'_>]) -> usize {
    families.iter().map(Family::len).max().unwrap_or(1)
}

/// The earliest and the latest time of a transaction on some days, or of all.
pub fn times(history: &History, days: Option<&RangeInclusive<Day>>) -> Option<(Timestamp, Timestamp)> {
    let times = history.times().filter(|time| days.is_none_or(|days| days.contains(&time.day())));
    times.fold(None, |found, time| {
        let (first, last) = found.unwrap_or((time, time));
        Some((first.min(time), last.max(time)))
    })
}
