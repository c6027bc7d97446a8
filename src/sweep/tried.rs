//! Candidates and what became of them.

use super::{Candidate, Point, unbeaten};
use crate::backtest::{Gate, Summary};

/// A candidate that was tried on a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The candidate.
    pub candidate: Candidate,
    /// What its backtest comes to.
    pub summary: Summary,
    /// Whether no other candidate beats it.
    pub is_unbeaten: bool,
    /// The gates that it fails, in their order.
    pub failed: Vec<Gate>,
}

impl Tried {
    /// Judges candidates by what they came to, each beside the others and by the gates; they stay in their order.
    pub fn all(candidates: Vec<Candidate>, summaries: &[Summary], gates: &[Gate]) -> Vec<Self> {
        let points: Vec<_> = summaries.iter().map(Point::from).collect();
        let judged = candidates.into_iter().zip(summaries).zip(unbeaten(&points));
        judged
            .map(|((candidate, summary), is_unbeaten)| {
                let fails = |gate: &&Gate| gate.fails(&gate.metric().value(summary));
                let failed = gates.iter().filter(fails).cloned().collect();
                Self { candidate, summary: *summary, is_unbeaten, failed }
            })
            .collect()
    }

    /// Whether it fails no gate.
    pub const fn passes(&self) -> bool {
        self.failed.is_empty()
    }
}

/// What was decided, as if a candidate had decided the same.
pub fn unchanged(summary: &Summary) -> Summary {
    let Summary { transactions, customers, then, .. } = *summary;
    Summary { transactions, customers, then, now: then, ..Summary::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::{Flow, Metric};
    use crate::domain::Policy;

    fn candidate(value: &str) -> Candidate {
        Candidate { values: vec![value.to_owned()], policy: Policy::default() }
    }

    #[test]
    fn each_candidate_keeps_its_own_figures_and_is_judged_by_them() {
        let now = |count, loads| Summary {
            transactions: 10,
            then: Flow { count: 5, loads: 50, withdrawals: 0 },
            now: Flow { count, loads, withdrawals: 0 },
            ..Summary::default()
        };
        let gates: Vec<Gate> =
            ["accepted_now < 5", "loads_now > 0.70", "flips > 0"].map(|gate| gate.parse().unwrap()).to_vec();
        let summaries = [now(4, 80), now(6, 70), now(6, 71)];
        let tried = Tried::all(vec![candidate("a"), candidate("b"), candidate("c")], &summaries, &gates);
        let told = |tried: &Tried| {
            let failed: Vec<_> = tried.failed.iter().map(ToString::to_string).collect();
            (tried.candidate.values.concat(), tried.is_unbeaten, tried.passes(), failed.join(", "))
        };
        let row =
            |value: &str, is_unbeaten, passes, failed: &str| (value.to_owned(), is_unbeaten, passes, failed.to_owned());
        let expected = [
            row("a", false, false, "accepted_now < 5, loads_now > 0.70"),
            row("b", true, true, ""),
            row("c", false, false, "loads_now > 0.70"),
        ];
        assert_eq!(tried.iter().map(told).collect::<Vec<_>>(), expected);
        assert_eq!(tried[1].summary, summaries[1]);
    }

    #[test]
    fn what_was_decided_flips_nothing_and_keeps_what_it_was_of() {
        let flow = Flow { count: 5, loads: 50, withdrawals: 7 };
        let summary = Summary { transactions: 9, customers: 3, then: flow, lost: flow, ..Summary::default() };
        let then = unchanged(&summary);
        for (metric, expected) in [
            (Metric::Transactions, "9"),
            (Metric::Customers, "3"),
            (Metric::AcceptedThen, "5"),
            (Metric::AcceptedNow, "5"),
            (Metric::LoadsNow, "0.50"),
            (Metric::Flips, "0"),
            (Metric::LoadsLost, "0.00"),
        ] {
            assert_eq!(metric.value(&then).to_string(), expected, "{}", metric.as_str());
        }
    }
}
