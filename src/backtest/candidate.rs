//! What is tried on a history.

use std::sync::Arc;

use super::code::PolicyCodes;
use super::history::Row;
use super::{Code, Codes, Groups, History};
use crate::domain::{Account, AccountEvent, AccountEventKind, Direction, Judge, Leeway, Memory, Policy, Transaction};

/// What is to decide on a history anew: a policy, or several, each from a place on.
#[derive(Clone, Debug)]
pub struct Candidate {
    policies: Vec<(u32, Arc<Policy>)>,
    groups: Arc<Groups>,
    memory: Memory,
}

/// A candidate at work, on one account after the other.
pub(super) struct Decider<'a> {
    judges: Vec<(u32, Judge, PolicyCodes)>,
    groups: &'a Groups,
    memory: Memory,
}

/// An account on which a candidate decides.
pub(super) struct Deciding<'d, 'a> {
    decider: &'d mut Decider<'a>,
    account: Account,
    /// Which of the policies decides.
    at: usize,
}

impl Candidate {
    /// One policy for everything, by these groups.
    pub fn new(policy: Arc<Policy>, groups: Arc<Groups>) -> Self {
        let memory = policy.memory();
        Self { policies: vec![(0, policy)], groups, memory }
    }

    /// The policies that decided on a history, each on what it decided then.
    pub fn of_history(history: &History, groups: Arc<Groups>) -> Self {
        let policies: Vec<_> = history.spans().iter().map(|span| (span.from, Arc::clone(&span.policy))).collect();
        let memory = match policies.as_slice() {
            [] => Memory::Days,
            [(_, only)] => only.memory(),
            // What one of them would have forgotten, another may need.
            several if several.iter().all(|(_, policy)| policy.memory() == Memory::Days) => Memory::Days,
            _ => Memory::Transactions,
        };
        Self { policies, groups, memory }
    }

    /// The policy that decides from the last place on.
    pub fn policy(&self) -> Option<&Arc<Policy>> {
        self.policies.last().map(|(_, policy)| policy)
    }

    /// Whether it is the same as another one, and not only equal.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let policies = self.policies.iter().zip(&other.policies);
        self.policies.len() == other.policies.len()
            && policies.into_iter().all(|(one, other)| one.0 == other.0 && Arc::ptr_eq(&one.1, &other.1))
            && Arc::ptr_eq(&self.groups, &other.groups)
    }

    /// Whether it is, beside its policy, as another one is: one policy decides on everything, by the same groups.
    pub(super) fn is_akin(&self, other: &Self) -> bool {
        self.policies.len() == 1 && other.policies.len() == 1 && Arc::ptr_eq(&self.groups, &other.groups)
    }

    /// The policy that decides at a place.
    pub(super) fn policy_at(&self, place: u32) -> Option<&Arc<Policy>> {
        let behind = self.policies.partition_point(|(from, _)| *from <= place);
        self.policies.get(behind.checked_sub(1)?).map(|(_, policy)| policy)
    }

    /// The groups of customers by which it decides.
    pub const fn groups(&self) -> &Arc<Groups> {
        &self.groups
    }

    /// Gets to work; reasons that are new get codes.
    pub(super) fn decider(&self, codes: &mut Codes) -> Decider<'_> {
        let judge =
            |(from, policy): &(u32, Arc<Policy>)| (*from, Judge::new(Arc::clone(policy)), codes.of_policy(policy));
        Decider { judges: self.policies.iter().map(judge).collect(), groups: &self.groups, memory: self.memory }
    }
}

impl<'a> Decider<'a> {
    /// Begins with an account.
    pub(super) fn begin(&mut self) -> Deciding<'_, 'a> {
        let account = Account::new(self.memory);
        Deciding { decider: self, account, at: 0 }
    }

    /// Decides by kin of its only policy from here on.
    pub(super) fn succeed(&mut self, kin: &Arc<Policy>) {
        self.judges.iter_mut().for_each(|(_, judge, _)| judge.succeed(kin));
    }
}

impl<'a> Deciding<'_, 'a> {
    /// The policy that decides at a place, its codes, and the account; none if no policy does.
    ///
    /// Some policy decides from the first place on wherever there is a place, or there would be no history.
    #[inline]
    fn at(&mut self, place: u32) -> Option<(&mut Account, &mut Judge, &PolicyCodes)> {
        while self.decider.judges.get(self.at + 1).is_some_and(|(from, ..)| *from <= place) {
            self.at += 1;
        }
        let (_, judge, codes) = self.decider.judges.get_mut(self.at)?;
        Some((&mut self.account, judge, codes))
    }

    /// The transaction of a row, as decisions look at it.
    #[inline]
    fn transaction(&self, row: &Row, index: usize) -> Transaction<'a> {
        let groups = self.decider.groups;
        // Neither id decides anything.
        Transaction {
            id: b"",
            customer_id: b"",
            amount: row.amount,
            time: row.time,
            group: groups.name(groups.place_of(index)).as_bytes(),
        }
    }

    /// Decides on the next row, the one of an index.
    #[inline]
    pub(super) fn decide(&mut self, row: &Row, index: usize) -> Code {
        let memory = self.decider.memory;
        let transaction = self.transaction(row, index);
        let Some((account, judge, codes)) = self.at(row.place) else { return Code::DUPLICATE };
        codes.code(account.process(&transaction, row.then == Code::DUPLICATE, judge, memory).kind)
    }

    /// Decides on the next row as [`Self::decide`] does, and notes by which other bounds it would have decided the same.
    #[inline]
    pub(super) fn decide_with_leeway(&mut self, row: &Row, index: usize, leeway: &mut Leeway) -> Code {
        let memory = self.decider.memory;
        let transaction = self.transaction(row, index);
        let Some((account, judge, codes)) = self.at(row.place) else { return Code::DUPLICATE };
        let seen = row.then == Code::DUPLICATE;
        codes.code(account.process_with_leeway(&transaction, seen, judge, memory, leeway).kind)
    }

    /// Decides on the next row as [`Self::decide`] does, and tells what it leaves, if it is accepted, of the limit that it
    /// comes nearest to.
    #[inline]
    pub(super) fn decide_and_measure(&mut self, row: &Row, index: usize) -> (Code, Option<u8>) {
        let memory = self.decider.memory;
        let transaction = self.transaction(row, index);
        let Some((account, judge, codes)) = self.at(row.place) else { return (Code::DUPLICATE, None) };
        let event = account.decide(&transaction, row.then == Code::DUPLICATE, judge);
        let room = if event.kind.is_accepted() { account.room_left(&transaction, judge) } else { None };
        account.take_in(&event, judge, memory);
        (codes.code(event.kind), room)
    }

    /// Takes in what became of the next row instead of deciding; whether that is possible after what came before.
    pub(super) fn follow(&mut self, row: &Row) -> bool {
        let kind = match (row.then.is_accepted(), row.amount.direction()) {
            (false, _) => AccountEventKind::DuplicateTxn,
            (true, Direction::Load) => AccountEventKind::DEPOSITED,
            (true, Direction::Withdrawal) => AccountEventKind::WITHDRAWN,
        };
        let version = self.account.version().saturating_add(1);
        self.account.follow(&AccountEvent { version, kind, amount: row.amount, time: row.time })
    }

    /// What the next row leaves, if it was accepted, of the limit that it came nearest to, in whole per cent.
    #[inline]
    pub(super) fn measure(&mut self, row: &Row, index: usize) -> Option<u8> {
        if !row.then.is_accepted() {
            return None;
        }
        let transaction = self.transaction(row, index);
        let (account, judge, _) = self.at(row.place)?;
        account.room_left(&transaction, judge)
    }
}
