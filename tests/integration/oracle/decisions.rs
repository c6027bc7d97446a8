//! Lines in, verdicts out, by the plain rules.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::cases::Case;
use super::policy::{Outcome, Policy};
use super::rules::{Judgement, Movement, balance, cents, judge};

/// Everything that has come before, and the rules for what comes next.
pub(crate) struct Oracle {
    pub(super) policy: Policy,
    /// Customer and transaction.
    seen: HashSet<(String, String)>,
    /// By customer.
    accepted: HashMap<String, Vec<Movement>>,
}

/// A line, read.
pub(super) struct Transaction {
    pub(super) id: String,
    pub(super) customer_id: String,
    /// What the policy takes the customer's group to be.
    pub(super) group: String,
    pub(super) movement: Movement,
}

impl Transaction {
    /// Reads a line as a policy has it read.
    pub(super) fn of_line(line: &str, policy: &Policy) -> Self {
        let transaction: Value = serde_json::from_str(line).expect("a line is JSON");
        let field = |name: &str| transaction[name].as_str().expect("a field is a text").to_owned();
        let customer_id = field("customer_id");
        let of_file = policy.members.as_ref().and_then(|members| members.get(&customer_id));
        let group = match transaction.get("group") {
            // Whatever the field is, nobody asks for it.
            _ if !policy.decides_by_groups() => "default".to_owned(),
            None | Some(Value::Null) => of_file.map_or("default", String::as_str).to_owned(),
            Some(group) => group.as_str().expect("a group is a text").to_owned(),
        };
        let time = DateTime::parse_from_rfc3339(&field("time")).expect("a time is one").with_timezone(&Utc);
        let movement = Movement { time, cents: cents(&field("load_amount")) };
        Self { id: field("id"), customer_id, group, movement }
    }
}

impl Oracle {
    /// The oracle of a configuration, which must list its limits and name no groups file.
    pub(crate) fn new(config: &str) -> Self {
        Self::under(Policy::new(config, None))
    }

    /// The oracle of a case.
    pub(crate) fn of(case: &Case) -> Self {
        Self::under(Policy::new(&case.config, case.groups_file.as_deref()))
    }

    pub(super) fn under(policy: Policy) -> Self {
        Self { policy, seen: HashSet::new(), accepted: HashMap::new() }
    }

    /// Goes on under the policy of a case.
    pub(crate) fn change_policy(&mut self, case: &Case) {
        self.policy = Policy::new(&case.config, case.groups_file.as_deref());
    }

    /// What is to become of the next line. A duplicate has no judgement.
    pub(super) fn judge(&self, line: &str) -> (Transaction, Option<Judgement>) {
        let transaction = Transaction::of_line(line, &self.policy);
        let Transaction { id, customer_id, group, movement } = &transaction;
        let is_duplicate = self.seen.contains(&(customer_id.clone(), id.clone()));
        let judgement = (!is_duplicate).then(|| judge(&self.policy, self.accepted(customer_id), group, *movement));
        (transaction, judgement)
    }

    /// Remembers a decision.
    pub(super) fn remember(&mut self, transaction: &Transaction, judgement: Option<&Judgement>) {
        let Transaction { id, customer_id, movement, .. } = transaction;
        self.seen.insert((customer_id.clone(), id.clone()));
        let accepted = self.accepted.entry(customer_id.clone()).or_default();
        if matches!(judgement, Some(Judgement::Accepted { .. })) {
            accepted.push(*movement);
        }
    }

    /// The accepted transactions of a customer.
    pub(super) fn accepted(&self, customer_id: &str) -> &[Movement] {
        self.accepted.get(customer_id).map_or(&[], Vec::as_slice)
    }

    /// The verdict on the next line, as a line; none if there is to be none.
    pub(crate) fn verdict(&mut self, line: &str) -> Option<String> {
        let (transaction, judgement) = self.judge(line);
        self.remember(&transaction, judgement.as_ref());
        self.verdict_on(&transaction, judgement.as_ref())
    }

    /// A decision as a line.
    pub(super) fn verdict_on(&self, transaction: &Transaction, judgement: Option<&Judgement>) -> Option<String> {
        if judgement.is_none() && self.policy.ignores_duplicates {
            return None;
        }
        let reason = judgement.map_or(Some("duplicate".to_owned()), |judgement| judgement.reason(&self.policy));
        let flags: Vec<_> = judgement.map_or(Vec::new(), |judgement| judgement.marked(&self.policy, Outcome::Flag));
        let flags: Vec<_> = flags.into_iter().map(|place| self.policy.limits[place].code()).collect();
        Some(format!(
            "{{\"id\":{},\"customer_id\":{},\"accepted\":{},\"reason\":{}{}}}\n",
            Value::from(transaction.id.as_str()),
            Value::from(transaction.customer_id.as_str()),
            reason.is_none(),
            Value::from(reason),
            if flags.is_empty() { String::new() } else { format!(",\"flags\":{}", Value::from(flags)) },
        ))
    }

    /// The verdicts on an input.
    pub(crate) fn verdicts(&mut self, input: &str) -> String {
        input.lines().filter_map(|line| self.verdict(line)).collect()
    }

    /// What every customer's account holds, in cents.
    pub(crate) fn balances(&self) -> impl Iterator<Item = (&str, i128)> {
        self.accepted.iter().map(|(customer_id, history)| (customer_id.as_str(), balance(history)))
    }
}
