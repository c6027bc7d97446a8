//! What sets one policy apart from another, key by key.

use super::phrases::group_in_words;
use super::sentence::sentences;
use crate::domain::{Duplicates, Limit, LimitKey, Policy};

/// What a policy has that an earlier one had not, a line each; nothing if they are equal. Limits of one name are taken for
/// the same limit, and values are written as `--set` takes them.
pub fn changes(then: &Policy, now: &Policy) -> Vec<String> {
    let mut lines = Vec::new();
    let word = |policy: &Policy| match policy.duplicates() {
        Duplicates::Decline => "decline",
        Duplicates::Ignore => "ignore",
    };
    lines.extend(change("policy", "duplicates", Some(word(then)), Some(word(now))));
    let late_after = [then, now].map(|policy| policy.late_after().map(|span| span.to_string()));
    let [was, is] = late_after.each_ref().map(Option::as_deref);
    lines.extend(change("policy", "late_after", was, is));
    for (limit, sentence) in now.limits().iter().zip(sentences(now)) {
        match named(then, limit) {
            Some(was) => lines.extend(of_limit(was, limit)),
            None => lines.push(format!("new limit {}: {sentence}", limit.name.as_str())),
        }
    }
    let gone = then.limits().iter().filter(|limit| named(now, limit).is_none());
    lines.extend(gone.map(|limit| format!("no limit {} any more", limit.name.as_str())));
    lines.extend(order(then, now));
    match (then.members(), now.members()) {
        (Some(_), None) => lines.push("no file of groups any more".to_owned()),
        (None, Some(_)) => lines.push("new file of groups".to_owned()),
        (was, is) if was != is => lines.push("the file of groups puts customers into other groups".to_owned()),
        _ => {}
    }
    if let (Some(was), Some(is)) = (then.zones(), now.zones())
        && was != is
    {
        lines.push(format!("time zones of {is}, was {was}"));
    }
    lines
}

fn named<'a>(policy: &'a Policy, limit: &Limit) -> Option<&'a Limit> {
    policy.limits().iter().find(|other| other.name == limit.name)
}

/// The keys of a limit that have another value.
fn of_limit<'a>(then: &'a Limit, now: &'a Limit) -> impl Iterator<Item = String> + 'a {
    LimitKey::ALL.into_iter().filter_map(|key| {
        let (was, is) = (value(then, key), value(now, key));
        change(now.name.as_str(), key.as_str(), was.as_deref(), is.as_deref())
    })
}

fn change(whose: &str, key: &str, was: Option<&str>, is: Option<&str>) -> Option<String> {
    let told = |value: Option<&str>| value.unwrap_or("none").to_owned();
    (was != is).then(|| format!("{whose}: {key} {}, was {}", told(is), told(was)))
}

/// The limits that both have, if they stand in another order.
fn order(then: &Policy, now: &Policy) -> Option<String> {
    let common = |policy: &Policy, other: &Policy| -> Vec<String> {
        let limits = policy.limits().iter().filter(|limit| named(other, limit).is_some());
        limits.map(|limit| limit.name.as_str().to_owned()).collect()
    };
    let is = common(now, then);
    (is != common(then, now)).then(|| format!("limits in another order: {}", is.join(", ")))
}

/// A limit's value, as a configuration spells it; nothing if there is none.
fn value(limit: &Limit, key: LimitKey) -> Option<String> {
    Some(match key {
        LimitKey::Name => limit.name.as_str().to_owned(),
        LimitKey::Window => limit.window.to_string(),
        LimitKey::Direction => limit.direction.as_str().to_owned(),
        LimitKey::Measure => limit.measure.as_str().to_owned(),
        LimitKey::Amount => limit.amount?.to_string(),
        LimitKey::Count => limit.count?.to_string(),
        LimitKey::MinimumAmount => limit.minimum_amount?.to_string(),
        LimitKey::MaximumAmount => limit.maximum_amount?.to_string(),
        LimitKey::MaximumBalance => limit.maximum_balance?.to_string(),
        LimitKey::Cooldown => limit.cooldown?.to_string(),
        LimitKey::Zone => limit.calendar.zone.name().to_owned(),
        LimitKey::WeekStarts => limit.calendar.week_starts.as_str().to_owned(),
        LimitKey::Groups if limit.groups.is_empty() => return None,
        LimitKey::Groups => limit.groups.iter().map(group_in_words).collect::<Vec<_>>().join(","),
        LimitKey::From => limit.from?.to_string(),
        LimitKey::Until => limit.until?.to_string(),
        LimitKey::Outcome => limit.outcome.as_str().to_owned(),
    })
}
