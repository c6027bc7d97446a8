//! The middle of what was measured.

/// The median; no number of nothing.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
    let last = values.len().saturating_sub(1);
    f64::midpoint(at(last / 2), at(last.div_ceil(2)))
}
