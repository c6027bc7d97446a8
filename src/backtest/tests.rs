use std::sync::Arc;

use super::*;
use crate::domain::{Amount, Day, Policy, Timestamp};

/// Loads of one customer, each an amount in major units and a day of January 2000, all accepted.
fn accepted(loads: &[(i64, u32)]) -> History {
    let mut part = HistoryPart::default();
    for (line, (amount, day)) in (1..).zip(loads) {
        part.push(&NewRow {
            customer_id: b"7",
            id: line.to_string().as_bytes(),
            line,
            amount: Amount::from_minor(amount * 100),
            time: Timestamp::parse_rfc3339(format!("2000-01-{day:02}T12:00:00Z").as_bytes()).unwrap(),
            group: None,
            reason: None,
        });
    }
    let mut history = History::of(vec![part]).unwrap();
    history.set_policy(Arc::new(Policy::default()), String::new());
    history
}

fn candidate(change: &str) -> Candidate {
    let policy = crate::config::with_changes(&Policy::default(), "--set", &[change.to_owned()]).unwrap();
    Candidate::new(Arc::new(policy), Arc::new(Groups::none()))
}

/// The places that flip, and why.
fn flips(history: &History, candidate: &Candidate, days: Option<(i32, i32)>) -> Vec<(u32, String)> {
    let then = Candidate::of_history(history, Arc::new(Groups::none()));
    let january = |day: i32| Day::from_number(10_957 + day - 1);
    let days = days.map(|(first, last)| january(first)..=january(last));
    let comparison = compare(history, &then, candidate, days.as_ref()).unwrap();
    let reason = |code| comparison.codes.reason(code).unwrap_or("accepted").to_owned();
    comparison.flips.iter().map(|flip| (flip.place, reason(flip.now))).collect()
}

fn flip(place: u32, reason: &str) -> (u32, String) {
    (place, reason.to_owned())
}

#[test]
fn flip_leaves_its_room_to_all_that_comes_later() {
    // Monday the 3rd to Thursday the 6th.
    let history = accepted(&[(4_000, 3), (3_000, 4), (3_000, 5), (2_000, 6)]);
    // Were decisions looked at one by one, the last one would flip as well.
    assert_eq!(flips(&history, &candidate("weekly-amount.amount=9000"), None), [flip(2, "weekly_amount")]);
    assert_eq!(flips(&history, &candidate("daily-amount.amount=3500"), None), [flip(0, "daily_amount")]);
    let both = [flip(1, "weekly_amount"), flip(2, "weekly_amount")];
    assert_eq!(flips(&history, &candidate("weekly-amount.amount=6500"), None), both);
}

#[test]
fn days_bound_what_is_told_and_not_what_is_decided() {
    let history = accepted(&[(4_000, 3), (3_000, 4), (3_000, 5), (2_000, 6)]);
    let candidate = candidate("weekly-amount.amount=9000");
    assert_eq!(flips(&history, &candidate, Some((5, 6))), [flip(2, "weekly_amount")]);
    assert_eq!(flips(&history, &candidate, Some((3, 4))), []);
    let summary = |days: Option<(i32, i32)>| {
        let days = days.map(|(first, last)| Day::from_number(10_956 + first)..=Day::from_number(10_956 + last));
        summaries(&history, std::slice::from_ref(&candidate), days.as_ref(), &|_| {})[0]
    };
    assert_eq!((summary(None).transactions, summary(None).lost.count), (4, 1));
    assert_eq!((summary(Some((6, 6))).transactions, summary(Some((6, 6))).customers_affected), (1, 0));
    assert_eq!((summary(Some((9, 9))).transactions, summary(Some((9, 9))).customers), (0, 0));
}

#[test]
fn progress_is_told_of_every_decision() {
    let history = accepted(&[(1, 3), (2, 4), (3, 5)]);
    let told = std::sync::atomic::AtomicU64::new(0);
    let add = |more| {
        told.fetch_add(more, std::sync::atomic::Ordering::Relaxed);
    };
    let candidates = [candidate("daily-count.count=1"), candidate("daily-count.count=2")];
    assert_eq!(summaries(&history, &candidates, None, &add).len(), 2);
    assert_eq!(told.into_inner(), 6);
}

#[test]
fn history_that_can_not_have_been_is_damage() {
    let mut part = HistoryPart::default();
    part.push(&NewRow {
        customer_id: b"7",
        id: b"1",
        line: 1,
        amount: Amount::from_minor(-1),
        time: Timestamp::MIN,
        group: None,
        reason: None,
    });
    let mut history = History::of(vec![part]).unwrap();
    history.set_policy(Arc::new(Policy::default()), String::new());
    let then = Candidate::of_history(&history, Arc::new(Groups::none()));
    let error = compare(&history, &then, &then, None).unwrap_err();
    assert!(error.to_string().contains("the event at line 1 does not follow"), "{error}");
}
