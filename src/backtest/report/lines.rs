//! The rows of a report's tables.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::backtest::breakdown::ROOM_PARTS;
use crate::backtest::{Breakdown, Codes, Groups, History, Line};
use crate::domain::{Day, decimal};

/// The sums of a row; its keys come in this order. Money is a text, in major units.
#[derive(Clone, Debug, Serialize)]
pub struct LineForm {
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
    /// Money let in.
    pub loads_then: String,
    /// Money that would have been let in.
    pub loads_now: String,
    /// Money that was let in and would not have been.
    pub loads_lost: String,
    /// Money that was not let in and would have been.
    pub loads_gained: String,
    /// The same as numbers.
    #[serde(skip)]
    pub line: Line,
}

/// What became of transactions for one reason, or for none.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonLine {
    /// The code of the reason; none for what was accepted.
    pub reason: Option<String>,
    /// Of how many transactions it was.
    pub then: u64,
    /// Of how many it would have been.
    pub now: u64,
    /// The sum of their absolute amounts.
    pub then_sum: String,
    /// The sum of their absolute amounts.
    pub now_sum: String,
}

/// The flips in one direction for one reason.
#[derive(Clone, Debug, Serialize)]
pub struct FlipLine {
    /// `declined` or `accepted`.
    pub to: &'static str,
    /// The code of the reason that came, or that went.
    pub reason: String,
    /// How many flips.
    pub flips: u64,
    /// Their loads.
    pub loads: String,
    /// Their withdrawals, without their sign.
    pub withdrawals: String,
}

/// The row of a group.
#[derive(Clone, Debug, Serialize)]
pub struct GroupLine {
    /// Its name.
    pub group: String,
    /// The sums.
    #[serde(flatten)]
    pub sums: LineForm,
}

/// The row of an ISO week in UTC.
#[derive(Clone, Debug, Serialize)]
pub struct WeekLine {
    /// Such as `2026-W53`.
    pub week: String,
    /// Its first day.
    pub monday: String,
    /// The sums.
    #[serde(flatten)]
    pub sums: LineForm,
}

/// The row of a day in UTC.
#[derive(Clone, Debug, Serialize)]
pub struct DayLine {
    /// The day.
    pub day: String,
    /// The sums.
    #[serde(flatten)]
    pub sums: LineForm,
}

/// The row of a customer.
#[derive(Clone, Debug, Serialize)]
pub struct AccountLine {
    /// The customer's id.
    pub account: String,
    /// The sums.
    #[serde(flatten)]
    pub sums: LineForm,
}

/// Accepted transactions that left so much of the limit that came nearest.
#[derive(Clone, Debug, Serialize)]
pub struct RoomLine {
    /// From so many per cent of it on.
    pub from: usize,
    /// Below so many, or up to all of it.
    pub below: usize,
    /// How many were accepted.
    pub then: u64,
    /// How many would have been.
    pub now: u64,
}

impl From<&Line> for LineForm {
    fn from(line: &Line) -> Self {
        let &Line { transactions, accepted_then, accepted_now, to_declined, to_accepted, .. } = line;
        Self {
            transactions,
            accepted_then,
            accepted_now,
            to_declined,
            to_accepted,
            loads_then: decimal(line.loads_then),
            loads_now: decimal(line.loads_now),
            loads_lost: decimal(line.loads_lost),
            loads_gained: decimal(line.loads_gained),
            line: *line,
        }
    }
}

/// What became of transactions and what would have, acceptance first, then by how often either was.
pub(super) fn reasons(breakdown: &Breakdown, codes: &Codes) -> Vec<ReasonLine> {
    let outcomes = codes.all().zip(&breakdown.outcomes).filter(|(_, (then, now))| then.count + now.count > 0);
    let mut lines: Vec<_> = outcomes
        .map(|(code, (then, now))| ReasonLine {
            reason: codes.reason(code).map(str::to_owned),
            then: then.count,
            now: now.count,
            then_sum: decimal(then.sum),
            now_sum: decimal(now.sum),
        })
        .collect();
    lines.sort_by(|a, b| {
        let rank = |line: &ReasonLine| (line.reason.is_some(), std::cmp::Reverse(line.then.max(line.now)));
        rank(a).cmp(&rank(b)).then_with(|| a.reason.cmp(&b.reason))
    });
    lines
}

/// The flips by reason: those to declined first, the most frequent first.
pub(super) fn flips(breakdown: &Breakdown, codes: &Codes) -> Vec<FlipLine> {
    let mut lines = Vec::new();
    for (to, flows) in [("declined", &breakdown.lost), ("accepted", &breakdown.gained)] {
        let told = codes.all().zip(flows).filter(|(_, flow)| flow.count > 0);
        let mut of_direction: Vec<_> = told
            .map(|(code, flow)| FlipLine {
                to,
                reason: codes.reason(code).unwrap_or_default().to_owned(),
                flips: flow.count,
                loads: decimal(flow.loads),
                withdrawals: decimal(flow.withdrawals),
            })
            .collect();
        of_direction.sort_by(|a, b| b.flips.cmp(&a.flips).then_with(|| a.reason.cmp(&b.reason)));
        lines.extend(of_direction);
    }
    lines
}

/// The groups in which there are transactions, by name.
pub(super) fn groups(breakdown: &Breakdown, groups: &Groups) -> Vec<GroupLine> {
    let told = breakdown.groups.iter().enumerate().filter(|(_, line)| line.transactions > 0);
    let mut lines: Vec<_> =
        told.map(|(place, line)| GroupLine { group: groups.name(place).to_owned(), sums: line.into() }).collect();
    lines.sort_by(|a, b| a.group.cmp(&b.group));
    lines
}

/// The days on which there are transactions.
pub(super) fn days(breakdown: &Breakdown) -> Vec<DayLine> {
    breakdown.days().iter().map(|(day, line)| DayLine { day: day.to_string(), sums: line.into() }).collect()
}

/// The weeks in which there are transactions.
pub(super) fn weeks(breakdown: &Breakdown) -> Vec<WeekLine> {
    let mut weeks = BTreeMap::<Day, Line>::new();
    breakdown.days().iter().for_each(|(day, line)| weeks.entry(day.monday()).or_default().merge(line));
    let week = |(monday, line): (&Day, &Line)| WeekLine {
        week: iso_week(*monday),
        monday: monday.to_string(),
        sums: line.into(),
    };
    weeks.iter().map(week).collect()
}

fn iso_week(monday: Day) -> String {
    /// The number of 1970-01-01 if 0001-01-01 is 1.
    const EPOCH: i32 = 719_163;
    let date = monday.number().checked_add(EPOCH).and_then(NaiveDate::from_num_days_from_ce_opt);
    date.map_or_else(String::new, |date| {
        let week = date.iso_week();
        format!("{:04}-W{:02}", week.year(), week.week())
    })
}

/// The customers with the most flips.
pub(super) fn customers(breakdown: &Breakdown, history: &History) -> Vec<AccountLine> {
    let account = |account: usize| String::from_utf8_lossy(&history.customer(account)).into_owned();
    breakdown
        .customers
        .iter()
        .map(|(number, line)| AccountLine { account: account(*number), sums: line.into() })
        .collect()
}

/// What accepted transactions left.
pub(super) fn rooms(breakdown: &Breakdown) -> Vec<RoomLine> {
    const PERCENT: usize = 100 / ROOM_PARTS;
    let (then, now) = &breakdown.rooms;
    let parts = (0..).zip(then.iter().zip(now));
    parts
        .map(|(part, (then, now))| RoomLine {
            from: part * PERCENT,
            below: (part + 1) * PERCENT,
            then: *then,
            now: *now,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_those_of_iso_8601() {
        let week = |text: &str| {
            let time = crate::domain::Timestamp::parse_rfc3339(format!("{text}T00:00:00Z").as_bytes()).unwrap();
            iso_week(time.day().monday())
        };
        assert_eq!(week("2000-01-01"), "1999-W52");
        assert_eq!(week("2018-12-31"), "2019-W01");
        assert_eq!(week("2026-12-31"), "2026-W53");
        assert_eq!(week("0001-01-01"), "0001-W01");
        assert_eq!(week("9999-12-31"), "9999-W52");
    }
}
