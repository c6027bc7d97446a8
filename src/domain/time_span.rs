//! Lengths of time, as a policy states them.

use std::fmt;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A length of time, in whole seconds, above zero and at most the 3,652,059 days of the years 0001 to 9999.
///
/// A day of it is 24 hours, whatever the clocks of some zone do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan {
    micros: i64,
}

impl TimeSpan {
    const MICROS_MAX: i64 = 3_652_059 * DAY;

    /// Reads a whole number and a unit, `s`, `m`, `h` or `d`, such as `90d`; ASCII digits only, none of them a leading
    /// zero.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let unit = match unit {
            "s" => SECOND,
            "m" => MINUTE,
            "h" => HOUR,
            "d" => DAY,
            _ => return None,
        };
        // The library's own reading of numbers takes a sign too.
        if number.starts_with('0') || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let micros = number.parse::<i64>().ok()?.checked_mul(unit)?;
        (micros <= Self::MICROS_MAX).then_some(Self { micros })
    }

    /// The length in microseconds.
    pub const fn micros(self) -> i64 {
        self.micros
    }

    /// The length for people, such as `24 hours`, in the unit that [`TimeSpan`]'s `Display` takes.
    pub fn in_words(self) -> String {
        let (number, _, unit) = self.in_units();
        if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
    }

    /// How many of which unit, the unit short and in full: whole days if they are several, since people say 24 hours,
    /// else the largest unit that leaves no fraction.
    const fn in_units(self) -> (i64, char, &'static str) {
        let micros = self.micros;
        if micros % DAY == 0 && micros > DAY {
            (micros / DAY, 'd', "day")
        } else if micros % HOUR == 0 {
            (micros / HOUR, 'h', "hour")
        } else if micros % MINUTE == 0 {
            (micros / MINUTE, 'm', "minute")
        } else {
            (micros / SECOND, 's', "second")
        }
    }
}

impl fmt::Display for TimeSpan {
    /// Writes the one text that is kept of a length, however it was stated: [`TimeSpan::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit, _) = self.in_units();
        write!(f, "{number}{unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lengths_have_one_text_and_one_wording() {
        for (text, shown, words) in [
            ("1s", "1s", "1 second"),
            ("59s", "59s", "59 seconds"),
            ("60s", "1m", "1 minute"),
            ("90s", "90s", "90 seconds"),
            ("90m", "90m", "90 minutes"),
            ("3600s", "1h", "1 hour"),
            ("1440m", "24h", "24 hours"),
            ("24h", "24h", "24 hours"),
            ("1d", "24h", "24 hours"),
            ("25h", "25h", "25 hours"),
            ("36h", "36h", "36 hours"),
            ("48h", "2d", "2 days"),
            ("172801s", "172801s", "172801 seconds"),
            ("7d", "7d", "7 days"),
            ("90d", "90d", "90 days"),
            ("3652059d", "3652059d", "3652059 days"),
            ("315537897600s", "3652059d", "3652059 days"),
        ] {
            let span = TimeSpan::parse(text).unwrap();
            assert_eq!((span.to_string().as_str(), span.in_words().as_str()), (shown, words), "{text}");
            assert_eq!(TimeSpan::parse(shown), Some(span), "{shown}");
        }
        assert_eq!(TimeSpan::parse("90m").unwrap().micros(), 5_400_000_000);
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "d",
            "7",
            "0s",
            "0d",
            "00d",
            "07d",
            "+7d",
            "-7d",
            "7 d",
            " 7d",
            "7d ",
            "7D",
            "7w",
            "1.5h",
            "1_000s",
            "7dd",
            "1d12h",
            "٧d",
            "7é",
            "é",
            "3652060d",
            "315537897601s",
            "9223372036854775807s",
            "9223372036854775808s",
            "99999999999999999999999d",
        ] {
            assert_eq!(TimeSpan::parse(text), None, "{text:?}");
        }
    }
}
