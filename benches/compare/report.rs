//! The measurements as a Markdown table.

use crate::Program;
use crate::measure::Measurement;

const HEAD: &str = "\
| program | seconds (fastest to slowest) | transactions/s | ratio to simple | to import | peak memory | per transaction |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
";

/// Every run of every program, and what they worked on.
pub(crate) struct Report {
    /// How many transactions the input holds.
    pub(crate) lines: u64,
    /// How long the input is, in bytes.
    pub(crate) input_len: u64,
    /// Whether the workload is mixed.
    pub(crate) mix: bool,
    /// How often each program ran.
    pub(crate) runs: u32,
    /// By program, its runs.
    pub(crate) measurements: Vec<(Program, Vec<Measurement>)>,
}

impl Report {
    /// The table with its caption; ratios only if `simple` ran.
    pub(crate) fn markdown(&self) -> String {
        let Self { lines, input_len, mix, runs, measurements } = self;
        let kind = if *mix { "mixed" } else { "plain" };
        let (lines, megabytes) = (grouped(*lines), *input_len as f64 / 1e6);
        let mut text = format!("{lines} {kind} lines, {megabytes:.1} MB; the median of {runs} interleaved runs:\n\n");
        text += HEAD;
        for (program, runs) in measurements {
            text += &self.row(*program, runs);
        }
        text
    }

    fn row(&self, program: Program, runs: &[Measurement]) -> String {
        let (fastest, median, slowest) = spread(runs);
        let rate = grouped((self.lines as f64 / median) as u64);
        let ratio_to = |yardstick| {
            let yardstick = self.measurements.iter().find(|(program, _)| *program == yardstick);
            yardstick.map_or_else(not_available, |(_, runs)| format!("{:.2}", spread(runs).1 / median))
        };
        let (simple, import) = (ratio_to(Program::Simple), ratio_to(Program::Import));
        let peak = runs.iter().filter_map(|run| run.peak_memory).max();
        let memory = peak.map_or_else(not_available, |peak| format!("{:.1} MiB", peak as f64 / f64::from(1 << 20)));
        let share = peak.map_or_else(not_available, |peak| format!("{:.1} B", peak as f64 / self.lines as f64));
        format!(
            "| {program} | {median:.3} ({fastest:.3} to {slowest:.3}) | {rate} | {simple} | {import} | {memory} | {share} |\n"
        )
    }
}

fn not_available() -> String {
    "n/a".to_owned()
}

/// The shortest, the median and the longest time.
fn spread(runs: &[Measurement]) -> (f64, f64, f64) {
    let mut seconds: Vec<f64> = runs.iter().map(|run| run.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let at = |place: usize| seconds.get(place).copied().unwrap_or(f64::NAN);
    let last = seconds.len().saturating_sub(1);
    (at(0), f64::midpoint(at(last / 2), at(last.div_ceil(2))), at(last))
}

/// A number with a comma before every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
