//! What came of a contest, as a Markdown table.

use crate::figures::{grouped, mebibytes};
use crate::measure::Measurement;
use crate::median::median;
use crate::program::Program;

/// Every run of every program, and what they worked on.
pub(crate) struct Outcome {
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
    /// Whether verdicts were compared, and found to be the same.
    pub(crate) compared: bool,
}

/// The programs that the others are held against, with the heads of their columns.
const YARDSTICKS: [(Program, &str); 3] =
    [(Program::Simple, "times `simple`"), (Program::Tuned, "times `tuned`"), (Program::Import, "times `import`")];

/// The head of a yardstick's column.
pub(crate) fn column(yardstick: Program) -> &'static str {
    YARDSTICKS.iter().find(|(of, _)| *of == yardstick).map_or("", |(_, head)| head)
}

impl Outcome {
    /// What was measured, as half a sentence.
    pub(crate) fn caption(&self) -> String {
        let kind = if self.mix { "mixed" } else { "plain" };
        let (lines, megabytes) = (grouped(self.lines), self.input_len as f64 / 1e6);
        format!("{lines} {kind} lines, {megabytes:.1} MB; the median of {} interleaved runs:", self.runs)
    }

    /// The table, with a column for each yardstick that ran.
    pub(crate) fn table(&self) -> String {
        let ran = |yardstick: &&(Program, &str)| self.seconds(yardstick.0).is_some();
        let yardsticks: Vec<_> = YARDSTICKS.iter().filter(ran).collect();
        let mut text = "| program | seconds (fastest to slowest) | transactions/s |".to_owned();
        yardsticks.iter().for_each(|(_, head)| text += &format!(" {head} |"));
        text += " peak memory | a transaction |\n| --- | ---: | ---: |";
        yardsticks.iter().for_each(|_| text += " ---: |");
        text += " ---: | ---: |\n";
        for (program, runs) in &self.measurements {
            let (fastest, slowest) = range(runs);
            let median = self.seconds(*program).unwrap_or(f64::NAN);
            let rate = grouped((self.lines as f64 / median) as u64);
            text += &format!("| {} | {median:.3} ({fastest:.3} to {slowest:.3}) | {rate} |", program.title());
            for (yardstick, _) in &yardsticks {
                let ratio = self.ratio(*program, *yardstick).unwrap_or(f64::NAN);
                text += &format!(" {ratio:.2} |");
            }
            let peak = runs.iter().filter_map(|run| run.peak_memory).max();
            let memory = peak.map_or_else(not_available, mebibytes);
            let share = peak.map_or_else(not_available, |peak| format!("{:.0} B", peak as f64 / self.lines as f64));
            text += &format!(" {memory} | {share} |\n");
        }
        text
    }

    /// How many times as fast as a yardstick a program is, if both ran.
    pub(crate) fn ratio(&self, program: Program, yardstick: Program) -> Option<f64> {
        Some(self.seconds(yardstick)? / self.seconds(program)?)
    }

    /// The median of a program's times, if it ran.
    pub(crate) fn seconds(&self, program: Program) -> Option<f64> {
        let (_, runs) = self.measurements.iter().find(|(of, _)| *of == program)?;
        Some(median(&mut runs.iter().map(|run| run.seconds).collect::<Vec<_>>()))
    }
}

fn not_available() -> String {
    "n/a".to_owned()
}

/// The shortest and the longest time.
fn range(runs: &[Measurement]) -> (f64, f64) {
    let seconds = || runs.iter().map(|run| run.seconds);
    (seconds().fold(f64::INFINITY, f64::min), seconds().fold(0.0, f64::max))
}
