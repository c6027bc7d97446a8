//! How one account stands.

use super::{CustomerGroup, Known, Moment, Told, damaged, policy_in_force, standing};
use crate::domain::{Applies, Day, GroupName, Limit, LimitStanding, StatementLine, Timestamp, Usage};
use crate::store::Ledger;

/// How an account stands at a moment.
#[derive(Clone, Debug)]
pub struct AccountReport {
    /// The customer's id.
    pub account: Vec<u8>,
    /// The moment that was asked for.
    pub known: Known,
    /// The time that the limits are shown at: the one that was asked for, or else that of the account's latest
    /// transaction.
    pub limits_at: Timestamp,
    /// Accepted loads minus accepted withdrawals, in minor units; below zero only at a time that was asked for.
    pub balance: i64,
    /// What was accepted in all.
    pub total: Usage,
    /// How many transactions were declined.
    pub declined: u64,
    /// The position of the policy whose limits are shown.
    pub policy: u64,
    /// The group that the customer is taken to be in, if the policy decides by groups.
    pub group: Option<CustomerGroup>,
    /// The limits of the policy, in its order.
    pub limits: Vec<LimitReport>,
    /// The days in UTC with accepted transactions and what they used, ascending.
    pub days: Vec<(Day, Usage)>,
    /// The last decisions, in the order in which they were recorded.
    pub movements: Vec<Movement>,
}

/// A limit, and how much of it is used.
#[derive(Clone, Debug)]
pub struct LimitReport {
    /// The limit.
    pub limit: Limit,
    /// Whether it restricts the customer at that time.
    pub applies: Applies,
    /// How much of it is used.
    pub standing: LimitStanding,
}

/// A decision, and the balance behind it.
#[derive(Clone, Debug)]
pub struct Movement {
    /// The decision.
    pub told: Told,
    /// The balance of all that counts up to it, in the order of recording, in minor units.
    pub balance: i64,
}

/// How an account stands at a moment, with so many of its last decisions; none if the ledger has no such account, or had
/// none yet by the position in question. Where it matters which group the customer is in, it is the one that is asked
/// for, or else that of the last decision that counts.
///
/// # Errors
///
/// A usage error if the log does not reach as far as was asked, or if a group is asked for where it does not matter;
/// otherwise why the ledger can't be read.
pub fn account(
    ledger: &Ledger,
    customer_id: &[u8],
    moment: Moment,
    group: Option<&GroupName>,
    events_max: usize,
) -> anyhow::Result<Option<AccountReport>> {
    let known = moment.of(ledger)?;
    let statement = ledger.statement(customer_id, known.position)?;
    let Some(latest) = statement.iter().map(|line| line.time).max() else { return Ok(None) };
    let lines: Vec<&StatementLine> = statement.iter().filter(|line| known.counts(line)).collect();
    let standing = standing(lines.iter().copied())?;
    // Without a time that was asked for, all lines count.
    let limits_at = known.at.unwrap_or(latest);
    let (policy_position, policy) =
        policy_in_force(ledger, known.position)?.ok_or_else(|| damaged("there is no policy"))?;
    let group = CustomerGroup::assumed(ledger, (&policy, policy_position), group, lines.last().copied())?;
    let report = |limit: &Limit| LimitReport {
        limit: limit.clone(),
        applies: Applies::of(limit, None, limits_at, CustomerGroup::of(group.as_ref())),
        standing: standing.limit(limit, limits_at),
    };
    Ok(Some(AccountReport {
        account: customer_id.to_vec(),
        known,
        limits_at,
        balance: standing.balance(),
        total: *standing.total(),
        declined: standing.declined(),
        policy: policy_position,
        limits: policy.limits().iter().map(report).collect(),
        group,
        days: standing.days().iter().map(|(day, usage)| (*day, *usage)).collect(),
        movements: movements(ledger, &lines, standing.balance(), events_max)?,
    }))
}

/// The last lines, told in full, with the balance behind each.
fn movements(
    ledger: &Ledger,
    lines: &[&StatementLine],
    balance: i64,
    events_max: usize,
) -> anyhow::Result<Vec<Movement>> {
    let mut movements = Vec::new();
    let mut behind = balance;
    for line in lines.iter().rev().take(events_max) {
        movements.push(Movement { told: Told::at(ledger, line.position)?, balance: behind });
        if line.outcome.is_accepted() {
            // Every part of an account's amounts adds up to less than 63 bits.
            behind = behind.saturating_sub(line.amount.minor());
        }
    }
    movements.reverse();
    Ok(movements)
}
