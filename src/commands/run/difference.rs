//! What sets one policy apart from another, in words.

use crate::domain::{Duplicates, Limit, Policy, TimeSpan};

/// The most limits that are named.
const NAMED_MAX: usize = 3;

/// What is another in a policy than it was in the one that began a batch, a clause each; nothing if they are equal.
pub(super) fn differences(begun: &Policy, now: &Policy) -> Vec<String> {
    let mut differences = Vec::new();
    if begun.duplicates() != now.duplicates() {
        let word = |policy: &Policy| match policy.duplicates() {
            Duplicates::Decline => "decline",
            Duplicates::Ignore => "ignore",
        };
        differences.push(format!("policy.duplicates was {:?} and is {:?}", word(begun), word(now)));
    }
    if begun.late_after() != now.late_after() {
        let span = |span: Option<TimeSpan>| span.map_or_else(|| "not set".to_owned(), |span| format!("\"{span}\""));
        let (was, is) = (span(begun.late_after()), span(now.late_after()));
        differences.push(format!("policy.late_after was {was} and is {is}"));
    }
    differences.extend(limits(begun.limits(), now.limits()));
    match (begun.members(), now.members()) {
        (Some(_), None) => differences.push("a file of groups was given and is not now".to_owned()),
        (None, Some(_)) => differences.push("no file of groups was given and one is now".to_owned()),
        (was, is) if was != is => differences.push("the file of groups puts customers into other groups".to_owned()),
        _ => {}
    }
    if let (Some(was), Some(is)) = (begun.zones(), now.zones())
        && was != is
    {
        differences.push(format!("the time zones were those of {was}, and this program has those of {is}"));
    }
    differences
}

/// What is another in the limits; those of one name are taken for the same limit.
fn limits(begun: &[Limit], now: &[Limit]) -> Option<String> {
    if begun == now {
        return None;
    }
    let differs = |limit: &&Limit, others: &[Limit]| !others.contains(*limit);
    let mut names: Vec<_> = begun.iter().filter(|limit| differs(limit, now)).map(|limit| limit.name.as_str()).collect();
    for limit in now.iter().filter(|limit| differs(limit, begun)) {
        if !names.contains(&limit.name.as_str()) {
            names.push(limit.name.as_str());
        }
    }
    let named = names.iter().take(NAMED_MAX).copied().collect::<Vec<_>>().join(", ");
    Some(match names.len() {
        0 => "the limits stand in another order".to_owned(),
        1 => format!("the limit {named} is another"),
        2..=NAMED_MAX => format!("the limits {named} are others"),
        more => format!("the limits {named} and {} more are others", more - NAMED_MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Calendar, LimitName, PolicyParts, Weekday, Window, Zone};

    fn limit(name: &str, count: u32) -> Limit {
        Limit { count: Some(count), ..Limit::new(LimitName::new(name).unwrap(), Window::Day) }
    }

    fn said(begun: PolicyParts, now: PolicyParts) -> String {
        differences(&Policy::new(begun).unwrap(), &Policy::new(now).unwrap()).join("; ")
    }

    fn of_limits(begun: &[Limit], now: &[Limit]) -> String {
        let parts = |limits: &[Limit]| PolicyParts { limits: limits.to_vec(), ..PolicyParts::default() };
        said(parts(begun), parts(now))
    }

    #[test]
    fn equal_policies_differ_in_nothing() {
        assert_eq!(of_limits(&[limit("a", 1)], &[limit("a", 1)]), "");
    }

    #[test]
    fn limits_that_differ_are_named_once_and_not_all_if_they_are_many() {
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| limit(name, 1));
        let other = |name| limit(name, 2);
        assert_eq!(of_limits(&[a.clone(), b.clone()], &[b.clone(), a.clone()]), "the limits stand in another order");
        assert_eq!(of_limits(std::slice::from_ref(&a), &[other("a")]), "the limit a is another");
        assert_eq!(of_limits(std::slice::from_ref(&a), &[]), "the limit a is another");
        assert_eq!(of_limits(&[a.clone(), b.clone()], &[other("a"), c.clone()]), "the limits a, b, c are others");
        assert_eq!(of_limits(&[a, b, c, d], &[]), "the limits a, b, c and 1 more are others");
    }

    #[test]
    fn everything_beside_limits_is_told_too() {
        let span = |text| TimeSpan::parse(text);
        let begun = PolicyParts { late_after: span("2d"), members: Some([1; 32]), ..PolicyParts::default() };
        let now = PolicyParts {
            duplicates: Duplicates::Ignore,
            late_after: None,
            members: Some([2; 32]),
            ..PolicyParts::default()
        };
        let expected = "policy.duplicates was \"decline\" and is \"ignore\"; policy.late_after was \"2d\" and is not set; \
                        the file of groups puts customers into other groups";
        assert_eq!(said(begun.clone(), now), expected);
        let without = PolicyParts { members: None, ..begun.clone() };
        assert_eq!(said(begun.clone(), without.clone()), "a file of groups was given and is not now");
        assert_eq!(said(without, begun), "no file of groups was given and one is now");
    }

    #[test]
    fn versions_of_time_zones_are_told_where_both_decide_by_them() {
        let calendar = Calendar { zone: Zone::named("Europe/Berlin").unwrap(), week_starts: Weekday::Monday };
        let local = Limit { calendar, ..limit("a", 1) };
        let parts =
            |limits, zones: &str| PolicyParts { limits, zones: Some(zones.to_owned()), ..PolicyParts::default() };
        let (begun, now) = (parts(vec![local.clone()], "2024a"), parts(vec![local], "2025b"));
        let expected = "the time zones were those of 2024a, and this program has those of 2025b";
        assert_eq!(said(begun.clone(), now), expected);
        assert_eq!(said(begun, parts(vec![limit("a", 1)], "2025b")), "the limit a is another");
    }
}
