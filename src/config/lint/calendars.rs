//! Windows that are not what one may take them for.

use super::Warning;
use crate::domain::{Limit, LimitKey, Timestamp, Window};

/// Limits whose window does nothing, whose days are of another zone than the first one's, or that count what was accepted
/// before they hold.
pub(super) fn odd_windows(limits: &[Limit]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for (place, limit) in limits.iter().enumerate() {
        if !sums(limit) && limit.window != Window::Transaction {
            let why = "makes no difference, as there is neither an amount nor a count".to_owned();
            warnings.push(Warning::of_limit(place, LimitKey::Window, why));
        }
        let before = counts_before(limit).filter(|_| sums(limit));
        warnings.extend(before.map(|why| Warning::of_limit(place, LimitKey::From, why)));
    }
    warnings.extend(first_of_another_zone(limits));
    warnings
}

/// Whether a limit counts or sums over its window.
const fn sums(limit: &Limit) -> bool {
    limit.count.is_some() || limit.amount.is_some()
}

/// Says that a limit's first window begins before the limit holds.
fn counts_before(limit: &Limit) -> Option<String> {
    let from = limit.from?;
    if limit.window == Window::Lifetime {
        return Some(format!("what was accepted before {from} counts too, as the window is \"lifetime\""));
    }
    let start = Timestamp::from_micros(limit.calendar.start_of(from))?;
    let (first, _) = limit.calendar.days(limit.window, start)?;
    let window = limit.window;
    (first < from).then(|| format!("what was accepted from {first} on counts too: the {window} of {from} began then"))
}

fn first_of_another_zone(limits: &[Limit]) -> Option<Warning> {
    let looks_at_days = |limit: &Limit| sums(limit) && limit.calendar.days(limit.window, Timestamp::MIN).is_some();
    let mut looking = limits.iter().enumerate().filter(|(_, limit)| looks_at_days(limit));
    let (_, first) = looking.next()?;
    let (place, other) = looking.find(|(_, limit)| limit.calendar.zone != first.calendar.zone)?;
    let (zone, firsts) = (other.calendar.zone.name(), first.calendar.zone.name());
    let why = format!("its days are those of {zone}, while those of {} are of {firsts}", first.name.as_str());
    Some(Warning::of_limit(place, LimitKey::Zone, why))
}
