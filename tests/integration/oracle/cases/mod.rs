//! Random policies and inputs, close to every edge of the rules.

mod limits;
mod places;
mod proposals;
mod transactions;

use std::fmt::{self, Write};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::policy::span;
use super::zones::{FIRST_YEAR, LAST_YEAR, Zone};
use limits::{Limit, any_limit, mend_contradictions};
use places::{ANCHORS, ANCHORS_ANYWHERE, CUSTOMERS, Date, GROUPS, WEEKDAYS, ZONES};
use proposals::{Proposal, any_proposal};
use transactions::any_transaction;

/// How a groups file is called where a case has one.
pub(crate) const GROUPS_FILE: &str = "groups.txt";

/// A limit can flag or count only among so many first ones.
const PLACES_OF_MARKS: usize = 64;

/// One run to compare: small enough to read once it has been shrunk.
#[derive(Clone)]
pub(crate) struct Case {
    /// The policy, as a configuration file.
    pub(crate) config: String,
    /// What [`GROUPS_FILE`] holds, if the configuration names it.
    pub(crate) groups_file: Option<String>,
    /// The transactions.
    pub(crate) lines: Vec<String>,
}

impl Case {
    /// The lines as one text.
    pub(crate) fn input(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n# tidegate.toml\n\n{}\n# input.jsonl\n\n{}", self.config, self.input())?;
        match &self.groups_file {
            Some(groups) => write!(f, "\n# {GROUPS_FILE}\n\n{groups}"),
            None => Ok(()),
        }
    }
}

/// Any case of at most so many lines.
pub(crate) fn any_case(lines_max: usize) -> impl Strategy<Value = Case> {
    any_batches(1, lines_max).prop_map(|mut batches| batches.remove(0))
}

/// Up to so many batches of so many lines together, each decided under one of three policies or of fewer. There is one
/// at least.
pub(crate) fn any_batches(batches_max: usize, lines_max: usize) -> impl Strategy<Value = Vec<Case>> {
    any_batches_beside(Just(Vec::new()), batches_max, lines_max).prop_map(|(batches, _)| batches)
}

/// Batches as of [`any_batches`], and from one to so many other policies, of cases without lines: most of them are one of
/// the batches' with a change.
pub(crate) fn any_batches_and_proposals(
    batches_max: usize,
    lines_max: usize,
    proposals_max: usize,
) -> impl Strategy<Value = (Vec<Case>, Vec<Case>)> {
    any_batches_beside(prop::collection::vec(any_proposal(), 1..=proposals_max), batches_max, lines_max)
}

fn any_batches_beside(
    proposals: impl Strategy<Value = Vec<Proposal>>,
    batches_max: usize,
    lines_max: usize,
) -> impl Strategy<Value = (Vec<Case>, Vec<Case>)> {
    let policies = prop::collection::vec(any_policy(), 1..=batches_max.min(3));
    let batches = prop::collection::vec((any::<Index>(), any::<Index>()), 1..=batches_max);
    let transactions = prop::collection::vec(any_transaction(), 0..=lines_max);
    (policies, batches, transactions, proposals).prop_map(|(mut policies, batches, transactions, proposals)| {
        let deciding = policies.len();
        let proposed: Vec<_> = proposals.into_iter().map(|proposal| proposal.of(&policies)).collect();
        policies.extend(proposed);
        for place in 1..policies.len() {
            // What happens under one policy matters under the next only if it is about the same times.
            policies[place].zones = policies[0].zones.clone();
            policies[place].anchors = policies[0].anchors.clone();
        }
        policies.iter_mut().for_each(|policy| mend_contradictions(&mut policy.limits));
        let surroundings = policies.iter().map(Policy::surroundings).reduce(Surroundings::and);
        let surroundings = surroundings.expect("there is a policy");
        let mut times = Vec::new();
        let line = |transaction: &transactions::Transaction| transaction.line(&surroundings, &mut times);
        let mut lines: Vec<_> = transactions.iter().map(line).collect();
        let mut ends: Vec<_> = batches[1..].iter().map(|(_, end)| end.index(lines.len() + 1)).collect();
        ends.sort_unstable();
        let mut pieces: Vec<_> = ends.into_iter().rev().map(|end| lines.split_off(end)).collect();
        pieces.push(lines);
        let pieces = pieces.into_iter().rev();
        let (deciding, proposed) = policies.split_at(deciding);
        let deciding = batches.iter().map(|(policy, _)| policy.get(deciding));
        let case =
            |(policy, lines): (&Policy, _)| Case { config: policy.text(), groups_file: policy.groups_file(), lines };
        let proposed = proposed.iter().map(|policy| case((policy, Vec::new()))).collect();
        (deciding.zip(pieces).map(case).collect(), proposed)
    })
}

/// A policy that is still relative to the places and dates of its case.
#[derive(Clone, Debug)]
struct Policy {
    ignores_duplicates: bool,
    limits: Vec<Limit>,
    /// How many limits stand before these that never say anything.
    mute: usize,
    /// The zones that it may name; none if it knows but UTC.
    zones: Vec<(&'static str, &'static [Date])>,
    anchors: Vec<Index>,
    zone: Option<Index>,
    week_starts: Option<&'static str>,
    late_after: Option<&'static str>,
    members: Option<Members>,
}

/// What a groups file holds.
#[derive(Clone, Debug)]
struct Members {
    is_csv: bool,
    /// A group of some of the customers, some of them told twice.
    groups: Vec<(&'static str, &'static str)>,
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let limits = prop::collection::vec(any_limit(), 0..=6);
    let zones = prop_oneof![1 => Just(Vec::new()), 3 => subsequence(&ZONES[..], 1..=3)];
    let anchors = prop::collection::vec(any::<Index>(), 1..=2);
    let zone = prop::option::weighted(0.5, any::<Index>());
    let week_starts = prop::option::weighted(0.5, select(&WEEKDAYS[..]));
    let late_after = prop::option::weighted(0.3, select(&["1s", "90m", "24h", "7d", "90d"][..]));
    let members = prop::option::weighted(0.3, any_members());
    let calendar = (zones, anchors, zone, week_starts);
    let policy = (any::<bool>(), limits, calendar, late_after, members).prop_map(
        |(ignores_duplicates, limits, (zones, anchors, zone, week_starts), late_after, members)| Policy {
            ignores_duplicates,
            limits,
            mute: 0,
            zones,
            anchors,
            zone,
            week_starts,
            late_after,
            members,
        },
    );
    // For those keys alone that there have always been, accounts remember less.
    let policy = (policy, prop::bool::weighted(0.2));
    let policy = policy.prop_map(|(policy, is_of_old)| if is_of_old { policy.of_old() } else { policy });
    // Some limits come to stand around the last place at which one can flag.
    (policy, prop::bool::weighted(0.06)).prop_map(|(policy, is_long)| if is_long { policy.long() } else { policy })
}

fn any_members() -> impl Strategy<Value = Members> {
    let customers = subsequence(&CUSTOMERS[..], 0..=CUSTOMERS.len());
    let groups = [select(&GROUPS[..]), select(&GROUPS[..]), select(&GROUPS[..])];
    (any::<bool>(), customers, groups, any::<bool>()).prop_map(|(is_csv, customers, groups, twice)| {
        let mut groups: Vec<_> = customers.into_iter().zip(groups).collect();
        groups.extend(groups.first().copied().filter(|_| twice));
        // Without a header nobody can tell what a file of nobody is.
        Members { is_csv: is_csv || groups.is_empty(), groups }
    })
}

/// Whatever amounts and times of a case lie close to.
struct Surroundings {
    /// The bounds of one transaction or of several, in cents.
    bounds: Vec<i64>,
    /// The spans of windows, of cooldowns, and of lateness.
    spans: Vec<TimeDelta>,
    zones: Vec<Zone>,
    /// Days that times are near to.
    anchors: Vec<NaiveDate>,
    /// Instants at which clocks change, or a limit begins or ceases to hold.
    edges: Vec<DateTime<Utc>>,
    /// The earliest and the latest time.
    range: (DateTime<Utc>, DateTime<Utc>),
    asks_for_groups: bool,
}

impl Surroundings {
    /// These and those of another policy of the same case.
    fn and(mut self, other: Self) -> Self {
        self.bounds.extend(other.bounds);
        self.spans.extend(other.spans);
        self.edges.extend(other.edges);
        self.asks_for_groups |= other.asks_for_groups;
        self
    }
}

impl Policy {
    /// The policy with those keys alone that there have always been.
    fn of_old(self) -> Self {
        let limits = self.limits.into_iter().map(Limit::of_old).collect();
        Self { limits, zone: None, week_starts: None, late_after: None, members: None, ..self }
    }

    /// The policy behind so many limits that only the first three of its own can flag.
    fn long(mut self) -> Self {
        self.mute = PLACES_OF_MARKS - 3;
        self.limits.iter_mut().skip(3).for_each(Limit::decline);
        self
    }

    fn zone_names(&self) -> Vec<&'static str> {
        let names: Vec<_> = self.zones.iter().map(|(name, _)| *name).collect();
        if names.is_empty() { vec!["UTC"] } else { names }
    }

    fn anchors(&self) -> Vec<NaiveDate> {
        // The days on which clocks change come often enough beside those which any zone has.
        let own: Vec<_> = self.zones.iter().flat_map(|(_, days)| *days).copied().collect();
        let days = match &self.zones[..] {
            [] => ANCHORS.to_vec(),
            _ => [&own[..], &own[..], &own[..], &ANCHORS_ANYWHERE[..]].concat(),
        };
        let date = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).expect("an anchor is a date");
        self.anchors.iter().map(|anchor| date(*anchor.get(&days))).collect()
    }

    fn text(&self) -> String {
        let (zones, anchors) = (self.zone_names(), self.anchors());
        let mut text =
            format!("policy.duplicates = {:?}\n", if self.ignores_duplicates { "ignore" } else { "decline" });
        let mut put = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                writeln!(text, "policy.{key} = {value:?}").expect("memory can be written");
            }
        };
        put("zone", self.zone.filter(|_| !self.zones.is_empty()).map(|zone| *zone.get(&zones)));
        put("week_starts", self.week_starts);
        put("late_after", self.late_after);
        put("groups_file", self.members.as_ref().map(|_| GROUPS_FILE));
        if self.limits.is_empty() && self.mute == 0 {
            text += "limits = []\n";
        }
        for place in 0..self.mute {
            text += &format!("\n[[limits]]\nname = \"limit-{place}\"\ncount = 1\nwindow = \"transaction\"\n");
        }
        let limits = (self.mute..).zip(&self.limits);
        text + &limits.map(|(place, limit)| limit.text(place, &zones, &anchors)).collect::<String>()
    }

    fn groups_file(&self) -> Option<String> {
        let Members { is_csv, groups } = self.members.as_ref()?;
        let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let line = |(customer, group): &(&str, &str)| match is_csv {
            true => format!("{},since 2020,{}\n", cell(group), cell(customer)),
            false => format!("{{\"customer_id\":{customer:?},\"group\":{group:?}}}\n"),
        };
        let header = if *is_csv { "group,note,customer_id\n" } else { "" };
        Some(header.to_owned() + &groups.iter().map(line).collect::<String>())
    }

    fn surroundings(&self) -> Surroundings {
        let (names, anchors) = (self.zone_names(), self.anchors());
        let zones: Vec<_> = names.iter().map(|name| Zone::named(name)).collect();
        let mut edges = Vec::new();
        for limit in &self.limits {
            let zone = limit.zone(&names).or(self.zone.map(|zone| *zone.get(&names))).unwrap_or("UTC");
            let (from, until) = limit.dates(&anchors);
            let days = [from, until.and_then(|until| until.succ_opt())];
            edges.extend(days.into_iter().flatten().map(|day| Zone::named(zone).beginning(day)));
        }
        for zone in &zones {
            edges.extend(anchors.iter().flat_map(|anchor| zone.changes_near(*anchor, 2)));
        }
        let limits = || self.limits.iter();
        let bounds = limits().flat_map(|limit| {
            [limit.amount, limit.minimum_amount, limit.maximum_amount, limit.maximum_balance].into_iter().flatten()
        });
        let trails = |window: &&str| window.starts_with(|first: char| first.is_ascii_digit());
        let windows = limits().map(|limit| limit.window).filter(trails);
        let spans = windows.chain(limits().filter_map(|limit| limit.cooldown)).chain(self.late_after);
        Surroundings {
            bounds: bounds.collect(),
            spans: spans.map(span).collect(),
            zones,
            edges,
            anchors,
            // Windows reach beyond the times.
            range: if self.zones.is_empty() { range(1, 9999) } else { range(FIRST_YEAR + 1, LAST_YEAR - 2) },
            asks_for_groups: self.members.is_some() || limits().any(Limit::asks_for_groups),
        }
    }
}

/// The first and the last instant of some years.
fn range(first: i32, last: i32) -> (DateTime<Utc>, DateTime<Utc>) {
    let beginning = |year| {
        let day = NaiveDate::from_ymd_opt(year, 1, 1).expect("a year has a first day");
        day.and_time(NaiveTime::MIN).and_utc()
    };
    (beginning(first), beginning(last + 1) - TimeDelta::microseconds(1))
}

fn decimal(cents: i128) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
