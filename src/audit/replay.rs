//! Deciding on everything once more.

use std::sync::Arc;

use super::finding::{Findings, Kind, Place};
use crate::config::{parse_policy_text, policy_text};
use crate::domain::{Accounts, CustomerHasher, DEFAULT_GROUP, Judge, Memory, Transaction, Zone};
use crate::store::codec::Schema;
use crate::store::{FoldedHistory, MarkedLimit, StoredDecision, StoredEvent, StoredPolicy, codec};

/// All accounts as the events so far leave them, and the policy in force.
#[derive(Debug, Default)]
pub(super) struct Replay {
    hasher: CustomerHasher,
    accounts: Accounts,
    in_force: Option<InForce>,
    /// An event could not be read, so that nothing can be said of those behind it.
    blind: bool,
}

/// A policy and the event that it came with.
#[derive(Clone, Debug)]
pub(super) struct InForce {
    pub(super) position: u64,
    pub(super) text: Arc<str>,
    judge: Judge,
}

impl Replay {
    /// No accounts yet, and no policy.
    pub(super) fn new() -> Self {
        let hasher = CustomerHasher::default();
        // Whatever policies are still to come, each of them finds what it needs.
        let accounts = Accounts::new(hasher.clone(), Memory::Transactions);
        Self { accounts, hasher, in_force: None, blind: false }
    }

    /// How many accounts there are.
    pub(super) fn accounts(&self) -> u64 {
        self.accounts.count() as u64
    }

    /// The policy in force.
    pub(super) const fn in_force(&self) -> Option<&InForce> {
        self.in_force.as_ref()
    }

    /// Decides on nothing more: an event is missing, or can't be read.
    pub(super) const fn stop(&mut self) {
        self.blind = true;
    }

    /// The accounts as the events leave them; none if not all of them could be read.
    pub(super) fn into_history(self) -> Option<FoldedHistory> {
        (!self.blind).then(|| FoldedHistory::new(self.accounts, self.hasher))
    }

    /// Lets a policy be in force from here on.
    pub(super) fn activate(&mut self, activated: &StoredPolicy, findings: &mut Findings) {
        let place = Place::position(activated.position);
        let policy = match parse_policy_text(&activated.text) {
            Ok(policy) => policy,
            Err(errors) => {
                findings.add(Kind::Policy, place, format!("the text is no policy: {errors}"));
                return self.stop();
            }
        };
        if policy_text(&policy) != activated.text {
            findings.add(Kind::Policy, place, "the policy's text is not in the one form that it is written in");
        }
        if self.in_force.as_ref().is_some_and(|before| *before.text == *activated.text) {
            findings.add(Kind::Policy, place, "the policy is the one that was in force before");
        }
        let (text, judge) = (activated.text.as_str().into(), Judge::new(Arc::new(policy)));
        self.in_force = Some(InForce { position: activated.position, text, judge });
    }

    /// Decides anew on a transaction, by the group that its customer is said to have been in, and compares; what would be
    /// right is told in the version of the schema that the event is of.
    pub(super) fn decide(&mut self, stored: &StoredDecision, schema: Schema, findings: &mut Findings) {
        if self.blind {
            return;
        }
        let place = Place::position(stored.position);
        let Some(InForce { judge, .. }) = &mut self.in_force else {
            findings.add(Kind::Policy, place, "no policy is in force");
            return;
        };
        let hash = self.hasher.hash(&stored.customer_id);
        let located = self.accounts.locate(&stored.customer_id, hash, &stored.transaction_id);
        let transaction = Transaction {
            id: &stored.transaction_id,
            customer_id: &stored.customer_id,
            amount: stored.event.amount,
            time: stored.event.time,
            group: stored.group.as_deref().unwrap_or(DEFAULT_GROUP).as_bytes(),
        };
        // An account that has just been opened is there.
        let Some(event) = self.accounts.process(&located, &transaction, false, judge) else { return };
        let policy = judge.policy();
        let (reason, marked) = (event.kind.reason(policy), MarkedLimit::all_of(event.kind.marks(), policy));
        // Where it matters to nothing, no group is recorded.
        let group = stored.group.as_deref().filter(|_| policy.decides_by_groups());
        if event == stored.event
            && (reason, group) == (stored.reason.as_deref(), stored.group.as_deref())
            && marked == stored.marked
        {
            return;
        }
        if event.version != stored.event.version {
            let what = format!(
                "the event has version {} of its account, whose next is {}",
                stored.event.version, event.version
            );
            return findings.add(Kind::Version, place, what);
        }
        let (reason, group) = (reason.map(str::to_owned), group.map(str::to_owned));
        let right = StoredDecision { event, reason, group, marked, ..stored.clone() };
        let mut leaf = Vec::new();
        codec::encode(&mut leaf, schema, &StoredEvent::Decision(right));
        let mut what = format!("decided anew, the event is {}", String::from_utf8_lossy(&leaf));
        if let Some(zones) = policy.zones().filter(|zones| *zones != Zone::VERSION) {
            what += &format!("; it was decided by the time zones of {zones}, and this program has those of ");
            what += Zone::VERSION;
        }
        findings.add(Kind::Decision, place, what);
    }
}
