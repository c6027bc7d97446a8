//! One candidate on a history, in every detail.

use std::ops::{Range, RangeInclusive};

use rayon::prelude::*;

use super::breakdown::{Breakdown, Compared};
use super::history::Row;
use super::sweeping::CHUNK_LEN;
use super::{Candidate, Code, Codes, History, Summary};
use crate::domain::Day;
use crate::store::StoreError;

/// What a candidate decides on everything, beside what was decided.
#[derive(Debug)]
pub struct Comparison {
    /// The sums over the days that are reported on.
    pub summary: Summary,
    /// The same sums, told apart.
    pub breakdown: Breakdown,
    /// Every decision on those days that flips, in input order.
    pub flips: Vec<Flip>,
    /// The names of reasons, those of the candidate included.
    pub codes: Codes,
}

/// A decision that would have been another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The transaction's place in input order.
    pub place: u32,
    /// Its row in the history, of which there are no more than places.
    pub(super) row: u32,
    /// What became of it.
    pub then: Code,
    /// What would have.
    pub now: Code,
}

/// What some accounts come to.
#[derive(Debug, Default)]
struct Part {
    summary: Summary,
    breakdown: Breakdown,
    flips: Vec<Flip>,
}

/// Decides on a history anew, from its first transaction on, and compares on some days or on all with what was decided, by
/// those who decided then.
///
/// # Errors
///
/// [`StoreError::Damaged`] if what was accepted can't have been, as more went out of an account than had come in.
pub fn compare(
    history: &History,
    then: &Candidate,
    now: &Candidate,
    days: Option<&RangeInclusive<Day>>,
) -> Result<Comparison, StoreError> {
    let mut codes = history.codes().clone();
    // From here on each reason has a code, the same for all threads.
    drop((then.decider(&mut codes), now.decider(&mut codes)));
    let compare = |accounts| Part::of(history, (then, now), &codes, accounts, days);
    let parts = history.chunks(CHUNK_LEN).into_par_iter().map(compare).collect::<Result<Vec<_>, _>>()?;
    let mut sum = Part::default();
    for part in parts {
        sum.summary.merge(&part.summary);
        sum.breakdown.merge(part.breakdown);
        sum.flips.extend(part.flips);
    }
    sum.flips.par_sort_unstable_by_key(|flip| flip.place);
    let Part { summary, breakdown, flips } = sum;
    Ok(Comparison { summary, breakdown, flips, codes })
}

impl Part {
    fn of(
        history: &History,
        (then, now): (&Candidate, &Candidate),
        codes: &Codes,
        accounts: Range<usize>,
        days: Option<&RangeInclusive<Day>>,
    ) -> Result<Self, StoreError> {
        let mut part = Self::default();
        let mut codes = codes.clone();
        let (mut followed, mut decided) = (then.decider(&mut codes), now.decider(&mut codes));
        let are_same = then.is_same(now);
        let gathered = history.gather(accounts.clone());
        for account in accounts {
            let before = part.summary;
            let (mut following, mut deciding) = (followed.begin(), decided.begin());
            let range = history.range(account);
            let rows = gathered.rows(range.clone());
            // As long as the same decide the same, one account is as good as two; the other catches up when they part.
            let (mut agree, mut behind) = (are_same, 0);
            for (at, (index, row)) in range.zip(rows).enumerate() {
                let is_told = days.is_none_or(|days| days.contains(&row.time.day()));
                let (code, room_now) = deciding.decide_and_measure(row, index);
                agree = agree && code == row.then;
                let room_then = if agree {
                    room_now
                } else {
                    let missed = rows.get(behind..at).unwrap_or_default();
                    if let Some(row) = missed.iter().find(|row| !following.follow(row)) {
                        return Err(impossible(history, row));
                    }
                    let room = if is_told { following.measure(row, index) } else { None };
                    if !following.follow(row) {
                        return Err(impossible(history, row));
                    }
                    behind = at + 1;
                    room
                };
                if is_told {
                    let &Row { amount, time, then, .. } = row;
                    let group = now.groups().place_of(index);
                    part.add(row, index, &Compared { amount, time, group, then, now: code, room_then, room_now });
                }
            }
            part.summary.end_customer(&before);
            part.breakdown.end_customer(account);
        }
        Ok(part)
    }

    #[inline]
    fn add(&mut self, row: &Row, index: usize, compared: &Compared) {
        let &Compared { amount, then, now, .. } = compared;
        self.summary.add(amount, then, now);
        self.breakdown.add(compared);
        if then.is_accepted() != now.is_accepted() {
            self.flips.push(Flip { place: row.place, row: index as u32, then, now });
        }
    }
}

fn impossible(history: &History, row: &Row) -> StoreError {
    let origin = history.origin(row.place);
    let place = origin.position.map_or_else(|| format!("line {}", origin.line), |at| format!("position {at}"));
    StoreError::Damaged(format!("the store is damaged: the event at {place} does not follow from those before it"))
}
