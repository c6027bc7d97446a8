//! Why a transaction was accepted or declined, or would be.

use super::{CustomerGroup, Known, Moment, Told, damaged, policy_in_force, standing};
use crate::console::printable;
use crate::domain::{
    AccountEventKind, Amount, Direction, Explanation, GroupName, LimitFinding, LimitOutcome, Policy, StatementLine,
    Timestamp, Transaction,
};
use crate::exit::UsageError;
use crate::store::{Ledger, MarkedLimit, StoreError};

/// How many positions an error lists.
const POSITIONS_MAX: usize = 5;

/// What is to be explained.
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// A decision of the log: the first on this transaction, or the one at a position.
    Decided {
        /// The transaction.
        transaction_id: &'a [u8],
        /// The position of the decision on it, if not the first.
        position: Option<u64>,
    },
    /// A transaction that is only supposed; nothing is recorded.
    Supposed {
        /// Its amount.
        amount: Amount,
        /// Its time: if absent, the moment's, or else that of the account's latest transaction.
        time: Option<Timestamp>,
        /// What is known when it comes.
        moment: Moment,
        /// The group of its customer: if absent, that of the account's last decision that is known.
        group: Option<&'a GroupName>,
    },
}

/// Why a transaction was accepted or declined, or would be.
#[derive(Clone, Debug)]
pub struct ExplainReport {
    /// The customer's id.
    pub account: Vec<u8>,
    /// The decision, unless it is only supposed.
    pub told: Option<Told>,
    /// What was known before: of a decision, all that had been recorded.
    pub known: Known,
    /// How many decisions on the account count.
    pub decisions_before: u64,
    /// The position of the policy.
    pub policy_position: u64,
    /// The policy that decides.
    pub policy: Policy,
    /// The group that the customer was in, or is taken to be in, if the policy decides by groups.
    pub group: Option<CustomerGroup>,
    /// What the rules say of the transaction if its id is new.
    pub explanation: Explanation,
    /// The limits of the policy, in its order.
    pub limits: Vec<LimitExplained>,
    /// If its id is not new, the first decision on it.
    pub first_sight: Option<Told>,
    /// The positions of all later decisions on it, which are duplicates.
    pub repeats: Vec<u64>,
}

/// What one limit has to say.
#[derive(Clone, Debug)]
pub struct LimitExplained {
    /// What it says.
    pub finding: LimitFinding,
    /// Who used it.
    pub users: Users,
}

/// The transactions that used a limit.
#[derive(Clone, Debug)]
pub struct Users {
    /// The last of them, in the order in which they were recorded.
    pub last: Vec<Told>,
    /// How many there are besides.
    pub more: usize,
}

impl ExplainReport {
    /// What became of the transaction, or would.
    pub fn kind(&self) -> AccountEventKind {
        self.told.as_ref().map_or(self.explanation.kind, |told| told.decision.event.kind)
    }

    /// Why it is a decline, if it is one: a code in snake_case.
    pub fn reason(&self) -> Option<&str> {
        self.kind().reason(&self.policy)
    }

    /// The codes of the limits of an outcome that it went beyond, or would, although it is accepted.
    pub fn marked(&self, outcome: LimitOutcome) -> Vec<&str> {
        let places = self.kind().marks();
        let limits = places.iter().filter_map(|place| self.policy.limits().get(usize::from(place)));
        limits.filter(|limit| limit.outcome == outcome).map(|limit| limit.name.code()).collect()
    }

    /// The largest amount of the same direction that would pass instead, below zero for a withdrawal; none if no amount
    /// would, as of an id that is not new.
    pub fn largest(&self) -> Option<Amount> {
        let largest = self.explanation.largest.filter(|_| self.first_sight.is_none());
        // No total goes beyond 63 bits, and so no amount that passes does.
        let minor = largest.and_then(|largest| i64::try_from(largest).ok())?;
        Some(Amount::from_minor(match self.explanation.amount.direction() {
            Direction::Load => minor,
            Direction::Withdrawal => -minor,
        }))
    }

    /// The earliest time, from its own on, at which the transaction would pass if nothing else happened; none if it
    /// never would, as with an id that is not new.
    pub fn earliest(&self) -> Option<Timestamp> {
        self.explanation.earliest.filter(|_| self.first_sight.is_none())
    }
}

/// Explains a decision, or one that is only supposed, with so many of the transactions that used each limit.
///
/// # Errors
///
/// A usage error if there is no such account, transaction or moment; otherwise why the ledger can't be read, or that
/// its events do not follow from each other.
pub fn explain(
    ledger: &Ledger,
    customer_id: &[u8],
    question: Question<'_>,
    users_max: usize,
) -> anyhow::Result<ExplainReport> {
    match question {
        Question::Decided { transaction_id, position } => {
            explain_decided(ledger, customer_id, transaction_id, position, users_max)
        }
        Question::Supposed { amount, time, moment, group } => {
            explain_supposed(ledger, customer_id, (amount, time, group), moment, users_max)
        }
    }
}

fn explain_decided(
    ledger: &Ledger,
    customer_id: &[u8],
    transaction_id: &[u8],
    position: Option<u64>,
    users_max: usize,
) -> anyhow::Result<ExplainReport> {
    let positions = ledger.find(customer_id, transaction_id, ledger.head()?.size)?;
    let Some(first) = positions.first().copied() else {
        return Err(nothing_found(ledger, customer_id, transaction_id)?.into());
    };
    let position = position.unwrap_or(first);
    if !positions.contains(&position) {
        let mut list: Vec<_> = positions.iter().take(POSITIONS_MAX).map(u64::to_string).collect();
        list.extend((positions.len() > POSITIONS_MAX).then(|| "...".to_owned()));
        let transaction = shown(transaction_id);
        let why = format!("--position {position}: transaction {transaction} was decided at {}", list.join(", "));
        return Err(UsageError(why).into());
    }
    let told = Told::at(ledger, position)?;
    let event = told.decision.event;
    let known = Known { at: None, position: position.saturating_sub(1) };
    let (policy_position, policy) = policy_in_force(ledger, position)?.ok_or_else(|| damaged("there is no policy"))?;
    let statement = ledger.statement(customer_id, known.position)?;
    let group = CustomerGroup::recorded(&told.decision, &policy);
    let transaction = Transaction {
        id: transaction_id,
        customer_id,
        amount: event.amount,
        time: event.time,
        group: CustomerGroup::of(group.as_ref()),
    };
    let explanation = Explanation::of(&standing(&statement)?, &transaction, &policy);
    let repeated = position != first;
    let expected = if repeated { AccountEventKind::DuplicateTxn } else { explanation.kind };
    let is_told = told.decision.reason.as_deref() == expected.reason(&policy)
        && told.decision.marked == MarkedLimit::all_of(expected.marks(), &policy);
    if event.kind != expected || !is_told || u64::from(event.version) != statement.len() as u64 + 1 {
        let what = format!("the event at position {position} does not follow from those before it");
        return Err(damaged(&(what + "; `tidegate verify` says more")).into());
    }
    Ok(ExplainReport {
        account: customer_id.to_vec(),
        first_sight: if repeated { Some(Told::at(ledger, first)?) } else { None },
        repeats: positions.into_iter().skip(1).collect(),
        told: Some(told),
        known,
        decisions_before: statement.len() as u64,
        policy_position,
        policy,
        group,
        limits: limits(ledger, &explanation, users_max)?,
        explanation,
    })
}

/// What to say of a transaction that the ledger does not have.
fn nothing_found(ledger: &Ledger, customer_id: &[u8], transaction_id: &[u8]) -> Result<UsageError, StoreError> {
    let (account, transaction) = (shown(customer_id), shown(transaction_id));
    let is_known = !ledger.statement(customer_id, ledger.head()?.size)?.is_empty();
    Ok(UsageError(if is_known {
        format!("TRANSACTION {transaction}: account {account} has none of this id")
    } else {
        format!("--account {account}: the ledger has no such account")
    }))
}

fn shown(id: &[u8]) -> String {
    printable(&String::from_utf8_lossy(id))
}

fn explain_supposed(
    ledger: &Ledger,
    customer_id: &[u8],
    (amount, time, group): (Amount, Option<Timestamp>, Option<&GroupName>),
    moment: Moment,
    users_max: usize,
) -> anyhow::Result<ExplainReport> {
    let known = moment.of(ledger)?;
    let Some((policy_position, policy)) = policy_in_force(ledger, known.position)? else {
        let flag = if moment.as_of.is_some() { "--as-of" } else { "--amount" };
        return Err(UsageError(format!("{flag}: no policy was in force yet at position {}", known.position)).into());
    };
    let statement = ledger.statement(customer_id, known.position)?;
    let lines: Vec<&StatementLine> = statement.iter().filter(|line| known.counts(line)).collect();
    let decisions_before = lines.len() as u64;
    let group = CustomerGroup::assumed(ledger, (&policy, policy_position), group, lines.last().copied())?;
    let standing = standing(lines)?;
    let Some(time) = time.or(known.at).or(standing.latest()) else {
        let (account, position) = (shown(customer_id), known.position);
        return Err(UsageError(format!(
            "--time is missing: up to position {position} account {account} has no transaction to take it from"
        ))
        .into());
    };
    let transaction = Transaction { id: b"", customer_id, amount, time, group: CustomerGroup::of(group.as_ref()) };
    let explanation = Explanation::of(&standing, &transaction, &policy);
    Ok(ExplainReport {
        account: customer_id.to_vec(),
        told: None,
        known,
        decisions_before,
        policy_position,
        policy,
        group,
        limits: limits(ledger, &explanation, users_max)?,
        explanation,
        first_sight: None,
        repeats: Vec::new(),
    })
}

/// What each limit has to say, with those that used it told in full.
fn limits(ledger: &Ledger, explanation: &Explanation, users_max: usize) -> anyhow::Result<Vec<LimitExplained>> {
    let explained = |finding: &LimitFinding| {
        let more = finding.users.len().saturating_sub(users_max);
        let last = finding.users.iter().skip(more).map(|line| Told::at(ledger, line.position));
        Ok(LimitExplained { finding: finding.clone(), users: Users { last: last.collect::<Result<_, _>>()?, more } })
    };
    explanation.limits.iter().map(explained).collect()
}
