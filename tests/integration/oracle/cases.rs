//! Random policies and inputs, close to every edge of the rules.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SecondsFormat, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Days at whose ends something begins: a month, a year, an ISO year, a leap day, the range of times.
const ANCHORS: [(i32, u32, u32); 15] = [
    (2000, 1, 1),
    (1999, 12, 31),
    (2000, 1, 31),
    (2000, 2, 29),
    (2001, 2, 28),
    (1900, 2, 28),
    (2018, 1, 1),
    (2018, 12, 31),
    (2020, 12, 28),
    (2021, 1, 3),
    (2024, 12, 29),
    (1969, 12, 31),
    (2026, 6, 15),
    (1, 1, 1),
    (9999, 12, 31),
];

const CUSTOMERS: [&str; 3] = ["7", "007", "a\"b"];

/// One run to compare: small enough to read once it has been shrunk.
#[derive(Clone)]
pub(crate) struct Case {
    /// The policy, as a configuration file.
    pub(crate) config: String,
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
        write!(f, "\n# tidegate.toml\n\n{}\n# input.jsonl\n\n{}", self.config, self.input())
    }
}

/// Any case of at most so many lines.
pub(crate) fn any_case(lines_max: usize) -> impl Strategy<Value = Case> {
    let limits = prop::collection::vec(any_limit(), 0..=5);
    let anchors = prop::collection::vec(select(&ANCHORS[..]), 1..=2);
    let transactions = prop::collection::vec(any_transaction(), 0..=lines_max);
    (any::<bool>(), limits, anchors, transactions).prop_map(|(ignore, mut limits, anchors, transactions)| {
        mend_contradictions(&mut limits);
        let config = config(ignore, &limits);
        let lines = transactions.iter().map(|transaction| transaction.line(&limits, &anchors)).collect();
        Case { config, lines }
    })
}

#[derive(Clone, Debug)]
struct Limit {
    window: &'static str,
    direction: &'static str,
    count: Option<u32>,
    /// In cents.
    amount: Option<i64>,
}

fn any_limit() -> impl Strategy<Value = Limit> {
    let count = prop_oneof![4 => 1..=4u32, 1 => Just(u32::MAX)];
    let amount = prop_oneof![4 => 1..=100i64, 4 => 1..=1_000_000i64, 1 => i64::MAX - 2..=i64::MAX];
    let bounds = prop_oneof![
        count.clone().prop_map(|count| (Some(count), None)),
        amount.clone().prop_map(|amount| (None, Some(amount))),
        (count, amount).prop_map(|(count, amount)| (Some(count), Some(amount))),
    ];
    let window = select(&["transaction", "day", "week", "month"][..]);
    let direction = select(&["any", "load", "withdrawal"][..]);
    (window, direction, bounds).prop_map(|(window, direction, (count, amount))| Limit {
        window,
        direction,
        count,
        amount,
    })
}

/// Raises what is bounded more tightly over a week or a month than over a day, which no configuration may do.
fn mend_contradictions(limits: &mut [Limit]) {
    let days: Vec<_> = limits.iter().filter(|limit| limit.window == "day").cloned().collect();
    for limit in limits.iter_mut().filter(|limit| matches!(limit.window, "week" | "month")) {
        for day in days.iter().filter(|day| day.direction == limit.direction) {
            limit.count = limit.count.map(|count| count.max(day.count.unwrap_or(0)));
            limit.amount = limit.amount.map(|amount| amount.max(day.amount.unwrap_or(0)));
        }
    }
}

fn config(ignore_duplicates: bool, limits: &[Limit]) -> String {
    let duplicates = if ignore_duplicates { "ignore" } else { "decline" };
    let mut text = format!("policy.duplicates = \"{duplicates}\"\n");
    if limits.is_empty() {
        text += "limits = []\n";
    }
    for (place, Limit { window, direction, count, amount }) in limits.iter().enumerate() {
        text +=
            &format!("\n[[limits]]\nname = \"limit-{place}\"\nwindow = \"{window}\"\ndirection = \"{direction}\"\n");
        text += &count.map(|count| format!("count = {count}\n")).unwrap_or_default();
        text += &amount.map(|cents| format!("amount = \"{}\"\n", decimal(cents.into()))).unwrap_or_default();
    }
    text
}

/// A transaction whose amount and time are still relative to the policy and the anchors of its case.
#[derive(Clone, Debug)]
struct Transaction {
    id: u8,
    customer: usize,
    withdrawal: bool,
    size: Size,
    anchor: Index,
    day: i64,
    second: i64,
    micro: i64,
    offset_minutes: i32,
    /// Which of the ways of writing ids, amounts and times is taken; 0 is the usual one.
    form: u8,
}

#[derive(Clone, Debug)]
enum Size {
    /// So many cents.
    Cents(i64),
    /// A part of some limit's amount, give or take a cent.
    OfLimit { limit: Index, part: i64, off_by: i64 },
    /// So many cents below the largest amount there is.
    BelowLargest(i64),
}

fn any_transaction() -> impl Strategy<Value = Transaction> {
    let size = prop_oneof![
        1 => Just(Size::Cents(0)),
        6 => (0..=60i64).prop_map(Size::Cents),
        2 => (0..=600_000i64).prop_map(Size::Cents),
        8 => (any::<Index>(), 1..=3i64, -1..=1i64)
            .prop_map(|(limit, part, off_by)| Size::OfLimit { limit, part, off_by }),
        1 => (0..=2i64).prop_map(Size::BelowLargest),
    ];
    let day = prop_oneof![4 => Just(0), 4 => -1..=1i64, 3 => -8..=8i64, 1 => -40..=40i64];
    let second = prop_oneof![2 => Just(0i64), 2 => Just(86_399), 1 => 0..86_400i64];
    let micro = prop_oneof![3 => Just(0i64), 1 => Just(999_999)];
    let offset_minutes = prop_oneof![4 => Just(0), 1 => select(&[60, -60, 345, 840, -720][..]), 1 => -1_439..=1_439];
    let who = (0..CUSTOMERS.len(), any::<u8>(), any::<u8>());
    let money = (prop::bool::weighted(0.3), size);
    let when = (any::<Index>(), day, second, micro, offset_minutes);
    (who, money, when).prop_map(
        |((customer, id, form), (withdrawal, size), (anchor, day, second, micro, offset_minutes))| Transaction {
            id,
            customer,
            withdrawal,
            size,
            anchor,
            day,
            second,
            micro,
            offset_minutes,
            form,
        },
    )
}

impl Transaction {
    fn line(&self, limits: &[Limit], anchors: &[(i32, u32, u32)]) -> String {
        let id = match self.form % 8 {
            7 => format!("0{}", self.id),
            6 => format!("\\u00e9 \\\\{}", self.id),
            _ => self.id.to_string(),
        };
        let customer_id = serde_json::Value::from(CUSTOMERS[self.customer]);
        let amount = self.amount(limits);
        let time = self.time(anchors);
        format!(r#"{{"id":"{id}","customer_id":{customer_id},"load_amount":"{amount}","time":"{time}"}}"#)
    }

    fn amount(&self, limits: &[Limit]) -> String {
        let amounts: Vec<_> = limits.iter().filter_map(|limit| limit.amount).collect();
        let cents = match self.size {
            Size::Cents(cents) => i128::from(cents),
            Size::OfLimit { limit, part, off_by } => {
                let amount = if amounts.is_empty() { 500 } else { *limit.get(&amounts) };
                (i128::from(amount / part) + i128::from(off_by)).max(0)
            }
            Size::BelowLargest(cents) => (1 << 63) - i128::from(cents),
        };
        // There is one more cent to withdraw than to load.
        let cents = if self.withdrawal { cents.min(1 << 63) } else { cents.min((1 << 63) - 1) };
        let text = decimal(cents);
        let text = match (self.form / 8 % 2, cents % 100, cents % 10) {
            (1, 0, _) => text.trim_end_matches(".00"),
            (1, _, 0) => text.trim_end_matches('0'),
            _ => &text,
        };
        let (sign, other_sign) = if self.withdrawal { ("-", "-") } else { ("", "+") };
        match self.form / 16 % 4 {
            3 => format!("{sign}{text}"),
            2 => format!("${other_sign}{text}"),
            _ => format!("{sign}${text}"),
        }
    }

    fn time(&self, anchors: &[(i32, u32, u32)]) -> String {
        let (year, month, day) = *self.anchor.get(anchors);
        let midnight = |year, month, day| -> DateTime<Utc> {
            let date = NaiveDate::from_ymd_opt(year, month, day).expect("an anchor is a date");
            date.and_time(chrono::NaiveTime::MIN).and_utc()
        };
        let (first, last) = (midnight(1, 1, 1), midnight(9999, 12, 31) + TimeDelta::microseconds(86_399_999_999));
        let time = midnight(year, month, day) + TimeDelta::days(self.day) + TimeDelta::seconds(self.second);
        let time = (time + TimeDelta::microseconds(self.micro)).clamp(first, last);
        let offset = FixedOffset::east_opt(self.offset_minutes * 60).expect("an offset is below a day");
        let local = time.with_timezone(&offset);
        // Years of four digits are all that the format can write.
        let local = if (0..=9999).contains(&local.year()) { local } else { time.fixed_offset() };
        local.to_rfc3339_opts(SecondsFormat::AutoSi, self.form.is_multiple_of(2))
    }
}

fn decimal(cents: i128) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
