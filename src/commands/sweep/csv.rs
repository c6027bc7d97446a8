//! A sweep as CSV, a row a candidate.

use super::report::Report;
use crate::backtest::Metric;
use crate::formats::cell::push_cell;

/// The keys that are varied, every metric, `unbeaten` and `failed_gates` below one header; what makes no policy
/// has no row.
pub(super) fn csv(report: &Report<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for axis in report.axes {
        push_cell(&mut out, axis.key.as_bytes());
        out.push(b',');
    }
    let metrics: Vec<_> = Metric::ALL.iter().map(|metric| metric.as_str()).collect();
    out.extend_from_slice(format!("{},unbeaten,failed_gates\n", metrics.join(",")).as_bytes());
    for tried in &report.tried {
        for value in &tried.candidate.values {
            push_cell(&mut out, value.as_bytes());
            out.push(b',');
        }
        for metric in Metric::ALL {
            out.extend_from_slice(format!("{},", metric.value(&tried.summary)).as_bytes());
        }
        out.extend_from_slice(format!("{},", tried.is_unbeaten).as_bytes());
        let failed: Vec<_> = tried.failed.iter().map(ToString::to_string).collect();
        push_cell(&mut out, failed.join("; ").as_bytes());
        out.push(b'\n');
    }
    out
}
