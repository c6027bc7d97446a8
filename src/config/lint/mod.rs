//! What a policy says that its author can hardly mean, although it can be followed.

mod calendars;
mod dates;
mod groups;
mod idle;
mod impossible;
mod names;
mod room;
mod rule;

use std::collections::BTreeMap;

use crate::domain::{GroupName, LimitKey, Policy};
use rule::Rule;

/// How many customers the groups file has in each group.
pub type GroupSizes = BTreeMap<GroupName, u64>;

/// Something that its author can hardly mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub about: About,
    /// What is odd about it, as half a sentence.
    pub why: String,
}

/// A key of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// `policy.groups_file`.
    GroupsFile,
    /// A key of the limit at a place, from 0.
    Limit(usize, LimitKey),
}

impl About {
    /// The key in full, such as `limits.daily-count.count`.
    pub fn key(self, policy: &Policy) -> String {
        match self {
            Self::GroupsFile => "policy.groups_file".to_owned(),
            Self::Limit(place, key) => {
                let name = policy.limits().get(place).map(|limit| limit.name.as_str());
                format!("limits.{}.{key}", name.unwrap_or_default())
            }
        }
    }
}

impl Warning {
    const fn of_limit(limit: usize, key: LimitKey, why: String) -> Self {
        Self { about: About::Limit(limit, key), why }
    }
}

/// Looks through a policy, with the sizes of the groups if a file tells them; each warning stands by itself.
pub fn lint(policy: &Policy, sizes: Option<&GroupSizes>) -> Vec<Warning> {
    let rules = Rule::all_of(policy);
    let limits = policy.limits();
    let mut warnings = idle::idle_bounds(&rules);
    warnings.extend(impossible::impossible_bounds(&rules));
    warnings.extend(dates::odd_dates(limits));
    warnings.extend(calendars::odd_windows(limits));
    warnings.extend(names::odd_names(limits));
    warnings.extend(groups::odd_groups(&rules, limits, sizes));
    warnings
}

#[cfg(test)]
mod tests;
