//! Figures as people read them.

use indicatif::HumanCount;

use crate::backtest::{Unit, Value};
use crate::console::grouped;
use crate::domain::decimal;

/// How a figure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// With a sign if it is below zero.
    Plain,
    /// With a sign, unless it is zero.
    Signed,
}

/// So many of something, such as `1 load` or `2,000 loads`.
pub(super) fn counted(count: u64, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {one}{plural}", HumanCount(count))
}

/// A value as people read it: with commas, and two decimals unless it is a count.
pub(super) fn figure(value: &Value, form: Form) -> String {
    let parts = if value.unit == Unit::Count { 1 } else { 100 };
    let scaled = value.numerator.unsigned_abs().saturating_mul(parts);
    let rounded = scaled.saturating_add(value.denominator / 2) / value.denominator.max(1);
    let sign = match (rounded > 0, value.numerator < 0, form) {
        (true, true, _) => "-",
        (true, false, Form::Signed) => "+",
        _ => "",
    };
    let number = match value.unit {
        Unit::Count => rounded.to_string(),
        Unit::Percent | Unit::Money => decimal(rounded),
    };
    format!("{sign}{}", grouped(&number))
}

/// By how much a number of things changes.
pub(super) fn change(then: u64, now: u64) -> String {
    let numerator = i128::from(now) - i128::from(then);
    figure(&Value { unit: Unit::Count, numerator, denominator: 1 }, Form::Signed)
}

/// By how much money changes, in minor units.
pub(super) fn money_change(then: u128, now: u128) -> String {
    let sign = match now.cmp(&then) {
        std::cmp::Ordering::Less => "-",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    format!("{sign}{}", grouped(&decimal(now.abs_diff(then))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2_000].map(|count| counted(count, "load")), ["0 loads", "1 load", "2,000 loads"]);
    }

    #[test]
    fn changes_have_a_sign_unless_there_is_none() {
        assert_eq!([(5, 5), (5, 4), (0, 1_234)].map(|(then, now)| change(then, now)), ["0", "-1", "+1,234"]);
        assert_eq!(change(u64::MAX, 0), "-18,446,744,073,709,551,615");
        let changes = [(5, 5), (123_456, 0), (0, 1)].map(|(then, now)| money_change(then, now));
        assert_eq!(changes, ["0.00", "-1,234.56", "+0.01"]);
    }

    #[test]
    fn figures_have_commas_and_two_decimals_unless_they_are_counts() {
        let figure = |unit, numerator, denominator, form| figure(&Value { unit, numerator, denominator }, form);
        for (unit, numerator, denominator, form, expected) in [
            (Unit::Count, 1_234_567, 1, Form::Plain, "1,234,567"),
            (Unit::Count, -5, 1, Form::Signed, "-5"),
            (Unit::Money, 123_456_789, 100, Form::Signed, "+1,234,567.89"),
            (Unit::Money, 0, 100, Form::Signed, "0.00"),
            (Unit::Percent, 200, 3, Form::Plain, "66.67"),
            (Unit::Percent, -200, 3, Form::Signed, "-66.67"),
            (Unit::Percent, -1, 1_000, Form::Signed, "0.00"),
            (Unit::Percent, 1, 200, Form::Signed, "+0.01"),
        ] {
            assert_eq!(figure(unit, numerator, denominator, form), expected);
        }
    }
}
