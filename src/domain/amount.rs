//! Money, as whole minor units.

use std::fmt;

use rust_decimal::Decimal;

use super::digits::number;

/// Up to so many digits are read at once, and with two more they are far from the end of the range.
const DIGITS_AT_ONCE: usize = 8;

/// The number of digits behind the decimal point of every amount.
const SCALE: u32 = 2;

/// The way in which a transaction moves money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Money comes in: an amount of zero or more.
    Load,
    /// Money goes out: an amount below zero.
    Withdrawal,
}

/// A signed amount of money in minor units (cents), from -2^63 to 2^63 - 1.
///
/// Zero and above is a load, below zero a withdrawal. Decisions add these integers; decimals appear only where
/// people read or write them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    minor: i64,
}

/// Why a text is not an [`Amount`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// The text does not follow the grammar of [`Amount::parse`].
    Malformed,
    /// The amount does not fit into 64-bit minor units.
    OutOfRange,
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not an amount",
            Self::OutOfRange => "beyond 64-bit minor units",
        })
    }
}

impl std::error::Error for AmountError {}

impl Amount {
    /// The amount of so many minor units.
    pub const fn from_minor(minor: i64) -> Self {
        Self { minor }
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The amount without its sign, in minor units, at most 2^63.
    pub const fn magnitude(self) -> u64 {
        self.minor.unsigned_abs()
    }

    /// Whether the amount comes in or goes out.
    pub const fn direction(self) -> Direction {
        if self.minor < 0 { Direction::Withdrawal } else { Direction::Load }
    }

    /// Reads `[+-]?$?digits[.d[d]]` or `$[+-]digits[.d[d]]`, ASCII digits only.
    ///
    /// Nothing is ever rounded: a third decimal is an error, and so are exponents, separators and other currencies.
    ///
    /// # Errors
    ///
    /// [`AmountError`] says whether the form or the size is at fault.
    #[inline]
    pub fn parse(text: &[u8]) -> Result<Self, AmountError> {
        let (negative, unsigned) = match text {
            [b'-', b'$', rest @ ..] | [b'$', b'-', rest @ ..] | [b'-', rest @ ..] => (true, rest),
            [b'+', b'$', rest @ ..] | [b'$', b'+', rest @ ..] | [b'+' | b'$', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let magnitude = parse_magnitude(unsigned)?;
        let minor = if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
        minor.map(Self::from_minor).ok_or(AmountError::OutOfRange)
    }
}

/// Reads `digits[.d[d]]` as minor units.
#[inline]
fn parse_magnitude(text: &[u8]) -> Result<u64, AmountError> {
    let (whole, tens, ones) = match *text {
        [ref whole @ .., b'.', tens, ones] => (whole, tens, ones),
        [ref whole @ .., b'.', tens] => (whole, tens, b'0'),
        ref whole => (whole, b'0', b'0'),
    };
    if whole.is_empty() {
        return Err(AmountError::Malformed);
    }
    let fraction = digit(tens)? * 10 + digit(ones)?;
    if whole.len() <= DIGITS_AT_ONCE {
        return Ok(number(whole).ok_or(AmountError::Malformed)? * 100 + fraction);
    }
    // A sum that stops at the end of its range is still beyond it in minor units.
    let major = whole.iter().try_fold(0u64, |sum, byte| Ok(sum.saturating_mul(10).saturating_add(digit(*byte)?)))?;
    major.checked_mul(100).and_then(|minor| minor.checked_add(fraction)).ok_or(AmountError::OutOfRange)
}

/// The value of an ASCII digit.
fn digit(byte: u8) -> Result<u64, AmountError> {
    if byte.is_ascii_digit() { Ok(u64::from(byte - b'0')) } else { Err(AmountError::Malformed) }
}

impl From<Amount> for Decimal {
    fn from(amount: Amount) -> Self {
        Self::new(amount.minor, SCALE)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Decimal::from(*self), f)
    }
}

/// Minor units without a sign as a decimal with two places: sums may be larger than any [`Amount`].
pub fn decimal(minor: impl Into<u128>) -> String {
    let minor = minor.into();
    format!("{}.{:02}", minor / 100, minor % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str) -> Result<i64, AmountError> {
        Amount::parse(text.as_bytes()).map(Amount::minor)
    }

    #[test]
    fn reads_every_form_of_the_grammar() {
        for (text, expected) in [
            ("$3318.47", 331_847),
            ("3318.47", 331_847),
            ("-$33.47", -3_347),
            ("$-33.47", -3_347),
            ("-33.47", -3_347),
            ("+$1.5", 150),
            ("$+1.5", 150),
            ("+7", 700),
            ("$0007", 700),
            ("-$0", 0),
            ("-0.00", 0),
            ("92233720368547758.07", i64::MAX),
            ("-92233720368547758.08", i64::MIN),
        ] {
            assert_eq!(minor(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_everything_else_and_never_rounds() {
        for text in [
            "",
            "$",
            "-",
            "+$",
            "1e3",
            "NaN",
            "Infinity",
            "1_000",
            "1,000",
            "€5",
            ".5",
            "5.",
            "$.5",
            "1.234",
            "$1.2.3",
            " 1",
            "1 ",
            "--1",
            "-$-1",
            "$$1",
            "+-1",
            "١",
            "0x10",
            "$12,00",
            "1..5",
            "1.5.",
            "99999999999999999999999999x",
        ] {
            assert_eq!(minor(text), Err(AmountError::Malformed), "{text}");
        }
        for text in
            ["92233720368547758.08", "-92233720368547758.09", "184467440737095516.16", "99999999999999999999999999"]
        {
            assert_eq!(minor(text), Err(AmountError::OutOfRange), "{text}");
        }
    }

    #[test]
    fn shows_two_decimals() {
        assert_eq!(Amount::from_minor(-3_347).to_string(), "-33.47");
        assert_eq!(Amount::from_minor(5).to_string(), "0.05");
        assert_eq!(Amount::from_minor(i64::MIN).to_string(), "-92233720368547758.08");
    }

    #[test]
    fn sums_have_two_decimals_too() {
        let figures = [0u64, 5, 100, 1_234_567, u64::MAX].map(decimal);
        assert_eq!(figures, ["0.00", "0.05", "1.00", "12345.67", "184467440737095516.15"]);
        assert_eq!(decimal(u128::MAX), "3402823669209384634633746074317682114.55");
    }
}
