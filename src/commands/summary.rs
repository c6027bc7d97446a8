//! What a run says at its end.

use std::fmt::Write;

use indicatif::HumanCount;

use crate::bus::Ending;
use crate::domain::Policy;
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
