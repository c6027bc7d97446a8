//! One key of a limit and the values that are tried for it.

use super::CANDIDATES_MAX;
use crate::domain::{Amount, AmountError};

/// One key of a limit and the values that are tried for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The limit and its key, `daily-amount.amount`.
    pub key: String,
    /// The values as the user would write them, at least one.
    pub values: Vec<String>,
}

/// A number of at most two decimals.
#[derive(Clone, Copy, Debug)]
struct Decimal {
    hundredths: u64,
    decimals: usize,
}

impl Axis {
    /// Reads `NAME.KEY=A..B/STEP`, where B is reached only if it is hit, or `NAME.KEY=VALUE,VALUE,...`.
    ///
    /// # Errors
    ///
    /// What is wrong with its form, as half a sentence; whether there is such a key is not looked at.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let form =
            "must be NAME.KEY=FROM..TO/STEP, such as daily-amount.amount=1000..10000/500, or NAME.KEY=VALUE,VALUE";
        let (key, values) = text.split_once('=').ok_or(form)?;
        if values.is_empty() {
            return Err("names no value".to_owned());
        }
        let values = match values.split_once("..") {
            Some((start, rest)) => range(start, rest)?,
            None => list(values)?,
        };
        Ok(Self { key: key.to_owned(), values })
    }
}

fn list(text: &str) -> Result<Vec<String>, String> {
    let mut values: Vec<String> = Vec::new();
    for value in text.split(',') {
        if value.is_empty() || value.trim() != value {
            return Err(format!("must be values with commas between, without spaces, such as 2,3,5, not {text:?}"));
        }
        if values.iter().any(|earlier| earlier == value) {
            return Err(format!("{value:?} stands twice"));
        }
        values.push(value.to_owned());
        if values.len() > CANDIDATES_MAX {
            return Err(too_many(text.split(',').count()));
        }
    }
    Ok(values)
}

fn range(start: &str, rest: &str) -> Result<Vec<String>, String> {
    let (end, step) = rest.split_once('/').ok_or("a range needs a step, such as 1..5/1")?;
    let [start, end, step] = [("start", start), ("end", end), ("step", step)].map(|(what, text)| decimal(what, text));
    let (start, end, step) = (start?, end?, step?);
    if step.hundredths == 0 {
        return Err("a step of zero gets nowhere".to_owned());
    }
    let Some(length) = end.hundredths.checked_sub(start.hundredths) else {
        return Err(format!("the end {} lies before the start {}", end.written(0), start.written(0)));
    };
    let steps = length / step.hundredths;
    if usize::try_from(steps).map_or(true, |steps| steps >= CANDIDATES_MAX) {
        return Err(too_many(u128::from(steps) + 1));
    }
    // Values of one length in one column; the end may be written otherwise and adds nothing.
    let decimals = start.decimals.max(step.decimals);
    let value = |place: u64| {
        // No step leads beyond the end.
        let hundredths = start.hundredths.saturating_add(place.saturating_mul(step.hundredths));
        Decimal { hundredths, decimals: 0 }.written(decimals)
    };
    Ok((0..=steps).map(value).collect())
}

fn too_many(count: impl ToString) -> String {
    let grouped = |count: &str| crate::console::grouped(count);
    format!(
        "{} values are too many, as a sweep has at most {} candidates",
        grouped(&count.to_string()),
        grouped(&CANDIDATES_MAX.to_string())
    )
}

/// Reads `digits[.d[d]]`.
fn decimal(what: &str, text: &str) -> Result<Decimal, String> {
    let must_be = || format!("the {what} of a range must be a number such as 5 or 0.50, not {text:?}");
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(must_be());
    }
    let amount = Amount::parse(text.as_bytes()).map_err(|error| match error {
        AmountError::Malformed => must_be(),
        AmountError::OutOfRange => format!("the {what} of the range is too large"),
    })?;
    let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    Ok(Decimal { hundredths: amount.magnitude(), decimals })
}

impl Decimal {
    /// The number with at least so many decimals, of which there are never more than two.
    fn written(self, decimals: usize) -> String {
        let (whole, fraction) = (self.hundredths / 100, self.hundredths % 100);
        match decimals.max(self.decimals) {
            0 => whole.to_string(),
            // The second decimal is zero where nobody wrote one.
            1 => format!("{whole}.{}", fraction / 10),
            _ => format!("{whole}.{fraction:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Result<String, String> {
        Axis::parse(&format!("a.b={text}")).map(|axis| axis.values.join(" "))
    }

    #[test]
    fn range_goes_by_steps_and_has_its_end_only_if_it_is_hit() {
        for (text, expected) in [
            ("1000..3000/500", "1000 1500 2000 2500 3000"),
            ("1..5/2", "1 3 5"),
            ("1..6/2", "1 3 5"),
            ("7..7/1", "7"),
            ("7..8/5", "7"),
            ("0..2/1", "0 1 2"),
            ("0.1..0.5/0.1", "0.1 0.2 0.3 0.4 0.5"),
            ("0.5..2/0.50", "0.50 1.00 1.50 2.00"),
            ("1..2/0.25", "1.00 1.25 1.50 1.75 2.00"),
            ("9.5..11.00/1", "9.5 10.5"),
            (
                "92233720368547758.05..92233720368547758.07/0.01",
                "92233720368547758.05 92233720368547758.06 92233720368547758.07",
            ),
        ] {
            assert_eq!(values(text).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(Axis::parse("a.count=1..10000/1").unwrap().values.len(), 10_000);
    }

    #[test]
    fn list_is_kept_as_it_is_written() {
        assert_eq!(values("2,3,5,10").as_deref(), Ok("2 3 5 10"));
        assert_eq!(values("day,24h,$7,0").as_deref(), Ok("day 24h $7 0"));
        assert_eq!(values("x").as_deref(), Ok("x"));
        assert_eq!(Axis::parse("a=b=c"), Ok(Axis { key: "a".to_owned(), values: vec!["b=c".to_owned()] }));
    }

    #[test]
    fn what_is_wrong_with_values_is_told() {
        for (text, expected) in [
            ("", "names no value"),
            ("2,,3", "must be values with commas between, without spaces, such as 2,3,5, not \"2,,3\""),
            ("2, 3", "must be values with commas between, without spaces, such as 2,3,5, not \"2, 3\""),
            ("2,3,2", "\"2\" stands twice"),
            ("1..5", "a range needs a step, such as 1..5/1"),
            ("1..5/0", "a step of zero gets nowhere"),
            ("1..5/0.00", "a step of zero gets nowhere"),
            ("5..1.50/1", "the end 1.50 lies before the start 5"),
            ("..5/1", "the start of a range must be a number such as 5 or 0.50, not \"\""),
            ("-1..5/1", "the start of a range must be a number such as 5 or 0.50, not \"-1\""),
            ("1..5x/1", "the end of a range must be a number such as 5 or 0.50, not \"5x\""),
            ("1..5/1.005", "the step of a range must be a number such as 5 or 0.50, not \"1.005\""),
            ("1..5/1/2", "the step of a range must be a number such as 5 or 0.50, not \"1/2\""),
            ("1...5/1", "the end of a range must be a number such as 5 or 0.50, not \".5\""),
            ("1..92233720368547758.08/1", "the end of the range is too large"),
            ("1..10001/1", "10,001 values are too many, as a sweep has at most 10,000 candidates"),
            (
                "0..92233720368547758.07/0.01",
                "9,223,372,036,854,775,808 values are too many, as a sweep has at most 10,000 candidates",
            ),
        ] {
            assert_eq!(values(text), Err(expected.to_owned()), "{text}");
        }
        assert!(Axis::parse("a.count").is_err_and(|why| why.starts_with("must be NAME.KEY=FROM..TO/STEP, such as ")));
    }
}
