//! Many candidates on one history.

use std::ops::{Range, RangeInclusive};

use rayon::prelude::*;

use super::{Candidate, Codes, History, Summary};
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
    let decided = |accounts: Range<usize>| {
        let rows = history.range(accounts.end.saturating_sub(1)).end - history.range(accounts.start).start;
        let decide = |candidate: &Candidate| {
            let summary = summary(history, candidate, accounts.clone(), days);
            progress(rows as u64);
            summary
        };
        // A short history has too few accounts for all threads; whoever has none helps with the candidates.
        candidates.par_iter().with_min_len(CANDIDATES_MIN).map(decide).collect::<Vec<_>>()
    };
    let merge = |mut sums: Vec<Summary>, more: Vec<Summary>| {
        sums.iter_mut().zip(&more).for_each(|(sum, more)| sum.merge(more));
        sums
    };
    let chunks = history.chunks(CHUNK_LEN).into_par_iter();
    chunks.map(decided).reduce(|| vec![Summary::default(); candidates.len()], merge)
}

/// The earliest and the latest time of a transaction on some days, or of all.
pub fn times(history: &History, days: Option<&RangeInclusive<Day>>) -> Option<(Timestamp, Timestamp)> {
    let times = history.rows(0..history.len()).iter().map(|row| row.time);
    let times = times.filter(|time| days.is_none_or(|days| days.contains(&time.day())));
    times.fold(None, |found, time| {
        let (first, last) = found.unwrap_or((time, time));
        Some((first.min(time), last.max(time)))
    })
}

/// What a candidate comes to on some accounts.
fn summary(
    history: &History,
    candidate: &Candidate,
    accounts: Range<usize>,
    days: Option<&RangeInclusive<Day>>,
) -> Summary {
    let mut summary = Summary::default();
    let mut codes: Codes = history.codes().clone();
    let mut decider = candidate.decider(&mut codes);
    for account in accounts {
        let before = summary;
        let range = history.range(account);
        let mut deciding = decider.begin();
        for (index, row) in range.clone().zip(history.rows(range)) {
            let now = deciding.decide(row, index);
            if days.is_none_or(|days| days.contains(&row.time.day())) {
                summary.add(row.amount, row.then, now);
            }
        }
        summary.end_customer(&before);
    }
    summary
}
