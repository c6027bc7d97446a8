//! A flip, explained side by side.

use super::{Candidate, Codes, Flip, History, Origin};
use crate::domain::{
    Amount, Bound, Explanation, LimitOutcome, Outcome, Standing, StatementLine, Timestamp, Transaction,
};

/// A decision that would have been another, with how the limits stood for either.
#[derive(Clone, Debug)]
pub struct Example {
    /// Where it comes from.
    pub origin: Origin,
    /// The transaction's id.
    pub id: Vec<u8>,
    /// Whose it is.
    pub customer_id: Vec<u8>,
    /// The customer's group, by what would decide.
    pub group: String,
    /// The transaction's amount.
    pub amount: Amount,
    /// The transaction's time.
    pub time: Timestamp,
    /// What became of it.
    pub then: ExampleSide,
    /// What would have.
    pub now: ExampleSide,
}

/// What became of a transaction, or would have.
#[derive(Clone, Debug)]
pub struct ExampleSide {
    /// Why it was declined, if it was: a code in snake_case.
    pub reason: Option<String>,
    /// How the limits stood that restrict it and decline.
    pub limits: Vec<LimitUse>,
}

/// How one bound of a limit stood before a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitUse {
    /// The limit's name.
    pub limit: String,
    /// Which of its bounds.
    pub bound: Bound,
    /// How much of it was used: minor units, or a number of transactions.
    pub used: u64,
    /// How much is allowed, or of a least amount required.
    pub of: u64,
    /// Whether the transaction exceeds it.
    pub exceeded: bool,
}

impl Example {
    /// Explains a flip by what either side had accepted of its account before.
    pub fn of(history: &History, (then, now): (&Candidate, &Candidate), codes: &Codes, flip: &Flip) -> Self {
        let index = flip.row as usize;
        let account = history.account_of(index);
        let before = history.range(account).start..index;
        let (mut accepted_then, mut accepted_now) = (Vec::new(), Vec::new());
        let mut decider_codes = codes.clone();
        let mut decider = now.decider(&mut decider_codes);
        let mut deciding = decider.begin();
        let gathered = history.gather(account..account + 1);
        for (index, row) in before.clone().zip(gathered.rows(before)) {
            // Only what was accepted leaves anything used.
            let position = u64::from(row.place) + 1;
            let line = StatementLine { position, outcome: Outcome::Accepted, amount: row.amount, time: row.time };
            accepted_then.extend(row.then.is_accepted().then_some(line));
            accepted_now.extend(deciding.decide(row, index).is_accepted().then_some(line));
        }
        let row = gathered.rows(index..index + 1).first();
        let (amount, time) = row.map_or((Amount::from_minor(0), Timestamp::MIN), |row| (row.amount, row.time));
        let side = |candidate: &Candidate, accepted: &[StatementLine], code| ExampleSide {
            reason: codes.reason(code).map(str::to_owned),
            limits: limits(candidate, (index, flip.place), accepted, (amount, time)),
        };
        Self {
            origin: history.origin(flip.place),
            id: history.id(flip.place).into_owned(),
            customer_id: history.customer(account).into_owned(),
            group: now.groups().name(now.groups().place_of(index)).to_owned(),
            amount,
            time,
            then: side(then, &accepted_then, flip.then),
            now: side(now, &accepted_now, flip.now),
        }
    }
}

/// How the limits of a candidate stood before the transaction of a row and place.
fn limits(
    candidate: &Candidate,
    (row, place): (usize, u32),
    accepted: &[StatementLine],
    (amount, time): (Amount, Timestamp),
) -> Vec<LimitUse> {
    let (Some(policy), Some(standing)) = (candidate.policy_at(place), Standing::of(accepted)) else {
        return Vec::new();
    };
    let group = candidate.groups().name(candidate.groups().place_of(row)).as_bytes();
    let transaction = Transaction { id: b"", customer_id: b"", amount, time, group };
    let explanation = Explanation::of(&standing, &transaction, policy);
    let limits = policy.limits().iter().zip(explanation.limits);
    let declining =
        limits.filter(|(limit, finding)| limit.outcome == LimitOutcome::Decline && finding.applies.is_yes());
    let uses = declining.flat_map(|(limit, finding)| {
        let exceeded = finding.exceeded;
        finding.standing.parts.into_iter().map(move |part| LimitUse {
            limit: limit.name.as_str().to_owned(),
            bound: part.bound,
            used: part.used,
            of: part.limit,
            exceeded: exceeded == Some(part.bound),
        })
    });
    uses.collect()
}
