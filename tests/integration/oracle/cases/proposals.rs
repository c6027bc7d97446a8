//! Random policies to be tried on a history: mostly one that decided it, with a change.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::sample::select;

use super::limits::{Limit, any_limit};
use super::{Members, Policy, any_members, any_policy};

/// A policy that is to be tried.
#[derive(Clone, Debug)]
pub(super) enum Proposal {
    /// One of its own.
    Other(Policy),
    /// One that decided, with some changes.
    Changed(Index, Vec<Change>),
}

/// What sets one policy apart from another.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Gone(Index),
    Added(Box<Limit>),
    Tighter(Index),
    Looser(Index),
    LateAfter(Option<&'static str>),
    Members(Option<Members>),
}

pub(super) fn any_proposal() -> impl Strategy<Value = Proposal> {
    let late_after = prop::option::weighted(0.7, select(&["1s", "90m", "24h", "7d", "90d"][..]));
    let change = prop_oneof![
        2 => any::<Index>().prop_map(Change::Gone),
        2 => any_limit().prop_map(|limit| Change::Added(Box::new(limit))),
        3 => any::<Index>().prop_map(Change::Tighter),
        3 => any::<Index>().prop_map(Change::Looser),
        1 => late_after.prop_map(Change::LateAfter),
        1 => prop::option::weighted(0.7, any_members()).prop_map(Change::Members),
    ];
    prop_oneof![
        1 => any_policy().prop_map(Proposal::Other),
        3 => (any::<Index>(), prop::collection::vec(change, 1..=3))
            .prop_map(|(policy, changes)| Proposal::Changed(policy, changes)),
    ]
}

impl Proposal {
    /// The policy that is proposed to those who had one of these.
    pub(super) fn of(self, policies: &[Policy]) -> Policy {
        match self {
            Self::Other(policy) => policy,
            Self::Changed(policy, changes) => {
                let mut policy = policy.get(policies).clone();
                changes.into_iter().for_each(|change| change.make(&mut policy));
                policy
            }
        }
    }
}

impl Change {
    fn make(self, policy: &mut Policy) {
        match self {
            Self::LateAfter(late_after) => policy.late_after = late_after,
            Self::Members(members) => policy.members = members,
            Self::Added(mut limit) => {
                // Behind so many there is no place at which it could flag.
                if policy.mute > 0 {
                    limit.decline();
                }
                policy.limits.push(*limit);
            }
            Self::Gone(_) | Self::Tighter(_) | Self::Looser(_) if policy.limits.is_empty() => {}
            Self::Gone(place) => drop(policy.limits.remove(place.index(policy.limits.len()))),
            Self::Tighter(place) => chosen(policy, place).tighter(),
            Self::Looser(place) => chosen(policy, place).looser(),
        }
    }
}

fn chosen(policy: &mut Policy, place: Index) -> &mut Limit {
    let place = place.index(policy.limits.len());
    &mut policy.limits[place]
}
