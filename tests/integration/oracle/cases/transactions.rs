//! Random transactions, whose amounts and times lie close to what a policy makes of them.

use chrono::{DateTime, Datelike, Days, FixedOffset, SecondsFormat, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::places::{CUSTOMERS, GROUPS};
use super::{Surroundings, decimal};

/// A transaction whose amount and time are still relative to the surroundings of its case.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    id: u8,
    customer: usize,
    group: Group,
    withdrawal: bool,
    size: Size,
    when: When,
    offset_minutes: i32,
    /// Which of the ways of writing ids, amounts and times is taken; 0 is the usual one.
    form: u8,
}

#[derive(Clone, Debug)]
enum Group {
    Absent,
    Null,
    Named(&'static str),
    /// What is no group, and nobody's concern where no policy asks for groups.
    OrAnything(&'static str),
}

#[derive(Clone, Debug)]
enum Size {
    /// So many cents.
    Cents(i64),
    /// A part of some bound, give or take a cent.
    OfBound { bound: Index, part: i64, off_by: i64 },
    /// So many cents below the largest amount there is.
    BelowLargest(i64),
}

#[derive(Clone, Debug)]
enum When {
    /// So far behind the beginning of a local day.
    Near(Near),
    /// At a change of clocks, or where a limit begins or ceases to hold, give or take some microseconds.
    Edge { edge: Index, off_by: i64, instead: Near },
    /// A span away from an earlier line, or from the latest so far, behind it or before it.
    Apart { earlier: Option<Index>, span: Index, times: i32, off_by: i64, instead: Near },
}

/// A time of day near an anchor.
#[derive(Clone, Debug)]
struct Near {
    anchor: Index,
    zone: Index,
    day: i64,
    second: i64,
    micro: i64,
}

pub(super) fn any_transaction() -> impl Strategy<Value = Transaction> {
    let group = prop_oneof![
        5 => Just(Group::Absent),
        1 => Just(Group::Null),
        3 => select(&GROUPS[..]).prop_map(Group::Named),
        1 => select(&["17", "\"\"", "[\"gold\"]", "\"a\\u0000b\""][..]).prop_map(Group::OrAnything),
    ];
    let size = prop_oneof![
        1 => Just(Size::Cents(0)),
        6 => (0..=60i64).prop_map(Size::Cents),
        2 => (0..=600_000i64).prop_map(Size::Cents),
        8 => (any::<Index>(), 1..=3i64, -1..=1i64)
            .prop_map(|(bound, part, off_by)| Size::OfBound { bound, part, off_by }),
        1 => (0..=2i64).prop_map(Size::BelowLargest),
    ];
    let offset_minutes = prop_oneof![4 => Just(0), 1 => select(&[60, -60, 345, 840, -720][..]), 1 => -1_439..=1_439];
    let who = (0..CUSTOMERS.len(), any::<u8>(), any::<u8>(), group);
    let money = (prop::bool::weighted(0.3), size);
    (who, money, any_time(), offset_minutes).prop_map(
        |((customer, id, form, group), (withdrawal, size), when, offset_minutes)| Transaction {
            id,
            customer,
            group,
            withdrawal,
            size,
            when,
            offset_minutes,
            form,
        },
    )
}

fn any_time() -> impl Strategy<Value = When> {
    // The last microsecond of a second, a half or a whole hour, and everything beside them.
    let off_by = || {
        prop_oneof![
            6 => -1..=1i64,
            1 => select(&[-3_600_000_000, -1_800_000_000, 1_800_000_000, 3_600_000_000, 60_000_000][..]),
        ]
    };
    let near = || {
        let day = prop_oneof![4 => Just(0), 4 => -1..=1i64, 3 => -8..=8i64, 1 => -40..=40i64, 1 => -400..=400i64];
        let second = prop_oneof![2 => Just(0i64), 2 => Just(86_399), 1 => 0..86_400i64];
        let micro = prop_oneof![3 => Just(0i64), 1 => Just(999_999), 1 => Just(-1)];
        (any::<Index>(), any::<Index>(), day, second, micro).prop_map(|(anchor, zone, day, second, micro)| Near {
            anchor,
            zone,
            day,
            second,
            micro,
        })
    };
    prop_oneof![
        6 => near().prop_map(When::Near),
        2 => (any::<Index>(), off_by(), near()).prop_map(|(edge, off_by, instead)| When::Edge { edge, off_by, instead }),
        3 => (prop::option::weighted(0.7, any::<Index>()), any::<Index>(), -1..=1i32, off_by(), near()).prop_map(
            |(earlier, span, times, off_by, instead)| When::Apart { earlier, span, times, off_by, instead }
        ),
    ]
}

impl Transaction {
    /// The transaction as a line, whose time joins those of the lines before.
    pub(super) fn line(&self, surroundings: &Surroundings, times: &mut Vec<DateTime<Utc>>) -> String {
        let id = match self.form % 8 {
            7 => format!("0{}", self.id),
            6 => format!("\\u00e9 \\\\{}", self.id),
            _ => self.id.to_string(),
        };
        let customer_id = Value::from(CUSTOMERS[self.customer]);
        let amount = self.amount(&surroundings.bounds);
        let time = self.when.resolved(surroundings, times);
        times.push(time);
        let group = match self.group {
            Group::Absent => None,
            Group::OrAnything(_) if surroundings.asks_for_groups => None,
            Group::Null => Some("null".to_owned()),
            Group::Named(group) => Some(Value::from(group).to_string()),
            Group::OrAnything(text) => Some(text.to_owned()),
        };
        let group = group.map(|group| format!("\"group\":{group}"));
        let (first, last) = match group {
            Some(group) if self.form.is_multiple_of(3) => (format!("{group},"), String::new()),
            Some(group) => (String::new(), format!(",{group}")),
            None => (String::new(), String::new()),
        };
        let time = self.written(time);
        format!(r#"{{{first}"id":"{id}","customer_id":{customer_id},"load_amount":"{amount}","time":"{time}"{last}}}"#)
    }

    fn amount(&self, bounds: &[i64]) -> String {
        let cents = match self.size {
            Size::Cents(cents) => i128::from(cents),
            Size::OfBound { bound, part, off_by } => {
                let amount = if bounds.is_empty() { 500 } else { *bound.get(bounds) };
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

    /// A time as the line has it, with some offset.
    fn written(&self, time: DateTime<Utc>) -> String {
        let offset = FixedOffset::east_opt(self.offset_minutes * 60).expect("an offset is below a day");
        let local = time.with_timezone(&offset);
        // Years of four digits are all that the format can write.
        let local = if (0..=9999).contains(&local.year()) { local } else { time.fixed_offset() };
        local.to_rfc3339_opts(SecondsFormat::AutoSi, self.form.is_multiple_of(2))
    }
}

impl When {
    fn resolved(&self, surroundings: &Surroundings, times: &[DateTime<Utc>]) -> DateTime<Utc> {
        let Surroundings { edges, spans, range: (first, last), .. } = surroundings;
        let (time, instead) = match self {
            Self::Near(near) => (None, near),
            Self::Edge { edge, off_by, instead } if !edges.is_empty() => {
                (Some(*edge.get(edges) + TimeDelta::microseconds(*off_by)), instead)
            }
            Self::Apart { earlier, span, times: factor, off_by, instead } if !times.is_empty() && !spans.is_empty() => {
                let apart = *span.get(spans) * *factor + TimeDelta::microseconds(*off_by);
                let earlier = earlier.map_or(times.iter().max(), |earlier| Some(earlier.get(times)));
                (earlier.map(|earlier| *earlier + apart), instead)
            }
            Self::Edge { instead, .. } | Self::Apart { instead, .. } => (None, instead),
        };
        let time = time.filter(|time| (first..=last).contains(&time));
        time.unwrap_or_else(|| instead.resolved(surroundings)).clamp(*first, *last)
    }
}

impl Near {
    fn resolved(&self, surroundings: &Surroundings) -> DateTime<Utc> {
        let anchor = *self.anchor.get(&surroundings.anchors);
        let zone = self.zone.get(&surroundings.zones);
        let days = Days::new(self.day.unsigned_abs());
        let date = if self.day < 0 { anchor - days } else { anchor + days };
        zone.beginning(date) + TimeDelta::seconds(self.second) + TimeDelta::microseconds(self.micro)
    }
}
