//! Deciding on everything once more.

use std::sync::Arc;

use super::finding::{Findings, Kind, Place};
use crate::config::{parse_policy_text, policy_text};
use crate::domain::{Accounts, CustomerHasher, Policy, Transaction};
use crate::store::{StoredDecision, StoredEvent, StoredPolicy, codec};

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
    policy: Arc<Policy>,
}

impl Replay {
    /// No accounts yet, and no policy.
    pub(super) fn new() -> Self {
        let hasher = CustomerHasher::default();
        Self { accounts: Accounts::new(hasher.clone()), hasher, in_force: None, blind: false }
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
        let (text, policy) = (activated.text.as_str().into(), Arc::new(policy));
        self.in_force = Some(InForce { position: activated.position, text, policy });
    }

    /// Decides on a transaction anew and compares.
    pub(super) fn decide(&mut self, stored: &StoredDecision, findings: &mut Findings) {
        if self.blind {
            return;
        }
        let place = Place::position(stored.position);
        let Some(InForce { policy, .. }) = &self.in_force else {
            findings.add(Kind::Policy, place, "no policy is in force");
            return;
        };
        let slot = self.accounts.open(&stored.customer_id, self.hasher.hash(&stored.customer_id));
        let transaction = Transaction {
            id: &stored.transaction_id,
            customer_id: &stored.customer_id,
            amount: stored.event.amount,
            time: stored.event.time,
        };
        // An account that has just been opened is there.
        let Some(event) = self.accounts.process(slot, &transaction, false, policy) else { return };
        let reason = event.kind.reason(policy);
        if event == stored.event && reason == stored.reason.as_deref() {
            return;
        }
        if event.version != stored.event.version {
            let what = format!(
                "the event has version {} of its account, whose next is {}",
                stored.event.version, event.version
            );
            return findings.add(Kind::Version, place, what);
        }
        let right = StoredDecision { event, reason: reason.map(str::to_owned), ..stored.clone() };
        let mut leaf = Vec::new();
        codec::encode(&mut leaf, &StoredEvent::Decision(right));
        let what = format!("decided anew, the event is {}", String::from_utf8_lossy(&leaf));
        findings.add(Kind::Decision, place, what);
    }
}
