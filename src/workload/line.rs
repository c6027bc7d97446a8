//! One line and its spelling.

use std::io::{self, Write};

use crate::domain::Day;

const SECONDS_PER_DAY: i64 = 86_400;

/// A request as it will be written.
#[derive(Debug)]
pub(super) struct Line {
    /// The transaction's id.
    pub(super) id: u64,
    /// The customer's id.
    pub(super) customer_id: u64,
    /// What stands before the digits of the amount: the currency, and a sign if it is a withdrawal.
    pub(super) amount_prefix: &'static str,
    /// The amount without its sign, in minor units.
    pub(super) magnitude: u64,
    /// The time, in seconds since 1970-01-01T00:00:00Z.
    pub(super) second: i64,
    /// The offset from UTC at which the time is written.
    pub(super) offset: Offset,
}

/// A difference between local time and UTC.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offset {
    text: &'static str,
    seconds: i64,
}

impl Offset {
    /// None.
    pub(super) const UTC: Self = Self { text: "Z", seconds: 0 };

    /// Some that are in use, on both sides of UTC and at half an hour.
    pub(super) const LOCAL: [Self; 4] = [
        Self { text: "-08:00", seconds: -8 * 3_600 },
        Self { text: "+02:00", seconds: 2 * 3_600 },
        Self { text: "+05:30", seconds: 5 * 3_600 + 1_800 },
        Self { text: "+09:00", seconds: 9 * 3_600 },
    ];
}

impl Line {
    /// Appends the line with its line feed.
    pub(super) fn append_to(&self, text: &mut Vec<u8>) -> io::Result<()> {
        let Self { id, customer_id, amount_prefix, magnitude, second, offset } = self;
        let (major, minor) = (magnitude / 100, magnitude % 100);
        let local = second + offset.seconds;
        // Days of any year that is written with four digits fit into 32 bits.
        let day = Day::from_number(local.div_euclid(SECONDS_PER_DAY) as i32);
        let of_day = local.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        write!(
            text,
            r#"{{"id":"{id}","customer_id":"{customer_id}","load_amount":"{amount_prefix}{major}.{minor:02}""#
        )?;
        writeln!(text, r#","time":"{day}T{hour:02}:{minute:02}:{second:02}{}"}}"#, offset.text)
    }
}
