//! Bounds that nothing can keep to together.

use super::Warning;
use super::rule::{Asks, Rule};
use crate::domain::Direction;

/// The least amounts above what another limit allows where it holds too, so that nothing passes both.
pub(super) fn impossible_bounds(rules: &[Rule<'_>]) -> Vec<Warning> {
    rules.iter().filter_map(|rule| nothing_passes(rule, rules)).collect()
}

fn nothing_passes(rule: &Rule<'_>, rules: &[Rule<'_>]) -> Option<Warning> {
    let (way, other) = rule.directions().find_map(|way| Some((way, excluding(rule, way, rules)?)))?;
    let what = match way {
        Direction::Load => "load",
        Direction::Withdrawal => "withdrawal",
    };
    Some(rule.warning(format!("no {what} passes both this and {}", other.shown())))
}

/// The rule that declines whatever in a direction keeps to a least amount, if both judge it.
pub(super) fn excluding<'a, 'p>(rule: &Rule<'p>, way: Direction, rules: &'a [Rule<'p>]) -> Option<&'a Rule<'p>> {
    let Asks::AtLeast(least) = rule.asks else { return None };
    let excludes = |other: &&Rule<'_>| {
        matches!(other.asks, Asks::AtMost(_, most) if most < least) && other.declines() && rule.meets(other, way)
    };
    rules.iter().filter(|_| rule.declines()).find(excludes)
}
