//! A policy at work.

use std::sync::Arc;

use super::judgement::earliest_in_time;
use super::{Limit, Policy, Stretch, Timestamp, Window};

/// A policy and, of each of its limits, the stretches of time that were last in question: finding where a day begins in
/// some zone costs more than all else.
///
/// What it decides depends on the policy alone.
#[derive(Clone, Debug)]
pub struct Judge {
    policy: Arc<Policy>,
    stretches: Stretches,
}

/// The stretches that were last in question, a few of each limit side by side, each where a part of its time says.
#[derive(Clone, Debug)]
pub(super) struct Stretches {
    /// By the limit's place, and by the time.
    last: Vec<Stretch>,
    /// How many there are of each limit: a power of two.
    of_each: usize,
}

/// So many stretches of each limit: enough for a quarter of a year, as histories are gone through account by account.
const OF_EACH: usize = 256;

/// The most limits that have several stretches each, so that a judge takes no more than 256 KiB for them.
const LIMITS_MAX: usize = 64;

/// The times of one place begin with the same bits but for so many: they are 9.5 hours, less than nearly any day.
const TIME_BITS: u32 = 35;

impl Judge {
    /// Judges by a policy.
    pub fn new(policy: Arc<Policy>) -> Self {
        let stretches = Stretches::new(&policy);
        Self { policy, stretches }
    }

    /// The policy.
    pub const fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// Judges by [kin](Policy::is_kin) of the policy from here on, whose limits have the same stretches.
    pub fn succeed(&mut self, kin: &Arc<Policy>) {
        self.policy = Arc::clone(kin);
    }

    /// The policy and the memo of its stretches.
    pub(super) fn parts(&mut self) -> (&Policy, &mut Stretches) {
        (&self.policy, &mut self.stretches)
    }

    /// From when on transactions must be remembered once one of this time has been accepted and none later, in
    /// microseconds since 1970-01-01T00:00:00Z; none if always.
    ///
    /// A transaction that is not too late comes at the earliest time or later, and windows that hold later times begin no
    /// earlier: nothing before this instant is ever summed again.
    pub(super) fn needs_from(&self, latest: Timestamp) -> Option<i64> {
        let earliest = earliest_in_time(latest, self.policy.late_after()?);
        let Some(time) = Timestamp::from_micros(earliest) else { return Some(i64::MIN) };
        let of_limit = |limit: &Limit| {
            let window = match limit.window {
                // Totals are kept apart, and a transaction by itself looks at no other.
                Window::Lifetime | Window::Transaction => earliest,
                _ => limit.stretch(time).from,
            };
            limit.cooldown.map_or(window, |span| window.min(earliest.saturating_sub(span.micros())))
        };
        Some(self.policy.limits().iter().map(of_limit).fold(earliest, i64::min))
    }
}

impl Stretches {
    fn new(policy: &Policy) -> Self {
        let limits = policy.limits();
        let is_needed = limits.iter().any(|limit| !limit.fits_days());
        let of_each = if limits.len() <= LIMITS_MAX { OF_EACH } else { 1 };
        let len = if is_needed { limits.len() * of_each } else { 0 };
        Self { last: vec![Stretch { from: 0, until: 0 }; len], of_each }
    }

    /// The window of the limit at a place that holds a time.
    pub(super) fn of(&mut self, place: usize, limit: &Limit, time: Timestamp) -> Stretch {
        if let Window::Trailing(_) | Window::Lifetime | Window::Transaction = limit.window {
            return limit.stretch(time);
        }
        // The lowest bits of what is left of the time, whatever its sign.
        let part = (time.micros() >> TIME_BITS) as usize & (self.of_each - 1);
        let Some(last) = self.last.get_mut(place * self.of_each + part) else { return limit.stretch(time) };
        if !last.contains(time) {
            *last = limit.stretch(time);
        }
        *last
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Calendar, LimitName, PolicyParts, TimeSpan, Weekday, Zone};

    const ZONES: [&str; 4] = ["UTC", "America/Toronto", "Pacific/Apia", "America/Havana"];

    fn span(text: &str) -> TimeSpan {
        TimeSpan::parse(text).unwrap()
    }

    fn limit(window: Window, zone: &str) -> Limit {
        let calendar = Calendar { zone: Zone::named(zone).unwrap(), week_starts: Weekday::Sunday };
        Limit { count: Some(1), calendar, ..Limit::new(LimitName::known("a"), window) }
    }

    /// A judge by a limit of each window in each zone, of those who may be so late.
    fn judge(limits: Vec<Limit>, late_after: Option<&str>) -> Judge {
        let named = |(place, limit)| Limit { name: LimitName::known(&format!("l{place}")), ..limit };
        let limits = limits.into_iter().enumerate().map(named).collect();
        let parts = PolicyParts { limits, late_after: late_after.map(span), ..PolicyParts::default() };
        Judge::new(Arc::new(Policy::new(parts).unwrap()))
    }

    fn time(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text.as_bytes()).unwrap()
    }

    proptest! {
        #[test]
        fn stretch_is_that_of_the_limit_whatever_was_asked_before(
            // The days around a change of clocks in Toronto and Havana, and the two around the one that Apia left out; and
            // times whose place in the memo is the same.
            hours in prop::collection::vec(prop_oneof![0..72i64, 2_443..2_515i64, Just(0)], 1..60),
            start in prop::sample::select(&["2026-03-07T00:00:00Z", "2011-12-29T00:00:00Z", "2025-12-30T06:00:00Z"][..]),
        ) {
            use Window::*;
            let windows = [Day, Week, Month, Quarter, Year, Trailing(span("24h")), Lifetime, Transaction];
            let limits = windows.into_iter().flat_map(|window| ZONES.map(|zone| limit(window, zone))).collect();
            let mut judge = judge(limits, None);
            let (policy, stretches) = judge.parts();
            for hour in hours {
                let time = Timestamp::from_micros(time(start).micros() + hour * 3_600_000_000).unwrap();
                for (place, limit) in policy.limits().iter().enumerate() {
                    prop_assert_eq!(stretches.of(place, limit, time), limit.stretch(time));
                }
            }
        }
    }

    #[test]
    fn what_is_needed_begins_with_the_earliest_window_of_what_is_not_too_late() {
        let latest = time("2026-03-18T12:00:00Z");
        let cooling = |span_of: &str| Limit { cooldown: Some(span(span_of)), ..limit(Window::Transaction, "UTC") };
        for (limits, late_after, from) in [
            (vec![], "10d", "2026-03-08T12:00:00Z"),
            (vec![limit(Window::Transaction, "UTC"), limit(Window::Lifetime, "UTC")], "10d", "2026-03-08T12:00:00Z"),
            (vec![limit(Window::Day, "UTC")], "10d", "2026-03-08T00:00:00Z"),
            // Clocks there were put forward that morning, and it is five hours behind until then.
            (vec![limit(Window::Day, "America/Toronto")], "10d", "2026-03-08T05:00:00Z"),
            (vec![limit(Window::Day, "America/Toronto")], "9d", "2026-03-09T04:00:00Z"),
            (vec![limit(Window::Week, "UTC")], "9d", "2026-03-08T00:00:00Z"),
            (vec![limit(Window::Day, "UTC"), limit(Window::Year, "UTC")], "10d", "2026-01-01T00:00:00Z"),
            (vec![limit(Window::Year, "UTC"), limit(Window::Day, "UTC")], "90d", "2025-01-01T00:00:00Z"),
            (vec![limit(Window::Trailing(span("2d")), "UTC")], "10d", "2026-03-06T12:00:00.000001Z"),
            (vec![cooling("3d")], "10d", "2026-03-05T12:00:00Z"),
            (vec![Limit { window: Window::Month, ..cooling("3d") }], "10d", "2026-03-01T00:00:00Z"),
        ] {
            let needed = judge(limits.clone(), Some(late_after)).needs_from(latest);
            assert_eq!(needed.and_then(Timestamp::from_micros), Some(time(from)), "{late_after} {limits:?}");
        }
    }

    #[test]
    fn all_is_needed_where_nothing_is_too_late() {
        assert_eq!(judge(vec![limit(Window::Day, "UTC")], None).needs_from(Timestamp::MAX), None);
        let longest = judge(vec![limit(Window::Day, "UTC")], Some("3652059d"));
        assert_eq!(longest.needs_from(Timestamp::MAX), Some(i64::MIN));
        assert_eq!(longest.needs_from(Timestamp::MIN), Some(i64::MIN));
        let first_day = judge(vec![limit(Window::Day, "America/Toronto")], Some("1s"));
        assert_eq!(first_day.needs_from(time("0001-01-01T00:00:01Z")), Some(i64::MIN));
    }
}
