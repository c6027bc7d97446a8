//! Over which stretch of time a limit sums.

use std::fmt;

use super::TimeSpan;

/// Over which stretch of time a limit sums what was accepted; days are those of the limit's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// One transaction alone: nothing before it counts.
    Transaction,
    /// A day.
    Day,
    /// Seven days, from the one on which weeks start.
    Week,
    /// A month.
    Month,
    /// Three months, from January, April, July or October on.
    Quarter,
    /// A year, from January on.
    Year,
    /// All of an account's time.
    Lifetime,
    /// So much time up to the transaction's own, which is its last instant.
    Trailing(TimeSpan),
}

impl Window {
    /// Reads a window as the configuration spells it: a word, or a trailing window's length such as `24h`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "transaction" => Self::Transaction,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            "lifetime" => Self::Lifetime,
            other => Self::Trailing(TimeSpan::parse(other)?),
        })
    }
}

impl fmt::Display for Window {
    /// Writes the window as the configuration spells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Transaction => "transaction",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Lifetime => "lifetime",
            Self::Trailing(span) => return span.fmt(f),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_is_read_as_it_is_written() {
        for text in ["transaction", "day", "week", "month", "quarter", "year", "lifetime", "24h", "90d", "1s"] {
            assert_eq!(Window::parse(text).map(|window| window.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Window::parse("1d"), Window::parse("24h"));
    }

    #[test]
    fn nothing_else_is_a_window() {
        for text in ["", "Day", "days", "day ", "fortnight", "0d", "24", "-1d"] {
            assert_eq!(Window::parse(text), None, "{text:?}");
        }
    }
}
