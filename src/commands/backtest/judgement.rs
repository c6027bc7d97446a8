//! How a backtest ends.

use crate::backtest::report::{GateLine, Report};
use crate::backtest::{Unit, Value};
use crate::exit::Exit;

/// The exit status: what a check found comes before a gate that failed, and that before rejected lines.
pub(super) fn exit(report: &Report) -> Exit {
    let summary = &report.metrics.0;
    if report.is_check && summary.flips() + summary.reason_changes > 0 {
        return Exit::Findings;
    }
    match (report.gates.iter().any(|gate| gate.failed), report.rejected) {
        (true, _) => Exit::Gate,
        (false, 0) => Exit::Done,
        (false, _) => Exit::Rejected,
    }
}

/// A line for each gate that failed; nothing if none did.
pub(super) fn failures(gates: &[GateLine]) -> String {
    let failed = gates.iter().filter(|gate| gate.failed);
    failed
        .map(|GateLine { gate, value, .. }| {
            let metric = gate.split(' ').next().unwrap_or_default();
            format!("gate \"{gate}\" failed: {metric} is {}\n", told(value))
        })
        .collect()
}

/// A value as it is, or as near as four decimals of a rate come.
pub(super) fn told(value: &Value) -> String {
    let is_rounded = value.unit == Unit::Percent
        && !value.numerator.unsigned_abs().saturating_mul(10_000).is_multiple_of(value.denominator.max(1));
    if is_rounded { format!("about {value}") } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_value_is_told_to_be_one() {
        let percent = |numerator, denominator| told(&Value { unit: Unit::Percent, numerator, denominator });
        assert_eq!(percent(-100_000, 99_999), "about -1");
        assert_eq!(percent(-1, 1), "-1");
        assert_eq!(percent(200, 3), "about 66.6667");
        assert_eq!(percent(1, 8), "0.125");
    }
}
