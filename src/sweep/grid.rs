//! The candidates of a sweep: every combination of the values that are tried.

use super::Axis;
use crate::config::{check_path, with_changes};
use crate::console::{grouped, printable};
use crate::domain::Policy;
use crate::exit::UsageError;

/// The most candidates of a sweep.
pub const CANDIDATES_MAX: usize = 10_000;

/// The flag that names an axis.
const FLAG: &str = "--vary";

/// What is varied, and by which values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    axes: Vec<Axis>,
}

/// One combination of values that makes a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// A value for each axis.
    pub values: Vec<String>,
    /// The policy.
    pub policy: Policy,
}

/// One combination of values that makes none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// A value for each axis.
    pub values: Vec<String>,
    /// Why, in one line.
    pub why: String,
}

impl Grid {
    /// The grid of some `--vary` flags.
    ///
    /// # Errors
    ///
    /// Text that is no axis, the same key twice, more than [`CANDIDATES_MAX`] candidates.
    pub fn new(vary: &[String]) -> Result<Self, UsageError> {
        let mut axes: Vec<Axis> = Vec::new();
        for text in vary {
            let fault = |why: String| UsageError(format!("{FLAG} {}: {why}", printable(text)));
            let axis = Axis::parse(text).map_err(fault)?;
            if axes.iter().any(|earlier| earlier.key == axis.key) {
                return Err(fault(format!("{} is varied twice", printable(&axis.key))));
            }
            axes.push(axis);
        }
        let sizes = axes.iter().map(|axis| axis.values.len());
        // Each is at most 10,000, and what is more than all the numbers there are is too many in any case.
        let all = sizes.clone().fold(1u128, |product, size| product.saturating_mul(size as u128));
        if all > CANDIDATES_MAX as u128 {
            let sizes: Vec<_> = sizes.map(|size| grouped(&size.to_string())).collect();
            let (sizes, all) = (sizes.join(" x "), grouped(&all.to_string()));
            let most = grouped(&CANDIDATES_MAX.to_string());
            return Err(UsageError(format!("{FLAG}: {sizes} are {all} candidates, and a sweep has at most {most}")));
        }
        Ok(Self { axes })
    }

    /// What is varied, in the order of the flags.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Whether candidates differ in whom a limit is for.
    pub fn varies_groups(&self) -> bool {
        self.axes.iter().any(|axis| axis.key.ends_with(".groups"))
    }

    /// Every combination of values over a policy, the last axis the fastest, and apart from them those that make no policy.
    ///
    /// # Errors
    ///
    /// If there is no such limit or key, or no candidate at all.
    pub fn candidates(&self, policy: &Policy) -> Result<(Vec<Candidate>, Vec<Invalid>), UsageError> {
        for Axis { key, .. } in &self.axes {
            check_path(policy, key).map_err(|why| UsageError(format!("{FLAG} {}: {why}", printable(key))))?;
        }
        let (mut candidates, mut invalid) = (Vec::new(), Vec::new());
        for values in self.combinations() {
            let change = |(axis, value): (&Axis, &String)| format!("{}={value}", axis.key);
            let changes: Vec<_> = self.axes.iter().zip(&values).map(change).collect();
            match with_changes(policy, FLAG, &changes) {
                Ok(policy) => candidates.push(Candidate { values, policy }),
                Err(errors) => {
                    let why: Vec<_> =
                        errors.findings().iter().map(|found| told(&found.place, &found.message)).collect();
                    invalid.push(Invalid { values, why: why.join("; ") });
                }
            }
        }
        match invalid.first() {
            Some(Invalid { why, .. }) if candidates.is_empty() => {
                Err(UsageError(format!("{FLAG}: no candidate is a valid policy; of the first, {why}")))
            }
            _ => Ok((candidates, invalid)),
        }
    }

    fn combinations(&self) -> Vec<Vec<String>> {
        let mut all = vec![Vec::new()];
        for axis in &self.axes {
            let longer =
                |values: &Vec<String>, value: &String| [values.as_slice(), std::slice::from_ref(value)].concat();
            all = all.iter().flat_map(|values| axis.values.iter().map(move |value| longer(values, value))).collect();
        }
        all
    }
}

/// What is wrong with a candidate, beside which its values stand: the flag says nothing more, nor do all changes together
/// where a key of another limit is named.
fn told(place: &str, message: &str) -> String {
    match message.strip_prefix("limits.") {
        Some(rest) => rest.to_owned(),
        None => format!("{}: {message}", place.strip_prefix(FLAG).unwrap_or(place).trim_start()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::policy_text;

    fn grid(vary: &[&str]) -> Result<Grid, String> {
        let vary: Vec<_> = vary.iter().map(ToString::to_string).collect();
        Grid::new(&vary).map_err(|error| error.0)
    }

    fn candidates(vary: &[&str]) -> Result<(Vec<Candidate>, Vec<Invalid>), String> {
        grid(vary)?.candidates(&Policy::default()).map_err(|error| error.0)
    }

    fn values(candidates: &[Candidate]) -> Vec<String> {
        candidates.iter().map(|candidate| candidate.values.join(" ")).collect()
    }

    #[test]
    fn candidates_are_all_combinations_the_last_axis_the_fastest() {
        let (candidates, invalid) = candidates(&["daily-amount.amount=1..2/0.5", "daily-count.count=2,7"]).unwrap();
        assert_eq!(values(&candidates), ["1.0 2", "1.0 7", "1.5 2", "1.5 7", "2.0 2", "2.0 7"]);
        assert_eq!(invalid, []);
        let text = policy_text(&candidates[3].policy);
        assert!(text.contains("count = 7\n") && text.contains("amount = \"1.50\"\n"), "{text}");
    }

    #[test]
    fn combinations_that_make_no_policy_stand_apart_with_their_reason() {
        let vary = ["daily-amount.amount=0,3000,30000", "daily-count.count=1,x"];
        let (candidates, invalid) = candidates(&vary).unwrap();
        assert_eq!(values(&candidates), ["3000 1"]);
        let told: Vec<_> =
            invalid.iter().map(|invalid| format!("{}: {}", invalid.values.join(" "), invalid.why)).collect();
        let below =
            "weekly-amount.amount: 20000.00 is below the 30000.00 of \"daily-amount\", which could never be reached";
        let no_count = "daily-count.count=x: must be a whole number from 1 to 4294967295, not \"x\"";
        assert_eq!(
            told,
            [
                "0 1: daily-amount.amount=0: must be above zero".to_owned(),
                format!("0 x: daily-amount.amount=0: must be above zero; {no_count}"),
                format!("3000 x: {no_count}"),
                format!("30000 1: {below}"),
                format!("30000 x: {no_count}; {below}"),
            ]
        );
    }

    #[test]
    fn what_is_wrong_for_all_candidates_is_told_with_the_flag() {
        for (vary, expected) in [
            (
                &["daily-amount.amount=1..0/1"][..],
                "--vary daily-amount.amount=1..0/1: the end 0 lies before the start 1",
            ),
            (&["daily-amonut.amount=1"], "--vary daily-amonut.amount: unknown limit; did you mean \"daily-amount\"?"),
            (&["daily-amount.amonut=1"], "--vary daily-amount.amonut: unknown key; did you mean \"amount\"?"),
            (&["amount=1"], "--vary amount: must be NAME.KEY, such as daily-amount.amount"),
            (
                &["daily-count.count=1", "daily-count.count=2,3"],
                "--vary daily-count.count=2,3: daily-count.count is varied twice",
            ),
            (
                &["daily-count.count=1..200/1", "daily-amount.amount=1..51/1"],
                "--vary: 200 x 51 are 10,200 candidates, and a sweep has at most 10,000",
            ),
            (&["a\u{1b}=1"], "--vary \"a\\u{1b}\": must be NAME.KEY, such as daily-amount.amount"),
            (
                &["daily-count"],
                "--vary daily-count: must be NAME.KEY=FROM..TO/STEP, such as daily-amount.amount=1000..10000/500, or \
                 NAME.KEY=VALUE,VALUE",
            ),
        ] {
            assert_eq!(candidates(vary), Err(expected.to_owned()));
        }
        let none = candidates(&["daily-count.count=0,x"]);
        let expected = "--vary: no candidate is a valid policy; of the first, daily-count.count=0: \
                        must be a whole number from 1 to 4294967295, not \"0\"";
        assert_eq!(none, Err(expected.to_owned()));
    }

    #[test]
    fn ten_thousand_candidates_are_not_too_many() {
        let grid = grid(&["daily-count.count=1..100/1", "daily-amount.amount=1..100/1"]).unwrap();
        assert_eq!(grid.combinations().len(), 10_000);
    }
}
