//! What every event store must do.

mod subject;

use std::ops::Range;
use std::path::Path;

use tidegate::config::policy_text;
use tidegate::domain::{Memory, Policy};
use tidegate::store::{EdgeStore, EventStore, Intake, MemoryStore, PassThroughStore, SqliteStore};

use subject::{Subject, decision};

/// Every store there is. A new one joins here.
fn subjects() -> Vec<Subject> {
    vec![
        Subject::new("memory", true, |_, _| Box::<MemoryStore>::default()),
        Subject::new("pass-through", false, |_, _| Box::<PassThroughStore>::default()),
        Subject::new("edge", false, |_, policy| Box::new(EdgeStore::on_nothing(1, policy_text(policy)))),
        Subject::new("sqlite", true, sqlite),
    ]
}

/// An SQLite store that is told of a batch.
fn sqlite(directory: &Path, policy: &Policy) -> Box<dyn EventStore> {
    let mut store = SqliteStore::open(&directory.join("ledger.db")).unwrap();
    let policy = policy_text(policy);
    store.take_in(Intake { name: "batch".to_owned(), time_format: None, hashed_from: 0, policy }).unwrap();
    Box::new(store)
}

#[test]
fn events_come_back_by_position_and_by_account() {
    let events = [("7", 1), ("007", 1), ("7", 2), ("ann", 1), ("7", 3), ("007", 2)];
    for mut subject in subjects() {
        subject.must_append(1, &events[..4]);
        subject.must_append(5, &events[4..]);
        subject.must_hold(&events);

        let all = if subject.retains { subject.stored(&events) } else { Vec::new() };
        let places = |places: &[usize]| places.iter().filter_map(|place| all.get(*place).cloned()).collect::<Vec<_>>();
        let Subject { name, store, first, .. } = subject;
        let after = |number: u64, max| -> Vec<_> {
            let events = store.events(first - 1 + number, max).unwrap();
            events.into_iter().map(|event| decision(event).unwrap()).collect()
        };
        assert_eq!(after(2, 3), places(&[2, 3, 4]), "{name}");
        assert_eq!(after(6, 3), [], "{name}");
        assert_eq!(store.events(u64::MAX, 3).unwrap(), [], "{name}");
        assert_eq!(store.account_events(b"7", 0, usize::MAX).unwrap(), places(&[0, 2, 4]), "{name}");
        assert_eq!(store.account_events(b"7", 1, 1).unwrap(), places(&[2]), "{name}");
        assert_eq!(store.account_events(b"007", 1, 9).unwrap(), places(&[5]), "{name}");
        assert_eq!(store.account_events(b"7", 3, 9).unwrap(), [], "{name}");
        assert_eq!(store.account_events(b"nobody", 0, 9).unwrap(), [], "{name}");
    }
}

#[test]
fn wrong_expected_version_is_a_conflict_and_nothing_is_written() {
    for mut subject in subjects() {
        subject.must_conflict(1, &[("a", 2)], 1, 0);
        subject.must_hold(&[]);
        subject.must_append(1, &[("a", 1)]);
        subject.must_conflict(2, &[("a", 1)], 0, 1);
        subject.must_conflict(2, &[("a", 3)], 2, 1);
        subject.must_hold(&[("a", 1)]);
        subject.must_append(2, &[("a", 2)]);
        subject.must_hold(&[("a", 1), ("a", 2)]);
    }
}

#[test]
fn wrong_position_is_a_conflict_and_nothing_is_written() {
    for mut subject in subjects() {
        subject.must_be_out_of_place(&[(2, &[("a", 1)])], 1, 0);
        subject.must_append(1, &[("a", 1), ("b", 1)]);
        subject.must_be_out_of_place(&[(1, &[("a", 2)])], 0, 2);
        subject.must_be_out_of_place(&[(2, &[("a", 2)])], 1, 2);
        subject.must_be_out_of_place(&[(4, &[("a", 2)])], 3, 2);
        subject.must_be_out_of_place(&[(3, &[("a", 2)]), (5, &[("a", 3)])], 4, 3);
        subject.must_be_out_of_place(&[(3, &[("a", 2)]), (3, &[("a", 3)])], 2, 3);
        subject.must_hold(&[("a", 1), ("b", 1)]);
        subject.must_append(3, &[("a", 2)]);
        subject.must_hold(&[("a", 1), ("b", 1), ("a", 2)]);
    }
}

#[test]
fn several_batches_are_one_commit() {
    let events = [("a", 1), ("b", 1), ("a", 2), ("a", 3), ("b", 2)];
    for mut subject in subjects() {
        subject.must_conflict_all(&[(1, &events[..3]), (4, &[("b", 3)])], 2, 1);
        subject.must_hold(&[]);
        subject.append_batches(&[(1, &events[..2]), (3, &[]), (3, &events[2..4]), (5, &events[4..])]).unwrap();
        subject.must_hold(&events);
        subject.must_append(6, &[("b", 3)]);
    }
}

#[test]
fn conflict_in_the_middle_of_a_commit_leaves_nothing_of_it() {
    for mut subject in subjects() {
        subject.must_append(1, &[("a", 1)]);
        subject.must_conflict(2, &[("a", 2), ("b", 1), ("a", 3), ("b", 3), ("c", 1)], 2, 1);
        subject.must_hold(&[("a", 1)]);
        subject.must_append(2, &[("a", 2), ("b", 1), ("a", 3), ("b", 2), ("c", 1)]);
        subject.must_hold(&[("a", 1), ("a", 2), ("b", 1), ("a", 3), ("b", 2), ("c", 1)]);
    }
}

#[test]
fn one_account_may_have_a_whole_commit_but_no_version_twice_in_it() {
    for mut subject in subjects() {
        subject.must_conflict(1, &[("a", 1), ("a", 1)], 0, 1);
        subject.must_conflict(1, &[("a", 1), ("a", 3)], 2, 1);
        subject.must_append(1, &[("a", 1), ("a", 2), ("a", 3)]);
        subject.must_hold(&[("a", 1), ("a", 2), ("a", 3)]);
    }
}

#[test]
fn empty_commit_writes_nothing_and_must_begin_where_the_log_ends() {
    for mut subject in subjects() {
        subject.must_append(1, &[]);
        subject.must_append(1, &[("a", 1)]);
        subject.must_append(2, &[]);
        subject.must_be_out_of_place(&[(1, &[])], 0, 1);
        subject.must_append(2, &[("a", 2)]);
        subject.must_hold(&[("a", 1), ("a", 2)]);
    }
}

#[test]
fn large_commits_come_back_whole_and_in_order() {
    let customers: Vec<_> = (0..1_000).map(|number| format!("customer {number}")).collect();
    let events: Vec<_> =
        (1..=12).flat_map(|version| customers.iter().map(move |customer| (customer.as_str(), version))).collect();
    for mut subject in subjects() {
        for (batch, events) in events.chunks(3_500).enumerate() {
            subject.must_append(1 + 3_500 * batch as u64, events);
        }
        subject.must_hold(&events);
        let versions: Vec<_> = subject
            .store
            .account_events(b"customer 999", 0, usize::MAX)
            .unwrap()
            .iter()
            .map(|stored| stored.event.version)
            .collect();
        let expected: Vec<u32> = if subject.retains { (1..=12).collect() } else { Vec::new() };
        assert_eq!(versions, expected, "{}", subject.name);
    }
}

#[test]
fn run_that_follows_knows_what_those_before_it_left_and_nothing_of_its_own() {
    let customers = ["7", "007", "ann", "a\"b\\c", "nobody", ""];
    let events =
        [("7", 1), ("007", 1), ("7", 2), ("ann", 1), ("7", 3), ("007", 2), ("a\"b\\c", 1), ("7", 4), ("ann", 2)];
    for mut subject in subjects() {
        let mut histories = subject.begin();
        subject.must_know(&mut histories, &customers, &[]);
        if !subject.retains {
            continue;
        }
        for Range { start, end } in [0..4, 4..7, 7..9] {
            let mut histories = subject.begin();
            assert!(start == 0 || !histories.any_is_empty(), "{}", subject.name);
            subject.must_know(&mut histories, &customers, &events[..start]);
            subject.must_append(1 + start as u64, &events[start..end]);
            subject.must_know(&mut histories, &customers, &events[..start]);
            if start == 4 {
                subject.store.checkpoint().unwrap();
                subject.must_know(&mut histories, &customers, &events[..start]);
            }
        }
        subject.must_hold(&events);
        let mut histories = subject.begin();
        subject.must_know(&mut histories, &customers, &events);
    }
}

#[test]
fn run_that_follows_must_follow_the_versions_of_those_before_it() {
    for mut subject in subjects().into_iter().filter(|subject| subject.retains) {
        subject.must_append(1, &[("a", 1), ("b", 1), ("a", 2)]);
        subject.begin();
        subject.must_conflict(4, &[("c", 1), ("a", 1)], 0, 2);
        subject.must_conflict(4, &[("a", 4)], 3, 2);
        subject.must_append(4, &[("b", 2), ("c", 1), ("a", 3)]);
        subject.must_hold(&[("a", 1), ("b", 1), ("a", 2), ("b", 2), ("c", 1), ("a", 3)]);
    }
}

#[test]
fn snapshots_are_the_accounts_at_the_checkpoint_and_histories_go_beyond_it() {
    let customers = ["a", "b", "c"];
    let events = [("a", 1), ("b", 1), ("a", 2), ("a", 3), ("c", 1), ("b", 2), ("a", 4)];
    for mut subject in subjects() {
        assert_eq!(subject.store.checkpoint_position().unwrap(), 0, "{}", subject.name);
        assert_eq!(subject.store.snapshot(b"a").unwrap(), None, "{}", subject.name);
        let mut folded = 0;
        for (len, checkpoint) in [(2, true), (3, false), (5, true), (7, false)] {
            let done = (subject.store.next_position() - subject.first) as usize;
            subject.must_append(1 + done as u64, &events[done..len]);
            if checkpoint {
                subject.store.checkpoint().unwrap();
                folded = len;
            }
            let position = if subject.retains { subject.first - 1 + folded as u64 } else { 0 };
            assert_eq!(subject.store.checkpoint_position().unwrap(), position, "{}", subject.name);
            for customer in customers {
                let expected = subject.account(customer, &events[..folded], Memory::Days);
                assert_eq!(
                    subject.store.snapshot(customer.as_bytes()).unwrap(),
                    expected,
                    "{} {customer}",
                    subject.name
                );
            }
        }
        subject.must_hold(&events);
        let mut histories = subject.begin();
        subject.must_know(&mut histories, &customers, &events);
    }
}
