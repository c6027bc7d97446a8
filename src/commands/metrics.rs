//! What the help of commands says of metrics.

use crate::backtest::Metric;

/// Every metric and what it is, a line each, behind a heading.
pub(super) fn help() -> String {
    let width = Metric::ALL.iter().map(|metric| metric.as_str().len()).max().unwrap_or(0);
    let line = |metric: &Metric| format!("\n  {:width$}  {}", metric.as_str(), metric.describe());
    let lines: String = Metric::ALL.iter().map(line).collect();
    format!("Metrics, of the days that are reported on; OP is one of <, <=, >, >=, == and !=:{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_fits_a_terminal_and_has_a_line_for_every_metric() {
        let help = help();
        assert_eq!(help.lines().count(), 1 + Metric::ALL.len());
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
        assert!(help.contains("\n  flips                    decisions that change"), "{help}");
    }
}
