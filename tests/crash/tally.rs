//! What was tried and what came of it.

use anyhow::Error;

/// What a case showed; several may hold.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    /// The case did not come about, such as a call that is never made: it is not counted.
    pub(crate) void: bool,
    /// Output and content were right.
    pub(crate) right: bool,
    /// A run ended with an error that says what failed.
    pub(crate) clean_error: bool,
    /// A run that had been broken off was brought to its end.
    pub(crate) resumed: bool,
    /// A change of the ledger was found.
    pub(crate) detected: bool,
}

/// The counts of one part.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) part: &'static str,
    pub(crate) tried: u64,
    pub(crate) right: u64,
    pub(crate) clean_errors: u64,
    pub(crate) resumed: u64,
    pub(crate) detected: u64,
    /// What went wrong, each with all that is needed to repeat it.
    pub(crate) violations: Vec<String>,
    /// Why the part was not done at all.
    pub(crate) skipped: Option<String>,
    /// What else there is to know of it.
    pub(crate) notes: Vec<String>,
}

impl Tally {
    /// Nothing done yet.
    pub(crate) const fn new(part: &'static str) -> Self {
        Self {
            part,
            tried: 0,
            right: 0,
            clean_errors: 0,
            resumed: 0,
            detected: 0,
            violations: Vec::new(),
            skipped: None,
            notes: Vec::new(),
        }
    }

    /// A part that cannot be done here.
    pub(crate) fn skipped(part: &'static str, why: &str) -> Self {
        Self { skipped: Some(why.to_owned()), ..Self::new(part) }
    }

    /// A part whose preparation failed, which is as bad as a case that fails.
    pub(crate) fn failed(part: &'static str, seed: u64, error: &Error) -> Self {
        let violations = vec![format!("{part}, before the first case, --seed {seed}: {error:#}")];
        Self { violations, ..Self::new(part) }
    }

    /// Counts a case.
    pub(crate) fn count(&mut self, outcome: Outcome) {
        if outcome.void {
            return;
        }
        self.tried += 1;
        self.right += u64::from(outcome.right);
        self.clean_errors += u64::from(outcome.clean_error);
        self.resumed += u64::from(outcome.resumed);
        self.detected += u64::from(outcome.detected);
    }

    /// Adds another round of the same part.
    pub(crate) fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.right += other.right;
        self.clean_errors += other.clean_errors;
        self.resumed += other.resumed;
        self.detected += other.detected;
        self.violations.extend(other.violations);
        self.skipped = self.skipped.take().or(other.skipped);
        for note in other.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }
}

/// Prints what was counted, a line for each part.
pub(crate) fn print_table(tallies: &[Tally]) {
    println!(
        "{:<14}{:>8}{:>14}{:>14}{:>10}{:>10}{:>12}",
        "part", "tried", "right output", "clean error", "resumed", "detected", "violations"
    );
    for tally in tallies {
        let Tally { part, tried, right, clean_errors, resumed, detected, violations, .. } = tally;
        let violations = violations.len();
        if let Some(why) = &tally.skipped {
            println!("{part:<14} skipped: {why}");
            continue;
        }
        println!("{part:<14}{tried:>8}{right:>14}{clean_errors:>14}{resumed:>10}{detected:>10}{violations:>12}");
    }
    for tally in tallies {
        for note in &tally.notes {
            println!("{}: {note}", tally.part);
        }
    }
}
