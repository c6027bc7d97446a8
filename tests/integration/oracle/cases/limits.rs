//! Random limits with any of the keys there are.

use std::fmt::Write;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::decimal;
use super::places::{GROUPS, WEEKDAYS};

/// A limit whose dates and zone are still relative to its case.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    pub(super) window: &'static str,
    pub(super) direction: &'static str,
    is_net: bool,
    pub(super) count: Option<u32>,
    /// In cents, like all the other amounts.
    pub(super) amount: Option<i64>,
    pub(super) minimum_amount: Option<i64>,
    pub(super) maximum_amount: Option<i64>,
    pub(super) maximum_balance: Option<i64>,
    pub(super) cooldown: Option<&'static str>,
    zone: Option<Index>,
    week_starts: Option<&'static str>,
    groups: Option<Vec<&'static str>>,
    /// Anchors, and days from there.
    pub(super) from: Option<(Index, i64)>,
    pub(super) until: Option<(Index, i64)>,
    outcome: &'static str,
    /// Whether what is the default is spelt out, and dates are texts.
    spelt_out: bool,
}

/// Windows that trail; one is longer than all time, two are the same.
const TRAILING: [&str; 9] = ["1s", "90s", "45m", "24h", "1d", "36h", "7d", "90d", "3652059d"];

const COOLDOWNS: [&str; 7] = ["1s", "10m", "1h", "24h", "1d", "40h", "3652059d"];

pub(super) fn any_limit() -> impl Strategy<Value = Limit> {
    let count = prop_oneof![8 => 1..=4u32, 1 => Just(u32::MAX)];
    let amount = || prop_oneof![4 => 1..=100i64, 4 => 1..=1_000_000i64, 1 => i64::MAX - 2..=i64::MAX];
    let calendar = select(&["day", "week", "month", "quarter", "year", "lifetime"][..]);
    let window = prop_oneof![1 => Just("transaction"), 6 => calendar, 3 => select(&TRAILING[..])];
    let direction = select(&["any", "load", "withdrawal"][..]);
    let rare = prop::option::weighted::<BoxedStrategy<i64>>;
    let bounds = (
        prop::option::weighted(0.4, count),
        prop::option::weighted(0.5, amount()),
        rare(0.1, (1..=100i64).boxed()),
        rare(0.2, amount().boxed()),
        rare(0.2, amount().boxed()),
        prop::option::weighted(0.15, select(&COOLDOWNS[..])),
    );
    let whom = prop::option::weighted(0.2, subsequence(&GROUPS[..], 1..GROUPS.len()));
    let date = || prop::option::weighted(0.15, (any::<Index>(), -9..=9i64));
    let zone = prop::option::weighted(0.5, any::<Index>());
    let week_starts = prop::option::weighted(0.5, select(&WEEKDAYS[..]));
    let outcome = prop_oneof![3 => Just("decline"), 1 => Just("flag"), 1 => Just("shadow")];
    let what = (window, direction, prop::bool::weighted(0.7), bounds);
    (what, (zone, week_starts, date(), date()), whom, outcome, any::<bool>()).prop_map(
        |((window, direction, is_net, bounds), (zone, week_starts, from, until), groups, outcome, spelt_out)| {
            let (count, amount, minimum_amount, maximum_amount, maximum_balance, cooldown) = bounds;
            let limit = Limit {
                window,
                direction,
                is_net,
                count,
                amount,
                minimum_amount,
                maximum_amount,
                maximum_balance,
                cooldown,
                zone,
                week_starts,
                groups,
                from,
                until,
                outcome,
                spelt_out,
            };
            limit.mended()
        },
    )
}

impl Limit {
    /// The limit without what no configuration may say.
    fn mended(mut self) -> Self {
        if self.direction == "withdrawal" {
            self.maximum_balance = None;
        }
        if let (Some(least), Some(most)) = (self.minimum_amount, self.maximum_amount) {
            (self.minimum_amount, self.maximum_amount) = (Some(least.min(most)), Some(least.max(most)));
        }
        let is_one_transaction_s = [self.minimum_amount, self.maximum_amount, self.maximum_balance];
        let is_bounded = is_one_transaction_s.iter().any(Option::is_some) || self.cooldown.is_some();
        if !is_bounded && self.amount.is_none() && self.count.is_none() {
            self.count = Some(2);
        }
        if self.amount.is_none() && self.count.is_none() {
            self.window = "transaction";
        }
        self.is_net &= self.direction != "any" && self.window != "transaction" && self.amount.is_some();
        self
    }

    /// Makes the limit one that declines.
    pub(super) fn decline(&mut self) {
        self.outcome = "decline";
    }

    /// The limit with about half of what it allows.
    pub(super) fn tighter(&mut self) {
        self.count = self.count.map(|count| (count / 2).max(1));
        self.change_amounts(|amount| (amount / 2).max(1));
    }

    /// The limit with twice what it allows.
    pub(super) fn looser(&mut self) {
        self.count = self.count.map(|count| count.saturating_mul(2));
        self.change_amounts(|amount| amount.saturating_mul(2));
    }

    fn change_amounts(&mut self, change: fn(i64) -> i64) {
        let amounts = [&mut self.amount, &mut self.minimum_amount, &mut self.maximum_amount, &mut self.maximum_balance];
        amounts.into_iter().for_each(|amount| *amount = amount.map(change));
    }

    /// The limit with those keys alone that there have always been.
    pub(super) fn of_old(self) -> Self {
        let window = match self.window {
            old @ ("transaction" | "day" | "week" | "month") => old,
            "lifetime" => "month",
            "quarter" | "year" => "week",
            _ => "day",
        };
        let count = if self.amount.is_none() && self.count.is_none() { Some(3) } else { self.count };
        Self {
            window,
            is_net: false,
            count,
            minimum_amount: None,
            maximum_amount: None,
            maximum_balance: None,
            cooldown: None,
            zone: None,
            week_starts: None,
            groups: None,
            from: None,
            until: None,
            outcome: "decline",
            ..self
        }
    }

    /// Whether it declines of the same transactions, as far as this can be told before zones and dates are known.
    fn is_like(&self, other: &Self) -> bool {
        (self.direction, &self.groups) == (other.direction, &other.groups)
            && (self.outcome, other.outcome) == ("decline", "decline")
    }

    /// Whether it is some groups' alone.
    pub(super) const fn asks_for_groups(&self) -> bool {
        self.groups.is_some()
    }

    /// The zone that it names of its own, among these.
    pub(super) fn zone<'a>(&self, zones: &[&'a str]) -> Option<&'a str> {
        self.zone.map(|zone| *zone.get(zones))
    }

    /// The first and the last day on which it holds.
    pub(super) fn dates(&self, anchors: &[NaiveDate]) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let (first, last) = (NaiveDate::from_ymd_opt(1, 1, 1), NaiveDate::from_ymd_opt(9999, 12, 31));
        let day = |(anchor, days): (Index, i64)| {
            let anchor = *anchor.get(anchors);
            let day = if days < 0 { anchor - Days::new(days.unsigned_abs()) } else { anchor + Days::new(days as u64) };
            Some(day).max(first).min(last)
        };
        match (self.from.and_then(day), self.until.and_then(day)) {
            (Some(from), Some(until)) => (Some(from.min(until)), Some(from.max(until))),
            dates => dates,
        }
    }

    /// The limit as a configuration spells it.
    pub(super) fn text(&self, place: usize, zones: &[&str], anchors: &[NaiveDate]) -> String {
        let mut text = format!("\n[[limits]]\nname = \"limit-{place}\"\n");
        let mut put = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                writeln!(text, "{key} = {value}").expect("memory can be written");
            }
        };
        let quoted = |value: &str| Some(format!("{value:?}"));
        // What is the default may be left out.
        let unless =
            |value: &str, default: &str| if value == default && !self.spelt_out { None } else { quoted(value) };
        let amount = |cents: Option<i64>| cents.and_then(|cents| quoted(&decimal(cents.into())));
        let needs_window = self.amount.is_some() || self.count.is_some();
        put("window", if needs_window { quoted(self.window) } else { unless(self.window, "transaction") });
        put("direction", unless(self.direction, "any"));
        put("measure", if self.is_net { quoted("net") } else { unless("gross", "gross") });
        put("count", self.count.map(|count| count.to_string()));
        put("amount", amount(self.amount));
        put("minimum_amount", amount(self.minimum_amount));
        put("maximum_amount", amount(self.maximum_amount));
        put("maximum_balance", amount(self.maximum_balance));
        put("cooldown", self.cooldown.and_then(quoted));
        put("zone", self.zone(zones).and_then(quoted));
        put("week_starts", self.week_starts.and_then(quoted));
        put("groups", self.groups.as_ref().map(|groups| format!("{groups:?}")));
        let (from, until) = self.dates(anchors);
        let date = |date: NaiveDate| {
            let text = date.format("%Y-%m-%d");
            if self.spelt_out { format!("\"{text}\"") } else { text.to_string() }
        };
        put("from", from.map(date));
        put("until", until.map(date));
        put("outcome", unless(self.outcome, "decline"));
        text
    }
}

/// Raises what is bounded more tightly over several days than over one by limits that decline alike, which no
/// configuration may do.
pub(super) fn mend_contradictions(limits: &mut [Limit]) {
    let days: Vec<_> = limits.iter().filter(|limit| limit.window == "day").cloned().collect();
    let longer = ["week", "month", "quarter", "year", "lifetime"];
    for limit in limits.iter_mut().filter(|limit| longer.contains(&limit.window)) {
        let like: Vec<_> = days.iter().filter(|day| day.is_like(limit)).collect();
        for day in like {
            limit.count = limit.count.map(|count| count.max(day.count.unwrap_or(0)));
            if !limit.is_net && !day.is_net {
                limit.amount = limit.amount.map(|amount| amount.max(day.amount.unwrap_or(0)));
            }
        }
    }
}
