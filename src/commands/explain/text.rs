//! An explanation in words.

use indicatif::HumanCount;

use super::checks;
use crate::commands::figures::counted;
use crate::commands::table::{Column, Table};
use crate::console::{grouped, printable};
use crate::domain::{AccountEventKind, Amount, Bound, Direction, Duplicates, Explanation, LimitOutcome, Timestamp};
use crate::inquiry::{ExplainReport, GroupOrigin, LimitExplained, Told, words};

/// How many positions of repeats are listed.
const REPEATS_MAX: usize = 10;

const USERS: [Column; 6] = [
    Column::Number("position"),
    Column::Text("transaction"),
    Column::Number("amount"),
    Column::Text("time"),
    Column::Text("batch"),
    Column::Number("line"),
];

/// An explanation in words; of a supposed transaction it is said whether its time is that of the latest one.
pub(super) fn of(report: &ExplainReport, time_is_the_latest: bool) -> String {
    let heading = match &report.told {
        Some(told) => decided(report, told),
        None => supposed(report, time_is_the_latest),
    };
    let checks = checks::table(&report.explanation, &report.policy);
    format!("{heading}\n{checks}{}{}", users(report), alternatives(report))
}

/// What was decided, and what else is known of the transaction.
fn decided(report: &ExplainReport, told: &Told) -> String {
    let (id, account) = (printable(&told.transaction_id()), account(report));
    let mut lines = vec![
        format!("transaction {id} of account {account}{}: {}", group(report), movement(told)),
        format!("{}, policy at position {}", place(told), report.policy_position),
        outcome(report),
    ];
    if let Some(first) = &report.first_sight {
        let silent = report.policy.duplicates() == Duplicates::Ignore;
        lines.extend(silent.then(|| "the policy ignores duplicates: no verdict was written".to_owned()));
        lines.push(String::new());
        lines.push(format!("first seen: {}, {}", movement(first), first_outcome(first)));
        lines.push(place(first));
        lines.push("nothing with this id can pass any more".to_owned());
        let reason = report.explanation.kind.reason(&report.policy);
        lines.push(format!("under another id it would have been {}", declined(reason)));
    }
    let is_the_only_repeat = report.repeats == [told.decision.position];
    lines.extend(repeats(&report.repeats).filter(|_| !is_the_only_repeat));
    lines.join("\n") + "\n"
}

/// What is supposed, and what is known when it comes.
fn supposed(report: &ExplainReport, time_is_the_latest: bool) -> String {
    let (account, explanation) = (account(report), &report.explanation);
    let new = if report.decisions_before == 0 { ", which has nothing on this account" } else { "" };
    let origin = if time_is_the_latest { ", the time of its latest transaction" } else { "" };
    let happened = report.known.at.map(|at| format!(", and only what had happened by {at}")).unwrap_or_default();
    format!(
        "supposed, on account {account}{}: {}{origin}\n\
         as recorded up to position {}{happened}{new}; policy at position {}\n\
         would be {}\n",
        group(report),
        a_movement(explanation.amount, explanation.time),
        report.known.position,
        report.policy_position,
        outcome(report)
    )
}

fn account(report: &ExplainReport) -> String {
    printable(&String::from_utf8_lossy(&report.account))
}

/// The group that the customer was in, or is taken to be in, and why.
fn group(report: &ExplainReport) -> String {
    let Some(group) = &report.group else { return String::new() };
    let why = match group.origin {
        GroupOrigin::Decision | GroupOrigin::Asked => String::new(),
        GroupOrigin::LastDecision(position) => format!(" as of its last decision, at position {position}"),
        GroupOrigin::Nobody => " as no decision says otherwise".to_owned(),
    };
    format!(", group {}{why}", printable(&group.name))
}

/// What became of the transaction, or would, and what else was noted of it.
fn outcome(report: &ExplainReport) -> String {
    match report.reason() {
        None => words::accepted(&report.marked(LimitOutcome::Flag), &report.marked(LimitOutcome::Shadow)),
        reason => declined(reason),
    }
}

fn first_outcome(told: &Told) -> String {
    match &told.decision.reason {
        None => words::verdict(&told.decision),
        reason => declined(reason.as_deref()),
    }
}

fn declined(reason: Option<&str>) -> String {
    match reason {
        None => "accepted".to_owned(),
        Some(reason) => format!("declined: {}", printable(reason)),
    }
}

fn repeats(positions: &[u64]) -> Option<String> {
    let mut listed: Vec<_> = positions.iter().take(REPEATS_MAX).map(u64::to_string).collect();
    if let Some(more) = positions.len().checked_sub(REPEATS_MAX).filter(|more| *more > 0) {
        listed.push(format!("and {} more", HumanCount(more as u64)));
    }
    let listed = listed.join(", ");
    match positions.len() {
        0 => None,
        1 => Some(format!("sent again at position {listed}: a duplicate")),
        times => Some(format!("sent again {} times, at positions {listed}: duplicates", HumanCount(times as u64))),
    }
}

/// The transactions that used the limit which declines.
fn users(report: &ExplainReport) -> String {
    let AccountEventKind::AccountLimitExceeded { limit, bound, .. } = report.explanation.kind else {
        return String::new();
    };
    let place = usize::from(limit);
    let (Some(LimitExplained { users, .. }), Some(limit)) =
        (report.limits.get(place), report.policy.limits().get(place))
    else {
        return String::new();
    };
    let (name, number) = (limit.name.as_str(), counted((users.last.len() + users.more) as u64, "transaction"));
    let heading = match bound {
        Bound::Cooldown => format!("\n{name} found {number} too near"),
        _ => format!("\n{name} was used by {number}"),
    };
    match (users.last.len(), users.more) {
        (0, 0) => String::new(),
        (0, _) => heading + "\n",
        (_, 0) => heading + ":\n" + &table_of(&users.last),
        (_, more) => format!("{heading}:\n{}and {} more before\n", table_of(&users.last), HumanCount(more as u64)),
    }
}

fn table_of(users: &[Told]) -> String {
    let row = |told: &Told| {
        let event = told.decision.event;
        vec![
            told.decision.position.to_string(),
            told.transaction_id(),
            event.amount.to_string(),
            event.time.to_string(),
            told.batch.clone(),
            told.decision.line.to_string(),
        ]
    };
    Table::new(&USERS).lines(users.iter().map(row))
}

/// Which amount would pass instead, and when this one would; nothing of a transaction whose id is not new.
fn alternatives(report: &ExplainReport) -> String {
    if report.first_sight.is_some() {
        return String::new();
    }
    let explanation = &report.explanation;
    let (pass, condition) = match report.told {
        Some(_) => ("would have passed", "had nothing else happened"),
        None => ("would pass", "if nothing else happens"),
    };
    let what = name(explanation.amount.direction());
    let largest = match report.largest() {
        Some(largest) => format!("the largest {what} that {pass}: {}", money(largest)),
        None => format!("no {what} {pass} at this time"),
    };
    if explanation.kind.is_accepted() {
        return format!("\n{largest}\n");
    }
    let earliest = match report.earliest() {
        Some(earliest) => {
            format!("the earliest time at which this amount {pass}, {condition}: {}", words::in_zone(report, earliest))
        }
        None => match never(report) {
            Some(why) => format!("this amount {pass} at no time: {why}"),
            None => format!("this amount {pass} at no later time, {condition}"),
        },
    };
    format!("\n{largest}\n{earliest}\n")
}

/// Why an amount can pass at no time, however little else there is: the first limit that bounds it by itself.
fn never(report: &ExplainReport) -> Option<String> {
    let Explanation { amount, limits, .. } = &report.explanation;
    let declines = report.policy.limits().iter().zip(limits);
    let declines = declines.filter(|(limit, finding)| {
        // One that ends lets it pass some day.
        limit.outcome == LimitOutcome::Decline && finding.applies.is_yes() && limit.until.is_none()
    });
    let mut bounds = declines.flat_map(|(limit, finding)| finding.standing.parts.iter().map(move |part| (limit, part)));
    bounds.find_map(|(limit, part)| {
        let (name, magnitude) = (limit.name.as_str(), amount.magnitude());
        let bound = || money(Amount::from_minor(i64::try_from(part.limit).unwrap_or(i64::MAX)));
        match part.bound {
            Bound::MinimumAmount if magnitude < part.limit => Some(format!("{name} requires {} at least", bound())),
            Bound::Amount | Bound::MaximumAmount if magnitude > part.limit => {
                Some(format!("{name} allows {} at most", bound()))
            }
            _ => None,
        }
    })
}

/// What was sent, as `a load of 12.50 at 2000-01-01T00:00:00Z`.
fn movement(told: &Told) -> String {
    a_movement(told.decision.event.amount, told.decision.event.time)
}

fn a_movement(amount: Amount, time: Timestamp) -> String {
    format!("a {} of {} at {time}", name(amount.direction()), money(amount))
}

const fn name(direction: Direction) -> &'static str {
    match direction {
        Direction::Load => "load",
        Direction::Withdrawal => "withdrawal",
    }
}

/// An amount without its sign, with commas between the thousands.
fn money(amount: Amount) -> String {
    grouped(amount.to_string().trim_start_matches('-'))
}

/// Where a decision stands and when it was recorded.
fn place(told: &Told) -> String {
    let Told { decision, batch, recorded_at, .. } = told;
    let (batch, line, position) = (printable(batch), decision.line, decision.position);
    format!("batch {batch} line {line}, position {position}, recorded {recorded_at}")
}
