//! Groups that nobody is in, and customers whom the limits for some groups leave out.

use super::rule::Rule;
use super::{About, GroupSizes, Warning};
use crate::config::errors::closest;
use crate::config::words::groups_in_words;
use crate::domain::{Bound, DEFAULT_GROUP, Direction, GroupName, Limit, LimitKey};

/// What is odd about the groups of limits, and about the file of groups if there is one.
pub(super) fn odd_groups(rules: &[Rule<'_>], limits: &[Limit], sizes: Option<&GroupSizes>) -> Vec<Warning> {
    let mut warnings = left_out(rules, sizes);
    if let Some(sizes) = sizes {
        warnings.extend(empty_groups(limits, sizes));
        if limits.iter().all(|limit| limit.groups.is_empty()) {
            let why = "makes no difference: no limit names groups".to_owned();
            warnings.push(Warning { about: About::GroupsFile, why });
        }
    }
    warnings
}

/// The limits that name a group in which the file has nobody.
fn empty_groups(limits: &[Limit], sizes: &GroupSizes) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for (limit, Limit { groups, .. }) in limits.iter().enumerate() {
        for group in groups.iter().filter(|group| group.as_str() != DEFAULT_GROUP && !sizes.contains_key(group)) {
            let known: Vec<_> = sizes.keys().map(GroupName::as_str).collect();
            let meant = closest(group.as_str(), &known);
            let meant = meant.map(|known| format!("; did you mean {known:?}?")).unwrap_or_default();
            let why =
                format!("the groups file has nobody in {:?}, only transactions can name it{meant}", group.as_str());
            warnings.push(Warning::of_limit(limit, LimitKey::Groups, why));
        }
    }
    warnings
}

/// The customers who have no bound of some kind while several limits give different groups each their own: those of no
/// group, and those of the groups that the file knows besides.
fn left_out(rules: &[Rule<'_>], sizes: Option<&GroupSizes>) -> Vec<Warning> {
    let known = sizes.into_iter().flat_map(GroupSizes::keys).cloned();
    let everyone: Vec<_> = GroupName::new(DEFAULT_GROUP).into_iter().chain(known).collect();
    let mut warnings: Vec<Warning> = Vec::new();
    for bound in Bound::ALL {
        for way in [Direction::Load, Direction::Withdrawal] {
            let is_of_kind = |rule: &&Rule<'_>| rule.declines() && rule.bound == bound && rule.judges(way);
            let kind: Vec<_> = rules.iter().filter(is_of_kind).collect();
            let warning = left_out_of(&kind, &everyone);
            warnings.extend(warning.filter(|warning| !warnings.contains(warning)));
        }
    }
    warnings
}

/// Those whom no limit of a kind covers, if the limits are for different groups.
fn left_out_of(kind: &[&Rule<'_>], everyone: &[GroupName]) -> Option<Warning> {
    let first = kind.first()?;
    let is_for_groups = kind.iter().all(|rule| !rule.limit.groups.is_empty());
    if !is_for_groups || kind.iter().all(|rule| rule.limit.groups == first.limit.groups) {
        return None;
    }
    let is_covered = |group: &GroupName| kind.iter().any(|rule| rule.limit.groups.contains(group));
    let left_out: Vec<_> = everyone.iter().filter(|group| !is_covered(group)).cloned().collect();
    let why = format!("no limit with {:?} holds for {}", first.bound.as_str(), groups_in_words(&left_out));
    (!left_out.is_empty()).then_some(Warning::of_limit(first.place, LimitKey::Groups, why))
}
