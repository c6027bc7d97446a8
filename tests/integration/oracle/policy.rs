//! A policy as its configuration spells it, read by other means than the engine's.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta, Weekday};
use toml::{Table, Value};

use super::members::read_members;
use super::rules::cents;
use super::zones::Zone;

/// What decides. Two that are equal are one policy, however they are spelt.
#[derive(Debug, PartialEq)]
pub(super) struct Policy {
    pub(super) limits: Vec<Limit>,
    pub(super) ignores_duplicates: bool,
    pub(super) late_after: Option<TimeDelta>,
    /// The groups of customers, if there is a file of them.
    pub(super) members: Option<BTreeMap<String, String>>,
}

/// One limit. All money is in cents.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Limit {
    pub(super) name: String,
    pub(super) window: Window,
    pub(super) direction: String,
    pub(super) is_net: bool,
    pub(super) count: Option<i128>,
    pub(super) amount: Option<i128>,
    pub(super) minimum_amount: Option<i128>,
    pub(super) maximum_amount: Option<i128>,
    pub(super) maximum_balance: Option<i128>,
    pub(super) cooldown: Option<TimeDelta>,
    pub(super) zone: Zone,
    pub(super) week_starts: Weekday,
    /// None where the limit is everyone's.
    pub(super) groups: Option<Vec<String>>,
    pub(super) from: Option<NaiveDate>,
    pub(super) until: Option<NaiveDate>,
    pub(super) outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Window {
    Transaction,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Lifetime,
    Trailing { text: String, span: TimeDelta },
}

/// What becomes of a transaction that exceeds a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    Decline,
    Flag,
    Shadow,
}

impl Policy {
    /// The policy of a configuration, which must list its limits and be valid, with what the groups file holds that it
    /// names.
    pub(super) fn new(config: &str, groups_file: Option<&str>) -> Self {
        let config: Table = config.parse().expect("the configuration is TOML");
        let nothing = Table::new();
        let policy = config.get("policy").map_or(&nothing, |policy| policy.as_table().expect("the policy is a table"));
        let text = |key: &str| policy.get(key).map(|value| value.as_str().expect("a key is a text"));
        let limits = config["limits"].as_array().expect("limits are a list");
        let members = policy.get("groups_file").map(|_| read_members(groups_file.expect("there is a groups file")));
        Self {
            limits: limits.iter().map(|limit| Limit::new(limit, text("zone"), text("week_starts"))).collect(),
            ignores_duplicates: text("duplicates") == Some("ignore"),
            late_after: text("late_after").map(span),
            members,
        }
    }

    /// Whether anything about groups is known or asked.
    pub(super) fn decides_by_groups(&self) -> bool {
        self.members.is_some() || self.limits.iter().any(|limit| limit.groups.is_some())
    }
}

impl Limit {
    fn new(limit: &Value, policy_zone: Option<&str>, policy_week_starts: Option<&str>) -> Self {
        let text = |key: &str| limit.get(key).map(|value| value.as_str().expect("a key is a text"));
        let date = |key: &str| limit.get(key).map(|value| value.to_string().replace('"', "").parse().expect("a date"));
        let groups = limit.get("groups").map(|groups| {
            let groups = groups.as_array().expect("groups are a list").iter();
            let mut groups: Vec<_> =
                groups.map(|group| group.as_str().expect("a group is a text").to_owned()).collect();
            groups.sort();
            groups.dedup();
            groups
        });
        Self {
            name: text("name").expect("a limit has a name").to_owned(),
            window: Window::new(text("window").unwrap_or("transaction")),
            direction: text("direction").unwrap_or("any").to_owned(),
            is_net: text("measure") == Some("net"),
            count: limit.get("count").map(|count| count.as_integer().expect("a count is a number").into()),
            amount: text("amount").map(cents),
            minimum_amount: text("minimum_amount").map(cents),
            maximum_amount: text("maximum_amount").map(cents),
            maximum_balance: text("maximum_balance").map(cents),
            cooldown: text("cooldown").map(span),
            zone: Zone::named(text("zone").or(policy_zone).unwrap_or("UTC")),
            week_starts: (text("week_starts").or(policy_week_starts).unwrap_or("monday"))
                .parse()
                .expect("a week starts on a day"),
            groups,
            from: date("from"),
            until: date("until"),
            outcome: match text("outcome") {
                None | Some("decline") => Outcome::Decline,
                Some("flag") => Outcome::Flag,
                Some("shadow") => Outcome::Shadow,
                Some(other) => panic!("{other:?} is no outcome"),
            },
        }
    }

    /// The limit as a reason.
    pub(super) fn code(&self) -> String {
        self.name.replace('-', "_")
    }
}

impl Window {
    fn new(text: &str) -> Self {
        match text {
            "transaction" => Self::Transaction,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            "lifetime" => Self::Lifetime,
            _ => Self::Trailing { text: span_text(span(text)), span: span(text) },
        }
    }

    /// The window as it is shown: spans of one length alike.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Transaction => "transaction",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Lifetime => "lifetime",
            Self::Trailing { text, .. } => text,
        }
    }
}

/// A span such as `90d`.
pub(super) fn span(text: &str) -> TimeDelta {
    let (number, unit) = text.split_at(text.len() - 1);
    let number = number.parse().expect("a span begins with a number");
    match unit {
        "s" => TimeDelta::seconds(number),
        "m" => TimeDelta::minutes(number),
        "h" => TimeDelta::hours(number),
        "d" => TimeDelta::days(number),
        other => panic!("{other:?} is no unit"),
    }
}

/// A span as it is shown: in days if they are several, else in the largest unit of which it is whole.
pub(super) fn span_text(span: TimeDelta) -> String {
    let seconds = span.num_seconds();
    match (seconds % 86_400, seconds % 3_600, seconds % 60) {
        (0, _, _) if seconds > 86_400 => format!("{}d", seconds / 86_400),
        (_, 0, _) => format!("{}h", seconds / 3_600),
        (_, _, 0) => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}
