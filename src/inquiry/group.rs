//! Which group a customer is taken to be in.

use crate::console::printable;
use crate::domain::{DEFAULT_GROUP, GroupName, Policy, StatementLine};
use crate::exit::UsageError;
use crate::store::{Ledger, StoredDecision, StoredEvent};

use super::damaged;

/// The group that a customer is taken to be in, under a policy that decides by groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerGroup {
    /// Its name.
    pub name: String,
    /// Who says so.
    pub origin: GroupOrigin,
}

/// Who says which group a customer is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupOrigin {
    /// Whoever asks.
    Asked,
    /// The decision that is explained.
    Decision,
    /// The last decision of those that count, at this position.
    LastDecision(u64),
    /// Nobody: no decision counts.
    Nobody,
}

impl CustomerGroup {
    /// The name as transactions have it.
    pub fn of(group: Option<&Self>) -> &[u8] {
        group.map_or(DEFAULT_GROUP, |group| &group.name).as_bytes()
    }

    /// The group that a decision was made by; none if its policy does not decide by groups.
    pub(super) fn recorded(decision: &StoredDecision, policy: &Policy) -> Option<Self> {
        let name = group_of(decision);
        policy.decides_by_groups().then_some(Self { name, origin: GroupOrigin::Decision })
    }

    /// The group that is asked for, or else that of the last of some lines; none if the policy does not decide by groups.
    ///
    /// # Errors
    ///
    /// A [`UsageError`] if a group is asked for and the policy does not decide by groups; otherwise why the ledger can't
    /// be read.
    pub(super) fn assumed(
        ledger: &Ledger,
        (policy, policy_position): (&Policy, u64),
        asked: Option<&GroupName>,
        last: Option<&StatementLine>,
    ) -> anyhow::Result<Option<Self>> {
        let decides = policy.decides_by_groups();
        if let Some(asked) = asked {
            let name = asked.as_str().to_owned();
            let shown = printable(&name);
            let why = || format!("--group {shown}: the policy at position {policy_position} does not decide by groups");
            return if decides {
                Ok(Some(Self { name, origin: GroupOrigin::Asked }))
            } else {
                Err(UsageError(why()).into())
            };
        }
        if !decides {
            return Ok(None);
        }
        let Some(position) = last.map(|line| line.position) else {
            return Ok(Some(Self { name: DEFAULT_GROUP.to_owned(), origin: GroupOrigin::Nobody }));
        };
        let StoredEvent::Decision(decision) = ledger.event(position)? else {
            return Err(damaged(&format!("the event at position {position} is no decision")).into());
        };
        Ok(Some(Self { name: group_of(&decision), origin: GroupOrigin::LastDecision(position) }))
    }
}

fn group_of(decision: &StoredDecision) -> String {
    decision.group.as_deref().unwrap_or(DEFAULT_GROUP).to_owned()
}
