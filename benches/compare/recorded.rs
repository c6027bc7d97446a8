//! Ratios as BENCHMARKS.md records them, and whether others hold against them.

/// The least part of a recorded ratio that another has to reach: machines differ and are noisy.
const PART_MIN: f64 = 2.0 / 3.0;

/// The ratio in the row of a program and the column of a yardstick, in the table below the heading for so many lines.
///
/// # Errors
///
/// One sentence for the user: what of that can't be found.
pub(crate) fn ratio(page: &str, lines: u64, program: &str, column: &str) -> Result<f64, String> {
    let mut rest = page.lines().skip_while(|line| lines_of(line) != Some(lines));
    rest.next().ok_or_else(|| format!("it has no heading for {lines} lines"))?;
    let section = rest.take_while(|line| !line.starts_with('#'));
    let mut rows = section.filter(|line| line.starts_with('|')).map(cells);
    let head = rows.next().ok_or_else(|| format!("it has no table for {lines} lines"))?;
    let place = head.iter().position(|cell| *cell == column);
    let place = place.ok_or_else(|| format!("its table for {lines} lines has no column {column}"))?;
    let row = rows.find(|row| row.first() == Some(&program));
    let row = row.ok_or_else(|| format!("its table for {lines} lines has no row {program}"))?;
    let ratio =
        row.get(place).and_then(|cell| cell.parse().ok()).filter(|ratio: &f64| *ratio > 0.0 && ratio.is_finite());
    ratio.ok_or_else(|| format!("its table for {lines} lines has no ratio for {program} in the column {column}"))
}

/// The least that a ratio may be where this one was recorded.
pub(crate) fn least(recorded: f64) -> f64 {
    recorded * PART_MIN
}

/// Whether a ratio is good enough where another one was recorded.
pub(crate) fn holds(measured: f64, recorded: f64) -> bool {
    measured >= least(recorded)
}

/// How many lines a heading such as `## 100,000 lines` is for.
fn lines_of(line: &str) -> Option<u64> {
    line.strip_prefix("## ")?.strip_suffix(" lines")?.replace(',', "").parse().ok()
}

/// The cells of a row, without the space around them.
fn cells(row: &str) -> Vec<&str> {
    row.trim().trim_matches('|').split('|').map(str::trim).collect()
}
