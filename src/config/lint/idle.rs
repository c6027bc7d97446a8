//! Bounds that make no difference.

use super::Warning;
use super::room::{most_money, most_transactions};
use super::rule::{Asks, Rule, Sum};
use crate::console::grouped;
use crate::domain::{Direction, LimitOutcome, decimal};

/// The bounds that make no difference beside the others: whatever exceeds one of them is declined without it too. Taking
/// all of them away changes no more than the reason of some declines.
///
/// They are looked for from behind, each beside those that are left: of two bounds that stand in for each other, the first
/// one stays.
///
/// An account is taken to have been empty when the policy came; one that has an earlier past may hold what its bounds
/// would never have let in.
pub(super) fn idle_bounds(rules: &[Rule<'_>]) -> Vec<Warning> {
    let mut left: Vec<_> = rules.iter().copied().filter(Rule::declines).collect();
    let mut warnings = Vec::new();
    for rule in rules.iter().rev() {
        let place = left.iter().position(|other| other == rule);
        if let Some(place) = place {
            left.remove(place);
        }
        match why_idle(rule, &left) {
            Some(why) => warnings.push(rule.warning(why)),
            None => {
                if let Some(place) = place {
                    left.insert(place, *rule);
                }
            }
        }
    }
    warnings
}

fn why_idle(rule: &Rule<'_>, others: &[Rule<'_>]) -> Option<String> {
    let does = match rule.limit.outcome {
        LimitOutcome::Decline => "makes no difference",
        LimitOutcome::Flag => "flags nothing",
        LimitOutcome::Shadow => "counts nothing",
    };
    if rule.asks == Asks::Nothing {
        return Some(format!("{does}: with the window \"transaction\" each transaction is counted alone"));
    }
    let mut reasons = Vec::new();
    for way in rule.directions() {
        let reason = stricter(rule, way, others).or_else(|| out_of_reach(rule, way, others))?;
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    Some(format!("{does}: {}", reasons.join("; ")))
}

/// Says which other rule declines whatever exceeds a rule, whatever the account holds.
fn stricter(rule: &Rule<'_>, way: Direction, others: &[Rule<'_>]) -> Option<String> {
    let other = others.iter().find(|other| other.covers(rule, way) && is_exceeded_with(other, rule))?;
    Some(format!("whatever exceeds it exceeds {} too", other.shown()))
}

/// Whether whatever exceeds a rule exceeds another one, if both judge it.
fn is_exceeded_with(other: &Rule<'_>, rule: &Rule<'_>) -> bool {
    match (rule.asks, other.asks) {
        (Asks::AtLeast(least), Asks::AtLeast(other)) => least <= other,
        (Asks::AtMost(_, most), Asks::AtMost(_, others_most)) => others_most <= most && other.sums_as_much_as(rule),
        (Asks::OneOf(count), Asks::OneOf(others_count)) => others_count <= count && other.sees_all_of(rule),
        (Asks::Apart(span), Asks::Apart(others_span)) => span <= others_span && other.looks_at_all_of(rule),
        _ => false,
    }
}

/// Says which other rules keep accounts from ever reaching a bound.
fn out_of_reach(rule: &Rule<'_>, way: Direction, others: &[Rule<'_>]) -> Option<String> {
    let (room, bound) = match rule.asks {
        Asks::OneOf(count) => (most_transactions(rule, way, others)?, u128::from(count)),
        Asks::AtMost(Sum::Window, most) => (most_money(rule, way, others)?, u128::from(most)),
        Asks::AtMost(Sum::Nothing, most) if way == Direction::Withdrawal => return beyond_balances(most, others),
        _ => return None,
    };
    if bound < room.most {
        return None;
    }
    let because: Vec<_> = room.because.iter().map(Rule::shown).collect();
    let most = match rule.asks {
        Asks::AtMost(..) => decimal(room.most),
        _ => room.most.to_string(),
    };
    Some(format!("beside {} there is room for {} at most", because.join(" and "), grouped(&most)))
}

/// Says which rule keeps every balance so low that no withdrawal exceeds an amount.
fn beyond_balances(amount: u64, others: &[Rule<'_>]) -> Option<String> {
    let keeps = |other: &&Rule<'_>| {
        matches!(other.asks, Asks::AtMost(Sum::Balance, most) if most <= amount)
            && other.is_always_kept(Direction::Load)
    };
    others.iter().find(keeps).map(|other| format!("no balance is above {}", other.shown()))
}
