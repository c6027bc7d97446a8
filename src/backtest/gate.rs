//! What a backtest must not come to.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::{Metric, Value};
use crate::config::unknown;

/// The most digits of a number in a gate, which fit into 127 bits.
const DIGITS_MAX: usize = 30;

const OPERATORS: [(&str, Operator); 6] = [
    // Those of two signs first, as others begin like them.
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<", Operator::Below),
    (">", Operator::Above),
];

/// A condition under which a backtest fails, such as `flips > 500`.
///
/// It is written with the spaces between its parts and without a needless sign or zero before the number, so that gates
/// which say the same are mostly written the same. Rates are in per cent, money in major units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    metric: Metric,
    operator: Operator,
    number: Number,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Below,
    AtMost,
    Above,
    AtLeast,
    Equal,
    NotEqual,
}

/// A decimal as it was written, `numerator / denominator`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Number {
    text: String,
    numerator: i128,
    denominator: u128,
}

impl Gate {
    /// The metric that it looks at.
    pub const fn metric(&self) -> Metric {
        self.metric
    }

    /// Whether a value of the metric is one that must not be. The comparison is exact, whatever the size of the numbers.
    pub fn fails(&self, value: &Value) -> bool {
        let Number { numerator, denominator, .. } = self.number;
        let order = compare((value.numerator, value.denominator), (numerator, denominator));
        match self.operator {
            Operator::Below => order.is_lt(),
            Operator::AtMost => order.is_le(),
            Operator::Above => order.is_gt(),
            Operator::AtLeast => order.is_ge(),
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
        }
    }
}

impl FromStr for Gate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let must_be = || format!("must be METRIC OP NUMBER, such as \"flips > 500\", not {text:?}");
        let (name, rest) = text.split_at(text.find(['<', '>', '=', '!']).ok_or_else(must_be)?);
        let (name, rest) = (name.trim(), rest.trim());
        if name.is_empty() {
            return Err(must_be());
        }
        let names = Metric::ALL.map(Metric::as_str);
        let metric = Metric::named(name).ok_or_else(|| format!("{name:?}: {}", unknown("metric", name, &names)))?;
        let found = OPERATORS.iter().find_map(|(sign, operator)| Some((*operator, rest.strip_prefix(sign)?)));
        let (operator, number) = found.ok_or("must compare by <, <=, >, >=, == or !=")?;
        match number.trim() {
            "" => Err(must_be()),
            number => Ok(Self { metric, operator, number: Number::parse(number)? }),
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = OPERATORS.iter().find(|(_, operator)| *operator == self.operator).map_or("", |(sign, _)| sign);
        write!(f, "{} {sign} {}", self.metric.as_str(), self.number.text)
    }
}

impl Number {
    /// Reads `[+-]digits[.digits]`.
    fn parse(text: &str) -> Result<Self, String> {
        if text.ends_with('%') {
            return Err(format!("must be a number without %, as rates are in per cent anyway, not {text:?}"));
        }
        let must_be = || format!("must be a number such as 500 or -1.5, without separators, not {text:?}");
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_decimal = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_decimal(whole) || !is_decimal(fraction) {
            return Err(must_be());
        }
        let fraction = if unsigned.contains('.') { fraction } else { "" };
        let whole = whole.trim_start_matches('0');
        let too_long = || format!("must be a number of at most {DIGITS_MAX} digits, not {text:?}");
        if whole.len() + fraction.len() > DIGITS_MAX {
            return Err(too_long());
        }
        let magnitude: i128 = format!("0{whole}{fraction}").parse().map_err(|_| too_long())?;
        let numerator = if text.starts_with('-') { -magnitude } else { magnitude };
        // At most 30 places, which is what fits.
        let places = u32::try_from(fraction.len()).map_err(|_| too_long())?;
        let sign = if numerator < 0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        let zero = if whole.is_empty() { "0" } else { "" };
        let text = format!("{sign}{zero}{whole}{point}{fraction}");
        Ok(Self { text, numerator, denominator: 10u128.checked_pow(places).ok_or_else(too_long)? })
    }
}

/// The order of two fractions, found as by Euclid: without a product that could be too large.
fn compare(one: (i128, u128), other: (i128, u128)) -> Ordering {
    let magnitude = |(numerator, denominator): (i128, u128)| (numerator.unsigned_abs(), denominator);
    match (one.0.signum(), other.0.signum()) {
        (-1, -1) => compare_magnitudes(magnitude(other), magnitude(one)),
        (1, 1) => compare_magnitudes(magnitude(one), magnitude(other)),
        (one, other) => one.cmp(&other),
    }
}

fn compare_magnitudes(mut one: (u128, u128), mut other: (u128, u128)) -> Ordering {
    // Denominators are never zero: at first by their type's promise, then as they were remainders and were looked at.
    while let (Some(whole), Some(other_whole)) = (one.0.checked_div(one.1), other.0.checked_div(other.1)) {
        let rests = (one.0 % one.1, other.0 % other.1);
        match (whole.cmp(&other_whole), rests) {
            (Ordering::Equal, (0, rest)) => return 0.cmp(&rest),
            (Ordering::Equal, (_, 0)) => return Ordering::Greater,
            // What is left are two proper fractions, and the smaller one has the larger reciprocal.
            (Ordering::Equal, (rest, other_rest)) => (one, other) = ((other.1, other_rest), (one.1, rest)),
            (order, _) => return order,
        }
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::backtest::Unit;

    fn gate(text: &str) -> Result<String, String> {
        text.parse::<Gate>().map(|gate| gate.to_string())
    }

    fn fails(gate: &str, numerator: i128, denominator: u128) -> bool {
        gate.parse::<Gate>().unwrap().fails(&Value { unit: Unit::Count, numerator, denominator })
    }

    #[test]
    fn gate_is_written_in_one_way_however_it_was_typed() {
        for (typed, expected) in [
            ("flips>500", "flips > 500"),
            ("  flips   >   500 ", "flips > 500"),
            ("flips >= +007", "flips >= 7"),
            ("flips == 0", "flips == 0"),
            ("flips != -0", "flips != 0"),
            ("accepted_change_pp < -1.50", "accepted_change_pp < -1.50"),
            ("accepted_change_pp <= -00.5", "accepted_change_pp <= -0.5"),
            ("loads_lost>1000.00", "loads_lost > 1000.00"),
            ("loads_lost < 000000000000000000000000000000000001", "loads_lost < 1"),
        ] {
            assert_eq!(gate(typed).as_deref(), Ok(expected), "{typed}");
            assert_eq!(gate(expected).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_is_wrong_with_a_gate_is_told() {
        for (typed, expected) in [
            ("", r#"must be METRIC OP NUMBER, such as "flips > 500", not """#),
            ("flips 500", r#"must be METRIC OP NUMBER, such as "flips > 500", not "flips 500""#),
            ("> 500", r#"must be METRIC OP NUMBER, such as "flips > 500", not "> 500""#),
            ("flips >", r#"must be METRIC OP NUMBER, such as "flips > 500", not "flips >""#),
            ("flisp > 500", r#""flisp": unknown metric; did you mean "flips"?"#),
            ("flips = 500", "must compare by <, <=, >, >=, == or !="),
            ("flips ! 500", "must compare by <, <=, >, >=, == or !="),
            ("flips => 500", "must compare by <, <=, >, >=, == or !="),
            ("flips <> 5", r#"must be a number such as 500 or -1.5, without separators, not "> 5""#),
            ("flip_rate > 5%", r#"must be a number without %, as rates are in per cent anyway, not "5%""#),
            ("flips > 1,000", r#"must be a number such as 500 or -1.5, without separators, not "1,000""#),
            ("flips > 1e3", r#"must be a number such as 500 or -1.5, without separators, not "1e3""#),
            ("flips > 5.", r#"must be a number such as 500 or -1.5, without separators, not "5.""#),
            ("flips > .5", r#"must be a number such as 500 or -1.5, without separators, not ".5""#),
            ("flips > --5", r#"must be a number such as 500 or -1.5, without separators, not "--5""#),
            ("flips > ٣", r#"must be a number such as 500 or -1.5, without separators, not "٣""#),
        ] {
            assert_eq!(gate(typed), Err(expected.to_owned()), "{typed}");
        }
        let long = format!("flips > {}", "9".repeat(31));
        assert!(gate(&long).is_err_and(|why| why.starts_with("must be a number of at most 30 digits, not ")));
        assert!(gate(&format!("flips > {}", "9".repeat(30))).is_ok());
        assert!(
            gate("quux > 1").is_err_and(|why| why.starts_with("\"quux\": unknown metric; there are transactions, "))
        );
    }

    #[test]
    fn every_operator_is_the_one_of_its_sign() {
        for (operator, expected) in [
            ("<", [true, false, false]),
            ("<=", [true, true, false]),
            (">", [false, false, true]),
            (">=", [false, true, true]),
            ("==", [false, true, false]),
            ("!=", [true, false, true]),
        ] {
            let found = [4, 5, 6].map(|value| fails(&format!("flips {operator} 5"), value, 1));
            assert_eq!(found, expected, "{operator}");
        }
    }

    #[test]
    fn comparison_is_exact_where_rounded_numbers_would_be_equal() {
        assert!(!fails("flip_rate == 33.3333", 100, 3));
        assert!(fails("flip_rate > 33.33333333333333333333333333", 100, 3));
        assert!(fails("flip_rate < 33.33333333333333333333333334", 100, 3));
        assert!(fails("accepted_change_pp < -33.33333333333333333333333333", -100, 3));
        assert!(fails("loads_now == 92233720368547758.07", i128::from(i64::MAX), 100));
        assert!(fails("loads_now >= 0.000000000000000000000000000001", i128::MAX, u128::MAX));
        assert!(fails("loads_now < 0", i128::MIN, u128::MAX));
        assert!(fails("flips == -0.00", 0, 7));
    }

    proptest! {
        #[test]
        fn fractions_are_in_the_order_of_their_cross_products(
            one in (-1000i128..1000, 1u128..1000),
            other in (-1000i128..1000, 1u128..1000),
            factor in 1u128..1_000_000_000_000_000_000_000_000,
        ) {
            // All of these are far below 127 bits.
            let signed = |number: u128| i128::try_from(number).unwrap();
            let expected = (one.0 * signed(other.1)).cmp(&(other.0 * signed(one.1)));
            prop_assert_eq!(compare(one, other), expected);
            prop_assert_eq!(compare((one.0 * signed(factor), one.1 * factor), other), expected);
        }
    }
}
