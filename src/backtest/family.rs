//! Candidates that differ in how high some bounds are and in nothing else.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use super::candidate::{Decider, Deciding};
use super::history::{Gathered, Row};
use super::{Candidate, Code, Codes, History, Summary};
use crate::domain::{Day, Leeway, Policy};

/// How many families a candidate is looked for in.
const FAMILIES_MAX: usize = 64;

/// How many of an account's courses are looked through, the latest first.
const COURSES_MAX: usize = 8;

/// Once so many candidates have each taken a course of their own on an account, all others are taken to do so too, and
/// no leeway is noted any more.
const LONERS_MAX: usize = 8;

/// Candidates of which each decides on many accounts as another one has.
#[derive(Debug)]
pub(super) struct Family<'c> {
    members: Vec<Member<'c>>,
}

/// A candidate, and its place among all.
#[derive(Clone, Copy, Debug)]
struct Member<'c> {
    place: usize,
    candidate: &'c Candidate,
    policy: &'c Arc<Policy>,
}

/// What some policies make of an account, all of them the same.
#[derive(Debug, Default)]
struct Course {
    leeway: Leeway,
    /// What would have been another.
    change: Summary,
}

impl<'c> Family<'c> {
    /// Puts candidates together with others of their kin, at most so many.
    pub(super) fn all(candidates: &'c [Candidate], len_max: usize) -> Vec<Self> {
        let mut families: Vec<Self> = Vec::new();
        for (place, candidate) in candidates.iter().enumerate() {
            // Several policies, each for its time, are nobody's kin; a candidate without any decides nothing.
            let Some(policy) = candidate.policy() else { continue };
            let member = Member { place, candidate, policy };
            let has_room = |family: &&mut Self| family.members.len() < len_max && family.admits(candidate, policy);
            match families.iter_mut().rev().take(FAMILIES_MAX).find(has_room) {
                Some(family) => family.members.push(member),
                None => families.push(Self { members: vec![member] }),
            }
        }
        families
    }

    fn admits(&self, candidate: &Candidate, policy: &Policy) -> bool {
        self.members.first().is_some_and(|first| candidate.is_akin(first.candidate) && first.policy.is_kin(policy))
    }

    /// How many candidates there are.
    pub(super) const fn len(&self) -> usize {
        self.members.len()
    }

    /// What each candidate comes to on some accounts, by its place among all candidates.
    pub(super) fn sums(
        &self,
        (history, gathered): (&History, &Gathered),
        accounts: Range<usize>,
        days: Option<&RangeInclusive<Day>>,
    ) -> Vec<(usize, Summary)> {
        let Some(first) = self.members.first() else { return Vec::new() };
        // Kin have the same reasons.
        let mut codes: Codes = history.codes().clone();
        let mut decider = first.candidate.decider(&mut codes);
        let mut changes = vec![Summary::default(); self.len()];
        let mut decided = Summary::default();
        let mut courses: Vec<Course> = Vec::new();
        for account in accounts {
            let range = history.range(account);
            let (rows, start) = (gathered.rows(range.clone()), range.start);
            count(&mut decided, rows, days);
            let (mut len, mut are_loners) = (0, self.len() == 1);
            for (tried, (member, change)) in self.members.iter().zip(&mut changes).enumerate() {
                let latest = courses.get(..len).unwrap_or_default().iter().rev().take(COURSES_MAX);
                if !are_loners
                    && let Some(course) = latest.into_iter().find(|course| course.leeway.admits(member.policy))
                {
                    change.merge(&course.change);
                    continue;
                }
                are_loners = are_loners || (tried >= LONERS_MAX && len == tried);
                if self.len() > 1 {
                    decider.succeed(member.policy);
                }
                if are_loners {
                    change.merge(&change_of(rows, start, days, &mut decider, |deciding, row, index| {
                        deciding.decide(row, index)
                    }));
                    continue;
                }
                if courses.len() == len {
                    courses.push(Course::default());
                }
                let Some(Course { leeway, change: own }) = courses.get_mut(len) else { continue };
                leeway.begin(member.policy);
                let decide = |deciding: &mut Deciding<'_, '_>, row: &Row, index: usize| {
                    deciding.decide_with_leeway(row, index, leeway)
                };
                *own = change_of(rows, start, days, &mut decider, decide);
                change.merge(own);
                len += 1;
            }
        }
        let sums = changes.iter().map(|change| change.of_decided(&decided));
        self.members.iter().map(|member| member.place).zip(sums).collect()
    }
}

/// Counts what was decided on an account of these rows.
fn count(sum: &mut Summary, rows: &[Row], days: Option<&RangeInclusive<Day>>) {
    let before = *sum;
    for row in rows {
        if days.is_none_or(|days| days.contains(&row.time.day())) {
            sum.add(row.amount, row.then, row.then);
        }
    }
    sum.end_customer(&before);
}

/// What would have been another on an account of these rows, the first of which has an index.
#[inline]
fn change_of<'a>(
    rows: &[Row],
    start: usize,
    days: Option<&RangeInclusive<Day>>,
    decider: &mut Decider<'a>,
    mut decide: impl FnMut(&mut Deciding<'_, 'a>, &Row, usize) -> Code,
) -> Summary {
    let mut change = Summary::default();
    let mut deciding = decider.begin();
    for (index, row) in (start..).zip(rows) {
        let now = decide(&mut deciding, row, index);
        if now != row.then && days.is_none_or(|days| days.contains(&row.time.day())) {
            change.add_change(row.amount, row.then, now);
        }
    }
    change.end_customer(&Summary::default());
    change
}
