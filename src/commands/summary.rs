//! What a run says at its end.

use std::fmt::Write;

use indicatif::HumanCount;

use crate::bus::Ending;
use crate::domain::{LimitOutcome, Policy, Tally, Totals};
use crate::runner::{Outcome, Report};

/// The summary of a run, in whole lines; nothing if the reader of the output has gone, who has lost interest.
///
/// `held_back` names the file that was to be replaced and was not, because the work did not come to its end.
pub(super) fn summary(report: &Report, policy: &Policy, held_back: Option<&str>) -> String {
    let Outcome::Ended(ending) = report.outcome else { return String::new() };
    let totals = &report.totals;
    let declined: u64 = totals.declined_by_reason(policy).map(|(_, count)| count).sum();
    let mut text = format!(
        "read {}: {} accepted, {} declined, {} rejected",
        HumanCount(totals.read()),
        HumanCount(totals.accepted),
        HumanCount(declined),
        HumanCount(totals.rejected)
    );
    let ignored = totals.ignored(policy);
    if ignored > 0 {
        let plural = if ignored == 1 { "" } else { "s" };
        let _ = write!(text, ", {} duplicate{plural} ignored", HumanCount(ignored));
    }
    let seconds = report.elapsed.as_secs_f64();
    let rate = (totals.transactions() as f64 / seconds.max(1e-9)) as u64;
    let _ = writeln!(text, " in {seconds:.3} s ({} transactions/s)", HumanCount(rate));
    if declined > 0 {
        let reasons = totals.declined_by_reason(policy).map(|(code, count)| format!("{code} {}", HumanCount(count)));
        let _ = writeln!(text, "declined: {}", reasons.collect::<Vec<_>>().join(", "));
    }
    text += &marked(totals, policy);
    let why = match ending {
        Ending::Complete => return text,
        Ending::RejectedLine => "stopped at the first rejected line",
        Ending::Interrupted => "interrupted",
    };
    text.push_str(why);
    if let Some(name) = held_back {
        let _ = write!(text, "; {name} is left as it was");
    }
    text.push('\n');
    text
}

/// What the limits did that do not decline, in whole lines; nothing if the policy has none.
fn marked(totals: &Totals, policy: &Policy) -> String {
    let flags = totals.marked_by(policy, LimitOutcome::Flag);
    let flags: Vec<_> = flags.map(|(code, tally)| format!("{code} {}", HumanCount(tally.count))).collect();
    let mut text = String::new();
    if !flags.is_empty() {
        let _ = writeln!(text, "flagged: {}", flags.join(", "));
    }
    for (code, tally) in totals.marked_by(policy, LimitOutcome::Shadow) {
        let (count, money) = (HumanCount(tally.count), money(tally));
        let _ = writeln!(text, "shadow: {code} would have declined {count} of the accepted ({money})");
    }
    text
}

/// The sum of a tally, with commas between thousands.
fn money(tally: Tally) -> String {
    let (whole, cents) = (tally.sum / 100, tally.sum % 100);
    let digits = whole.to_string();
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + &format!(".{cents:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_grouped_however_large_they_are() {
        for (sum, expected) in [
            (0, "0.00"),
            (5, "0.05"),
            (99_999, "999.99"),
            (340_000, "3,400.00"),
            (123_456_789, "1,234,567.89"),
            (u128::MAX, "3,402,823,669,209,384,634,633,746,074,317,682,114.55"),
        ] {
            assert_eq!(money(Tally { sum, count: 1 }), expected);
        }
    }
}
